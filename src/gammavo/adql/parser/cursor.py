"""A place in the list of tokens, and the errors that are raised there."""

from __future__ import annotations

from typing import Final, NoReturn

from gammavo.adql.errors import AdqlError, did_you_mean
from gammavo.adql.lexer import tokenize
from gammavo.adql.tokens import Kind, Token
from gammavo.adql.tree import Name
from gammavo.adql.words import FOREIGN_WORDS

__all__ = ["CLAUSES", "DEEPEST_NESTING", "TokenCursor"]

DEEPEST_NESTING: Final = 60
"""Levels of parentheses, function calls and subqueries; people need less than ten."""

CLAUSES: Final = ("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "OFFSET")
_WORDS = (*CLAUSES, "UNION", "JOIN", "BETWEEN")
_COMPARISONS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})


class TokenCursor:
    """Reads the tokens of one query from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.index]

    @property
    def previous(self) -> Token:
        """The token read last."""
        return self.tokens[self.index - 1]

    def peek(self, distance: int = 1) -> Token:
        """Return the token that many places ahead, the last one if there is none."""
        return self.tokens[min(self.index + distance, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Read one token."""
        token = self.tokens[self.index]
        if token.kind is not Kind.END:
            self.index += 1
        return token

    def at_word(self, *words: str) -> bool:
        """Tell whether the next token is one of these reserved words."""
        token = self.token
        return token.kind is Kind.KEYWORD and token.value in words

    def at_operator(self, operator: str) -> bool:
        """Tell whether the next token is this operator."""
        token = self.token
        return token.kind is Kind.OPERATOR and token.value == operator

    def take_word(self, *words: str) -> Token | None:
        """Read the next token if it is one of these reserved words."""
        return self.advance() if self.at_word(*words) else None

    def take_operator(self, operator: str) -> Token | None:
        """Read the next token if it is this operator."""
        return self.advance() if self.at_operator(operator) else None

    def expect_word(self, word: str) -> Token:
        """Read this reserved word, or raise an error."""
        return self.take_word(word) or self.fail(word)

    def expect_operator(self, operator: str) -> Token:
        """Read this operator, or raise an error."""
        return self.take_operator(operator) or self.fail(f'"{operator}"')

    def at_name(self) -> bool:
        """Tell whether the next token is an identifier."""
        return self.token.kind in {Kind.NAME, Kind.DELIMITED}

    def expect_name(self, what: str) -> Name:
        """Read an identifier, or raise an error that says what it should name."""
        if not self.at_name():
            self.fail(what)
        token = self.advance()
        return Name(token.value, token.kind is Kind.DELIMITED, token)

    def expect_integer(self, what: str) -> int:
        """Read a whole number without sign, or raise an error."""
        if self.token.kind is not Kind.INTEGER:
            self.fail(what)
        return self.whole_number(self.advance())

    @staticmethod
    def whole_number(token: Token) -> int:
        """Return the value of an integer token; it must fit into 64 bits."""
        if len(token.value.lstrip("0")) > 18:
            raise AdqlError("the number is too large", token)
        return int(token.value)

    def expect_end_of(self, what: str) -> None:
        """Read the closing parenthesis of something."""
        if not self.take_operator(")"):
            self.fail(f'")" at the end of {what}')

    def enter(self) -> None:
        """Count one level of nesting; :meth:`leave` ends it."""
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise AdqlError(
                f"the query is nested deeper than {DEEPEST_NESTING} levels", self.token
            )

    def leave(self) -> None:
        """End one level of nesting."""
        self.depth -= 1

    def fail(self, expected: str) -> NoReturn:
        """Raise the error that something else was expected at this token."""
        token = self.token
        if token.kind is Kind.END:
            raise AdqlError(f"the query ends where {expected} is expected", token)
        if token.kind is Kind.KEYWORD and expected.startswith("a name"):
            raise AdqlError(
                f'"{token.text}" is a reserved word',
                token,
                self.foreign_hint() or f'as a name it is delimited: "{token.text}"',
            )
        raise AdqlError(
            f'unexpected "{token.text[:60]}" where {expected} is expected',
            token,
            self.foreign_hint() or self._spelling_hint(),
        )

    def foreign_hint(self) -> str:
        """Return what to write instead of a word of another language nearby."""
        for token in (self.token, self.previous, self.peek()):
            if token.kind in {Kind.NAME, Kind.KEYWORD}:
                hint = FOREIGN_WORDS.get(token.value.upper())
                if hint:
                    return hint
        return ""

    def _spelling_hint(self) -> str:
        if self.token.value in _COMPARISONS and self.token.kind is Kind.OPERATOR:
            return "ADQL compares in WHERE, ON and HAVING only"
        if self.at_word(*CLAUSES):
            return f"clauses follow each other so: {', '.join(CLAUSES)}"
        for token in (self.token, self.previous):
            if token.kind is Kind.NAME:
                hint = did_you_mean(token.value, _WORDS)
                if hint:
                    return hint
        return ""
