"""``/code``: a query as code, for the buttons that copy it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from gammavo.model.errors import UsageError
from gammavo.portal.context import PageContext
from gammavo.portal.query_code import query_snippets
from gammavo.portal.snippets import Snippet

__all__ = ["code", "snippets_of"]

_LONGEST = 100_000


def code(request: HttpRequest, portal: PageContext) -> HttpResponse:
    """Answer with JSON: code by the name of the program.

    Parameters of the request: ``query`` and, if it is not that of the service, ``maxrec``.
    A query that is wrong becomes code as well, but none of gammapy.
    """
    query = request.GET.get("query", "").strip()
    if not query or len(query) > _LONGEST:
        return JsonResponse({"message": "Give the query as query=<ADQL>."}, status=400)
    text = request.GET.get("maxrec", "").strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        return JsonResponse({"message": "maxrec is a whole number."}, status=400)
    snippets = snippets_of(portal, query, max_rows=int(text) if text else None)
    return JsonResponse({snippet.id: snippet.text for snippet in snippets})


def snippets_of(
    portal: PageContext, query: str, *, max_rows: int | None = None
) -> tuple[Snippet, ...]:
    """Return the code of a query at this site.

    Parameters
    ----------
    portal
        The site.
    query
        ADQL, which may be wrong.
    max_rows
        MAXREC, None for that of the service.
    """
    try:
        columns = portal.queries.compile(query, max_rows=1).columns
    except UsageError:
        columns = ()
    return query_snippets(
        portal.base_url,
        query,
        max_rows=max_rows,
        columns=[column.name for column in columns],
        package_runs=portal.package_runs,
    )
