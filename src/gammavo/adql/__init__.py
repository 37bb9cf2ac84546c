"""ADQL 2.1 in, SQL of an engine out: parse, bind, plan, print.

The way through this room is::

    text ── parse ──▶ tree ── bind ──▶ bound query ── plan ──▶ plan ── emit ──▶ SQL

Nothing here runs a query. What the grammar and the binder do not know cannot reach an
engine: that is the security boundary of the query services.
"""

from gammavo.adql.catalog import UPLOAD_SCHEMA, Catalog
from gammavo.adql.errors import AdqlError, NotSupportedError
from gammavo.adql.literals import number_literal, text_literal
from gammavo.adql.stored import ComputedColumn, StoredTable
from gammavo.adql.translate import CompiledQuery, translate
from gammavo.adql.user_functions import BUILTIN_USER_FUNCTIONS, UserFunction

__all__ = [
    "BUILTIN_USER_FUNCTIONS",
    "UPLOAD_SCHEMA",
    "AdqlError",
    "Catalog",
    "CompiledQuery",
    "ComputedColumn",
    "NotSupportedError",
    "StoredTable",
    "UserFunction",
    "number_literal",
    "text_literal",
    "translate",
]
