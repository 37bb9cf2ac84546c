"""What a table must be like before it may be published."""

from __future__ import annotations

from collections.abc import Iterable

from gammavo.model.columns import Column, Table
from gammavo.model.errors import UsageError
from gammavo.model.reserved import delimited

__all__ = ["check_tables", "column_faults"]


def column_faults(column: Column) -> list[str]:
    """Return why a column may not be published; empty if it may.

    A column that a standard defines may have a reserved name (``TAP_SCHEMA`` has
    ``size``) or one in upper case (DataLink has ``ID``); everybody else's names must
    work in a query without delimiters.
    """
    # astropy.units and its UCD list take a second to load; only publishing needs them.
    from astropy.io.votable.ucd import parse_ucd  # noqa: PLC0415
    from astropy.units import Unit  # noqa: PLC0415

    faults = []
    if not column.std and delimited(column.name) != column.name:
        faults.append(
            f"the name {column.name!r} is reserved by ADQL or not a regular identifier"
        )
    if not column.std and column.name != column.name.lower():
        faults.append(f"the name {column.name!r} is not lower case")
    if column.unit:
        try:
            Unit(column.unit, format="vounit")
        except ValueError:
            faults.append(f"the unit {column.unit!r} is not a VOUnit")
    if column.ucd:
        try:
            parse_ucd(column.ucd, check_controlled_vocabulary=True, has_colon=False)
        except ValueError:
            faults.append(f"the UCD {column.ucd!r} is not in the UCD list")
    if not column.description:
        faults.append("it has no description")
    return faults


def check_tables(tables: Iterable[Table]) -> None:
    """Refuse tables that clients could not use.

    Raises
    ------
    UsageError
        A column has a reserved name, a wrong unit or UCD, or a table has two columns of
        one name; all faults are named.
    """
    faults = []
    for table in tables:
        names = [column.name.lower() for column in table.all_columns]
        faults += [
            f"{table.name}: two columns are named {name!r}"
            for name in sorted({n for n in names if names.count(n) > 1})
        ]
        faults += [
            f"{table.name}.{column.name}: {fault}"
            for column in table.public_columns
            for fault in column_faults(column)
        ]
    if faults:
        raise UsageError(
            "Tables cannot be published: " + "; ".join(faults) + ".",
            advice="Correct the declarations of these columns.",
        )
