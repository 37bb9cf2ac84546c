"""What the editor completes and explains: the language and the tables, as JSON.

It is made from what the compiler and TAP_SCHEMA themselves are made of.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from gammavo.adql.language import KEYWORDS, TYPES, described_functions
from gammavo.model.columns import Column, Table
from gammavo.model.reserved import RESERVED_WORDS, delimited
from gammavo.portal.context import PageContext

__all__ = ["vocabulary"]


def vocabulary(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Answer with words, functions, schemas, tables and columns."""
    del request
    snapshot = portal.queries.snapshot()
    return JsonResponse(
        {
            "keywords": KEYWORDS,
            "types": TYPES,
            "reserved": sorted(RESERVED_WORDS),
            "functions": [asdict(f) for f in described_functions(snapshot.catalog)],
            "schemas": [
                {
                    "name": schema.name,
                    "description": schema.description,
                    "tables": [_table(table) for table in schema],
                }
                for schema in snapshot.schemas
            ],
        }
    )


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.description,
        "rows": table.rows,
        "columns": [_column(column) for column in table.public_columns],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": delimited(column.name),
        "type": str(column.datatype),
        "unit": column.unit,
        "ucd": column.ucd,
        "description": column.description,
        "indexed": column.indexed,
        "principal": column.principal,
    }
