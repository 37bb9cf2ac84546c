"""The formats that results can be had in, and how requests name them.

``RESPONSEFORMAT`` (DALI 1.1 section 3.4.3) may be a media type or a short name. What was
asked for is what the answer is labelled with: ``text/xml`` stays ``text/xml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from gammavo.formats.delimited import write_csv, write_tsv
from gammavo.formats.ecsv import write_ecsv
from gammavo.formats.fits_table import write_fits
from gammavo.formats.html_page import write_html
from gammavo.formats.json_table import write_json
from gammavo.formats.parquet import write_parquet
from gammavo.formats.plain_text import write_text
from gammavo.formats.results import ResultStream
from gammavo.formats.votable import write_binary, write_binary2, write_tabledata
from gammavo.model.errors import UsageError

__all__ = ["FORMATS", "Format", "find_format"]

_VOTABLE: Final = "application/x-votable+xml"
_OUTPUT: Final = "ivo://ivoa.net/std/TAPRegExt#output-votable-"


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a result.

    Parameters
    ----------
    name
        Short name, as in ``RESPONSEFORMAT``.
    media_type
        Content-Type of the answer.
    aliases
        Other short names and media types that mean it.
    extension
        Of files, without the dot.
    description
        One line for people.
    ivo_id
        Identifier in TAPRegExt, None if it has none.
    write
        Turns a result into chunks of bytes.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...]
    extension: str
    description: str
    ivo_id: str | None
    write: Callable[[ResultStream], Iterator[bytes]]


_ORDERED: Final = (
    Format(
        "votable",
        _VOTABLE,
        (),
        "vot",
        "VOTable, in the serialization that is fastest to read",
        f"{_OUTPUT}binary2",
        write_binary2,
    ),
    Format(
        "votable/b2",
        f"{_VOTABLE};serialization=binary2",
        ("votable/binary2",),
        "vot",
        "VOTable, BINARY2: compact, tells NULL from NaN",
        f"{_OUTPUT}binary2",
        write_binary2,
    ),
    Format(
        "votable/td",
        f"{_VOTABLE};serialization=tabledata",
        ("votable/tabledata",),
        "vot",
        "VOTable, TABLEDATA: readable XML",
        f"{_OUTPUT}td",
        write_tabledata,
    ),
    Format(
        "votable/b",
        f"{_VOTABLE};serialization=binary",
        ("votable/binary",),
        "vot",
        "VOTable, BINARY: for readers older than VOTable 1.3",
        f"{_OUTPUT}binary",
        write_binary,
    ),
    Format(
        "csv",
        "text/csv;header=present;charset=utf-8",
        ("text/csv", "text/csv;header=present"),
        "csv",
        "Comma-separated values with a header line",
        None,
        write_csv,
    ),
    Format(
        "tsv",
        "text/tab-separated-values;charset=utf-8",
        ("text/tab-separated-values",),
        "tsv",
        "Tab-separated values with a header line",
        None,
        write_tsv,
    ),
    Format(
        "ecsv",
        "text/ecsv",
        ("application/x-ecsv",),
        "ecsv",
        "ECSV: comma-separated values with all metadata, for astropy and TOPCAT",
        None,
        write_ecsv,
    ),
    Format(
        "fits",
        "application/fits",
        ("fits-plus",),
        "fits",
        "FITS binary table, with all metadata for TOPCAT and STILTS",
        None,
        write_fits,
    ),
    Format(
        "parquet",
        "application/vnd.apache.parquet",
        ("application/x-parquet", "application/parquet"),
        "parquet",
        "Parquet, with all metadata as of VOParquet 1.0",
        None,
        write_parquet,
    ),
    Format(
        "json",
        "application/json",
        (),
        "json",
        "JSON: metadata and rows",
        None,
        write_json,
    ),
    Format(
        "html",
        "text/html;charset=utf-8",
        ("text/html",),
        "html",
        "A page for browsers",
        None,
        write_html,
    ),
    Format(
        "text",
        "text/plain;charset=utf-8",
        ("text/plain", "txt"),
        "txt",
        "Aligned columns for people",
        None,
        write_text,
    ),
)

FORMATS: Final = MappingProxyType({entry.name: entry for entry in _ORDERED})
"""Every format by its short name; the first is the default."""

_DEFAULT: Final = _ORDERED[0]


def _names() -> dict[str, Format]:
    names = {
        media_type: replace(_DEFAULT, media_type=media_type)
        for media_type in ("application/xml", "text/xml")
    }
    for entry in _ORDERED:
        for name in (entry.name, entry.media_type, *entry.aliases):
            names[_normal(name)] = entry
    return names


def _normal(requested: str) -> str:
    """Return a media type or name in lower case, without blanks and quotes."""
    return "".join(requested.lower().split()).replace('"', "")


_BY_NAME: Final = MappingProxyType(_names())


def find_format(requested: str | None) -> Format:
    """Return the format that a request names; None or blank: VOTable.

    Names are compared without case; blanks and quotes in media types do not matter. The
    ``media_type`` of the returned format is the Content-Type to answer with.

    Raises
    ------
    UsageError
        No format has that name.
    """
    name = _normal(requested or "")
    if not name:
        return _DEFAULT
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UsageError(
            f"There is no format {requested!r}.",
            advice=f"Use one of: {', '.join(FORMATS)}.",
        ) from None
