"""What each service can do, and where: for VOSI capabilities and the VO registry."""

from __future__ import annotations

from typing import Final

from gammavo.archive import Manifest, QueryService
from gammavo.formats import (
    UPLOAD_HTTP,
    UPLOAD_HTTPS,
    UPLOAD_INLINE,
    Capability,
    ConeSearch,
    DataModel,
    Interface,
    Language,
    Limit,
    TableAccess,
)
from gammavo.formats.vosi_capabilities import AnyCapability
from gammavo.model.obscore import OBSCORE_MODEL
from gammavo.protocols.tap_settings import TapSettings

__all__ = [
    "CONE_STANDARD",
    "SIA_STANDARD",
    "cone_entries",
    "sia_entries",
    "tap_entries",
    "vosi_entries",
]

CONE_STANDARD: Final = "ivo://ivoa.net/std/ConeSearch"
SIA_STANDARD: Final = "ivo://ivoa.net/std/SIA#query-2.0"
_TEST_RADIUS: Final = 2.0
_ADQL: Final = "ivo://ivoa.net/std/ADQL"
_SYNONYMS: Final = (
    "ADQL 2.1; queries in 2.0 are accepted. Where dataproduct_type or "
    "dataproduct_subtype is compared with a word, the spellings event, event-list and "
    "hea-event-list mean the same, and so do event-bundle and hea-event-bundle; "
    "dataproduct_type may also be compared with response types (aeff, edisp, psf, "
    "bkgrate, rad_max, response-function)."
)
_STRICT: Final = "ADQL 2.1; queries in 2.0 are accepted."


def tap_entries(
    url: str, queries: QueryService, settings: TapSettings
) -> list[AnyCapability]:
    """Return what the service can do, and where.

    Parameters
    ----------
    url
        Its base URL.
    queries
        Know the language and its functions.
    settings
        Have the limits.
    """
    language = Language(
        "ADQL",
        (("2.0", f"{_ADQL}#v2.0"), ("2.1", f"{_ADQL}#v2.1")),
        _STRICT if queries.options.strict_vocabulary else _SYNONYMS,
        queries.snapshot().catalog.language_features(),
    )
    limits = settings.limits
    return [
        TableAccess(
            url,
            (language,),
            data_models=(DataModel("ObsCore-1.1", OBSCORE_MODEL),),
            upload_methods=(UPLOAD_INLINE, UPLOAD_HTTP, UPLOAD_HTTPS),
            retention_seconds=Limit(limits.retention_seconds, limits.max_retention),
            execution_seconds=Limit(
                round(limits.async_seconds), round(limits.max_async_seconds)
            ),
            output_rows=Limit(limits.default_rows, limits.max_rows),
            upload_rows=Limit(settings.uploads.rows, settings.uploads.rows),
        ),
        *(
            Capability(standard, Interface(f"{url}/{name}", kind=kind))
            for standard, name, kind in (
                (
                    "ivo://ivoa.net/std/VOSI#capabilities",
                    "capabilities",
                    "vs:ParamHTTP",
                ),
                (
                    "ivo://ivoa.net/std/VOSI#availability",
                    "availability",
                    "vs:ParamHTTP",
                ),
                ("ivo://ivoa.net/std/VOSI#tables-1.1", "tables", "vs:ParamHTTP"),
                ("ivo://ivoa.net/std/DALI#examples", "examples", "vr:WebBrowser"),
            )
        ),
    ]


def sia_entries(base_url: str) -> list[Capability]:
    """Return what the service can do, and where."""
    return [
        Capability(SIA_STANDARD, Interface(f"{base_url}/sia/query", version="2.0")),
        *vosi_entries(f"{base_url}/sia"),
    ]


def cone_entries(
    url: str, queries: QueryService, *, max_rows: int, release: Manifest | None = None
) -> list[AnyCapability]:
    """Return what a cone search can do, and where.

    Parameters
    ----------
    url
        Of the search.
    queries
        Know what there is to be found.
    max_rows
        Rows of a result at most.
    release
        Whose events are searched; None for observations.
    """
    releases = [release] if release else queries.snapshot().releases
    found = [m.highlights for m in releases if m.highlights is not None]
    test = None
    if found and found[0].ra is not None and found[0].dec is not None:
        radius = 0.1 if release else found[0].radius or _TEST_RADIUS
        test = (found[0].ra, found[0].dec, radius)
    return [ConeSearch(url, max_rows, test), *vosi_entries(url)]


def vosi_entries(url: str) -> list[Capability]:
    """Return the entries of the two documents below the address of a service."""
    return [
        Capability(f"ivo://ivoa.net/std/VOSI#{name}", Interface(f"{url}/{name}"))
        for name in ("capabilities", "availability")
    ]
