"""What queries give, compared with what Python makes of the same rows."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from tests.unit.adql.adql_world import World

Row = dict[str, Any]


def _observations(world: World) -> list[Row]:
    return list(world.rows["gamma.observations"])


def _same(found: list[Any], expected: list[Any]) -> None:
    assert Counter(found) == Counter(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 / 2", 0),
        ("-7 / 2", -3),
        ("n / 2", -3),
        ("7 / -2", -3),
        ("1.0 / 2", 0.5),
        ("1 / 0", None),
        ("n / 0", None),
        ("x / 0", None),
        ("MOD(-7, 3)", -1),
        ("MOD(7, -3)", 1),
        ("MOD(n, 0)", None),
        ("MOD(-7.5, 2)", -1.5),
        ("MOD(x, 0)", None),
        ("ROUND(2.5)", 3.0),
        ("ROUND(-2.5)", -3.0),
        ("ROUND(1234.567, 1)", 1234.6),
        ("ROUND(1234.567, -2)", 1200.0),
        ("ROUND(1.5, 400)", 1.5),
        ("ROUND(1.5, -400)", 0.0),
        ("ROUND(n, -1)", -10.0),
        ("TRUNCATE(-2.7)", -2.0),
        ("TRUNCATE(1234.567, 1)", 1234.5),
        ("TRUNCATE(1299.9, -2)", 1200.0),
        ("TRUNCATE(-1.99, 1)", -1.9),
        ("TRUNCATE(1.5, 400)", 1.5),
        ("TRUNCATE(1.5, -400)", 0.0),
        ("CEILING(-0.5)", 0.0),
        ("FLOOR(-0.5)", -1.0),
        ("ABS(n)", 7),
        ("-n", 7),
        ("1 - -2", 3),
        ("2 + 3 * 4 - 1", 13),
        ("(2 + 3) * 4", 20),
        ("20 / 2 / 5", 2),
        ("10 - 2 - 3", 5),
        ("LOG(0)", None),
        ("LOG(-1)", None),
        ("LOG(EXP(1))", 1.0),
        ("LOG10(1000)", 3.0),
        ("LOG10(-x)", None),
        ("SQRT(-1)", None),
        ("SQRT(n)", None),
        ("SQRT(2.25)", 1.5),
        ("ASIN(2)", None),
        ("ACOS(-1.1)", None),
        ("ACOS(-1)", math.pi),
        ("ATAN2(1, -1)", 3 * math.pi / 4),
        ("COT(0)", None),
        ("COT(1)", 1 / math.tan(1)),
        ("POWER(2, 10)", 1024.0),
        ("POWER(-8, 0.5)", None),
        ("POWER(-2, 3)", -8.0),
        ("POWER(0, -1)", None),
        ("POWER(0, 0)", 1.0),
        ("POWER(10, 400)", None),
        ("EXP(1000)", None),
        ("EXP(-1000)", 0.0),
        ("SIN(EXP(1000))", None),
        ("PI()", math.pi),
        ("DEGREES(PI())", 180.0),
        ("RADIANS(180)", math.pi),
        ("9223372036854775807 + 1", None),
        ("2147483647 + 1", 2147483648),
        ("99999999999999999999", 1e20),
        ("CAST('12' AS INTEGER)", 12),
        ("CAST('12abc' AS INTEGER)", None),
        ("CAST(word AS DOUBLE PRECISION)", 12.0),
        ("CAST(99999 AS SMALLINT)", None),
        ("CAST(1e300 AS BIGINT)", None),
        ("CAST(n AS VARCHAR)", "-7"),
        ("CAST('abcdef' AS CHAR(3))", "abc"),
        ("CAST('abc' AS VARCHAR(99999999999))", "abc"),
        ("CAST(moment AS VARCHAR)", "2026-01-31T12:00:00"),
        ("COALESCE(NULL, n, 3)", -7),
        ("COALESCE(NULL, NULL)", None),
        ("NULL + 1", None),
        ("NULL || 'a'", None),
        ("LOWER(NULL)", None),
        ("SUM(NULL)", None),
        ("'it''s'", "it's"),
        ("'a' 'b' || 'c'", "abc"),
        ("'back\\slash'", "back\\slash"),
        ("'%s {0} {'", "%s {0} {"),
        ("LOWER('ÄB') || UPPER('é')", "äbÉ"),
        ("''", ""),
        ("ivo_hasword('the Crab nebula', 'crab')", 1),
        ("ivo_hasword('Crabby', 'crab')", 0),
        ("ivo_hasword('a.b c', '.b')", 0),
        ("ivo_hasword(NULL, 'crab')", None),
        ("ivo_nocasematch('Crab', 'c_A%')", 1),
        ("ivo_hashlist_has('a#Bc#d', 'bC')", 1),
        ("ivo_hashlist_has('a#b', 'a#b')", 0),
        ("ivo_hashlist_has(NULL, 'b')", None),
        ("ivo_interval_overlaps(1, 2, 2, 3)", 1),
        ("ivo_interval_overlaps(1, 2, 2.5, 3)", 0),
        ("ivo_to_mjd(CAST('2000-01-01T12:00:00' AS TIMESTAMP))", 51544.5),
        ("ivo_to_jd(CAST('2000-01-01T12:00:00' AS TIMESTAMP))", 2451545.0),
        ("(SELECT MAX(id) FROM numbers)", 7),
        ("(SELECT id FROM numbers WHERE 1 = 0)", None),
    ],
)
def test_expression(world: World, expression: str, expected: Any) -> None:
    found = world.value(expression)
    if isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-15, abs=1e-15)
    else:
        assert found == expected
        assert type(found) is type(expected)


@pytest.mark.parametrize(
    "expression",
    ["ABS(small)", "-small", "ABS(n)", "-n", "n + n", "n * n", "big + 1", "big * big",
     "big - 1", "-big", "ABS(big)", "big / -1", "small * big", "SUM(big)", "n / small",
     "MOD(big, -1)"],
)  # fmt: skip
def test_whole_numbers_never_overflow(world: World, expression: str) -> None:
    """Where the result has more than 64 bits it is NULL, not an error."""
    python = expression.replace("ABS", "abs").replace("SUM", "")
    for row in world.rows["numbers"]:
        found = world.values(f"SELECT {expression} FROM numbers WHERE id = {row['id']}")
        try:
            if "MOD" in expression:
                expected: Any = 0 if row["big"] is not None else None
            elif "/" in expression:
                left, right = (eval(part, {}, row) for part in python.split("/"))  # noqa: S307
                expected = int(left * (1 if right > 0 else -1)) // abs(right)
                if left * right < 0:
                    expected = -(abs(left) // abs(right))
            else:
                expected = eval(python, {"abs": abs}, row)  # noqa: S307
        except (TypeError, ZeroDivisionError):
            expected = None
        if expected is not None and not -(2**63) <= expected < 2**63:
            expected = None
        assert found == [expected], row


@pytest.mark.parametrize(
    ("condition", "test"),
    [
        ("n > 0", lambda r: r["n"] is not None and r["n"] > 0),
        ("NOT n > 0", lambda r: r["n"] is not None and not r["n"] > 0),
        ("n = NULL", lambda r: False),
        ("n IN (3, NULL)", lambda r: r["n"] == 3),
        ("n NOT IN (3, NULL)", lambda r: False),
        ("n NOT IN (3, 4)", lambda r: r["n"] is not None and r["n"] not in {3, 4}),
        ("n IS NULL OR n = 0", lambda r: not r["n"]),
        ("NOT (n > 0 AND x > 0)", lambda r: _not_both(r["n"], r["x"])),
        ("NOT n = 3 AND n = 3 OR n = 4", lambda r: r["n"] == 4),
        ("n = 4 OR n = 3 AND 1 = 0", lambda r: r["n"] == 4),
        ("n BETWEEN 0 AND 1 + 2", lambda r: r["n"] in {0, 3}),
        ("n NOT BETWEEN 0 AND 3", lambda r: r["n"] is not None and not 0 <= r["n"] <= 3),
        ("n BETWEEN 3 AND 0", lambda r: False),
        ("word = ''", lambda r: r["word"] == ""),
        ("word LIKE '%''s%'", lambda r: "'s" in (r["word"] or "")),
        ("word LIKE 'ünï%'", lambda r: False),
        ("word ILIKE 'ÜNÏ%'", lambda r: (r["word"] or "").startswith("Ünï")),
        ("word = '12' || ''", lambda r: r["word"] == "12"),
        ("moment >= '2026-01-31T12:00:00Z'", lambda r: _year(r) == 2026),
        ("moment < '1970-01-01'", lambda r: _year(r) == 1969),
        ("flag = 'TRUE'", lambda r: r["flag"] is True),
        ("flag <> 1", lambda r: r["flag"] is False),
        ("r = 2.25 AND r > n - 2", lambda r: r["r"] == 2.25 and r["n"] < 4.25),
        ("EXISTS (SELECT 1 FROM numbers b WHERE b.n = numbers.n + 1)",
         lambda r: r["n"] == 3),
    ],
)  # fmt: skip
def test_conditions(world: World, condition: str, test: Any) -> None:
    found = world.values(f"SELECT id FROM numbers WHERE {condition}")
    _same(found, [row["id"] for row in world.rows["numbers"] if test(row)])


def _not_both(n: int | None, x: float | None) -> bool:
    return (n is not None and not n > 0) or (x is not None and not x > 0)


def _year(row: Row) -> int:
    return row["moment"].year if row["moment"] else 0


@pytest.mark.parametrize(
    ("pattern", "names"),
    [("PKS%_1", {"PKS%_1"}), ("PKS\\%_1", set()), ("%\\%", set()), ("Mrk 42_", {"Mrk 421"}),
     ("c%", set()), ("C%", {"Crab"}), ("", set()), ("%", {"PKS%_1", "Mrk 421", "Crab"})],
)  # fmt: skip
def test_like(world: World, pattern: str, names: set[str]) -> None:
    query = (
        f"SELECT DISTINCT target FROM gamma.observations WHERE target LIKE '{pattern}'"
    )
    assert set(world.values(query)) == names


def test_merged_columns_of_joins(world: World) -> None:
    left, right = _observations(world), list(world.rows["gamma.details"])
    ids = {row["obs_id"] for row in left}
    details = {row["obs_id"]: row for row in right}
    names = [c.name for c in world.compile(
        "SELECT * FROM gamma.observations NATURAL JOIN gamma.details").columns]  # fmt: skip
    assert names[0] == "obs_id"
    assert names.count("obs_id") == 1
    assert names[-2:] == ["quality", "analyst"]
    for kind, expected in (
        ("NATURAL JOIN", ids & set(details)),
        ("NATURAL LEFT JOIN", ids),
        ("NATURAL RIGHT JOIN", set(details)),
        ("NATURAL FULL JOIN", ids | set(details)),
    ):
        query = f"SELECT obs_id, quality FROM gamma.observations {kind} gamma.details"
        _same(
            world.ask(query),
            [(i, details[i]["quality"] if i in details else None) for i in expected],
        )


def test_full_join_shows_ids_of_both_sides(world: World) -> None:
    query = (
        "SELECT obs_id, a.obs_id, b.obs_id FROM gamma.details a FULL JOIN "
        "(SELECT obs_id FROM gamma.observations WHERE obs_id < 12) b USING (obs_id)"
    )
    left, right = set(range(10, 40, 2)), set(range(1, 12))
    _same(
        world.ask(query),
        [
            (i, i if i in left else None, i if i in right else None)
            for i in left | right
        ],
    )


def test_joins_skip_null(world: World) -> None:
    query = "SELECT COUNT(*) FROM gamma.observations JOIN gamma.events USING (obs_id)"
    ids = {row["obs_id"] for row in _observations(world)}
    expected = sum(row["obs_id"] in ids for row in world.rows["gamma.events"])
    assert world.values(query) == [expected]


def test_intersect_binds_tighter_than_except(world: World) -> None:
    one, two, three = "id < 5", "id > 2", "id > 3"
    select = "SELECT id FROM numbers WHERE"
    text = f"{select} {one} EXCEPT {select} {two} INTERSECT {select} {three}"
    assert set(world.values(text)) == {1, 2, 3}
    text = f"({select} {one} EXCEPT {select} {two}) INTERSECT {select} {three}"
    assert world.values(text) == []
    text = f"{select} {one} UNION {select} {two} EXCEPT {select} {three}"
    assert set(world.values(text)) == {1, 2, 3}


def test_set_operators_keep_or_drop_duplicates(world: World) -> None:
    ones = "SELECT 1 AS v FROM numbers"
    two = "SELECT 1 AS v FROM numbers WHERE id < 3"
    assert world.values(f"{ones} UNION {two}") == [1]
    assert world.values(f"{ones} UNION ALL {two}") == [1] * 9
    assert world.values(f"{ones} EXCEPT ALL {two}") == [1] * 5
    assert world.values(f"{ones} INTERSECT ALL {two}") == [1] * 2
    assert world.values(f"{ones} EXCEPT {two}") == []


def test_set_operators_compare_numbers_of_different_types(world: World) -> None:
    text = "SELECT n FROM numbers WHERE id = 4 UNION SELECT x FROM numbers WHERE id = 4"
    assert world.values(text) == [0.0]


def test_hidden_columns_do_not_make_rows_different(world: World) -> None:
    position = "SELECT s_ra, s_dec FROM gamma.observations"
    known = {(r["s_ra"], r["s_dec"]) for r in _observations(world)}
    for text in (
        f"SELECT * FROM ({position} UNION {position}) u",
        f"SELECT * FROM ({position} INTERSECT {position}) u",
        f"SELECT DISTINCT * FROM ({position} UNION ALL {position}) u",
    ):
        assert set(world.ask(text)) == known
        assert len(world.ask(text)) == len(known)


def test_order_top_and_offset(world: World) -> None:
    values = sorted(r["n"] for r in world.rows["numbers"] if r["n"] is not None)
    assert world.values("SELECT n FROM numbers ORDER BY n") == [*values, None]
    assert world.values("SELECT n FROM numbers ORDER BY n DESC") == [
        *values[::-1],
        None,
    ]
    assert (
        world.values("SELECT TOP 2 n FROM numbers ORDER BY n OFFSET 1") == values[1:3]
    )
    assert world.values("SELECT n FROM numbers ORDER BY n OFFSET 5") == [
        values[5],
        None,
    ]
    assert world.values("SELECT n FROM numbers OFFSET 99") == []
    assert world.values("SELECT TOP 0 n FROM numbers") == []


def test_aliases_of_order_are_output_columns(world: World) -> None:
    """Output columns hide columns of the same name, also when they are exchanged."""
    expected = [
        row["id"] for row in sorted(world.rows["numbers"], key=lambda r: -r["id"])
    ]
    swap = "SELECT a AS b, b AS a FROM (SELECT id AS a, -id AS b FROM numbers) q"
    assert world.ask(f"{swap} ORDER BY a") == [(i, -i) for i in expected]
    assert world.ask(f"{swap} ORDER BY b DESC") == [(i, -i) for i in expected]
    assert world.ask(f"{swap} ORDER BY q.a DESC") == [(i, -i) for i in expected]
    twice = f"SELECT a, b FROM ({swap}) r ORDER BY b"
    assert world.ask(twice) == [(-i, i) for i in expected[::-1]]


def test_row_limit(world: World) -> None:
    text = "SELECT TOP 5 id FROM numbers ORDER BY id"
    assert world.values(text, max_rows=3) == [1, 2, 3, 4]
    assert world.compile(text, max_rows=3).row_limit == 3
    assert world.values(text, max_rows=5) == [1, 2, 3, 4, 5]
    assert world.compile(text, max_rows=5).row_limit is None
    large = world.compile("SELECT TOP 20000 id FROM numbers", max_rows=30_000)
    assert (large.row_limit, large.overflows) == (20_000, False)
    assert "LIMIT" not in large.sql
    large = world.compile("SELECT TOP 20000 id FROM numbers", max_rows=10_000)
    assert (large.row_limit, large.overflows) == (10_000, True)
    for ending in ("ORDER BY id", "OFFSET 3"):
        text = f"SELECT TOP 20000 id FROM numbers {ending}"
        large = world.compile(text, max_rows=30_000)
        assert (large.row_limit, large.overflows) == (None, False)
        assert "LIMIT 20000" in large.sql
    union = "SELECT id FROM numbers UNION SELECT id FROM numbers ORDER BY id OFFSET 2"
    assert world.values(union, max_rows=2) == [3, 4, 5]
    assert world.values("SELECT id FROM numbers ORDER BY id", max_rows=0) == [1]


def test_groups(world: World) -> None:
    groups: dict[Any, list[Row]] = {}
    for row in _observations(world):
        groups.setdefault(row["target"], []).append(row)

    def values(rows: list[Row], name: str) -> list[Any]:
        return [row[name] for row in rows if row[name] is not None]

    found = world.ask(
        "SELECT target, COUNT(*), COUNT(n_tel), COUNT(DISTINCT n_tel), SUM(n_events), "
        "AVG(exposure), MIN(started), MAX(n_tel) - MIN(n_tel) "
        "FROM gamma.observations GROUP BY target"
    )
    assert len(found) == len(groups)
    for target, count, known, different, events, mean, first, spread in found:
        rows = groups[target]
        assert count == len(rows)
        assert known == len(values(rows, "n_tel"))
        assert different == len(set(values(rows, "n_tel")))
        assert events == sum(values(rows, "n_events"))
        exposures = values(rows, "exposure")
        assert mean == pytest.approx(sum(exposures) / len(exposures))
        assert first == min(values(rows, "started"))
        assert spread == max(values(rows, "n_tel")) - min(values(rows, "n_tel"))


def test_group_by_prefers_columns_to_aliases(world: World) -> None:
    column = "SELECT COUNT(*) AS target FROM gamma.observations GROUP BY target"
    targets = Counter(row["target"] for row in _observations(world))
    _same(world.values(column), list(targets.values()))
    alias = "SELECT n_tel / 3 AS k, COUNT(*) FROM gamma.observations GROUP BY k"
    expected = Counter(
        None if row["n_tel"] is None else row["n_tel"] // 3
        for row in _observations(world)
    )
    _same(world.ask(alias), list(expected.items()))


def test_empty_groups(world: World) -> None:
    nothing = "FROM numbers WHERE 1 = 0"
    assert world.ask(f"SELECT COUNT(*), SUM(n), MAX(n) {nothing}") == [(0, None, None)]
    assert world.ask(f"SELECT n, COUNT(*) {nothing} GROUP BY n") == []
    assert world.ask(f"SELECT COUNT(*) {nothing} HAVING COUNT(*) > 0") == []
    assert world.ask(f"SELECT 1 {nothing} HAVING COUNT(*) = 0") == [(1,)]


def test_order_by_aggregate(world: World) -> None:
    text = (
        "SELECT target FROM gamma.observations GROUP BY target ORDER BY COUNT(*) DESC"
    )
    targets = Counter(row["target"] for row in _observations(world))
    counts = [targets[target] for target in world.values(text)]
    assert counts == sorted(counts, reverse=True)


def test_correlated_subqueries(world: World) -> None:
    text = (
        "SELECT d.obs_id, (SELECT COUNT(*) FROM gamma.events e WHERE e.obs_id = d.obs_id) "
        "FROM gamma.details d WHERE EXISTS "
        "(SELECT 1 FROM gamma.events e WHERE e.obs_id = d.obs_id AND e.energy > 1)"
    )
    events = world.rows["gamma.events"]
    counts = Counter(row["obs_id"] for row in events)
    bright = {row["obs_id"] for row in events if (row["energy"] or 0) > 1}
    expected = [(i, counts[i]) for i in range(10, 40, 2) if i in bright]
    _same(world.ask(text), expected)


def test_common_table_used_twice(world: World) -> None:
    text = (
        "WITH w AS (SELECT id, n FROM numbers WHERE id > 2), "
        "v AS (SELECT MAX(id) AS largest FROM w) "
        "SELECT w.id FROM w JOIN v ON w.id = v.largest OR w.id = v.largest - 1"
    )
    assert sorted(world.values(text)) == [6, 7]


def test_common_table_hides_nothing_but_its_own_name(world: World) -> None:
    text = "WITH numbers AS (SELECT 1 AS one FROM gamma.details) SELECT * FROM numbers"
    assert world.values(text) == [1] * 15


def test_wrapped_query_keeps_its_own_order(world: World) -> None:
    text = "(SELECT TOP 3 id FROM numbers ORDER BY id DESC) ORDER BY id OFFSET 1"
    assert world.values(text) == [6, 7]


def test_units_are_converted(world: World) -> None:
    rows = [row for row in _observations(world) if row["exposure"] is not None]
    text = "SELECT IN_UNIT(exposure, 'h') FROM gamma.observations WHERE exposure >= 0"
    found = sorted(world.values(text))
    assert found == pytest.approx(sorted(row["exposure"] / 3600 for row in rows))


_EVENT = {"event", "EVENT-list"}


@pytest.mark.parametrize(
    ("condition", "test"),
    [
        ("= 'event'", lambda p: p in _EVENT),
        ("= 'EVENT'", lambda p: p in _EVENT),
        ("= 'event-list'", lambda p: p in _EVENT),
        ("<> 'event'", lambda p: p not in _EVENT | {None}),
        ("= 'map'", lambda p: p in {"image", "cube"}),
        ("IN ('event', 'pulsar')", lambda p: p in _EVENT | {"pulsar"}),
        ("IN ('event', 'map')", lambda p: p in _EVENT | {"image", "cube"}),
        ("NOT IN ('event')", lambda p: p not in _EVENT | {None}),
        ("NOT IN ('event', 'pulsar')", lambda p: p in {"image", "cube"}),
        ("IN ('pulsar')", lambda p: p == "pulsar"),
        ("LIKE 'event'", lambda p: p == "event"),
        ("= 'Pulsar'", lambda p: False),
    ],
)
@pytest.mark.parametrize(
    "source",
    [
        "gamma.observations o",
        "(SELECT * FROM gamma.observations) o",
        "(SELECT obs_id, dataproduct_type FROM gamma.observations) o",
        "gamma.observations o LEFT JOIN gamma.details d ON d.obs_id = o.obs_id",
    ],
)
def test_words_of_a_vocabulary(
    world: World, source: str, condition: str, test: Any
) -> None:
    rows = [r["obs_id"] for r in _observations(world) if test(r["dataproduct_type"])]
    text = f"SELECT o.obs_id FROM {source} WHERE o.dataproduct_type {condition}"
    _same(world.values(text), rows)
    common = f"WITH o AS (SELECT o.* FROM {source}) SELECT obs_id FROM o "
    _same(world.values(f"{common} WHERE dataproduct_type {condition}"), rows)


def test_vocabulary_on_the_right_and_literally(world: World) -> None:
    text = "SELECT obs_id FROM gamma.observations WHERE 'event' = dataproduct_type"
    products = [row["dataproduct_type"] for row in _observations(world)]
    assert len(world.ask(text)) == sum(product in _EVENT for product in products)
    literal = world.ask(text, strict_vocabulary=True)
    assert len(literal) == products.count("event")


def test_repeated_names_get_numbers(world: World) -> None:
    text = "SELECT n, n, N, id AS n_2, MAX(n), max(x) FROM numbers GROUP BY n, id"
    names = [column.name for column in world.compile(text).columns]
    assert len(set(names)) == len(names)
    assert names[0] == "n"
    assert "n_2" in names
