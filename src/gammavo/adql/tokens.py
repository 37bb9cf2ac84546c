"""Tokens of ADQL: the smallest pieces of a query, each with its place in the text."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

__all__ = ["Kind", "Token"]


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    DELIMITED = "delimited name"
    KEYWORD = "reserved word"
    INTEGER = "whole number"
    DECIMAL = "number"
    STRING = "text"
    OPERATOR = "operator"
    END = "end of the query"


class Token(NamedTuple):
    """One token.

    Parameters
    ----------
    kind
        What it is.
    text
        As written; empty at the end of the query.
    value
        Meaning: a keyword in upper case, a name or text without its quotes, an operator.
    line, column
        Place of its first character, both counted from 1.
    start, end
        The same as offsets in characters; ``end`` is behind the last one.
    """

    kind: Kind
    text: str
    value: str
    line: int
    column: int
    start: int
    end: int
