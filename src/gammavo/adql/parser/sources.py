"""The FROM clause: tables, subqueries, joins."""

from __future__ import annotations

from gammavo.adql.errors import AdqlError
from gammavo.adql.parser.expressions import ExpressionParser
from gammavo.adql.tokens import Token
from gammavo.adql.tree import (
    DerivedTable,
    Join,
    JoinKind,
    Name,
    Query,
    TableName,
    TableReference,
)

__all__ = ["SourceParser"]

_JOIN_WORDS = ("NATURAL", "INNER", "LEFT", "RIGHT", "FULL", "JOIN")


class SourceParser(ExpressionParser):
    """Reads what follows FROM."""

    def sources(self) -> TableReference:
        """Read a list of tables and joins."""
        source = self._joined(self._source())
        while comma := self.take_operator(","):
            right = self._joined(self._source())
            source = Join(comma, JoinKind.COMMA, source, right)
        return source

    def _joined(self, left: TableReference) -> TableReference:
        while self.at_word(*_JOIN_WORDS):
            left = self._join(left)
        return left

    def _join(self, left: TableReference) -> Join:
        """Read one join behind its left side."""
        self.enter()
        at = self.token
        natural = self.take_word("NATURAL") is not None
        kind = JoinKind.INNER
        if token := self.take_word("INNER", "LEFT", "RIGHT", "FULL"):
            kind = JoinKind(token.value)
            if kind is not JoinKind.INNER:
                self.take_word("OUTER")
        self.expect_word("JOIN")
        right = self._source()
        while not natural and self.at_word(*_JOIN_WORDS):
            right = self._join(right)
        self.leave()
        if natural:
            return self._natural(at, kind, left, right)
        if self.take_word("ON"):
            return Join(at, kind, left, right, on=self.condition())
        if self.take_word("USING"):
            return Join(at, kind, left, right, using=self._using())
        return self.fail("ON or USING")

    def _natural(
        self, at: Token, kind: JoinKind, left: TableReference, right: TableReference
    ) -> Join:
        if self.at_word("ON", "USING"):
            raise AdqlError(
                f"a NATURAL JOIN has no {self.token.value}",
                self.token,
                "leave out NATURAL",
            )
        return Join(at, kind, left, right, natural=True)

    def _using(self) -> tuple[Name, ...]:
        self.expect_operator("(")
        names = [self.expect_name("a name of a column")]
        while self.take_operator(","):
            names.append(self.expect_name("a name of a column"))
        if self.at_operator("."):
            raise AdqlError(
                "USING takes names of columns without their tables",
                self.token,
                "use ON to compare columns of different names",
            )
        self.expect_end_of("USING (...)")
        return tuple(names)

    def _source(self) -> TableReference:
        if not self.at_operator("("):
            at = self.token
            names = self.qualified_name("a name of a table")
            if self.at_operator("("):
                raise AdqlError(
                    f'"{at.text}" is used as a function in FROM',
                    self.token,
                    self.foreign_hint() or "ADQL has no functions that return tables",
                )
            return TableName(at, names, self._alias())
        at = self.token
        content = self._parenthesis_content()
        if isinstance(content, Query):
            return DerivedTable(at, content, self._expect_alias())
        return content

    def _parenthesis_content(self) -> Query | TableReference:
        """Read ``(query)`` or ``(join)``; which of both only its inside tells."""
        self.enter()
        self.expect_operator("(")
        content: Query | TableReference
        if self.at_word("SELECT"):
            content = self.query()
        elif self.at_operator("("):
            at = self.token
            content = self._parenthesis_content()
            if isinstance(content, Query):
                content = self.continued_query(content)
                if not self.at_operator(")"):
                    alias = self._expect_alias()
                    content = self._joined(DerivedTable(at, content, alias))
            else:
                content = self._joined(content)
        else:
            content = self._joined(self._source())
        self.expect_end_of("the parenthesis")
        self.leave()
        return content

    def _expect_alias(self) -> Name:
        alias = self._alias()
        if alias is None:
            raise AdqlError(
                "a subquery in FROM needs a name", self.token, "add AS name"
            )
        return alias

    def _alias(self) -> Name | None:
        if self.take_word("AS") or self.at_name():
            return self.expect_name("a name of a table")
        return None
