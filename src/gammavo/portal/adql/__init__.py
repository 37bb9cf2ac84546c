"""The ADQL page: a form that works by itself, and what its editor asks the server."""

from gammavo.portal.adql.check import check_query, format_query
from gammavo.portal.adql.page import adql
from gammavo.portal.adql.vocabulary import vocabulary

__all__ = ["adql", "check_query", "format_query", "vocabulary"]
