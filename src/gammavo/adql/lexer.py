"""Text of a query to tokens (ADQL 2.1 section 2.1)."""

from __future__ import annotations

import re

from gammavo.adql.errors import AdqlError
from gammavo.adql.tokens import Kind, Token
from gammavo.adql.words import CHARACTER_HINTS, OPERATOR_HINTS
from gammavo.model.reserved import RESERVED_WORDS

__all__ = ["LONGEST_QUERY", "tokenize"]

LONGEST_QUERY = 100_000
"""Characters: room for several thousand identifiers in an IN list."""

_TOKEN = re.compile(
    r"""
      (?P<blank>(?:[ \t\r\n\f\v]+|--[^\r\n]*)+)
    | (?P<name>[A-Za-z][A-Za-z0-9_]*)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<string>'[^']*(?:''[^']*)*')
    | (?P<delimited>"[^"]*(?:""[^"]*)*")
    | (?P<foreign>/\*|==|\*\*|<<|>>|->|=>|:=|::)
    | (?P<operator><=|>=|<>|!=|\|\||[-+*/(),.;=<>])
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[A-Za-z0-9_]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a query; the last one is of kind ``END``.

    Adjacent text literals are one token, as in SQL-92 (``'a' 'b'`` is ``'ab'``).

    Raises
    ------
    AdqlError
        The text is too long, or a piece of it is no token of ADQL.
    """
    if len(text) > LONGEST_QUERY:
        raise AdqlError(
            f"the query has {len(text)} characters, {LONGEST_QUERY} are allowed",
            _at(text, 0, 0),
            "upload long lists as a table and join it",
        )
    if control := _CONTROL.search(text):
        offset = control.start()
        raise AdqlError(
            f"the character U+{ord(text[offset]):04X} is not allowed",
            _at(text, offset, offset),
        )
    tokens: list[Token] = []
    offset, line, line_start = 0, 1, 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise _no_token(text, offset)
        group, piece, end = match.lastgroup or "", match.group(), match.end()
        if group == "foreign":
            raise AdqlError(
                f"{piece} is not part of ADQL",
                _at(text, offset, end),
                OPERATOR_HINTS[piece],
            )
        if group != "blank":
            column = offset - line_start + 1
            token = _token(text, group, piece, (line, column, offset, end))
            if token.kind is Kind.STRING and tokens and tokens[-1].kind is Kind.STRING:
                token = _joined(tokens.pop(), token)
            tokens.append(token)
        if "\n" in piece:
            line += piece.count("\n")
            line_start = offset + piece.rindex("\n") + 1
        offset = end
    tokens.append(
        Token(Kind.END, "", "", line, offset - line_start + 1, offset, offset)
    )
    return tokens


def _token(
    text: str, group: str, piece: str, place: tuple[int, int, int, int]
) -> Token:
    if group == "name":
        upper = piece.upper()
        if upper in RESERVED_WORDS:
            return Token(Kind.KEYWORD, piece, upper, *place)
        return Token(Kind.NAME, piece, piece, *place)
    if group == "operator":
        return Token(Kind.OPERATOR, piece, piece, *place)
    if group == "string":
        return Token(Kind.STRING, piece, piece[1:-1].replace("''", "'"), *place)
    if group == "number":
        return _number(text, piece, place)
    value = piece[1:-1].replace('""', '"')
    if not value:
        raise AdqlError("a delimited name is empty", _at(text, place[2], place[3]))
    return Token(Kind.DELIMITED, piece, value, *place)


def _number(text: str, piece: str, place: tuple[int, int, int, int]) -> Token:
    if word := _WORD.match(text, place[3]):
        whole = piece + word.group()
        hint = f'a name that begins with a digit is delimited: "{whole}"'
        if whole.lower().startswith("0x"):
            hint = "ADQL has no hexadecimal numbers"
        raise AdqlError(
            f"{whole} is neither a number nor a name",
            _at(text, place[2], word.end()),
            hint,
        )
    return Token(
        Kind.INTEGER if piece.isdigit() else Kind.DECIMAL, piece, piece, *place
    )


def _joined(first: Token, second: Token) -> Token:
    return first._replace(
        text=f"{first.text} {second.text}",
        value=first.value + second.value,
        end=second.end,
    )


def _at(text: str, start: int, end: int) -> Token:
    """Make a token for an error message."""
    line_start = text.rfind("\n", 0, start) + 1
    return Token(
        Kind.OPERATOR,
        text[start:end],
        text[start:end],
        text.count("\n", 0, start) + 1,
        start - line_start + 1,
        start,
        end,
    )


def _no_token(text: str, offset: int) -> AdqlError:
    character = text[offset]
    at = _at(text, offset, offset + 1)
    if character == "'":
        return AdqlError("a text is not closed", at, "end it with a single quote")
    if character == '"':
        return AdqlError(
            "a delimited name is not closed", at, "end it with a double quote"
        )
    hint = CHARACTER_HINTS.get(character, "")
    if not hint and not character.isascii():
        hint = (
            "other letters than A–Z are for texts in single quotes and delimited names"
        )
    return AdqlError(f"the character {character!r} is not part of ADQL", at, hint)
