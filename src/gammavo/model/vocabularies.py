"""Controlled words, their accepted spellings, and the one that is stored.

Product types: three documents disagree (ObsCore 1.1 says ``event``, the IVOA vocabulary
``event-list``, the high-energy extension ``hea-event-list``). Each row stores the
canonical term of the extension in the hidden column ``product_type``; ``ivoa.obscore``
shows the spelling that the site chooses, and queries may use any of them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gammavo.model.columns import Synonyms

__all__ = [
    "EVENT_BUNDLE",
    "EVENT_LIST",
    "OBSCORE_PRODUCT_TYPES",
    "PRODUCT_TYPES",
    "RESPONSE_TYPES",
    "SUBTYPE_SYNONYMS",
    "TYPE_SYNONYMS",
]

EVENT_LIST: Final = "hea-event-list"
EVENT_BUNDLE: Final = "hea-event-bundle"

RESPONSE_TYPES: Final = MappingProxyType(
    {
        "aeff": "Effective area",
        "edisp": "Energy dispersion",
        "psf": "Point spread function",
        "bkgrate": "Background rate",
        "rad_max": "Maximum directional cut of point-like responses",
    }
)
"""Instrument responses; ``rad_max`` is not in the IVOA response-type vocabulary."""

PRODUCT_TYPES: Final = MappingProxyType(
    {
        EVENT_LIST: "List of reconstructed events",
        EVENT_BUNDLE: "Event list together with its instrument responses",
        **RESPONSE_TYPES,
    }
)
"""The canonical terms that a row's hidden ``product_type`` may have."""

OBSCORE_PRODUCT_TYPES: Final = frozenset(
    {
        "image",
        "cube",
        "spectrum",
        "sed",
        "timeseries",
        "visibility",
        "event",
        "measurements",
    }
)
"""The words that ObsCore 1.1 section 3.3.1 allows in ``dataproduct_type``."""

_SPELLINGS = {
    "event": (EVENT_LIST,),
    "event-list": (EVENT_LIST,),
    "hea-event-list": (EVENT_LIST,),
    "event-bundle": (EVENT_BUNDLE,),
    "hea-event-bundle": (EVENT_BUNDLE,),
    "bkg": ("bkgrate",),
    **{term: (term,) for term in RESPONSE_TYPES},
}

TYPE_SYNONYMS: Final = Synonyms(
    column="product_type",
    terms=MappingProxyType({**_SPELLINGS, "response-function": tuple(RESPONSE_TYPES)}),
)
"""Spellings accepted where ``dataproduct_type`` is compared with a literal."""

SUBTYPE_SYNONYMS: Final = Synonyms(
    column="product_type", terms=MappingProxyType(_SPELLINGS)
)
"""Spellings accepted where ``dataproduct_subtype`` is compared with a literal."""
