"""``/tap/capabilities``: generated from what the service really does."""

from __future__ import annotations

from typing import Final

from gammavo.formats import (
    UPLOAD_HTTP,
    UPLOAD_HTTPS,
    UPLOAD_INLINE,
    Capability,
    DataModel,
    Interface,
    Language,
    Limit,
    TableAccess,
    capabilities,
)
from gammavo.formats.service_pages import capabilities_page
from gammavo.model.obscore import OBSCORE_MODEL
from gammavo.protocols.context import Context
from gammavo.protocols.http import Request, Response
from gammavo.protocols.negotiation import Form, described, wanted_form

__all__ = ["tap_capabilities"]

_ADQL: Final = "ivo://ivoa.net/std/ADQL"
_SYNONYMS: Final = (
    "ADQL 2.1; queries in 2.0 are accepted. Where dataproduct_type or "
    "dataproduct_subtype is compared with a word, the spellings event, event-list and "
    "hea-event-list mean the same, and so do event-bundle and hea-event-bundle; "
    "dataproduct_type may also be compared with response types (aeff, edisp, psf, "
    "bkgrate, rad_max, response-function)."
)
_STRICT: Final = "ADQL 2.1; queries in 2.0 are accepted."


def tap_capabilities(request: Request, context: Context) -> Response:
    """Describe the service (VOSI 1.1 section 2.1, TAPRegExt 1.0)."""
    tap = context.tap_url
    strict = context.queries.options.strict_vocabulary
    language = Language(
        "ADQL",
        (("2.0", f"{_ADQL}#v2.0"), ("2.1", f"{_ADQL}#v2.1")),
        _STRICT if strict else _SYNONYMS,
        context.queries.snapshot().catalog.language_features(),
    )
    limits = context.tap.limits
    entries: list[Capability | TableAccess] = [
        TableAccess(
            tap,
            (language,),
            data_models=(DataModel("ObsCore-1.1", OBSCORE_MODEL),),
            upload_methods=(UPLOAD_INLINE, UPLOAD_HTTP, UPLOAD_HTTPS),
            retention_seconds=Limit(limits.retention_seconds, limits.max_retention),
            execution_seconds=Limit(
                round(limits.async_seconds), round(limits.max_async_seconds)
            ),
            output_rows=Limit(limits.default_rows, limits.max_rows),
            upload_rows=Limit(context.tap.uploads.rows, context.tap.uploads.rows),
        ),
        *(
            Capability(standard, Interface(f"{tap}/{name}", kind=kind))
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
    form = wanted_form(request, offered=(Form.XML, Form.PAGE))
    if form is Form.PAGE:
        return described(form, capabilities_page(entries, tap_url=tap))
    return described(form, capabilities(entries))
