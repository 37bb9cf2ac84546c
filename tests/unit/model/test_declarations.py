"""The model stands on the standard library and declares what the standards say."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from gammavo import model
from gammavo.model.columns import Datatype
from gammavo.model.errors import UsageError
from gammavo.model.identifiers import (
    check_release_name,
    publisher_did,
    schema_name,
    split_publisher_did,
)
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import LATER_COLUMNS, OBSCORE_HEA
from gammavo.model.regions import Circle, separation, unit_vector
from gammavo.model.reserved import delimited
from gammavo.model.vocabularies import PRODUCT_TYPES, TYPE_SYNONYMS

FILES = sorted(Path(model.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_the_standard_library_is_imported(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            first = name.split(".")[0]
            assert name.startswith("gammavo.model") or first in sys.stdlib_module_names


MANDATORY = """
dataproduct_type calib_level obs_collection obs_id obs_publisher_did access_url
access_format access_estsize target_name s_ra s_dec s_fov s_region s_resolution s_xel1
s_xel2 t_min t_max t_exptime t_resolution t_xel em_min em_max em_res_power em_xel o_ucd
pol_states pol_xel facility_name instrument_name
""".split()


def test_obscore_has_its_thirty_mandatory_columns_first():
    names = [column.name for column in OBSCORE.public_columns]
    assert names[:30] == MANDATORY
    assert all(column.std for column in OBSCORE.public_columns)
    required = {column.name for column in OBSCORE.public_columns if column.required}
    assert required == {"calib_level", "obs_collection", "obs_id", "obs_publisher_did"}


def test_the_extension_shares_one_column_with_obscore():
    names = {column.name for column in OBSCORE_HEA.all_columns}
    assert len(names - LATER_COLUMNS) == 17
    shared = names & {column.name for column in OBSCORE.all_columns}
    assert shared == {"obs_publisher_did"}


def test_hidden_columns_are_stored_but_not_public():
    stored = {column.name for column in OBSCORE.all_columns}
    public = {column.name for column in OBSCORE.public_columns}
    hidden = {"hpx29", "x", "y", "z", "product_type", "s_region_radius"}
    assert hidden <= stored
    assert not hidden & public


def test_every_synonym_means_known_terms():
    for spelling, terms in TYPE_SYNONYMS.terms.items():
        assert spelling == spelling.lower()
        assert set(terms) <= set(PRODUCT_TYPES)


@pytest.mark.parametrize(
    ("release", "schema"),
    [
        ("hess-dl3-dr1", "hess_dl3_dr1"),
        ("1dc", "r_1dc"),
        ("a.b", "a_b"),
    ],
)
def test_schema_names(release: str, schema: str):
    assert schema_name(check_release_name(release)) == schema


@pytest.mark.parametrize("name", ["", "A", "-a", "a-", "a b", "ivoa", "x" * 65, "a/b"])
def test_wrong_release_names_are_refused(name: str):
    with pytest.raises(UsageError):
        check_release_name(name)


@pytest.mark.parametrize("obs_id", ["23523", "chunks 103 - 133", "a/b?c#d", "ü%20"])
def test_identifiers_round_trip(obs_id: str):
    did = publisher_did("example.org", "hess", obs_id, "events")
    assert did.startswith("ivo://example.org/hess?")
    assert split_publisher_did(did) == ("example.org", "hess", obs_id, "events")


def test_a_foreign_identifier_is_refused():
    with pytest.raises(UsageError):
        split_publisher_did("ivo://example.org/hess")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("size", '"size"'),
        ("energy", "energy"),
        ("Offset", '"Offset"'),
        ("a b", '"a b"'),
    ],
)
def test_delimited(name: str, shown: str):
    assert delimited(name) == shown


def test_separations_are_exact_near_zero_and_near_antipodes():
    pole, near = unit_vector(0, 90), unit_vector(123, 90 - 1e-9)
    assert separation(pole, near) == pytest.approx(1e-9, rel=1e-5)
    assert separation(unit_vector(0, 0), unit_vector(180, 1e-9)) == pytest.approx(
        180 - 1e-9, abs=1e-12
    )


@pytest.mark.parametrize(
    "values", [(0, 91, 1), (0, 0, -1), (0, 0, 181), (float("nan"), 0, 1)]
)
def test_what_is_no_circle(values: tuple[float, float, float]):
    with pytest.raises(UsageError):
        Circle(*values)


def test_datatypes_of_votable():
    assert Datatype.VARCHAR.votable == ("char", "*", None)
    assert OBSCORE.column("s_region").votable == ("char", "*", "adql:REGION")
