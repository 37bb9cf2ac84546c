"""Tokens to syntax tree: a strict recursive-descent parser of ADQL 2.1."""

from gammavo.adql.parser.queries import parse

__all__ = ["parse"]
