"""What editors are told of the language is what the grammar has."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

import pytest

from gammavo.adql import Catalog
from gammavo.adql.language import KEYWORDS, TYPES, described_functions
from gammavo.adql.layout import arranged
from gammavo.adql.lexer import tokenize
from gammavo.adql.parser.functions import AGGREGATES, FUNCTIONS
from gammavo.model.reserved import RESERVED_WORDS

PARSER = Path(str(files("gammavo.adql.parser")))


def test_words_are_those_of_the_parser():
    used = {
        node.value
        for module in PARSER.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in RESERVED_WORDS
    }
    told = {*KEYWORDS, *TYPES, *FUNCTIONS, *AGGREGATES}
    assert told == used


def test_every_function_is_described():
    functions = list(described_functions(Catalog([])))
    assert {f.name for f in functions} >= {*FUNCTIONS, *AGGREGATES, "ivo_healpix_index"}
    assert all(f.description for f in functions)
    kinds = {f.name: f.kind for f in functions}
    assert kinds["CONTAINS"] == "geometry"
    assert kinds["ivo_healpix_index"] == "user"


QUERIES = [
    "select top 5 o.obs_id,s_ra -- the place\n, s_dec from ivoa.obscore as o natural left "
    "outer join ivoa.obscore_hea where s_ra between 5 and -6 and 1=contains(point('ICRS',"
    "s_ra,s_dec),circle('ICRS',83.6,22.,3)) or x in (select y from b where c is not null)",
    "-- head\nwith a as (select 1 from b) select count(*) from a, (select * from c) as d "
    "union all select 'a' -- x\n 'b' from d where (a=1 and b=- 2) and "
    "cast(x as varchar(5))='</script>' and \"where\"=1 order by 1 desc offset 3 -- end",
    "select",
    "-- only a comment",
    "",
]


@pytest.mark.parametrize("query", QUERIES)
def test_layout_changes_blanks_and_capitals_only(query: str):
    laid_out = arranged(query)
    before, after = tokenize(query), tokenize(laid_out)
    assert [(t.kind, t.value) for t in after] == [(t.kind, t.value) for t in before]
    assert laid_out.count("--") == query.count("--")
    assert arranged(laid_out) == laid_out


def test_layout_gives_each_clause_a_line():
    assert arranged(QUERIES[0]).splitlines() == [
        "SELECT TOP 5 o.obs_id, s_ra -- the place",
        "  , s_dec",
        "FROM ivoa.obscore AS o",
        "  NATURAL LEFT OUTER JOIN ivoa.obscore_hea",
        "WHERE s_ra BETWEEN 5 AND -6",
        "  AND 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 83.6, 22., 3))",
        "  OR x IN (",
        "  SELECT y",
        "  FROM b",
        "  WHERE c IS NOT NULL",
        ")",
    ]
