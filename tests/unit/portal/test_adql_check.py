"""Where the editor underlines: the part of the query that an error is about."""

from __future__ import annotations

import pytest

from gammavo.adql import AdqlError, Catalog, translate
from gammavo.model.columns import Column, Datatype, Schema, Table
from gammavo.portal.adql.check import fault

CATALOG = Catalog(
    [
        Schema(
            "ivoa",
            "",
            (
                Table(
                    "ivoa.obscore",
                    "",
                    (
                        Column("obs_id", Datatype.VARCHAR, ""),
                        Column("s_ra", Datatype.DOUBLE, ""),
                    ),
                ),
            ),
        )
    ]
)


@pytest.mark.parametrize(
    ("query", "wrong", "replacement"),
    [
        ("SELECT sra FROM ivoa.obscore", "sra", "s_ra"),
        ("SELECT o.sra\nFROM ivoa.obscore AS o", "sra", "s_ra"),
        ("SELECT s_ra\nFROM ivoa . obscor", "ivoa . obscor", "ivoa.obscore"),
        ("SELECT s_ra FROM obscore", "obscore", "ivoa.obscore"),
        ("SELECT DEGRES(s_ra) FROM ivoa.obscore", "DEGRES", "DEGREES"),
        ("SELECT * FORM ivoa.obscore", "FORM", "FROM"),
        ("SELECT x.s_ra FROM ivoa.obscore AS o", "x", None),
        ("SELECT '\U0001f52d' AS a, sra FROM ivoa.obscore", "sra", "s_ra"),
        ("SELECT 'open FROM ivoa.obscore", "'", None),
        ("SELECT s_ra FROM ivoa.obscore WHERE", "", None),
    ],
)
def test_place_of_a_fault(query: str, wrong: str, replacement: str | None):
    with pytest.raises(AdqlError) as caught:
        translate(query, CATALOG, max_rows=1)
    found = fault(query, caught.value)
    # Browsers count UTF-16 units.
    units = query.encode("utf-16-le")
    shown = units[2 * found["from"] : 2 * found["to"]].decode("utf-16-le")
    assert shown == wrong
    assert found["replacement"] == replacement
