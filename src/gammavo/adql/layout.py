"""A query in a layout that is easy to read: a clause a line, reserved words in capitals.

Only blanks and the case of reserved words change: names, texts, numbers and comments stay
as they were written, and the tokens are the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gammavo.adql.language import KEYWORDS, TYPES
from gammavo.adql.lexer import tokenize
from gammavo.adql.parser.functions import AGGREGATES, FUNCTIONS
from gammavo.adql.tokens import Kind, Token

__all__ = ["arranged"]

_CAPITALS: Final = frozenset((*KEYWORDS, *TYPES, *FUNCTIONS, *AGGREGATES))
_CLAUSES: Final = frozenset(
    {
        *("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "OFFSET"),
        *("UNION", "EXCEPT", "INTERSECT", "WITH"),
    }
)
_JOINS: Final = frozenset(["NATURAL", "INNER", "LEFT", "RIGHT", "FULL", "JOIN"])
_BEFORE_JOIN: Final = _JOINS | {"OUTER"}
_CONDITIONS: Final = frozenset({"WHERE", "HAVING", "ON"})
_WIDTH: Final = 80
_STEP: Final = "  "
_COMMENT: Final = re.compile(r"--[^\r\n]*")
_TIGHT_BEFORE: Final = frozenset({")", ",", ".", ";"})
_TIGHT_AFTER: Final = frozenset({"(", "."})
_SIGNS: Final = frozenset({"+", "-"})


def arranged(text: str) -> str:
    """Return a query with its clauses on lines of their own.

    Parameters
    ----------
    text
        Of the query; it need not be correct as long as its tokens are.

    Raises
    ------
    AdqlError
        A piece of it is no token of ADQL.
    """
    tokens = tokenize(text)
    layout = _Layout(text, tokens)
    for number in range(len(tokens)):
        layout.add(number)
    return layout.result()


class _Block:
    """What is between two parentheses, or the whole query."""

    __slots__ = ("between", "clause", "indent", "is_query")

    def __init__(self, indent: int, *, is_query: bool) -> None:
        self.indent = indent
        self.is_query = is_query
        self.clause = ""
        self.between = False


class _Layout:
    """The lines made so far, and where in the query we are."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._lines: list[str] = []
        self._line = ""
        self._blocks = [_Block(0, is_query=True)]

    def add(self, number: int) -> None:
        """Append a token after the comments before it."""
        token = self._tokens[number]
        before = self._tokens[number - 1] if number else None
        self._add_comments(before.end if before else 0, token.start, before)
        if token.kind is Kind.END:
            return
        block = self._blocks[-1]
        word = token.value if token.kind is Kind.KEYWORD else ""
        if token.value == ")" and token.kind is Kind.OPERATOR and len(self._blocks) > 1:
            self._blocks.pop()
            if block.is_query:
                self._break(self._blocks[-1].indent)
        elif block.is_query:
            self._place(block, word, before)
        piece = word if word in _CAPITALS else self._text[token.start : token.end]
        if self._line.strip() and _is_spaced(self._tokens, number):
            if len(self._line) + 1 + len(piece) > _WIDTH and token.value != "(":
                self._break(block.indent + 1)
            else:
                self._line += " "
        self._line += piece
        if token.kind is Kind.OPERATOR and token.value == "(":
            following = self._tokens[number + 1].value
            opened = following in {"SELECT", "WITH"}
            self._blocks.append(_Block(block.indent + 1, is_query=opened))
            if opened:
                self._break(block.indent + 1)

    def result(self) -> str:
        """Return the query."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _place(self, block: _Block, word: str, before: Token | None) -> None:
        """Begin a new line where a clause, a join or a condition begins."""
        last = before.value if before and before.kind is Kind.KEYWORD else ""
        if word in _CLAUSES and not (word == "OFFSET" and block.clause == ""):
            self._break(block.indent)
            block.clause = word
        elif (word in _JOINS and last not in _BEFORE_JOIN) or (
            word in {"AND", "OR"} and self._ends_condition(block)
        ):
            self._break(block.indent + 1)
        if word == "BETWEEN":
            block.between = True
        if word == "ON":
            block.clause = "ON"

    def _ends_condition(self, block: _Block) -> bool:
        """Return whether an AND joins conditions; that of BETWEEN does not."""
        if block.between:
            block.between = False
            return False
        return block.clause in _CONDITIONS

    def _add_comments(self, start: int, end: int, before: Token | None) -> None:
        """Keep comments where they were: behind a line, or on lines of their own."""
        blank = self._text[start:end]
        for comment in _COMMENT.finditer(blank):
            own_line = before is None or "\n" in blank[: comment.start()]
            if own_line:
                self._break(self._blocks[-1].indent)
            elif self._line.strip():
                self._line += " "
            self._line += comment.group().rstrip()
            self._break(self._blocks[-1].indent + (0 if own_line else 1))

    def _break(self, indent: int) -> None:
        self._end_line()
        self._line = _STEP * indent

    def _end_line(self) -> None:
        if self._line.strip():
            self._lines.append(self._line.rstrip())
        self._line = ""


def _is_spaced(tokens: Sequence[Token], number: int) -> bool:
    """Return whether there is a blank before a token in the middle of a line."""
    token, before = tokens[number], tokens[number - 1]
    if before.kind is Kind.OPERATOR and before.value in _TIGHT_AFTER:
        return False
    if token.kind is Kind.OPERATOR and token.value in _TIGHT_BEFORE:
        return False
    if token.kind is Kind.OPERATOR and token.value == "(":
        is_call = before.kind in {Kind.NAME, Kind.DELIMITED} or (
            before.value in FUNCTIONS or before.value in AGGREGATES
        )
        return not (is_call or before.value in {"CAST", *TYPES})
    is_sign = before.kind is Kind.OPERATOR and before.value in _SIGNS and number > 1
    return not (is_sign and _is_unary(tokens, number - 1))


def _is_unary(tokens: Sequence[Token], number: int) -> bool:
    """Return whether a plus or minus is the sign of what follows it."""
    before = tokens[number - 1]
    if before.kind is Kind.OPERATOR:
        return before.value != ")"
    return before.kind is Kind.KEYWORD
