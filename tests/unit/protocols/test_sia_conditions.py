"""Parameters of SIA 2.0 as ADQL: what they mean, and that no value leaves its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gammavo.adql import Catalog, number_literal, text_literal, translate
from gammavo.archive.snapshot import ProductSpelling, published_schemas
from gammavo.model.errors import UsageError
from gammavo.protocols import Parameters
from gammavo.protocols.sia_conditions import PARAMETERS, obscore_conditions

CATALOG = Catalog(published_schemas((), ProductSpelling.OBSCORE))


def conditions(*pairs: tuple[str, str]) -> list[str]:
    return obscore_conditions(Parameters(pairs))


def compiled(*pairs: tuple[str, str]) -> str:
    where = " AND ".join(conditions(*pairs))
    return translate(
        f"SELECT * FROM ivoa.obscore WHERE {where}", CATALOG, max_rows=None
    ).sql


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("BAND", "1e-20 1e-18", "(em_max >= 1e-20 AND em_min <= 1e-18)"),
        ("BAND", "1e-19", "(em_max >= 1e-19 AND em_min <= 1e-19)"),
        ("TIME", "-Inf 53000", "(t_min <= 53000.0)"),
        ("TIME", "53000 +Inf", "(t_max >= 53000.0)"),
        ("TIME", "-inf INF", "(t_min IS NOT NULL AND t_max IS NOT NULL)"),
        ("FOV", "0 5", "(s_fov >= 0.0 AND s_fov <= 5.0)"),
        ("SPATRES", "-Inf +Inf", "(s_resolution IS NOT NULL)"),
        ("SPECRP", "5", "(em_res_power >= 5.0 AND em_res_power <= 5.0)"),
        ("EXPTIME", "1000 +Inf", "(t_exptime >= 1000.0)"),
        ("TIMERES", "-Inf 1", "(t_resolution <= 1.0)"),
        ("ID", "IVO://a.b/C?1", "LOWER(obs_publisher_did) IN ('ivo://a.b/c?1')"),
        ("COLLECTION", "x", "obs_collection IN ('x')"),
        ("FACILITY", "H.E.S.S.", "facility_name IN ('H.E.S.S.')"),
        ("INSTRUMENT", "i", "instrument_name IN ('i')"),
        ("DPTYPE", "event", "dataproduct_type IN ('event')"),
        ("CALIB", "2", "calib_level IN (2)"),
        ("TARGET", "Kepler's", "target_name IN ('Kepler''s')"),
        ("FORMAT", "a/b", "access_format IN ('a/b')"),
        ("POL", "I", "pol_states LIKE '%/I/%'"),
        (
            "POS",
            "CIRCLE 10 -20 1",
            "INTERSECTS(s_region, CIRCLE(10.0, -20.0, 1.0)) = 1",
        ),
        ("POS", "CIRCLE 10 -20 0", "CONTAINS(POINT(10.0, -20.0), s_region) = 1"),
        (
            "POS",
            "POLYGON 1 1 2 1 2 2",
            "INTERSECTS(s_region, POLYGON(1.0, 1.0, 2.0, 1.0, 2.0, 2.0)) = 1",
        ),
        ("POS", "RANGE 0 360 -90 90", "(s_region IS NOT NULL)"),
        ("pos", "RANGE -Inf +Inf -Inf Inf", "(s_region IS NOT NULL)"),
        ("POS", "RANGE 0 360 60 90", "(INTERSECTS(s_region, CIRCLE(0, 90, 30.0)) = 1)"),
    ],
)
def test_one_value(name: str, value: str, condition: str):
    assert conditions((name, value)) == [condition]
    compiled((name, value))


def test_values_are_alternatives_and_parameters_are_not():
    assert conditions(
        ("TIME", "1 2"), ("TIME", "5"), ("calib", "2"), ("CALIB", "3"), ("OTHER", "x")
    ) == [
        "((t_max >= 1.0 AND t_min <= 2.0) OR (t_max >= 5.0 AND t_min <= 5.0))",
        "calib_level IN (2, 3)",
    ]
    assert conditions(("TARGET", ""), ("MAXREC", "3")) == []
    assert {"POS", "BAND", "TIME", "MAXREC", "RESPONSEFORMAT"} < set(PARAMETERS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("BAND", text)
            for text in ("x", "1 2 3", "NaN", "2 1", "1_0", "1e999", "Inf")
        ),
        *(("TIME", text) for text in ("+Inf +Inf", "-Inf -Inf", "1,2", "1; DROP")),
        *(("CALIB", text) for text in ("5", "two", "2.0", "-1")),
        *(("POL", text) for text in ("'", "%", "I/Q")),
        *(
            ("POS", text)
            for text in (
                "CIRCLE 1 2",
                "CIRCLE 1 2 -1",
                "CIRCLE 1 2 181",
                "CIRCLE 1 91 1",
                "CIRCLE Inf 1 1",
                "CIRCLE 1 1 NaN",
                "RANGE 2 1 0 1",
                "RANGE 1 2 95 99",
                "RANGE 1 2 3",
                "POLYGON 1 1 2 2",
                "POLYGON 1 1 2 2 3",
                "BOX 1 1 1 1",
                "1 2 3",
                "POLYGON " + "1 " * 4000,
            )
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(name: str, value: str):
    with pytest.raises(UsageError, match=name if name != "TIME" else None):
        conditions((name, value))


def test_too_many_areas_are_refused():
    with pytest.raises(UsageError, match="64"):
        conditions(*[("POS", f"CIRCLE {i} 0 1") for i in range(65)])


@pytest.mark.parametrize(
    "value",
    [
        "RANGE 359.9 360 -90 90",
        "RANGE 0 0 0 0",
        "RANGE 360 360 10 10",
        "RANGE 10 100 90 90",
        "RANGE 10 10 -90 -90",
        "RANGE 0 359 -90 89.9999999",
    ],
)
def test_every_range_compiles(value: str):
    assert compiled(("POS", value))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40).filter(lambda text: text.strip() != ""))
def test_no_text_leaves_its_literal(text: str):
    """Whatever is in a value, the query has one literal of it or is no ADQL at all."""
    harmless = compiled(("TARGET", "x"))
    try:
        sql = compiled(("TARGET", text))
    except UsageError:
        return
    assert sql.replace(text_literal(text), "'x'") == harmless


def test_numbers_that_adql_has_not_are_no_literals():
    assert number_literal(-1e-18) == "-1e-18"
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no literal"):
            number_literal(value)
