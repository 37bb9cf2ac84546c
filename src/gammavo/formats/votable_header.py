"""The VOTable 1.4 elements around the data: INFO, COOSYS, TIMESYS, FIELD.

VOTable 1.4, because STILTS before 3.5 reports errors for ``version="1.5"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from gammavo.formats.arrow import is_list
from gammavo.formats.results import Info
from gammavo.formats.xml_text import attributes, escape
from gammavo.model.columns import Column, Datatype, TimeSystem

__all__ = ["DOCUMENT_START", "head", "info", "null_value"]

DOCUMENT_START: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n'
    '<RESOURCE type="results">\n'
)
_NULLS: Final = {
    Datatype.SMALLINT: -(2**15),
    Datatype.INTEGER: -(2**31),
    Datatype.BIGINT: -(2**63),
}
_NOT_IN_ID: Final = re.compile(r"[^A-Za-z0-9_.-]")


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
    used: set[str] = set()
    systems: dict[str | TimeSystem, tuple[str, str]] = {}
    for column in columns:
        for system in (column.frame, column.time):
            if system is not None and system not in systems:
                systems[system] = _system(system, len(systems) + 1)
    used.update(identifier for identifier, _ in systems.values())
    field_ids = tuple(_identifier(column.name, used) for column in columns)
    parts = [DOCUMENT_START, info(Info("QUERY_STATUS", "OK"))]
    parts += [info(remark) for remark in infos]
    parts += [element for _, element in systems.values()]
    parts.append("<TABLE>\n")
    for column, identifier in zip(columns, field_ids, strict=True):
        system = column.time or column.frame
        reference = systems[system][0] if system else None
        null = null_value(column) if number_for_null or is_list(column) else None
        parts.append(_field(column, identifier, reference, null))
    return "".join(parts)


def _identifier(name: str, used: set[str]) -> str:
    """Return an XML ID that resembles the name and is not in use yet."""
    base = _NOT_IN_ID.sub("_", name)
    if not base or not (base[0].isalpha() or base[0] == "_"):
        base = f"_{base}"
    identifier, number = base, 1
    while identifier in used:
        number += 1
        identifier = f"{base}_{number}"
    used.add(identifier)
    return identifier


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


def _field(
    column: Column, identifier: str, reference: str | None, null: int | None
) -> str:
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
    if null is not None:
        content += f'<VALUES null="{null}"/>'
    return f"<FIELD{start}>{content}</FIELD>\n" if content else f"<FIELD{start}/>\n"
