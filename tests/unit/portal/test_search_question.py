"""From the form to ADQL: conditions, faults, literals; and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gammavo.adql import Catalog, translate
from gammavo.model.columns import Schema
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.portal.search.adql import between, count_query, number, one_of
from gammavo.portal.search.fields import CHOICES, COLUMNS, RANGES
from gammavo.portal.search.names import Names
from gammavo.portal.search.question import Question, Setting, ask
from gammavo.portal.search.state import State

CATALOG = Catalog((Schema("ivoa", "", (OBSCORE, OBSCORE_HEA)),))
ROWS = [
    {"target_name": name, "x": 1.0, "y": 0.0, "z": 0.0} for name in ("MSH15-52", "a")
]
RELEASES = {
    "dr1": "obs_collection = 'HESS-DR1'",
    "dr2": "(obs_publisher_did >= 'a?' AND obs_publisher_did < 'a@')",
}
SETTING = Setting(Names([], ROWS), RELEASES, "event")


def state(**values: str | tuple[str, ...]) -> State:
    return State({k: (v,) if isinstance(v, str) else v for k, v in values.items()})


def asked(**values: str | tuple[str, ...]) -> Question:
    return ask(state(**values), SETTING)


def conditions(**values: str | tuple[str, ...]) -> list[str]:
    question = asked(**values)
    assert not question.errors
    # Whatever is asked is ADQL that the service takes.
    translate(question.adql, CATALOG, max_rows=10)
    return [c.adql for c in question.conditions if c.field != "product"]


def test_nothing_said_are_all_event_lists():
    question = asked()
    assert [c.adql for c in question.conditions] == ["dataproduct_type = 'event'"]
    assert question.only_runs


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"target": "Crab", "radius": "2"},
            ["1 = CONTAINS(POINT(s_ra, s_dec), CIRCLE(83.6333, 22.0144, 2))"],
        ),
        (
            {"target": "83.63 22.01", "match": "field"},
            ["1 = INTERSECTS(s_region, CIRCLE(83.63, 22.01, 2.5))"],
        ),
        ({"target": "MSH 15-52"}, ["target_name = 'MSH15-52'"]),
        (
            {"target": "MSH 15-52", "offset_min": "0.4", "offset_max": "0.6"},
            [
                "target_name = 'MSH15-52'",
                "DISTANCE(POINT(s_ra, s_dec), POINT(228.53, -59.16)) "
                "BETWEEN 0.4 AND 0.6",
            ],
        ),
        (
            {"time_min": "53000", "time_max": "53001.5", "time_scale": "mjd"},
            ["t_max >= 53000", "t_min <= 53001.5"],
        ),
        (
            {"time_min": "2016-12-31", "time_scale": "utc"},
            ["t_max >= 57753.0007891667"],
        ),
        (
            {"energy_min": "0.5", "energy_max": "10"},
            ["energy_max >= 5e11", "energy_min <= 1e13"],
        ),
        (
            {"energy_min": "1e-19", "energy_max": "2e-18", "energy_unit": "m"},
            ["em_max >= 1e-19", "em_min <= 2e-18"],
        ),
        ({"threshold_max": "0.3"}, ["energy_min <= 3e11"]),
        (
            {"livetime_min": "1000", "livetime_max": "1800"},
            ["t_exptime BETWEEN 1000 AND 1800"],
        ),
        ({"release": "dr1"}, ["obs_collection = 'HESS-DR1'"]),
        ({"release": "dr2"}, [RELEASES["dr2"]]),
        (
            {"release": ("dr1", "x'")},
            [f"({RELEASES['dr1']} OR obs_collection = 'x''')"],
        ),
        ({"object": ("MSH 15-52", "x'y")}, ["target_name IN ('MSH15-52', 'x''y')"]),
        ({"level": ("2", "3")}, ["calib_level IN (2, 3)"]),
        ({"mode": "WOBBLE"}, ["obs_mode = 'WOBBLE'"]),
    ],
)
def test_fields_become_conditions(values: dict[str, str], expected: list[str]):
    found = conditions(**values)
    assert [
        text.replace("57753.00078917", "57753.0007891667") for text in found
    ] == expected


def test_products_in_the_words_of_the_site():
    many = asked(product=("hea-event-list", "hea-event-bundle", "aeff"))
    assert many.conditions[-1].adql == (
        "(dataproduct_type = 'event' OR "
        "dataproduct_subtype IN ('hea-event-bundle', 'aeff'))"
    )
    other = Setting(SETTING.names, {}, "event-list")
    found = ask(state(product=("hea-event-list", "hea-event-bundle")), other)
    expected = "dataproduct_type IN ('event-list', 'event-bundle')"
    assert found.conditions[-1].adql == expected
    assert asked(product="any").conditions == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"target": "no such thing"}, "target"),
        ({"target": "Crab", "radius": "wide"}, "radius"),
        ({"target": "Crab", "radius": "-1"}, "radius"),
        ({"target": "Crab", "radius": "181"}, "radius"),
        ({"target": "Crab", "radius": "nan"}, "radius"),
        ({"offset_max": "1"}, "offset_max"),
        ({"time_min": "yesterday"}, "time_min"),
        ({"time_min": "2006-01-02", "time_max": "2006-01-01"}, "time_max"),
        ({"time_min": "2006-01-02", "time_scale": "gps"}, "time_scale"),
        ({"energy_min": "-1"}, "energy_min"),
        ({"energy_min": "2", "energy_max": "1"}, "energy_max"),
        ({"energy_min": "2", "energy_unit": "erg"}, "energy_unit"),
        ({"livetime_min": "long"}, "livetime_min"),
        ({"level": "9"}, "level"),
    ],
)
def test_faults_are_said_at_their_fields(values: dict[str, str], field: str):
    assert set(asked(**values).errors) == {field}


def test_home_page_may_give_a_radius_without_a_target():
    assert conditions(radius="2") == []


def test_unknown_orders_and_pages_are_the_usual_ones():
    question = asked(sort="-nothing; DROP", page="-3")
    assert (question.ordering.column, question.page) == ("t_min", 1)
    assert asked(sort="-ev_xel").adql.endswith("ev_xel DESC, t_min, obs_publisher_did")
    assert asked(sort="separation").ordering.column == "t_min"
    assert asked(target="Crab", sort="separation").ordering.column == "separation"


def test_a_facet_is_counted_without_its_own_condition():
    question = asked(release="dr1", mode="WOBBLE")
    query = count_query(question.without("release"), ["obs_collection"])
    assert "WOBBLE" in query
    assert "HESS-DR1" not in query
    translate(query, CATALOG, max_rows=10)


def test_every_field_has_a_column_with_a_description():
    for entry in (*RANGES, *CHOICES):
        assert COLUMNS[entry.column].description == entry.description


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60),
    st.sampled_from([c.name for c in CHOICES if c.name != "level"]),
)
def test_no_text_leaves_its_literal(text: str, name: str):
    question = asked(**{name: text} if text else {})
    compiled = translate(question.adql, CATALOG, max_rows=10)
    assert set(compiled.tables) == {"ivoa.obscore", "ivoa.obscore_hea"}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_all_their_digits(value: float):
    assert float(number(value)) == value


def test_literals():
    assert one_of("a", ["x"]) == "a = 'x'"
    assert between("a", 1, None) == "a >= 1"
    with pytest.raises(ValueError, match="end"):
        between("a", None, None)


def test_addresses_leave_out_what_means_nothing():
    assert state(radius="2", time_scale="tt", match="field").query_string == ""
    full = state(target="a b", radius="2", time_scale="utc", mode=("x", "y"), page="3")
    assert full.query_string == "target=a+b&radius=2&mode=x&mode=y&page=3"
    assert full.toggled("mode", "x").query_string == "target=a+b&radius=2&mode=y"
    assert full.toggled("mode", "z").all("mode") == ("x", "y", "z")
