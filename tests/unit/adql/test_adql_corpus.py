"""Queries that others wrote: those of the specification, of clients, of services."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gammavo.adql import AdqlError, Catalog, NotSupportedError
from gammavo.model.columns import (
    Column,
    Datatype,
    Schema,
    SkyPosition,
    SkyRegion,
    Table,
)
from tests.conftest import missing
from tests.unit.adql.adql_world import World, create_table, with_index

_DEFAULT = Path(__file__).parents[4] / "shared" / "corpora"
FOLDER = Path(os.environ.get("GAMMAVO_ADQL_CORPUS", _DEFAULT))

REFUSED = ("healpix", "moc")
"""Features that are known and not built, by the beginning of what the error names."""

_SAMPLES: dict[Datatype, Any] = {
    Datatype.VARCHAR: "Crab",
    Datatype.REGION: "CIRCLE ICRS 83.0 22.0 1.5",
    Datatype.POINT: [83.0, 22.0],
    Datatype.TIMESTAMP: datetime(2020, 1, 1),  # noqa: DTZ001
}


@pytest.fixture(scope="module")
def corpus() -> list[dict[str, Any]]:
    path = FOLDER / "adql_corpus.jsonl"
    if not path.is_file():
        missing(f"no corpus in {FOLDER}: set GAMMAVO_ADQL_CORPUS")
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def corpus_world(corpus: list[dict[str, Any]]) -> World:
    document = json.loads((FOLDER / "adql_corpus_schema.json").read_text())
    engine = duckdb.connect()
    schemas = []
    for name, tables in document["schemas"].items():
        members = [_table(name, local, columns) for local, columns in tables.items()]
        schemas.append(Schema(name, "Corpus", tuple(members)))
        for table in members:
            row = {c.name: _SAMPLES.get(c.datatype, 1) for c in table.columns}
            empty = dict.fromkeys(row)
            create_table(engine, name, table, with_index(table, [row, row, empty]))
    return World(Catalog(schemas), engine, {})


def _table(schema: str, local: str, columns: list[dict[str, Any]]) -> Table:
    declared = tuple(
        Column(c["name"], Datatype(c["type"]), "x", unit=c["unit"], ucd=c["ucd"])
        for c in columns
    )
    names = {column.name for column in declared}
    pairs = (("s_ra", "s_dec"), ("ra_pnt", "dec_pnt"), ("ra", "dec"))
    positions = [SkyPosition(*pair) for pair in pairs if names.issuperset(pair)]
    regions = [SkyRegion(c.name) for c in declared if c.datatype is Datatype.REGION]
    return Table(
        f"{schema}.{local}" if schema else local,
        "x",
        declared,
        positions=tuple(positions[:1]),
        regions=tuple(regions),
    )


def test_legal_queries_run_or_are_refused_by_name(
    corpus: list[dict[str, Any]], corpus_world: World
) -> None:
    ran = 0
    for entry in corpus:
        if not entry["valid"]:
            continue
        try:
            corpus_world.ask(entry["q"], max_rows=100)
            ran += 1
        except NotSupportedError as error:
            if not any(word in str(error) for word in REFUSED):
                pytest.fail(f"{entry['q']}: {error}")
    assert ran >= 100


def test_illegal_queries_are_refused_with_their_place(
    corpus: list[dict[str, Any]], corpus_world: World
) -> None:
    wrong = [entry["q"] for entry in corpus if not entry["valid"]]
    assert len(wrong) >= 80
    for query in wrong:
        with pytest.raises(AdqlError) as caught:
            corpus_world.compile(query)
        assert caught.value.line >= 1, query
        assert caught.value.column >= 1, query
