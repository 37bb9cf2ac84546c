"""What queries may name: an immutable snapshot of tables, columns and functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from gammavo.adql.errors import AdqlError, did_you_mean
from gammavo.adql.features import language_features
from gammavo.adql.stored import StoredTable
from gammavo.adql.tree import Name
from gammavo.adql.user_functions import BUILTIN_USER_FUNCTIONS, UserFunction
from gammavo.model.columns import Column, Schema, Table

__all__ = ["UPLOAD_SCHEMA", "Catalog", "CatalogTable"]

UPLOAD_SCHEMA: Final = "TAP_UPLOAD"
"""The schema of the tables that come along with a query (TAP 1.1 section 2.5)."""

_UPLOADED_ROWS: Final = 10_000
"""Rows that an uploaded table is taken to have if it does not say."""


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """A table with its name in two parts; tests have tables without schema.

    Parameters
    ----------
    schema, name
        What queries call it.
    table
        What is known of it.
    stored
        What the engine calls it.
    columns
        Its public columns, each after the name that the engine has for it.
    """

    schema: str
    name: str
    table: Table
    stored: StoredTable
    columns: tuple[tuple[str, Column], ...]


class Catalog:
    """Everything that a query may refer to.

    Parameters
    ----------
    schemas
        Published schemas. A table is found by ``schema.table``; it is found by its name
        alone only if its schema has an empty name.
    functions
        User-defined functions that queries may name.
    stored
        Tables that the engine calls otherwise, by their names.
    """

    __slots__ = ("_functions", "_tables")

    def __init__(
        self,
        schemas: Sequence[Schema],
        functions: Sequence[UserFunction] = BUILTIN_USER_FUNCTIONS,
        *,
        stored: Mapping[str, StoredTable] = MappingProxyType({}),
    ) -> None:
        entries = (
            _published(s.name, t, stored.get(t.name)) for s in schemas for t in s
        )
        self._tables = _by_name({}, entries)
        by_name: dict[str, tuple[UserFunction, ...]] = {}
        for function in functions:
            key = function.name.lower()
            by_name[key] = (*by_name.get(key, ()), function)
        self._functions: Mapping[str, tuple[UserFunction, ...]] = MappingProxyType(
            by_name
        )

    def with_tables(
        self, schema: Schema, *, stored_schema: str = UPLOAD_SCHEMA
    ) -> Catalog:
        """Return this catalogue with the tables of one more schema, for one query.

        Names of uploaded tables and columns are what their author likes: reserved words,
        names with quotes in them, names that differ in case only. Engines do not tell
        the latter apart, so the SQL of a query does not use any of them. It expects the
        n-th table of the schema, counted from 0, as ``"TAP_UPLOAD"."t<n>"`` and its n-th
        column as ``"c<n>"``: the first table has ``CREATE TABLE "TAP_UPLOAD"."t0"
        ("c0" DOUBLE, "c1" VARCHAR, ...)``.

        Queries call a table ``TAP_UPLOAD.name`` and compare names as always: without
        case, and if that leaves several, delimited and with case. Names within a table
        must differ; index columns and synonyms of uploaded tables are not used.

        Parameters
        ----------
        schema
            Usually called :data:`UPLOAD_SCHEMA`; its tables are called
            ``<schema>.<table>``.
        stored_schema
            The engine's name of the schema. If it is empty, tables are expected as
            ``"t<n>"`` without a schema, as temporary tables are.
        """
        extended = Catalog((), ())
        extended._functions = self._functions
        entries = (
            CatalogTable(
                schema.name,
                _local_name(schema.name, table),
                replace(
                    table,
                    positions=(),
                    regions=(),
                    rows=_UPLOADED_ROWS if table.rows is None else table.rows,
                ),
                StoredTable(stored_schema, f"t{number}"),
                tuple((f"c{n}", column) for n, column in enumerate(table.columns)),
            )
            for number, table in enumerate(schema)
        )
        extended._tables = _by_name(self._tables, entries)
        return extended

    def table(self, names: Sequence[Name]) -> CatalogTable:
        """Return the table that a query names.

        Regular identifiers compare without case, delimited ones with it.

        Raises
        ------
        AdqlError
            There is no such table.
        """
        *qualifiers, local = names
        if len(qualifiers) > 1:
            raise AdqlError(
                "tables of this service have names of two parts",
                names[0].at,
                "write schema.table",
            )
        schema = qualifiers[0] if qualifiers else Name("", exact=True, at=local.at)
        found = [
            entry
            for entry in self._tables.get(local.text.lower(), ())
            if _same(local, entry.name) and _same(schema, entry.schema)
        ]
        if len(found) == 1:
            return found[0]
        written = ".".join(name.text for name in names)
        if found:
            raise AdqlError(
                f'several tables are called "{written}"',
                names[0].at,
                "delimit the name with double quotes",
            )
        raise AdqlError(f'unknown table "{written}"', names[0].at, self._hint(names))

    def _hint(self, names: Sequence[Name]) -> str:
        written = ".".join(name.text for name in names)
        full = [e.table.name for entries in self._tables.values() for e in entries]
        same = [e.table.name for e in self._tables.get(names[-1].text.lower(), ())]
        if len(same) == 1:
            return f'did you mean "{same[0]}"?'
        return did_you_mean(written, full) or 'see "tap_schema.tables"'

    def functions(self, name: str) -> tuple[UserFunction, ...]:
        """Return the user-defined functions of that name, in any case."""
        return self._functions.get(name.lower(), ())

    @property
    def function_names(self) -> tuple[str, ...]:
        """Names of all user-defined functions, also of those that are refused."""
        return tuple(self._functions)

    def language_features(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Return what a service with this catalogue supports, for its capabilities.

        The keys are the feature-group URIs of TAPRegExt in the lower case that ADQL 2.1
        section 4.1 demands; each value lists forms with their descriptions.
        """
        return language_features(
            [function for same in self._functions.values() for function in same]
        )


def _local_name(schema: str, table: Table) -> str:
    return table.name.removeprefix(f"{schema}." if schema else "")


def _published(schema: str, table: Table, stored: StoredTable | None) -> CatalogTable:
    local = _local_name(schema, table)
    columns = tuple((column.name, column) for column in table.public_columns)
    stored = stored or StoredTable(schema, local)
    return CatalogTable(schema, local, table, stored, columns)


def _by_name(
    known: Mapping[str, tuple[CatalogTable, ...]], entries: Iterable[CatalogTable]
) -> Mapping[str, tuple[CatalogTable, ...]]:
    """Return the known tables and more, by their names in lower case."""
    tables = dict(known)
    for entry in entries:
        key = entry.name.lower()
        tables[key] = (*tables.get(key, ()), entry)
    return MappingProxyType(tables)


def _same(name: Name, known: str) -> bool:
    return name.text == known or (not name.exact and name.text.lower() == known.lower())
