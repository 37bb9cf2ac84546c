"""Query results and descriptions of the service as bytes.

Results arrive as Arrow record batches with their :class:`~gammavo.model.columns.Column`
declarations (:class:`ResultStream`) and leave as chunks of bytes in the format that
:func:`find_format` returns. The documents of VOSI, TAPRegExt and DALI-examples are built
from plain dataclasses. Nothing here knows an engine or a web framework.
"""

from gammavo.formats.arrow import arrow_schema, arrow_type
from gammavo.formats.dali_examples import Example, examples_document
from gammavo.formats.registry import FORMATS, Format, find_format
from gammavo.formats.results import Info, ResultStream
from gammavo.formats.vosi_availability import availability
from gammavo.formats.vosi_capabilities import (
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
    capabilities,
)
from gammavo.formats.vosi_tables import table_document, tableset
from gammavo.formats.votable import error_document
from gammavo.formats.votable_reader import UploadedTable, UploadLimits, read_votable

__all__ = [
    "FORMATS",
    "UPLOAD_HTTP",
    "UPLOAD_HTTPS",
    "UPLOAD_INLINE",
    "Capability",
    "ConeSearch",
    "DataModel",
    "Example",
    "Format",
    "Info",
    "Interface",
    "Language",
    "Limit",
    "ResultStream",
    "TableAccess",
    "UploadLimits",
    "UploadedTable",
    "arrow_schema",
    "arrow_type",
    "availability",
    "capabilities",
    "error_document",
    "examples_document",
    "find_format",
    "read_votable",
    "table_document",
    "tableset",
]
