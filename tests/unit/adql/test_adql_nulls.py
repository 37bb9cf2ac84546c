"""Whatever takes a number has no value where a row has none, in items and conditions."""

from __future__ import annotations

import pytest

from tests.unit.adql.adql_world import World

EXPRESSIONS = [
    *(f"{name}(x)" for name in ("ABS", "CEILING", "FLOOR", "EXP", "SQRT")),
    *(f"{name}(x)" for name in ("LOG", "LOG10", "SIN", "COS", "TAN", "COT", "ASIN")),
    *(f"{name}(x)" for name in ("ACOS", "ATAN", "DEGREES", "RADIANS", "ROUND")),
    *("ATAN2(x, 1)", "ATAN2(1, x)", "MOD(x, 2)", "MOD(2, x)", "TRUNCATE(x, 1)"),
    *("POWER(x, 2)", "POWER(2, x)", "x + 1", "1 - x", "2 * x", "1 / x", "- x"),
    "DISTANCE(x, 1, 2, 3)",
    "DISTANCE(1, 2, 3, x)",
    "DISTANCE(POINT(x, 2), POINT(3, 4))",
    "DISTANCE(POINT(1, x), POINT(1, 2))",
    "DISTANCE(POINT(1, x), POINT(x, 2))",
    "AREA(CIRCLE(x, 2, 3))",
    "AREA(CIRCLE(1, x, 3))",
    "AREA(CIRCLE(1, 2, x))",
    "AREA(CIRCLE(1, 2, -ABS(id) - 1))",
    "AREA(POLYGON(0, 0, 10, x, 10, 10))",
    "AREA(BOX(1, 2, x, 4))",
    "COORD1(POINT(x, 2))",
    "COORD2(POINT(2, x))",
    "CONTAINS(POINT(x, 2), CIRCLE(1, 2, 3))",
    "CONTAINS(POINT(1, 2), CIRCLE(1, 2, x))",
    "CONTAINS(POINT(1, 2), CIRCLE(1, x, 170))",
    "CONTAINS(CIRCLE(1, 2, x), CIRCLE(1, 2, 3))",
    "CONTAINS(CIRCLE(1, 2, x), CIRCLE(1, 2, 180))",
    "CONTAINS(POINT(1, x), POLYGON(0, 0, 10, 0, 10, 10))",
    "CONTAINS(CIRCLE(5, 2, -ABS(id) - 1), CIRCLE(5, 2, 1))",
    "INTERSECTS(CIRCLE(1, 2, x), CIRCLE(1, 2, 3))",
    "INTERSECTS(CIRCLE(5, 2, x), POLYGON(0, 0, 10, 0, 10, 10))",
    "INTERSECTS(CIRCLE(x, 2, 1), POLYGON(0, 0, 10, 0, 10, 10))",
    "ivo_healpix_index(3, x, 10)",
    "ivo_healpix_index(3, 10, x)",
    "ivo_healpix_index(12, 10, 95 + 0 * id)",
]


@pytest.fixture(scope="module")
def row(world: World) -> int:
    """Return a row of ``numbers`` in which ``x`` is NULL."""
    return min(world.values("SELECT id FROM numbers WHERE x IS NULL"))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_no_value_gives_no_value(world: World, row: int, expression: str):
    here = f"FROM numbers WHERE id = {row}"
    assert world.values(f"SELECT {expression} AS v {here}") == [None]
    count = f"SELECT COUNT(*) {here}"
    assert world.values(f"{count} AND {expression} IS NULL") == [1]
    for condition in ("< 1e9", "> -1e9", "= 0", "= 1", "<> 5", "IN (0, 1, 2)"):
        assert world.values(f"{count} AND {expression} {condition}") == [0]
    assert world.values(f"SELECT MIN({expression}) {here}") == [None]
