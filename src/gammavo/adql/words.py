"""What to say of words and characters of other languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = [
    "CHARACTER_HINTS",
    "FOREIGN_WORDS",
    "OPERATOR_HINTS",
    "STATEMENT_WORDS",
]

STATEMENT_WORDS: Final = frozenset(
    [
        "ALTER",
        "ANALYZE",
        "ATTACH",
        "BEGIN",
        "CALL",
        "CHECKPOINT",
        "COMMIT",
        "COPY",
        "CREATE",
        "DELETE",
        "DESCRIBE",
        "DETACH",
        "DROP",
        "EXEC",
        "EXECUTE",
        "EXPLAIN",
        "EXPORT",
        "GRANT",
        "IMPORT",
        "INSERT",
        "INSTALL",
        "LOAD",
        "MERGE",
        "PRAGMA",
        "PREPARE",
        "REVOKE",
        "ROLLBACK",
        "SET",
        "SHOW",
        "SUMMARIZE",
        "TRUNCATE",
        "UPDATE",
        "USE",
        "VACUUM",
    ]
)
"""First words of statements that change things or look behind the tables."""

_NOT_IN_ADQL = "ADQL has no {}"
FOREIGN_WORDS: Final = MappingProxyType(
    {
        "LIMIT": 'use "SELECT TOP n ..." instead of LIMIT',
        "FETCH": 'use "SELECT TOP n ..." instead of FETCH',
        "TRUE": "ADQL has no TRUE and FALSE: write a comparison, for example 1 = 1",
        "FALSE": "ADQL has no TRUE and FALSE: write a comparison, for example 1 = 0",
        "CASE": "ADQL has no CASE: use COALESCE, or UNION of two queries",
        "CROSS": 'write "FROM a, b" instead of CROSS JOIN',
        "LATERAL": "ADQL has no LATERAL: write a join",
        "INTERVAL": "ADQL has no intervals: calculate with numbers, for example MJD",
        "CURRENT_TIMESTAMP": "write the time, for example '2026-01-31T12:00:00'",
        "CURRENT_DATE": "write the date, for example '2026-01-31'",
        "SUBSTRING": "ADQL has no SUBSTRING: use LIKE with % and _",
        "TRIM": "ADQL has no TRIM: use LIKE with % and _",
        "NULLIF": _NOT_IN_ADQL.format("NULLIF"),
        "EXTRACT": _NOT_IN_ADQL.format("EXTRACT"),
        "POSITION": 'ADQL has no POSITION; a column of that name is "position"',
        "NULLS": "ADQL has no NULLS FIRST and NULLS LAST; NULLs come last here",
        "ESCAPE": "ADQL's LIKE has no ESCAPE",
        "FILTER": "ADQL has no FILTER: put the condition into WHERE",
        "OVER": "ADQL has no window functions: use GROUP BY in a subquery",
        "QUALIFY": "ADQL has no window functions: use GROUP BY in a subquery",
        "TABLESAMPLE": 'use "SELECT TOP n ..." instead of TABLESAMPLE',
        "RECURSIVE": "ADQL's WITH cannot be recursive",
        "INTO": "a query cannot write: ADQL has no INTO",
        "VALUES": "ADQL has no VALUES: SELECT from a table",
        "RLIKE": "ADQL has no regular expressions: use LIKE or ILIKE with % and _",
        "REGEXP": "ADQL has no regular expressions: use LIKE or ILIKE with % and _",
        "SIMILAR": "ADQL has no regular expressions: use LIKE or ILIKE with % and _",
        "MINUS": "write EXCEPT instead of MINUS",
        "WINDOW": "ADQL has no window functions: use GROUP BY in a subquery",
    }
)
"""What to write instead of words that other SQL dialects have at this place."""

CHARACTER_HINTS: Final = MappingProxyType(
    {
        "%": "use MOD(a, b) for the remainder",
        "[": 'delimit names with double quotes: "name"',
        "`": 'delimit names with double quotes: "name"',
        "&": "ADQL has no bitwise operators",
        "^": "use POWER(a, b) to raise to a power; ADQL has no bitwise operators",
        "~": "use LIKE or ILIKE with % and _; ADQL has no regular expressions",
        "?": "ADQL has no parameters: write the value",
        "$": "ADQL has no parameters: write the value",
        "@": "ADQL has no variables: write the value",
        "{": "ADQL has no braces",
        "#": 'comments begin with "--"',
        "|": 'texts are joined with "||"',
        "\\": "ADQL has no backslash; a quote in a text is doubled: 'it''s'",
        "!": 'write "NOT", "<>" or "!="',
        "_": 'a name that begins with "_" is delimited: "_name"',
        ":": "ADQL has no parameters: write the value",
        "\u2018": "write texts in straight quotes: 'text'",
        "\u2019": "write texts in straight quotes: 'text'",
        "\u201c": 'delimit names with straight quotes: "name"',
        "\u201d": 'delimit names with straight quotes: "name"',
        "\u2013": 'write the minus sign "-"',
        "\u2212": 'write the minus sign "-"',
        "\u2264": 'write "<="',
        "\u2265": 'write ">="',
        "\u2260": 'write "<>"',
        "\u00a0": "replace the no-break space by an ordinary one",
    }
)
"""What to write instead of characters that ADQL does not have."""

OPERATOR_HINTS: Final = MappingProxyType(
    {
        "/*": 'comments begin with "--" and end with the line',
        "==": 'write "="',
        "**": "use POWER(a, b)",
        "<<": "ADQL has no bitwise operators",
        ">>": "ADQL has no bitwise operators",
        "->": "ADQL has no lambda functions and no JSON",
        "=>": 'write ">="; ADQL has no named arguments',
        ":=": "ADQL has no assignment",
        "::": "use CAST(x AS type) instead of ::",
    }
)
"""What to write instead of operators that ADQL does not have."""
