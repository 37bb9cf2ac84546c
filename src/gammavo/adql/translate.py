"""From the text of a query to SQL: all steps in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gammavo.adql.binder import bind
from gammavo.adql.catalog import Catalog
from gammavo.adql.emit.duckdb import to_duckdb
from gammavo.adql.errors import AdqlError
from gammavo.adql.explanation import Access
from gammavo.adql.lexer import tokenize
from gammavo.adql.parser import parse
from gammavo.adql.plan import plan
from gammavo.model.columns import Column

__all__ = ["CompiledQuery", "translate"]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query that an engine can run.

    Parameters
    ----------
    sql
        One SELECT statement of DuckDB; its columns are called ``c0``, ``c1`` ...
    columns
        What is known of each output column, in order, under the name that the user
        expects. Names are unique without regard to case: a repeated one gets a number.
    tables
        Model names of the tables used.
    row_limit
        Rows to deliver, after which whoever reads them stops. None if the SQL gives no
        more than are wanted.
    overflows
        Whether more rows than that mean that the result is cut, not that TOP ends it.
    access
        The class of its cost: ``indexed``, ``scan``, ``cross-match`` or ``nested-loop``,
        see :mod:`gammavo.adql.explanation`.
    explanation
        What is done with each table, one sentence for people each.
    """

    sql: str
    columns: tuple[Column, ...]
    tables: tuple[str, ...]
    row_limit: int | None
    overflows: bool
    access: Access
    explanation: tuple[str, ...]


def translate(
    text: str,
    catalog: Catalog,
    *,
    max_rows: int | None,
    strict_vocabulary: bool = False,
) -> CompiledQuery:
    """Translate a query.

    Parameters
    ----------
    text
        ADQL 2.1, or 2.0.
    catalog
        The tables that the query may use.
    max_rows
        Rows to deliver at most, None for all.
    strict_vocabulary
        Compare columns with a vocabulary literally, without the synonyms of its words.

    Raises
    ------
    AdqlError
        The query is wrong; the error says where, and what to write instead.
    NotSupportedError
        The query is right, but needs what this service does not have.
    """
    try:
        bound = bind(parse(text), catalog, strict_vocabulary=strict_vocabulary)
        planned = plan(bound, max_rows=max_rows)
        sql = to_duckdb(planned)
    except RecursionError:
        # The parser bounds the depth of trees, but not the stack of whoever calls this.
        message = "the query is nested too deeply"
        raise AdqlError(
            message, tokenize(text)[0], "split it into subqueries"
        ) from None
    return CompiledQuery(
        sql,
        unique_columns(planned.columns),
        planned.tables,
        planned.row_limit,
        planned.overflows,
        planned.access,
        planned.explanation,
    )


def unique_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns, visible and with names that differ.

    Names that differ in case only stay as they are: an uploaded table comes back as it was.
    """
    taken = {column.name for column in columns}
    numbers: dict[str, int] = {}
    unique = []
    for column in columns:
        name, number = column.name, numbers.get(column.name, 0) + 1
        while number > 1 and (name := f"{column.name}_{number}") in taken:
            number += 1
        numbers[column.name] = number
        taken.add(name)
        if name != column.name or column.hidden:
            column = replace(column, name=name, hidden=False)  # noqa: PLW2901 - the same column
        unique.append(column)
    return tuple(unique)
