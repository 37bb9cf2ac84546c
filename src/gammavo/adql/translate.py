"""The whole way, from a query's text to SQL."""

from __future__ import annotations

from dataclasses import dataclass

from gammavo.adql.binder import bind
from gammavo.adql.catalog import Catalog
from gammavo.adql.emit.duckdb import to_duckdb
from gammavo.adql.parser import parse
from gammavo.adql.plan import Access, plan
from gammavo.model.columns import Column

__all__ = ["CompiledQuery", "translate"]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query ready to run.

    Parameters
    ----------
    sql
        One SELECT in the SQL of DuckDB; its columns are in the order of ``columns``.
    columns
        Name, type, unit, UCD and the rest of each output column.
    tables
        Model names of the tables that it reads.
    row_limit
        Rows to deliver: if the SQL gives one more, the result is cut. None if only the
        query itself limits its rows.
    access
        ``indexed`` if a search by position narrows a table, else ``scan``.
    """

    sql: str
    columns: tuple[Column, ...]
    tables: tuple[str, ...]
    row_limit: int | None
    access: Access


def translate(
    text: str,
    catalog: Catalog,
    *,
    max_rows: int | None,
    strict_vocabulary: bool = False,
) -> CompiledQuery:
    """Check a query and translate it.

    Parameters
    ----------
    text
        ADQL 2.1; what ADQL 2.0 allows beyond it is accepted.
    catalog
        The tables that it may use.
    max_rows
        Rows after which its result is cut, None for no limit.
    strict_vocabulary
        Compare columns with a vocabulary literally, without the synonyms of its words.

    Raises
    ------
    AdqlError
        The query is wrong, or uses what is not supported; with line and column.
    """
    bound = bind(parse(text), catalog, strict_vocabulary=strict_vocabulary)
    planned = plan(bound, max_rows=max_rows)
    return CompiledQuery(
        to_duckdb(planned),
        planned.columns,
        planned.tables,
        planned.row_limit,
        planned.access,
    )
