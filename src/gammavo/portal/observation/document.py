"""The page of a run for programs: the same as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from gammavo.adql import text_literal
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.portal.observation.facts import galactic
from gammavo.portal.observation.files import RunLinks
from gammavo.portal.observation.pictures import Pictures
from gammavo.portal.observation.run import Observation
from gammavo.portal.observation.scales import instant

__all__ = ["run_document", "twins"]

_UNITS: Final = {
    column.name: column.unit
    for table in (OBSCORE, OBSCORE_HEA)
    for column in table.columns
    if column.unit
}


def run_document(
    observation: Observation, links: RunLinks, pictures: Pictures
) -> dict[str, Any]:
    """Return all facts of a run as JSON knows them."""
    manifest = observation.manifest
    pointing = observation.pointing
    host = observation.base_url.removesuffix(observation.root)
    return {
        "obs_id": observation.obs_id,
        "release": manifest.name,
        "release_version": manifest.version,
        "url": observation.url,
        "obs_publisher_did": observation.did,
        "products": dict(observation.products),
        "obscore": _plain(observation.row),
        "units": {k: unit for k, unit in _UNITS.items() if k in observation.row},
        "value_origins": dict(observation.origins),
        "observation_index": _plain(observation.index),
        "times": _times(observation),
        "pointing_galactic_deg": None if pointing is None else galactic(pointing),
        "target_icrs_deg": pictures.target or observation.target,
        "files": [
            {
                "semantics": link.term,
                "description": link.description,
                "url": link.url,
                "size": None if link.is_about else link.size,
                "sha256": link.sha256 or None,
            }
            for link in (*links.files, *links.documentation)
        ],
        "previews": [
            {
                "name": picture.name,
                "description": picture.words,
                "svg": f"{host}{picture.svg}",
                "png": f"{host}{picture.png}",
            }
            for picture in (*pictures.data, *pictures.responses)
        ],
        "previews_complete": pictures.is_made,
        "terms": manifest.description.terms or None,
        "licence": manifest.description.licence or None,
        "cite_as": manifest.description.cite_as or None,
        "doi": manifest.description.doi or None,
        "twins": twins(observation),
    }


def twins(observation: Observation) -> dict[str, str]:
    """Return the addresses of what says the same to programs, by kind."""
    identifiers = ", ".join(map(text_literal, observation.products.values()))
    query = (
        "SELECT * FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea "  # noqa: S608 - literals
        f"WHERE obs_publisher_did IN ({identifiers})"
    )
    parameters = {"LANG": "ADQL", "RESPONSEFORMAT": "votable", "QUERY": query}
    base = observation.base_url
    return {
        "json": f"{observation.url}?format=json",
        "votable": f"{base}/tap/sync?{urlencode(parameters, quote_via=quote)}",
        "datalink": f"{base}/datalink/links?ID={quote(observation.did, safe='')}",
    }


def _times(observation: Observation) -> dict[str, dict[str, Any]]:
    found = {}
    for name, column in (("start", "t_min"), ("end", "t_max")):
        mjd = observation.row[column]
        if mjd is not None:
            moment = instant(mjd)
            found[name] = {"mjd_tt": mjd, "tt": moment.tt, "utc": moment.utc}
    return found


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without numbers that JSON does not know."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in row.items()
    }
