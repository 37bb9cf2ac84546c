"""The publishing registry: six verbs, all errors, datestamps that mean something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gammavo.archive import Archive
from gammavo.archive.publish import PublishOptions, publish
from gammavo.model.errors import InternalError
from gammavo.model.observations import Level
from gammavo.protocols import Parameters, PublishingRegistry, registry
from gammavo.protocols.oai import oai_document
from gammavo.site import Site, create_site
from gammavo.site.registry_check import check_registry
from tests.support.schemas import registry_schemas

OAI = "{http://www.openarchives.org/OAI/2.0/}"
READY = """
[site]
publisher = "Institute <of> Gamma & Rays"
contact = "vo@gamma.edu"
public_url = "https://vo.gamma.edu/data"
authority = "gamma.edu"
[registry]
short_name = "IGR"
description = "It observes."
url = "https://gamma.edu"
contact_name = "VO group"
records_per_answer = 3
"""


class Clock:
    """A time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def text(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def folder(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registry") / "site"
    create_site(folder).write_text(READY)
    site = Site.open(folder)
    publish(site.archive, simulated, PublishOptions("gamma.edu", processes=1))
    site.temporary.mkdir()
    return folder


@pytest.fixture(scope="module")
def service(folder: Path) -> PublishingRegistry:
    """Return a registry that keeps no datestamps, for what does not need them."""
    site = Site.open(folder)
    queries = site.queries("https://vo.gamma.edu/data")
    return site.registry(queries, keep_datestamps=False)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(registry, "utc_now", clock.text)
    return clock


@pytest.fixture
def begin(folder: Path, clock: Clock) -> Callable[[], PublishingRegistry]:
    """Return what starts the registry, as after a restart of the site."""
    (folder / "registry.json").unlink(missing_ok=True)

    def started() -> PublishingRegistry:
        site = Site.open(folder)
        return site.registry(site.queries("https://vo.gamma.edu/data"))

    return started


def asked(registry: PublishingRegistry, verb: str = "", **arguments: str) -> ET.Element:
    """Return the answer, which is valid."""
    pairs = [(name.rstrip("_"), value) for name, value in arguments.items()]
    return answered(registry, [*([("verb", verb)] if verb else []), *pairs])


def answered(registry: PublishingRegistry, pairs: list[tuple[str, str]]) -> ET.Element:
    document = oai_document(registry, Parameters(pairs))
    assert registry_schemas().faults(document) == []
    return ET.fromstring(document)


def headers(answer: ET.Element) -> list[tuple[str, str, str | None]]:
    return [
        (
            header.findtext(f"{OAI}identifier") or "",
            header.findtext(f"{OAI}datestamp") or "",
            header.get("status"),
        )
        for header in answer.iter(f"{OAI}header")
    ]


def harvested(registry: PublishingRegistry, verb: str, **arguments: str) -> list:
    """Return the headers of all parts of a list."""
    answer = asked(registry, verb, **arguments)
    found = headers(answer)
    while token := answer.findtext(f"*/{OAI}resumptionToken"):
        answer = asked(registry, verb, resumptionToken=token)
        found += headers(answer)
    return found


RECORDS = {
    "ivo://gamma.edu",
    "ivo://gamma.edu/simulated-dl3",
    *(
        f"ivo://gamma.edu/site/{path}"
        for path in (
            *("registry", "organisation", "tap", "sia", "datalink"),
            *("cone/observations", "cone/simulated-dl3"),
        )
    ),
}


@pytest.mark.parametrize("prefix", ["ivo_vor", "oai_dc"])
@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_lists_have_every_record_once_in_parts_of_three(
    service, prefix: str, verb: str
):
    first = asked(service, verb, metadataPrefix=prefix)
    token = first.find(f"*/{OAI}resumptionToken")
    assert token.attrib == {"completeListSize": "9", "cursor": "0"}
    found = [entry for entry, _, _ in harvested(service, verb, metadataPrefix=prefix)]
    assert sorted(found) == sorted(RECORDS)
    with_set = harvested(service, verb, metadataPrefix=prefix, set="ivo_managed")
    assert len(with_set) == 9


@pytest.mark.parametrize("prefix", ["ivo_vor", "oai_dc"])
@pytest.mark.parametrize("identifier", sorted(RECORDS))
def test_each_record(service, prefix: str, identifier: str):
    answer = asked(
        service, "GetRecord", metadataPrefix=prefix, identifier=identifier.upper()
    )
    assert headers(answer)[0][0] == identifier
    assert identifier in {element.text for element in answer.iter() if element.text}


def test_the_registry_describes_itself(service):
    answer = asked(service, "Identify")
    texts = {element.tag: element.text for element in answer.find(f"{OAI}Identify")}
    assert texts[f"{OAI}baseURL"] == "https://vo.gamma.edu/data/oai"
    assert texts[f"{OAI}deletedRecord"] == "persistent"
    assert texts[f"{OAI}earliestDatestamp"].endswith("Z")
    assert "gamma.edu" in [e.text for e in answer.iter("managedAuthority")]
    assert len(asked(service, "ListMetadataFormats").findall(f".//{OAI}schema")) == 2
    assert asked(service, "ListSets").findtext(f".//{OAI}setSpec") == "ivo_managed"


def test_a_release_says_where_when_and_what(service):
    answer = asked(
        service,
        "GetRecord",
        metadataPrefix="ivo_vor",
        identifier="ivo://gamma.edu/simulated-dl3",
    )
    assert (answer.findtext(".//spatial") or "").split("/")[0].isdigit()
    low, high = map(float, answer.findtext(".//spectral").split())
    assert 1e-9 < low < high < 1e-3
    assert float(answer.findtext(".//temporal").split()[0]) > 50_000
    assert "simulated_dl3.events" in [e.text for e in answer.iter("name")]
    related = {e.get("ivo-id") for e in answer.iter("relatedResource")}
    assert related <= RECORDS
    assert len(related) == 5


WRONG = [
    ("badVerb", {}),
    ("badVerb", {"verb": "Nothing"}),
    ("badVerb", {"verb": "identify"}),
    ("badVerb", {"verb": "<&"}),
    ("badArgument", {"verb": "Identify", "metadataPrefix": "oai_dc"}),
    ("badArgument", {"verb": "GetRecord", "identifier": "ivo://gamma.edu"}),
    ("badArgument", {"verb": "GetRecord", "metadataPrefix": "oai_dc"}),
    (
        "idDoesNotExist",
        {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "a b\x00"},
    ),
    (
        "idDoesNotExist",
        {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "ivo://x/y"},
    ),
    ("idDoesNotExist", {"verb": "ListMetadataFormats", "identifier": "ivo://x/y"}),
    (
        "cannotDisseminateFormat",
        {"verb": "GetRecord", "metadataPrefix": "x", "identifier": "ivo://gamma.edu"},
    ),
    ("badResumptionToken", {"verb": "ListSets", "resumptionToken": "1"}),
    *(
        (code, {"verb": verb, **arguments})
        for verb in ("ListRecords", "ListIdentifiers")
        for code, arguments in (
            ("badArgument", {}),
            ("badArgument", {"metadataPrefix": "%"}),
            ("badArgument", {"metadataPrefix": "oai_dc", "from": "yesterday"}),
            ("badArgument", {"metadataPrefix": "oai_dc", "from": "2026-13-01"}),
            ("badArgument", {"metadataPrefix": "oai_dc", "until": "2026-1-1"}),
            (
                "badArgument",
                {
                    "metadataPrefix": "oai_dc",
                    "from": "2026-01-01",
                    "until": "2026-01-02T00:00:00Z",
                },
            ),
            (
                "badArgument",
                {
                    "metadataPrefix": "oai_dc",
                    "from": "2026-02-01",
                    "until": "2026-01-01",
                },
            ),
            ("badArgument", {"metadataPrefix": "oai_dc", "resumptionToken": "x"}),
            ("cannotDisseminateFormat", {"metadataPrefix": "oai_marc"}),
            ("noRecordsMatch", {"metadataPrefix": "oai_dc", "until": "2001-01-01"}),
            ("noRecordsMatch", {"metadataPrefix": "oai_dc", "from": "2099-01-01"}),
            ("noRecordsMatch", {"metadataPrefix": "oai_dc", "set": "other"}),
            ("badResumptionToken", {"resumptionToken": "nonsense\x07<"}),
            ("badResumptionToken", {"resumptionToken": ""}),
            ("badResumptionToken", {"resumptionToken": "3/oai_dc////"}),
            ("badResumptionToken", {"resumptionToken": "3/oai_dc////other"}),
            ("badResumptionToken", {"resumptionToken": f"{'9' * 30}/oai_dc////x"}),
        )
    ),
]


@pytest.mark.parametrize(("code", "arguments"), WRONG)
def test_what_is_wrong_is_said_in_a_valid_answer(service, code: str, arguments: dict):
    answer = answered(service, list(arguments.items()))
    assert [error.get("code") for error in answer.iter(f"{OAI}error")] == [code]
    shown = answer.find(f"{OAI}request").attrib
    # What is not even written as it should be is not repeated.
    repeated = code not in {"badVerb", "badArgument"}
    assert bool(shown) == (repeated and "\0" not in str(arguments.get("identifier")))


@pytest.mark.parametrize("name", ["verb", "metadataPrefix"])
def test_an_argument_is_given_once(service, name: str):
    pairs = [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]
    answer = answered(service, [*pairs, *(p for p in pairs if p[0] == name)])
    assert answer.find(f"{OAI}error").get("code") == (
        "badVerb" if name == "verb" else "badArgument"
    )


def test_a_token_ends_with_the_state_that_it_began_with(begin, clock: Clock, folder):
    service = begin()
    answer = asked(service, "ListRecords", metadataPrefix="oai_dc")
    token = answer.findtext(f".//{OAI}resumptionToken")
    text = (folder / "gammavo.toml").read_text()
    clock.now += timedelta(days=1)
    try:
        (folder / "gammavo.toml").write_text(text.replace("It observes", "It looks"))
        answer = asked(begin_again(folder), "ListRecords", resumptionToken=token)
    finally:
        (folder / "gammavo.toml").write_text(text)
    assert answer.find(f"{OAI}error").get("code") == "badResumptionToken"


def begin_again(folder: Path) -> PublishingRegistry:
    site = Site.open(folder)
    return site.registry(site.queries("https://vo.gamma.edu/data"))


def test_datestamps_change_with_the_record_alone(begin, clock: Clock, folder: Path):
    before = harvested(begin(), "ListIdentifiers", metadataPrefix="oai_dc")
    clock.now += timedelta(days=1)
    assert harvested(
        begin_again(folder), "ListIdentifiers", metadataPrefix="oai_dc"
    ) == (before)
    text = (folder / "gammavo.toml").read_text()
    try:
        (folder / "gammavo.toml").write_text(text.replace("It observes", "It looks"))
        changed = harvested(
            begin_again(folder),
            "ListIdentifiers",
            metadataPrefix="oai_dc",
            from_="2026-01-02",
        )
    finally:
        (folder / "gammavo.toml").write_text(text)
    assert [name for name, _, _ in changed] == ["ivo://gamma.edu/site/organisation"]


def test_a_withdrawn_release_is_deleted_and_comes_back(
    begin, clock: Clock, simulated: Path, folder: Path
):
    site = Site.open(folder)
    options = PublishOptions("gamma.edu", name="other", processes=1)
    publish(site.archive, simulated, options)
    service = begin()
    name = "ivo://gamma.edu/other"
    assert name in str(harvested(service, "ListRecords", metadataPrefix="ivo_vor"))
    clock.now += timedelta(days=1)
    Archive(folder / "archive").withdraw("other")
    service = begin_again(folder)
    found = harvested(
        service, "ListRecords", metadataPrefix="ivo_vor", from_="2026-01-02"
    )
    assert (name, "2026-01-02T00:00:00Z", "deleted") in found
    answer = asked(service, "GetRecord", metadataPrefix="ivo_vor", identifier=name)
    assert headers(answer)[0][2] == "deleted"
    assert answer.find(f".//{OAI}metadata") is None
    clock.now += timedelta(days=1)
    publish(site.archive, simulated, options)
    answer = asked(
        begin_again(folder), "GetRecord", metadataPrefix="ivo_vor", identifier=name
    )
    assert headers(answer)[0] == (name, "2026-01-03T00:00:00Z", None)
    assert answer.find(".//*[@created]").get("created") == "2026-01-01T00:00:00Z"
    Archive(folder / "archive").withdraw("other")


def test_a_damaged_file_of_datestamps_is_not_taken_for_none(begin, folder: Path):
    service = begin()
    (folder / "registry.json").write_text("{")
    with pytest.raises(InternalError, match=r"registry\.json"):
        service.records()
    (folder / "registry.json").unlink()


def test_the_check_is_content_with_a_complete_site(service, folder: Path):
    found = check_registry(Site.open(folder).config, service, registry_schemas())
    assert [f for f in found if f.level is Level.ERROR] == []


def test_the_check_names_what_is_missing(service, folder: Path, tmp_path: Path):
    create_site(tmp_path / "bare")
    found = check_registry(Site.open(tmp_path / "bare").config, service, None)
    errors = {f.keyword for f in found if f.level is Level.ERROR}
    assert errors == {
        *("site.publisher", "site.contact", "site.public_url", "site.authority"),
        *("registry.description", "registry.url", "registry.contact_name"),
    }


def test_the_schemas_find_what_is_wrong(service: PublishingRegistry):
    request = [
        ("verb", "GetRecord"),
        ("metadataPrefix", "ivo_vor"),
        ("identifier", "ivo://gamma.edu/site/registry"),
    ]
    document = oai_document(service, Parameters(request))
    for old, new in (
        (b"title>", b"titles>"),
        (b'status="active"', b'status="alive"'),
        (b'"vg:Registry"', b'"vg:Nothing"'),
        (b"Z</oai:datestamp>", b"</oai:datestamp>"),
    ):
        assert old in document
        assert registry_schemas().faults(document.replace(old, new))
    assert registry_schemas().faults(b"<a>")
