"""What queries may name: an immutable snapshot of tables, columns and functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gammavo.adql.errors import AdqlError, did_you_mean
from gammavo.adql.features import language_features
from gammavo.adql.tree import Name
from gammavo.adql.user_functions import BUILTIN_USER_FUNCTIONS, UserFunction
from gammavo.model.columns import Schema, Table

__all__ = ["Catalog", "CatalogTable"]


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """A table with its name in two parts; tests have tables without schema."""

    schema: str
    name: str
    table: Table


class Catalog:
    """Everything that a query may refer to.

    Parameters
    ----------
    schemas
        Published schemas. A table is found by ``schema.table``; it is found by its name
        alone only if its schema has an empty name.
    functions
        User-defined functions that queries may name.
    """

    __slots__ = ("_functions", "_tables")

    def __init__(
        self,
        schemas: Sequence[Schema],
        functions: Sequence[UserFunction] = BUILTIN_USER_FUNCTIONS,
    ) -> None:
        tables: dict[str, list[CatalogTable]] = defaultdict(list)
        for schema in schemas:
            prefix = f"{schema.name}." if schema.name else ""
            for table in schema:
                local = table.name.removeprefix(prefix)
                entry = CatalogTable(schema.name, local, table)
                tables[local.lower()].append(entry)
        self._tables: Mapping[str, tuple[CatalogTable, ...]] = MappingProxyType(
            {name: tuple(entries) for name, entries in tables.items()}
        )
        self._functions = MappingProxyType({f.name.lower(): f for f in functions})

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

    def function(self, name: str) -> UserFunction | None:
        """Return the user-defined function of that name, in any case, or None."""
        return self._functions.get(name.lower())

    @property
    def function_names(self) -> tuple[str, ...]:
        """Names of all user-defined functions, also of those that are refused."""
        return tuple(self._functions)

    def language_features(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Return what a service with this catalogue supports, for its capabilities.

        The keys are the feature-group URIs of TAPRegExt in the lower case that ADQL 2.1
        section 4.1 demands; each value lists forms with their descriptions.
        """
        return language_features(tuple(self._functions.values()))


def _same(name: Name, known: str) -> bool:
    return name.text == known or (not name.exact and name.text.lower() == known.lower())
