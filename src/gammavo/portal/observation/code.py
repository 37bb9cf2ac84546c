"""How programs get a run: Python code that works as it is, and command lines."""

from __future__ import annotations

from json import dumps
from shlex import quote
from urllib.parse import quote as percent

from gammavo.portal.observation.run import Observation, Position
from gammavo.portal.snippets import Snippet

__all__ = ["run_snippets"]

_RADIUS = 0.5


def run_snippets(
    observation: Observation, place: Position | None
) -> tuple[Snippet, ...]:
    """Return how gammapy, pyvo and curl get a run.

    Parameters
    ----------
    observation
        The run.
    place
        Centre of the cut-outs in the examples, ICRS degrees; None for none.
    """
    return (
        Snippet("gammapy", "gammapy", _gammapy(observation)),
        Snippet("pyvo", "pyvo", _pyvo(observation, place)),
        Snippet("curl", "curl", _curl(observation, place)),
    )


def _literal(text: str) -> str:
    """Return a text as Python (and JSON) write it."""
    return dumps(text, ensure_ascii=False)


def _package(observation: Observation) -> str:
    did = percent(observation.did, safe="")
    return f"{observation.base_url}/package?FORMAT=tar&ID={did}"


def _gammapy(observation: Observation) -> str:
    release = _literal(observation.manifest.name)
    index = observation.index.get("OBS_ID")
    chosen = observation.obs_id if str(index or "").isdecimal() else None
    lines = [
        "import tarfile",
        "from urllib.request import urlopen",
        "",
        "from gammapy.data import DataStore",
        "",
        "# The run with its responses and the index files that gammapy reads.",
        f"url = {_literal(_package(observation))}",
        "with urlopen(url) as package:",
        '    with tarfile.open(fileobj=package, mode="r|") as archive:',
        '        archive.extractall(".", filter="data")',
        "",
        f"store = DataStore.from_dir({release})",
    ]
    if chosen is not None and chosen == str(int(chosen)):
        lines.append(f"observation = store.obs({chosen})")
    else:
        lines.append('observation = store.obs(store.obs_table["OBS_ID"][0])')
    lines.append("print(observation)")
    return "\n".join(lines)


def _pyvo(observation: Observation, place: Position | None) -> str:
    lines = [
        "import pyvo",
        "from pyvo.dal.adhoc import DatalinkResults",
        "",
        f"did = {_literal(observation.did)}",
        "",
        "# The row of the run in ObsCore.",
        f"tap = pyvo.dal.TAPService({_literal(f'{observation.base_url}/tap')})",
        "row = tap.search(",
        '    "SELECT * FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea "',
        "    f\"WHERE obs_publisher_did = '{did}'\"",
        ").to_table()",
        "",
        "# Its files.",
        "links = DatalinkResults.from_result_url(",
        f"    {_literal(_links(observation))}",
        ")",
        "for link in links:",
        "    print(link.semantics, link.description, link.access_url)",
    ]
    if place is not None:
        ra, dec = place
        lines += [
            "",
            "# A part of its events.",
            "cutout = next(link for link in links if link.semantics == '#cutout')",
            f"part = cutout.processed(circle=({ra:.5f}, {dec:.5f}, {_RADIUS}))",
            'with open("cutout.fits", "wb") as file:',
            "    file.write(part.read())",
        ]
    return "\n".join(lines)


def _links(observation: Observation) -> str:
    did = percent(observation.did, safe="")
    return f"{observation.base_url}/datalink/links?ID={did}"


def _curl(observation: Observation, place: Position | None) -> str:
    base, did = observation.base_url, quote(f"ID={observation.did}")
    commands = [
        "# The run with its responses and index files.",
        f"curl -OJ {quote(_package(observation))}",
    ]
    if place is not None:
        ra, dec = place
        circle = quote(f"CIRCLE={ra:.5f} {dec:.5f} {_RADIUS}")
        commands += [
            "",
            "# Events around the target, above 1 TeV.",
            f"curl -G -OJ {quote(f'{base}/soda/sync')} \\",
            f"  --data-urlencode {did} \\",
            f"  --data-urlencode {circle} \\",
            "  --data-urlencode 'ENERGY=1e12 +Inf'",
        ]
    commands += [
        "",
        "# All facts of this page.",
        f"curl {quote(f'{observation.url}?format=json')}",
    ]
    return "\n".join(commands)
