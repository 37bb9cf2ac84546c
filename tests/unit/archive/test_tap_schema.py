"""TAP_SCHEMA: complete, and true of the tables that it describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gammavo.archive import Archive, EngineLimits, QueryService, ServiceOptions
from gammavo.archive.publish import PublishOptions, publish


@pytest.fixture(scope="module")
def queries(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> QueryService:
    folder = tmp_path_factory.mktemp("tap-schema")
    description = folder / "release.toml"
    description.write_text(
        'name = "demo"\ntitle = "Demonstration of Königstuhl."\ncollection = "DEMO"\n'
        'terms = """Not for\n  science."""\ncite_as = "Müller 2026"\n'
        'doi = "10.5281/zenodo.1"\n'
    )
    archive = Archive(folder / "archive")
    options = PublishOptions("example.org", description=description, processes=1)
    publish(archive, simulated, options)
    limits = EngineLimits(memory="500MB", threads=1, temporary=folder / "temporary")
    return QueryService(archive, ServiceOptions("http://host", limits))


def rows(queries: QueryService, adql: str) -> list[dict[str, Any]]:
    result = queries.query(adql, max_rows=None, seconds=60)
    names = [column.name for column in result.columns]
    return [
        dict(zip(names, row.values(), strict=True))
        for batch in result.batches()
        for row in batch.to_pylist()
    ]


def test_the_columns_of_tap_1_1_are_there(queries: QueryService):
    found = rows(queries, "SELECT table_name, column_name FROM tap_schema.columns")
    names: dict[str, set[str]] = {}
    for row in found:
        names.setdefault(row["table_name"], set()).add(row["column_name"])
    shared = {"utype", "description"}
    assert names["tap_schema.schemas"] == {"schema_name", "schema_index", *shared}
    assert names["tap_schema.tables"] == {
        "schema_name",
        "table_name",
        "table_type",
        "table_index",
        *shared,
    }
    assert names["tap_schema.columns"] >= {
        '"size"',
        "arraysize",
        "xtype",
        "column_index",
    }
    assert names["tap_schema.keys"] == {"key_id", "from_table", "target_table", *shared}
    assert names["tap_schema.key_columns"] == {"key_id", "from_column", "target_column"}


def test_keys_lead_from_columns_to_columns(queries: QueryService):
    joined = rows(
        queries,
        "SELECT from_table, target_table, from_column, target_column, k.description "
        "FROM tap_schema.keys AS k JOIN tap_schema.key_columns AS c "
        "ON k.key_id = c.key_id",
    )
    pairs = {(r["from_table"], r["target_table"]) for r in joined}
    assert pairs == {
        ("ivoa.obscore_hea", "ivoa.obscore"),
        ("ivoa.response", "ivoa.obscore"),
        ("datalink.response", "ivoa.obscore"),
        ("demo.events", "ivoa.obscore"),
        ("demo.value_origins", "ivoa.obscore"),
        ("tap_schema.tables", "tap_schema.schemas"),
        ("tap_schema.columns", "tap_schema.tables"),
        ("tap_schema.keys", "tap_schema.tables"),
        ("tap_schema.key_columns", "tap_schema.keys"),
    }
    assert len(joined) == 11
    assert all(row["description"] for row in joined)
    for row in joined:
        here, there = row["from_table"], row["target_table"]
        lost = rows(
            queries,
            f"SELECT COUNT(*) AS n FROM {here} AS a LEFT JOIN {there} AS b "
            f"ON a.{row['from_column']} = b.{row['target_column']} "
            f"WHERE b.{row['target_column']} IS NULL",
        )
        assert lost == [{"n": 0}], row


def test_flags_are_never_null(queries: QueryService):
    assert not rows(
        queries,
        "SELECT column_name FROM tap_schema.columns WHERE principal IS NULL "
        "OR indexed IS NULL OR std IS NULL OR description IS NULL",
    )


def test_descriptions_tell_a_newcomer_what_is_there(queries: QueryService):
    texts = {
        row["table_name"]: row["description"]
        for row in rows(queries, "SELECT * FROM tap_schema.tables")
    }
    assert all("A row is" in text for text in texts.values())
    events = texts["demo.events"]
    for fact in (
        "ICRS",
        "MJD in TT",
        "TeV",
        "of 4 runs",
        "Terms of use: Not for science.",
    ):
        assert fact in events
    assert "Demonstration of Königstuhl. A row" in events
    assert "24 rows from 1 release." in texts["ivoa.obscore"]
    (schema,) = rows(
        queries,
        "SELECT description FROM tap_schema.schemas WHERE schema_name = 'demo'",
    )
    for fact in (
        "Königstuhl",
        "version 1",
        "Not for science.",
        "Müller 2026",
        "10.5281/zenodo.1",
    ):
        assert fact in schema["description"]


def test_descriptions_are_declared_as_unicode(queries: QueryService):
    types = rows(
        queries,
        "SELECT table_name, datatype FROM tap_schema.columns "
        "WHERE column_name = 'description' AND table_name LIKE 'tap_schema.%'",
    )
    assert {row["datatype"] for row in types} == {"unicodeChar"}
