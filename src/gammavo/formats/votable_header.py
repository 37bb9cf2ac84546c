"""The VOTable 1.4 elements around the data: INFO, COOSYS, TIMESYS, FIELD.

VOTable 1.4, because STILTS before 3.5 reports errors for ``version="1.5"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from gammavo.formats.arrow import is_list
from gammavo.formats.results import Info
from gammavo.formats.xml_text import attributes, escape
from gammavo.model.columns import Column, Datatype, TimeSystem

__all__ = [
    "DOCUMENT_END",
    "DOCUMENT_START",
    "RESULTS_END",
    "VOTABLE_END",
    "description",
    "field_ids",
    "head",
    "info",
    "null_value",
]

DOCUMENT_START: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n'
    '<RESOURCE type="results">\n'
)
RESULTS_END: Final = "</RESOURCE>\n"
VOTABLE_END: Final = "</VOTABLE>\n"
DOCUMENT_END: Final = RESULTS_END + VOTABLE_END
_NULLS: Final = {
    Datatype.SMALLINT: -(2**15),
    Datatype.INTEGER: -(2**31),
    Datatype.BIGINT: -(2**63),
}
_NOT_IN_ID: Final = re.compile(r"[^A-Za-z0-9_.-]")
_CACHED: Final = 4096
"""Elements that are kept: services answer with the same columns again and again."""
_ATTRIBUTES: Final = (
    "name",
    "datatype",
    "description",
    "unit",
    "ucd",
    "utype",
    "xtype",
    "arraysize",
)
_WRITTEN: Final = attrgetter(*_ATTRIBUTES)
"""What a FIELD says of a column by itself. Columns as such cannot be kept: their
synonyms have no hash."""


def null_value(column: Column) -> int | None:
    """Return the number that stands for NULL where nothing else can; None: not needed.

    It is the smallest number of the type, which a result hardly ever contains.
    """
    return _NULLS.get(column.datatype)


def info(remark: Info) -> str:
    """Return an INFO element."""
    start = attributes((("name", remark.name), ("value", remark.value)))
    if not remark.text:
        return f"<INFO{start}/>\n"
    return f"<INFO{start}>{escape(remark.text)}</INFO>\n"


def head(
    columns: Sequence[Column], infos: Iterable[Info], *, number_for_null: bool
) -> str:
    """Return the document up to the data.

    Parameters
    ----------
    columns
        Become FIELDs, with the coordinate and time systems that they refer to.
    infos
        Remarks, after ``QUERY_STATUS``.
    number_for_null
        Whether scalar whole numbers need ``<VALUES null="…"/>``, as in BINARY. Lists
        of them always do.
    """
    systems = _systems(columns)
    parts = [DOCUMENT_START, info(Info("QUERY_STATUS", "OK"))]
    parts += [info(remark) for remark in infos]
    parts += [element for _, element in systems.values()]
    parts.append("<TABLE>\n")
    for column, identifier in zip(columns, field_ids(columns), strict=True):
        system = column.time or column.frame
        reference = systems[system][0] if system else None
        parts.append(_field(_WRITTEN(column), identifier, reference, number_for_null))
    return "".join(parts)


def description(
    columns: Sequence[Column], infos: Iterable[Info], remarks_after: Iterable[Info]
) -> str:
    """Return a document without data, for formats that carry their metadata in one.

    Parameters
    ----------
    columns, infos
        As for :func:`head`.
    remarks_after
        Remarks that stand after the table.
    """
    start = head(columns, infos, number_for_null=True)
    after = "".join(info(remark) for remark in remarks_after)
    return f"{start}</TABLE>\n{after}{DOCUMENT_END}"


def _systems(columns: Sequence[Column]) -> dict[str | TimeSystem, tuple[str, str]]:
    """Return ID and element of each coordinate or time system that columns refer to."""
    systems: dict[str | TimeSystem, tuple[str, str]] = {}
    for column in columns:
        for system in (column.frame, column.time):
            if system is not None and system not in systems:
                systems[system] = _system(system, len(systems) + 1)
    return systems


def field_ids(columns: Sequence[Column]) -> list[str]:
    """Return the XML IDs of the FIELDs that :func:`head` writes."""
    used = {identifier for identifier, _ in _systems(columns).values()}
    return [_identifier(column.name, used) for column in columns]


@lru_cache(_CACHED)
def _id_of_name(name: str) -> str:
    """Return an XML ID that resembles a name."""
    base = _NOT_IN_ID.sub("_", name)
    return base if base and (base[0].isalpha() or base[0] == "_") else f"_{base}"


def _identifier(name: str, used: set[str]) -> str:
    """Return an XML ID that resembles the name and is not in use yet."""
    base = _id_of_name(name)
    identifier, number = base, 1
    while identifier in used:
        number += 1
        identifier = f"{base}_{number}"
    used.add(identifier)
    return identifier


@lru_cache(_CACHED)
def _system(system: str | TimeSystem, number: int) -> tuple[str, str]:
    """Return the ID and the element of a coordinate system or a time system."""
    identifier = f"system_{number}"
    if isinstance(system, str):
        pairs: tuple[tuple[str, str | None], ...] = (("system", system),)
        return identifier, f"<COOSYS{attributes((('ID', identifier), *pairs))}/>\n"
    pairs = (
        ("timeorigin", system.timeorigin),
        ("timescale", system.timescale),
        ("refposition", system.refposition),
    )
    return identifier, f"<TIMESYS{attributes((('ID', identifier), *pairs))}/>\n"


@lru_cache(_CACHED)
def _field(
    written: tuple[Any, ...],
    identifier: str,
    reference: str | None,
    number_for_null: bool,
) -> str:
    """Return a FIELD element of the attributes that :data:`_WRITTEN` gets."""
    column = Column(**dict(zip(_ATTRIBUTES, written, strict=True)))
    datatype, arraysize, xtype = column.votable
    if column.datatype is Datatype.TIMESTAMP:
        arraysize = "*"
    start = attributes(
        (
            ("ID", identifier),
            ("name", column.name),
            ("datatype", datatype),
            ("arraysize", arraysize),
            ("xtype", xtype),
            ("unit", column.unit),
            ("ucd", column.ucd),
            ("utype", column.utype),
            ("ref", reference),
        )
    )
    content = ""
    if column.description:
        content += f"<DESCRIPTION>{escape(column.description)}</DESCRIPTION>"
    null = null_value(column) if number_for_null or is_list(column) else None
    if null is not None:
        content += f'<VALUES null="{null}"/>'
    return f"<FIELD{start}>{content}</FIELD>\n" if content else f"<FIELD{start}/>\n"
