"""Links: what a release keeps, what a site shows, and the tables of them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gammavo.archive import Archive, EngineLimits, QueryService, ServiceOptions
from gammavo.archive.cutouts import cut_out
from gammavo.archive.datalink import KINDS, has_links
from gammavo.archive.links import links_format, links_of, links_service_for
from gammavo.archive.previews.places import run_folder
from gammavo.archive.publish import PublishOptions, publish
from gammavo.formats.datalink import DATALINK_TYPE
from gammavo.model.columns import Column, Datatype
from gammavo.model.datalink import LINK_COLUMNS
from gammavo.model.errors import NotFoundError, UnavailableError, UsageError
from gammavo.model.obscore import OBSCORE
from gammavo.model.selections import Area, Selection, Shape

SITE = "http://host"
DID = "ivo://example.org/simulated-dl3?100001/events"


@pytest.fixture(scope="module")
def service(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> QueryService:
    folder = tmp_path_factory.mktemp("links")
    archive = Archive(folder / "archive")
    publish(archive, simulated, PublishOptions("example.org", processes=1))
    limits = EngineLimits(memory="500MB", threads=2, temporary=folder / "temporary")
    return QueryService(archive, ServiceOptions(SITE, limits))


def query(service: QueryService, adql: str) -> list[dict[str, Any]]:
    result = service.query(adql, max_rows=None, seconds=60)
    names = [column.name for column in result.columns]
    return [
        dict(zip(names, row.values(), strict=True))
        for batch in result.batches()
        for row in batch.to_pylist()
    ]


def links(service: QueryService, *identifiers: str, most: int = 100):
    stream = links_of(
        service.archive, service.snapshot(), identifiers, site=SITE, most=most
    )
    (batch,) = stream.batches
    return batch.to_pylist(), stream


def test_the_links_of_an_event_list(service: QueryService):
    rows, stream = links(service, DID)
    assert [(r["semantics"], r["local_semantics"]) for r in rows] == [
        ("#this", "events"),
        ("#package", "file"),
        ("#package", "gammapy-store"),
        ("#calibration", "aeff"),
        ("#calibration", "edisp"),
        ("#calibration", "psf"),
        ("#calibration", "bkgrate"),
        ("#auxiliary", "gti"),
        ("#auxiliary", "s-moc"),
        ("#auxiliary", "t-moc"),
        ("#cutout", "cutout"),
        ("#documentation", "licence"),
    ]
    files = f"{SITE}/files/simulated-dl3/1/data/run_100001.fits.gz"
    assert rows[0]["access_url"] == f"{files}/EVENTS.fits"
    assert rows[1]["access_url"] == files
    assert rows[1]["content_length"] > 1000
    assert rows[2]["access_url"].startswith(f"{SITE}/package?FORMAT=tar&ID=ivo%3A")
    cutout, this = stream.services
    assert (rows[-2]["service_def"], cutout.identifier) == ("cutout_1", "cutout_1")
    assert this.access_url == f"{SITE}/datalink/links"


def test_every_row_is_one_thing_and_every_product_is_once_itself(
    service: QueryService,
):
    adql = "SELECT obs_publisher_did AS did FROM ivoa.obscore"
    products = [row["did"] for row in query(service, adql)]
    assert len(products) == 24
    rows, _ = links(service, *products, "nothing")
    for row in rows:
        given = [row[n] for n in ("access_url", "service_def", "error_message")]
        assert sum(value is not None for value in given) == 1, row
    for product in products:
        own = [row["semantics"] for row in rows if row["ID"] == product]
        assert own.count("#this") == 1, product
    order = [row["ID"] for row in rows]
    assert len([i for i in range(1, len(order)) if order[i] != order[i - 1]]) == 24


def test_domains_are_those_of_the_run(service: QueryService):
    _, stream = links(service, DID)
    inputs = {p.name: p for p in stream.services[0].inputs}
    (row,) = query(
        service,
        "SELECT t_min, t_max, energy_min, energy_max, s_ra, s_dec, s_fov "
        "FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea "
        f"WHERE obs_publisher_did = '{DID}'",
    )
    for name, low, high in (
        ("TIME", "t_min", "t_max"),
        ("ENERGY", "energy_min", "energy_max"),
    ):
        assert float(inputs[name].minimum) == row[low]
        assert float(inputs[name].maximum) == row[high]
    circle = [float(number) for number in inputs["CIRCLE"].maximum.split()]
    expected = [row["s_ra"], row["s_dec"], row["s_fov"] / 2]
    assert circle == pytest.approx(expected, abs=1e-4)


def test_a_run_stands_for_its_event_list(service: QueryService):
    (by_run, _), (by_did, _) = links(service, "100001"), links(service, DID)
    assert [{**row, "ID": DID} for row in by_run] == by_did


def test_unknown_ones_many_and_none(service: QueryService):
    rows, _ = links(service, "x'; DROP TABLE y --", DID, DID, "ivo://a/b?c/d")
    assert [r["ID"] for r in rows if r["error_message"]] == [
        "x'; DROP TABLE y --",
        "ivo://a/b?c/d",
    ]
    assert all(
        r["error_message"].startswith("NotFoundFault:")
        for r in rows
        if r["error_message"]
    )
    assert sum(r["ID"] == DID for r in rows) == 12
    rows, stream = links(service)
    assert (rows, stream.overflow()) == ([], False)
    rows, stream = links(service, "a", "b", "c", most=2)
    assert ([r["ID"] for r in rows], stream.overflow()) == (["a", "b"], True)


def test_only_what_a_release_has_is_offered(service: QueryService):
    (manifest,) = service.snapshot().releases
    starts = {
        kind.name: kind.address(manifest, SITE)
        for kind in KINDS
        if kind.address is not None
    }
    about = manifest.description
    assert (about.doi, about.reference_url) == ("", "")
    assert (starts["doi"], starts["about"]) == (None, None)
    same = replace(about, doi="https://doi.org/10.5281/x", reference_url="http://a")
    licensed = replace(manifest, description=replace(same, licence_url="http://a"))
    bare = replace(manifest, description=replace(about, licence_url=""))
    licence, doi = (
        next(kind.address for kind in KINDS if kind.name == name)
        for name in ("licence", "doi")
    )
    assert licence(licensed, SITE) is None
    assert licence(bare, SITE) is None
    assert doi(licensed, SITE) == "https://doi.org/10.5281/x"


def test_kinds_have_words_of_the_vocabulary():
    core = {"#this", "#package", "#calibration", "#auxiliary", "#cutout"}
    assert {kind.semantics for kind in KINDS} <= {*core, "#documentation"}
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.description.isascii() for kind in KINDS)


def test_the_table_has_the_same_links(service: QueryService):
    names = ", ".join(column.name for column in LINK_COLUMNS)
    table = query(service, f"SELECT {names} FROM datalink.response WHERE ID = '{DID}'")
    rows, _ = links(service, DID)
    plain = [{**r, "service_def": r["service_def"] and "cutout"} for r in rows]

    def address(row: dict[str, object]) -> str:
        return str(row["access_url"])

    assert sorted(table, key=address) == sorted(plain, key=address)


def test_responses_of_event_lists(service: QueryService):
    rows = query(
        service,
        "SELECT r.*, o.access_url AS file FROM ivoa.response AS r "
        "JOIN ivoa.obscore AS o ON o.obs_publisher_did = r.resp_publisher_did "
        "WHERE CONTAINS(POINT(r.resp_s_ra, r.resp_s_dec), r.resp_s_region) = 1",
    )
    assert len(rows) == 16
    for row in rows:
        assert row["resp_access_url"].startswith(row["file"] + "/")
        assert row["resp_product_type"] in {"aeff", "edisp", "psf", "bkgrate"}
        assert row["obs_publisher_did"].endswith("/events")


def test_a_release_from_before_there_were_links(service: QueryService):
    (manifest,) = service.snapshot().releases
    tables = tuple(t for t in manifest.tables if "links" not in t.path)
    assert has_links(manifest)
    assert not has_links(replace(manifest, tables=tables))


@pytest.mark.parametrize(
    ("wanted", "media_type"),
    [
        ("", DATALINK_TYPE),
        ("votable", DATALINK_TYPE),
        (DATALINK_TYPE, DATALINK_TYPE),
        ("application/x-votable+xml; content=datalink", DATALINK_TYPE),
        ("text/xml", "text/xml"),
        ("csv", "text/csv;header=present;charset=utf-8"),
    ],
)
def test_formats(wanted: str, media_type: str):
    assert links_format(wanted).media_type == media_type


def test_no_such_format():
    with pytest.raises(UsageError):
        links_format("sound")


def test_results_with_identifiers_tell_of_the_service():
    (service,) = links_service_for(OBSCORE.columns, SITE)
    names = [column.name for column in OBSCORE.columns]
    assert service.inputs[0].column == names.index("obs_publisher_did")
    renamed = OBSCORE.column("obs_publisher_did").renamed("x")
    assert links_service_for((renamed,), SITE)
    assert links_service_for((OBSCORE.column("obs_id"),), SITE) == ()
    number = Column("obs_publisher_did", Datatype.INTEGER, "Not an identifier")
    assert links_service_for((number,), SITE) == ()


def cut(service: QueryService, selection: Selection, *identifiers: str):
    return cut_out(
        service.archive, service.snapshot(), identifiers or (DID,), selection, "csv"
    )


def test_cutting_by_any_identifier_of_the_run(service: QueryService):
    selection = Selection(energy=(1.0, 2.0))
    bundle = DID.replace("events", "bundle")
    bodies = set()
    for name in (DID, "100001", bundle):
        cutout = cut(service, selection, name)
        assert cutout is not None
        bodies.add(b"".join(cutout.blocks))
    assert len(bodies) == 1
    assert len(bodies.pop().splitlines()) > 10


def test_several_runs_make_an_archive(service: QueryService):
    import io
    import tarfile

    cutout = cut(service, Selection(energy=(1.0, 2.0)), "100001", "100002")
    assert cutout is not None
    assert cutout.media_type == "application/x-tar"
    content = io.BytesIO(b"".join(cutout.blocks))
    with tarfile.open(fileobj=content) as archive:
        names = archive.getnames()
    assert names == ["100001_cutout.csv", "100002_cutout.csv"]


def test_nothing_in_common(service: QueryService):
    assert cut(service, Selection(Area(Shape.CIRCLE, (0, -89, 0.1)))) is None
    assert cut(service, Selection(time=(0.0, 1.0))) is None
    assert cut(service, Selection(energy=(1e6, 1e7))) is None
    assert cut(service, Selection(energy=(5.0, 1.0))) is None


def test_no_event_where_there_might_be_some(service: QueryService):
    (row,) = query(
        service,
        f"SELECT s_ra, s_dec FROM ivoa.obscore WHERE obs_publisher_did = '{DID}'",
    )
    dot = Selection(Area(Shape.CIRCLE, (row["s_ra"], row["s_dec"], 1e-9)))
    cutout = cut(service, dot)
    assert cutout is not None
    assert len(b"".join(cutout.blocks).splitlines()) == 1


def test_what_cannot_be_cut(service: QueryService):
    with pytest.raises(UsageError, match="no event list"):
        cut(service, Selection(), DID.replace("events", "aeff"))
    for name in ("nothing", DID + "x", "ivo://a/b?c/d", "../../etc/passwd"):
        with pytest.raises(NotFoundError):
            cut(service, Selection(), name)


def test_a_file_that_is_gone(service: QueryService, simulated: Path):
    path = simulated / "data" / "run_100002.fits.gz"
    aside = path.rename(path.with_suffix(".aside"))
    try:
        with pytest.raises(UnavailableError, match="not as it was published"):
            cut(service, Selection(), "100002")
    finally:
        aside.rename(path)


def test_pictures_are_linked_as_soon_as_they_are_there(service: QueryService):
    folder = run_folder(service.archive.folder("simulated-dl3", 1), "100001")
    folder.mkdir(parents=True)
    try:
        for name in ("counts-map", "thumbnail", "aeff"):
            (folder / f"{name}.png").write_bytes(b"png")
        rows, _ = links(service, DID)
        found = [(r["semantics"], r["access_url"], r["content_length"]) for r in rows]
        pictures = f"{SITE}/previews/simulated-dl3/1/100001"
        assert found[-3:] == [
            ("#preview-image", f"{pictures}/counts-map.png", 3),
            ("#preview-plot", f"{pictures}/aeff.png", 3),
            ("#thumbnail", f"{pictures}/thumbnail.png", 3),
        ]
        rows, _ = links(service, DID.replace("/events", "/aeff"))
        assert [r["local_semantics"] for r in rows][-1] == "aeff"
        assert "thumbnail" not in [r["local_semantics"] for r in rows]
    finally:
        shutil.rmtree(folder)
    rows, _ = links(service, DID)
    assert "thumbnail" not in [r["local_semantics"] for r in rows]
