"""User-defined functions against the IVOA catalogue's examples and other programs."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import Latitude, Longitude, SkyCoord
from astropy.time import Time
from cdshealpix.nested import healpix_to_lonlat, lonlat_to_healpix
from mocpy import TimeMOC

from gammavo.adql import BUILTIN_USER_FUNCTIONS, AdqlError, NotSupportedError
from tests.unit.adql.adql_world import World

PLACE = "7.606083572, 11.79044105"
STAR = f"{PLACE}, 125, 300, -428.8, 52.51, 2016.0"

EXAMPLES = [
    ("ivo_healpix_index(0, 1, 1)", 4),
    ("ivo_healpix_index(17, 1, 1)", 81609757711),
    ("ivo_healpix_index(17, 359, -1)", 73009064944),
    ("ivo_healpix_index(0, POINT(1, 1))", 4),
    ("ivo_healpix_index(17, POINT('ICRS', 1, 1))", 81609757711),
    ("ivo_healpix_index(17, CENTROID(CIRCLE(359, -1, 3)))", 73009064944),
    ("ivo_healpix_index(29, NULL, 1)", None),
    ("ivo_healpix_index(n, 1, 1)", None),
    ("ivo_healpix_center(0, 6)", [180.0, 0.0]),
    (
        "ivo_healpix_center(17, ivo_healpix_index(17, 23.4, 56.7))",
        [23.399843462947466, 56.70016214363192],
    ),
    ("ivo_healpix_center(3, n)", None),
    ("ivo_healpix_center(n, 3)", None),
    (f"ivo_epoch_prop_pos({STAR}, 1992.25)", [7.604061404627978, 11.7932703828279]),
    (f"ivo_epoch_prop_pos({STAR}, 1875.0)", [7.594068213694308, 11.807251375203935]),
    (
        f"ivo_epoch_prop_pos({PLACE}, 125, 300, -428.8, NULL, 2016.0, 1875)",
        [7.594079587029898, 11.807235464326332],
    ),
    (
        f"ivo_epoch_prop_pos({PLACE}, 125, 300, NULL, NULL, 2016.0, 1875)",
        [7.594080321498365, 11.790440798509207],
    ),
    (
        f"ivo_epoch_prop_pos({PLACE}, NULL, 300, -428.8, 52.51, 2016, 1875)",
        [7.594079587020846, 11.807235464339055],
    ),
    ("ivo_geom_transform('ICRS', 'GALACTIC', POINT(120, -23))",
     [241.121831182, 3.62785788087]),
    ("ivo_geom_transform('FK4', 'GALACTIC', CIRCLE(189.70303055, 22.96240006, 3))",
     [275.00025405, 84.99996154, 3]),
    ("ivo_geom_transform('GALACTIC', 'FK5', POLYGON(5, 3, 4, 4, 4.5, 2))",
     [266.44721, -23.107310, 264.95088, -23.434037, 267.09936, -24.051919]),
    ("ivo_to_jd(CAST('2000-01-02T12:00:00' AS TIMESTAMP))", 2451546.0),
    ("ivo_to_jd('1910-12-31T06:00:00')", 2419036.75),
    ("ivo_to_jd(NULL)", None),
    ("ivo_to_mjd(CAST('2000-01-02T12:00:00' AS TIMESTAMP))", 51545.5),
    ("ivo_to_mjd('1910-12-31T06:00:00')", 19036.25),
    ("gavo_to_mjd('1910-12-31')", 19036.0),
    ("ivo_to_mjd(word)", None),
    ("ivo_to_mjd(moment)", 61071.5),
    ("ivo_nocasematch('abcabc', 'ab%')", 1),
    ("ivo_nocasematch('ABcabc', 'ab__bc')", 1),
    ("ivo_nocasematch('abcabc', '%BC')", 1),
    ("ivo_nocasematch('abcabc', 'ABCABC')", 1),
    ("ivo_nocasematch('abcabc', 'abcab')", 0),
    ("ivo_nocasematch('ÄB', 'ä_')", 1),
    ("ivo_hasword('Miller and Urey have', 'miller')", 1),
    ("ivo_hasword('shown that a primordial', 'soup')", 0),
    ("ivo_hasword('shown that a primordial', 'shown primordial')", 1),
    ("ivo_hasword('shown that a primordial', 'primordial  SHOWN ')", 1),
    ("ivo_hasword('shown that a primordial', 'shown soup')", 0),
    ("ivo_hasword('shown that a primordial', 'primordial ' || 'shown')", 1),
    ("ivo_hasword('shown that a primordial', 'primordial ' || 'soup')", 0),
    ("ivo_hasword('a (b) c', '(b)')", 1),
    ("ivo_hasword('a (b) c', '(' || 'b)')", 1),
    ("ivo_hasword('a b', NULL)", None),
    ("ivo_hasword('H.E.S.S. I', 'h.e.s.s.')", 1),
    ("ivo_hasword('HxExSxSx I', 'h.e.s.s.')", 0),
    ("ivo_hashlist_has('red#green#blue', 'red')", 1),
    ("ivo_hashlist_has('Red#green#blue', 'red')", 1),
    ("ivo_hashlist_has('red#green#blue', 're')", 0),
    ("ivo_hashlist_has('red#green#blue', 'red#green')", 0),
    ("ivo_interval_overlaps(-3, -2, 2, 3)", 0),
    ("ivo_interval_overlaps(-2, 55.3, 2, 3)", 1),
    ("ivo_interval_overlaps(2, 3, -2, 55.3)", 1),
    ("ivo_interval_overlaps(-2, 55.3, 3, 2)", 0),
    ("ivo_interval_overlaps(-2, 2, 2, 3)", 1),
    ("ivo_interval_overlaps(1, 2, NULL, 3)", None),
    ("ivo_interval_overlaps(1, 2, NULL, 0)", 0),
    ("ivo_interval_has(2.5, 1, 2.5)", 1),
    ("ivo_interval_has(2.6, 1, 2.5)", 0),
    ("ivo_interval_has(NULL, 1, 2.5)", None),
    ("ivo_hms_to_degrees('3:34:45.4')", 53.68916666666667),
    ("ivo_hms_to_degrees('3h34m45.4s')", 53.68916666666667),
    ("ivo_hms_to_degrees('3H34M45.4S')", 53.68916666666667),
    ("ivo_hms_to_degrees('033445.4')", 53.68916666666667),
    ("ivo_hms_to_degrees('24:00:00')", None),
    ("ivo_hms_to_degrees('3:34')", None),
    ("ivo_hms_to_degrees(word)", None),
    ("ivo_dms_to_degrees('42:9:6.768')", 42.15188),
    ("ivo_dms_to_degrees('42d9m6.768s')", 42.15188),
    ("ivo_dms_to_degrees('42D9M6.768S')", 42.15188),
    ("ivo_dms_to_degrees('-00:15:00')", -0.25),
    ("ivo_dms_to_degrees('+00:15:00')", 0.25),
    ("ivo_dms_to_degrees('-0d15m0s')", -0.25),
    ("ivo_dms_to_degrees('+0d15m0s')", 0.25),
    ("ivo_dms_to_degrees('+001500')", 0.25),
    ("ivo_dms_to_degrees('12:60:00')", None),
    ("ivo_dms_to_degrees('')", None),
]  # fmt: skip


def _printed(expression: str) -> float:
    """Return how exact the catalogue gives a result."""
    return 1e-5 if "FK5" in expression else 1e-8 if "transform" in expression else 1e-13


@pytest.mark.parametrize(("expression", "expected"), EXAMPLES)
def test_examples_of_the_catalogue(
    world: World, expression: str, expected: Any
) -> None:
    found = world.value(expression)
    if isinstance(expected, list | float):
        assert found == pytest.approx(expected, rel=1e-10, abs=_printed(expression))
    else:
        assert found == expected
        assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("ivo_healpix_index(30, 1, 1)", "orders are 0 to 29"),
        ("ivo_healpix_index(3, 1, 91)", "latitude"),
        ("ivo_healpix_index(3, 'a', 1)", "takes a number here"),
        ("ivo_healpix_index(3, 'a')", "takes a point here"),
        ("ivo_healpix_index(3)", "takes 3 or 2 arguments"),
        ("ivo_healpix_center(17, 23.2)", "takes a number here"),
        ("ivo_healpix_center(1, 48)", "0 to 47"),
        (
            "ivo_epoch_prop_pos(NULL, 11, 125, 300, NULL, NULL, 2016.0, 1875.0)",
            "ra must not be NULL",
        ),
        ("ivo_epoch_prop_pos(1, 1, 1, 1, 1, 1, NULL, 1875.0)", "ref_epoch"),
        ("ivo_geom_transform('icrs', 'GALACTIC', POINT(1, 2))", "no frame here"),
        ("ivo_geom_transform('ICRS', word, POINT(1, 2))", "no frame here"),
        ("ivo_geom_transform('ICRS', 'FK5', 3)", "takes a point or a circle"),
        ("ivo_to_mjd('yesterday')", "is not a time"),
        ("ivo_to_mjd(3)", "takes a time here"),
        ("ivo_histogram(x, 3, 1, 4)", "not in order"),
        ("ivo_histogram(x, 1, 3, 0)", "1 to 1000 bins"),
        ("ivo_histogram(x, 1, n, 4)", "takes constants"),
        ("ivo_histogram(x, 1, 2, 4) + 1", "list of numbers"),
        ("ivo_hasword(1, 'a')", "takes a text here"),
        ("ivo_unknown(1)", "unknown function"),
    ],
)
def test_wrong_arguments_are_explained(
    world: World, expression: str, message: str
) -> None:
    with pytest.raises(AdqlError, match=message):
        world.value(expression)


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("ivo_simbadpoint('Crab')", "give its position"),
        ("moc(3, CIRCLE(1, 2, 3))", "use the shape"),
        ("tmoc(27, '27/1')", "use it in INTERSECTS"),
    ],
)
def test_what_is_not_there_is_refused_by_name(
    world: World, expression: str, hint: str
) -> None:
    with pytest.raises(NotSupportedError, match=hint):
        world.value(expression)


def test_capabilities_declare_every_function_that_works(world: World) -> None:
    (forms,) = (
        features
        for uri, features in world.catalog.language_features().items()
        if uri.endswith("udf")
    )
    declared = [form for form, _ in forms]
    assert (
        "ivo_healpix_index(hpxOrder INTEGER, long DOUBLE, lat DOUBLE) -> BIGINT"
        in declared
    )
    assert "ivo_healpix_index(hpxOrder INTEGER, point POINT) -> BIGINT" in declared
    assert len(declared) == len(set(declared))
    for function in BUILTIN_USER_FUNCTIONS:
        assert (function.form in declared) == (function.expand is not None)
        assert function.description


def _positions(number: int = 3000) -> tuple[Any, Any]:
    chance = np.random.default_rng(7)
    longitude = chance.uniform(0, 360, number)
    latitude = np.degrees(np.arcsin(chance.uniform(-1, 1, number)))
    latitude[:200] = 90 - 10 ** chance.uniform(-8, 1, 200)
    latitude[200:400] *= -1
    longitude[400:500] = 10 ** chance.uniform(-12, 0, 100)
    longitude[500:510], latitude[510:520], latitude[520:530] = 360, 90, -90
    return longitude, latitude


def _of_rows(world: World, expression: str, **columns: Any) -> list[Any]:
    """Return an expression for rows of a table ``numbers`` of these columns."""
    engine = world.engine.cursor()
    sql = world.compile(f"SELECT {expression} AS v FROM numbers").sql
    engine.register("rows", columns)
    engine.execute("CREATE TEMP TABLE numbers AS FROM rows")
    return [value for (value,) in engine.execute(sql).fetchall()]


@pytest.mark.parametrize("order", [0, 1, 5, 13, 24, 29])
def test_healpix_cells_are_those_of_another_program(world: World, order: int) -> None:
    longitude, latitude = _positions()
    call = f"ivo_healpix_index({order}, x, r)"
    found = _of_rows(world, call, x=longitude, r=latitude)
    places = Longitude(longitude, "deg"), Latitude(latitude, "deg")
    assert found == lonlat_to_healpix(*places, order).tolist()


@pytest.mark.parametrize("order", [0, 1, 2, 10, 29])
def test_healpix_centres_are_those_of_another_program(world: World, order: int) -> None:
    number = 12 << 2 * order
    some = {number * i // 997 for i in range(997)}
    cells = np.array(sorted({*range(min(number, 48)), *some, number - 1}))
    found = np.array(_of_rows(world, f"ivo_healpix_center({order}, big)", big=cells))
    longitude, latitude = healpix_to_lonlat(cells, order)
    np.testing.assert_allclose(found[:, 0], longitude.deg, rtol=1e-14, atol=1e-13)
    np.testing.assert_allclose(found[:, 1], latitude.deg, rtol=1e-14, atol=1e-13)


def test_cells_of_a_tables_own_positions(world: World) -> None:
    compiled = world.compile(
        "SELECT ivo_healpix_index(9, ra, dec) AS c FROM gamma.events"
    )
    assert "hpx29" in compiled.sql
    assert "sin" not in compiled.sql
    expected = [row["hpx29"] >> 40 for row in world.rows["gamma.events"]]
    query = "SELECT ivo_healpix_index({}, ra, dec) AS c FROM gamma.events"
    assert sorted(world.values(query.format(9))) == sorted(expected)
    assert sorted(world.values(query.format("multiplicity * 0 + 9"))) == sorted(
        expected
    )
    grouped = world.ask(
        "SELECT ivo_healpix_index(9, ra, dec) AS c, COUNT(*) AS n FROM gamma.events "
        "GROUP BY c ORDER BY n DESC"
    )
    assert sum(n for _, n in grouped) == len(expected)
    assert {c for c, _ in grouped} == set(expected)


def test_cells_are_an_index_search(world: World) -> None:
    cell = world.rows["gamma.events"][0]["hpx29"] >> 46
    for condition, cells in (
        (f"ivo_healpix_index(6, ra, dec) = {cell}", {cell}),
        (f"{cell} = ivo_healpix_index(6, POINT(ra, dec))", {cell}),
        (f"ivo_healpix_index(6, ra, dec) IN ({cell}, 5, {cell + 1})", {cell, cell + 1}),
        (
            f"ivo_healpix_index(6, ra, dec) BETWEEN {cell} AND {cell + 1}",
            {cell, cell + 1},
        ),
    ):
        query = f"SELECT event_id FROM gamma.events WHERE {condition}"
        assert world.compile(query).access == "indexed", condition
        expected = [
            row["event_id"]
            for row in world.rows["gamma.events"]
            if row["hpx29"] >> 46 in cells
        ]
        assert expected
        assert sorted(world.values(query)) == sorted(expected)


def test_frames_are_those_of_astropy(world: World) -> None:
    names = {
        "GALACTIC": "galactic",
        "FK5": "fk5",
        "ECLIPTIC": "barycentricmeanecliptic",
    }
    for row in world.ask(
        "SELECT ra, dec, ivo_geom_transform('ICRS', 'GALACTIC', POINT(ra, dec)), "
        "ivo_geom_transform('ICRS', 'FK5', pos), "
        "ivo_geom_transform('ICRS', 'ECLIPTIC', POINT(ra, dec)) FROM gamma.sources"
    ):
        ra, dec, *places = row
        for place, frame in zip(places, names.values(), strict=True):
            expected = SkyCoord(ra, dec, unit="deg").transform_to(frame)
            found = SkyCoord(*place, unit="deg", frame=frame)
            assert found.separation(expected).to_value("arcsec") < 1e-6
    there = "ivo_geom_transform('FK4', 'GALACTIC', {})"
    back = f"ivo_geom_transform('GALACTIC', 'FK4', {there})"
    assert world.value(back.format("POINT(10, 20)")) == pytest.approx([10, 20])
    assert world.value(back.format("CIRCLE(10, 20, 3)")) == pytest.approx([10, 20, 3])


@pytest.mark.parametrize(
    ("shape", "near"),
    [
        ("CIRCLE('GALACTIC', 184.56, -5.78, 2)", "CIRCLE(83.633, 22.0145, 2)"),
        ("CIRCLE('fk5 GEOCENTER', 83.633, 22.0145, 2)", "CIRCLE(83.633, 22.0145, 2)"),
        ("CIRCLE(POINT('GALACTIC', 184.56, -5.78), 2)", "CIRCLE(83.633, 22.0145, 2)"),
    ],
)
def test_shapes_in_other_frames(world: World, shape: str, near: str) -> None:
    query = "SELECT name FROM gamma.sources WHERE CONTAINS(POINT(ra, dec), {}) = 1"
    found = world.values(query.format(shape))
    assert set(found) == set(world.values(query.format(near))) != set()
    assert world.compile(query.format(shape)).access == "indexed"


def test_boxes_in_another_frame(world: World) -> None:
    inside = (
        "SELECT name, ra, dec FROM gamma.sources WHERE CONTAINS(POINT(ra, dec), {}) = 1"
    )
    found = world.ask(inside.format("BOX('GALACTIC', 184.5, -5.8, 3, 2)"))
    expected = []
    for row in world.rows["gamma.sources"]:
        place = SkyCoord(row["ra"], row["dec"], unit="deg").galactic
        if abs(place.l.deg - 184.5) < 1.5 and abs(place.b.deg + 5.8) < 1:
            expected.append(row["name"])
    assert expected
    assert {name for name, _, _ in found} == set(expected)


def test_moved_positions_are_those_of_astropy(world: World) -> None:
    for ra, dec, east, north in ((10, 20, 500, -800), (0.0001, 89.9, -5000, 3000)):
        now = SkyCoord(
            ra * u.deg, dec * u.deg, pm_ra_cosdec=east * u.mas / u.yr,
            pm_dec=north * u.mas / u.yr, distance=10 * u.pc,
            radial_velocity=30 * u.km / u.s,
            obstime=Time(2000, format="jyear", scale="tcb"),
        )  # fmt: skip
        then = now.apply_space_motion(
            new_obstime=Time(2100, format="jyear", scale="tcb")
        )
        call = f"ivo_epoch_prop_pos({ra}, {dec}, 100, {east}, {north}, 30, 2000, 2100)"
        found = SkyCoord(*world.value(call), unit="deg")
        assert found.separation(then).to_value("mas") < 0.01
        in_degrees = f"{east / 3.6e6}, {north / 3.6e6}"
        call = f"ivo_apply_pm({ra}, {dec}, {in_degrees}, 100)"
        roughly = SkyCoord(*world.value(call), unit="deg")
        assert roughly.separation(then).to_value("mas") < 500


def test_functions_of_positions_are_shapes(world: World) -> None:
    place = "ivo_epoch_prop_pos(ra, dec, 1, 10, 10, 0, 2016, 2026)"
    query = (
        f"SELECT name FROM gamma.sources WHERE DISTANCE({place}, POINT(ra, dec)) < {{}}"
    )
    assert len(world.values(query.format(0.001))) == 40
    assert world.values(query.format(1e-9)) == []
    inside = (
        "SELECT name FROM gamma.sources WHERE 1 = CONTAINS("
        "ivo_geom_transform('ICRS', 'GALACTIC', POINT(ra, dec)), CIRCLE(184.56, -5.78, 2))"
    )
    near_crab = (
        "SELECT name FROM gamma.sources WHERE DISTANCE(ra, dec, 83.633, 22.0145) < 2"
    )
    assert set(world.values(inside)) == set(world.values(near_crab)) != set()
    compiled = world.compile(
        "SELECT ivo_geom_transform('ICRS', 'GALACTIC', POINT(ra, dec)) FROM gamma.sources"
    )
    assert compiled.columns[0].frame == "GALACTIC"
    assert compiled.columns[0].unit == "deg"


def test_histograms_are_those_of_numpy(world: World) -> None:
    rows = world.rows["gamma.events"]
    for lower, upper, bins in ((0.5, 3.5, 6), (0, 1, 1), (-5.25, 2.0, 40)):
        known = np.array([r["energy"] for r in rows if r["energy"] is not None])
        below = int((known < lower).sum()) + len(rows) - len(known)
        inside = np.histogram(known, bins, (lower, upper))[0].tolist()
        expected = [below, *inside, int((known > upper).sum())]
        histogram = f"ivo_histogram(energy, {lower}, {upper}, {bins})"
        query = f"SELECT {histogram} AS h FROM gamma.events"
        assert world.values(query) == [expected]
        assert world.compile(query).columns[0].votable == ("int", "*", None)
    grouped = world.ask(
        "SELECT multiplicity, ivo_histogram(energy, 0, 9, 3), COUNT(*) FROM gamma.events "
        "GROUP BY multiplicity"
    )
    assert len(grouped) == 3
    assert all(sum(histogram) == number for _, histogram, number in grouped)
    nothing = "SELECT ivo_histogram(x, 0, 1, 2) FROM numbers WHERE id < 0"
    assert world.values(nothing) == [[0, 0, 0, 0]]


def test_normal_random_numbers(world: World) -> None:
    query = (
        "SELECT AVG(v), AVG(v * v), MIN(v), COUNT(*) FROM (SELECT ivo_normal_random(10, 2) "
        "AS v FROM gamma.events a, gamma.events b) q"
    )
    ((mean, square, least, number),) = world.ask(query)
    assert number == 90000
    assert mean == pytest.approx(10, abs=0.05)
    assert math.sqrt(square - mean * mean) == pytest.approx(2, abs=0.05)
    assert least < 4
    assert (
        len(set(world.values("SELECT ivo_normal_random(0, 1) AS v FROM numbers"))) == 7
    )


def test_joined_texts(world: World) -> None:
    query = "SELECT ivo_string_agg(target, ' | ') AS t FROM gamma.observations"
    (found,) = world.values(query)
    expected = [r["target"] for r in world.rows["gamma.observations"] if r["target"]]
    assert sorted(found.split(" | ")) == sorted(expected)


def test_time_coverage(world: World) -> None:
    start = Time(56320.3, format="mjd", scale="tt")
    ends = [
        start + np.array([0, 2, 9]) * u.day,
        start + np.array([0.4, 2.1, 9.001]) * u.day,
    ]
    for order in (42, 32, 27, 10):
        moc = " ".join(
            TimeMOC.from_time_ranges(*ends, order=order).to_string("ascii").split()
        )
        for first, last in (
            *((56319.0, 56320.0), (56320.0, 56320.31), (56321.0, 56322.0)),
            *((56322.3, 56322.301), (56325, 56325), (56329.2, 56400)),
        ):
            wanted = TimeMOC.from_time_ranges(
                Time([first], format="mjd", scale="tt"),
                Time([last + 1e-9], format="mjd", scale="tt"),
                order=27,
            )
            coverage = TimeMOC.from_string(moc, "ascii")
            if order > 27:
                coverage = coverage.degrade_to_order(27)
            both = coverage.intersection(wanted)
            call = f"INTERSECTS(TMOC(27, '{moc}'), TMOC(27, {first}, {last}))"
            assert world.value(call) == int(not both.empty()), (order, first, last)
            assert world.value(call.replace("TMOC", "tmoc")) == int(not both.empty())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'61/0-9223372036854775807'", 1),
        ("'0/0-1'", 1),
        ("'t27/1'", 0),
        ("''", 0),
        ("'nonsense'", 0),
        ("'99/1 27/x, 27/'", 0),
        ("NULL", None),
    ],
)
def test_unusual_time_coverages(world: World, text: str, expected: int | None) -> None:
    call = f"INTERSECTS(TMOC(27, 56320.0, 56325), TMOC(20, {text}))"
    assert world.value(call) == expected


def test_time_coverage_with_anything_else(world: World) -> None:
    for call, message in (
        ("INTERSECTS(TMOC(27, '1/1'), CIRCLE(1, 2, 3))", "another one only"),
        ("CONTAINS(TMOC(27, '1/1'), TMOC(27, '1/1'))", "use it in INTERSECTS"),
        ("INTERSECTS(TMOC(62, '1/1'), TMOC(27, '1/1'))", "0 to 61"),
    ):
        with pytest.raises(AdqlError, match=message):
            world.value(call)


def test_times_of_rows(world: World) -> None:
    for moment, found in world.ask("SELECT moment, ivo_to_mjd(moment) FROM numbers"):
        if moment is None:
            assert found is None
            continue
        since = moment.replace(tzinfo=UTC) - datetime(1858, 11, 17, tzinfo=UTC)
        assert found == pytest.approx(since / timedelta(days=1), abs=1e-9)
