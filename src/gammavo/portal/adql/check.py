"""What the editor asks while somebody types: whether a query is right, and its layout."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from gammavo.adql import UPLOAD_SCHEMA, AdqlError, CompiledQuery
from gammavo.adql.layout import arranged
from gammavo.adql.lexer import tokenize
from gammavo.adql.tokens import Kind, Token
from gammavo.archive import QueryService
from gammavo.formats import UploadLimits
from gammavo.formats.votable_reader.fields import FieldElement, make_field
from gammavo.model.columns import Table, find_table
from gammavo.model.errors import UsageError
from gammavo.portal.context import PageContext

__all__ = ["check_query", "format_query"]

_LONGEST: Final = 200_000
"""Bytes of a request: longer queries run, but nobody types them."""
_MOST_UPLOADS: Final = 16
_MOST_FIELDS: Final = 2000
_SLOW_ROWS: Final = 200_000_000
"""Rows that a small machine does not read within a minute."""
_SLOW_PAIRS: Final = 2_000_000_000
"""Pairs of rows that it does not compare within a minute."""
_UPLOADED_ROWS: Final = 10_000
"""Rows of an upload: here only its columns are known."""
_QUOTED: Final = re.compile(r'"((?:[^"]|"")+)"')
_SUGGESTED: Final = re.compile(r'did you mean "(.+)"\?')


def check_query(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Say what is wrong with a query and where, or how it would be answered.

    The request is JSON: ``query``, and ``uploads`` with the name and the VOTable fields
    of each table that would come along. Offsets count UTF-16 units, as browsers do.

    Raises
    ------
    UsageError
        The request is not such JSON, or too long.
    """
    given = _given(request)
    query = _text(given, "query")
    try:
        compiled = portal.queries.compile(
            query, max_rows=portal.limits.max_rows, uploads=_tables(given)
        )
    except AdqlError as error:
        return JsonResponse({"error": fault(query, error)})
    return JsonResponse({"error": None, "plan": _plan(compiled, portal.queries)})


def format_query(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Answer with a query in a layout that is easy to read, or what hinders that.

    Raises
    ------
    UsageError
        The request is not such JSON, or too long.
    """
    del portal
    query = _text(_given(request), "query")
    try:
        return JsonResponse({"error": None, "query": arranged(query)})
    except AdqlError as error:
        return JsonResponse({"error": fault(query, error)})


def fault(query: str, error: AdqlError) -> dict[str, Any]:
    """Return an error with the part of the query that it is about.

    Parameters
    ----------
    query
        The query.
    error
        What the compiler said of it.
    """
    start = _offset(query, error.line, error.column)
    end = start + max(len(error.token), 1)
    suggested = _SUGGESTED.fullmatch(error.hint)
    replacement = suggested[1] if suggested else None
    quoted = _QUOTED.search(error.message)
    if quoted:
        start, end = _named(query, start, end, quoted[1], replacement)
    return {
        "message": error.message,
        "advice": error.hint,
        "line": error.line,
        "column": error.column,
        "length": len(error.token),
        "from": _units(query[:start]),
        "to": _units(query[: min(end, len(query))]),
        "replacement": replacement,
    }


def _named(
    query: str, start: int, end: int, written: str, replacement: str | None
) -> tuple[int, int]:
    """Return the place of a qualified name that an error quotes.

    If only its last parts would be replaced, it is their place.
    """
    try:
        tokens = tokenize(query)
    except AdqlError:
        return start, end
    first = next((n for n, token in enumerate(tokens) if token.start == start), None)
    if first is None:
        return start, end
    parts = _chain(tokens[first:])
    while parts and ".".join(part.value for part in parts) != written:
        parts.pop()
    if not parts:
        return start, end
    if replacement is not None:
        parts = parts[-1 - replacement.count(".") :]
    return parts[0].start, parts[-1].end


def _chain(tokens: Sequence[Token]) -> list[Token]:
    """Return the names at the beginning that dots connect."""
    parts = [tokens[0]]
    for dot, name in zip(tokens[1::2], tokens[2::2], strict=False):
        if dot.value != "." or name.kind not in {Kind.NAME, Kind.DELIMITED}:
            break
        parts.append(name)
    return parts


def _offset(query: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = query.index("\n", start) + 1
    return start + column - 1


def _units(text: str) -> int:
    """Return how long a text is for a browser."""
    return len(text) + sum(character > "\uffff" for character in text)


def _plan(compiled: CompiledQuery, queries: QueryService) -> dict[str, Any]:
    return {
        "access": compiled.access,
        "steps": compiled.explanation,
        "slow": _is_slow(compiled, queries),
        "columns": [column.name for column in compiled.columns],
        "tables": compiled.tables,
    }


def _is_slow(compiled: CompiledQuery, queries: QueryService) -> bool:
    """Return whether a query may take longer than somebody waits; a rough guess."""
    schemas = queries.snapshot().schemas
    tables = [find_table(schemas, name) for name in compiled.tables]
    sizes = sorted(_UPLOADED_ROWS if t is None else t.rows or 0 for t in tables)
    if compiled.access == "nested-loop":
        return math.prod((sizes * 2)[-2:]) > _SLOW_PAIRS
    return compiled.access != "indexed" and sum(sizes) > _SLOW_ROWS


def _given(request: HttpRequest) -> Mapping[str, Any]:
    if len(request.body) > _LONGEST:
        raise UsageError(
            f"The request has {len(request.body)} bytes, {_LONGEST} are read.",
            advice="Run the query to have it checked.",
        )
    try:
        given = json.loads(request.body)
    except ValueError as error:
        raise UsageError("The request is no JSON.") from error
    if not isinstance(given, dict):
        raise UsageError("The request is no JSON object.")
    return given


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise UsageError(f"The request has no text {name!r}.")
    return value


def _tables(given: Mapping[str, Any]) -> list[Table]:
    """Return the tables that would come along with the query."""
    uploads = given.get("uploads", [])
    if not isinstance(uploads, list) or len(uploads) > _MOST_UPLOADS:
        raise UsageError(f"'uploads' is no list of at most {_MOST_UPLOADS} tables.")
    return [_uploaded(entry) for entry in uploads]


def _uploaded(entry: object) -> Table:
    fields = entry.get("fields") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(fields, list):
        raise UsageError("An entry of 'uploads' has no 'name' and 'fields'.")
    limits = UploadLimits()
    columns = tuple(
        make_field(FieldElement(number, 0, _attributes(field)), {}, limits).column
        for number, field in enumerate(fields[:_MOST_FIELDS], start=1)
    )
    name = f"{UPLOAD_SCHEMA}.{_text(entry, 'name')}"
    return Table(name, "Uploaded with the query", columns)


def _attributes(field: object) -> dict[str, str]:
    if not isinstance(field, dict):
        raise UsageError("A field of 'uploads' is no JSON object.")
    return {str(name): str(value) for name, value in field.items() if value is not None}
