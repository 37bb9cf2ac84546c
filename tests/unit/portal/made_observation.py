"""A run of a release, as pages know it, made by hand."""

from __future__ import annotations

from typing import Any

from gammavo.archive import Manifest
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.model.observations import ReleaseDescription
from gammavo.portal.observation.run import Observation

DID = "ivo://example.org/crab?1/events"

_VALUES: dict[str, Any] = {
    "obs_publisher_did": DID,
    "obs_id": "1",
    "target_name": "Crab Nebula",
    "s_ra": 83.63333,
    "s_dec": 21.51445,
    "s_fov": 5.0,
    "s_region": "CIRCLE ICRS 83.63333 21.51445 2.5",
    "t_min": 53343.92234009259,
    "t_max": 53343.94186555556,
    "t_exptime": 1581.73681640625,
    "energy_min": 0.87e12,
    "energy_max": 1e14,
    "ev_xel": 7613,
    "zenith_angle": 48.64,
}


def observation(
    *, index: dict[str, Any] | None = None, obs_id: str = "1", **values: Any
) -> Observation:
    """Return a run; values and keywords of the index replace the usual ones."""
    columns = (*OBSCORE.columns, *OBSCORE_HEA.columns)
    row = {c.name: None for c in columns} | _VALUES | values
    place = {"RA_OBJ": 83.63333, "DEC_OBJ": 22.01445}
    manifest = Manifest(
        version=1,
        schema="crab",
        authority="example.org",
        created="2026-01-01T00:00:00Z",
        data_folder="/nowhere",
        description=ReleaseDescription(name="crab", title="Crab"),
        tables=(),
        files=(),
        optional_event_columns=(),
        unicode_columns=(),
        counts={},
    )
    return Observation(
        manifest=manifest,
        obs_id=obs_id,
        row=row,
        products={"events": DID},
        index=place if index is None else index,
        origins={
            "t_min": "GTI table START, STOP",
            "s_ra": "EVENTS header RA_PNT, DEC_PNT",
        },
        base_url="http://127.0.0.1/vo",
        root="/vo",
    )
