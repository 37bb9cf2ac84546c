"""Columns that must not be published are refused with the reason."""

from __future__ import annotations

import pytest

from gammavo.archive.lint import check_tables, column_faults
from gammavo.model.columns import Column, Datatype, Table
from gammavo.model.errors import UsageError
from gammavo.model.events import OPTIONAL_EVENT_COLUMNS, events_table
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.model.tap_schema import TAP_SCHEMA


def test_our_own_tables_pass():
    events = events_table("x", optional=OPTIONAL_EVENT_COLUMNS, rows=0)
    check_tables([OBSCORE, OBSCORE_HEA, events, *TAP_SCHEMA])


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (Column("time", Datatype.DOUBLE, "x"), "reserved"),
        (Column("2nd", Datatype.DOUBLE, "x"), "regular identifier"),
        (Column("Energy", Datatype.DOUBLE, "x"), "lower case"),
        (Column("flux", Datatype.DOUBLE, "x", unit="1/cm**2/s"), "VOUnit"),
        (Column("flux", Datatype.DOUBLE, "x", unit="Crab"), "VOUnit"),
        (Column("flux", Datatype.DOUBLE, "x", ucd="em.nonsense"), "UCD"),
        (Column("flux", Datatype.DOUBLE, ""), "description"),
    ],
)
def test_faults(column: Column, reason: str):
    assert reason in " ".join(column_faults(column))
    with pytest.raises(UsageError, match=rf"t\.x\.{column.name}"):
        check_tables([Table("t.x", "x", (column,))])


def test_two_columns_of_one_name_are_refused():
    column = Column("ra", Datatype.DOUBLE, "x", unit="deg")
    with pytest.raises(UsageError, match="two columns"):
        check_tables([Table("t.x", "x", (column, column))])
