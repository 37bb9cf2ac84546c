"""Queries: SELECT, FROM with its joins, set operators, WITH."""

from __future__ import annotations

from dataclasses import replace

from gammavo.adql.errors import AdqlError, did_you_mean
from gammavo.adql.parser.depth import MOST_COLUMNS, check_size
from gammavo.adql.parser.sources import SourceParser
from gammavo.adql.tokens import Kind
from gammavo.adql.tree import (
    Combination,
    DerivedTable,
    Expression,
    Name,
    OrderTerm,
    Query,
    SelectItem,
    SelectQuery,
    SetOperator,
    Star,
    Statement,
    WithQuery,
)
from gammavo.adql.words import STATEMENT_WORDS

__all__ = ["parse"]


def parse(text: str) -> Statement:
    """Return the syntax tree of one ADQL query.

    Parameters
    ----------
    text
        The query; one semicolon may end it.

    Raises
    ------
    AdqlError
        It is not ADQL 2.1, or too long or too deep.
    """
    statement = _QueryParser(text).statement()
    check_size(statement)
    return statement


class _QueryParser(SourceParser):
    """Reads whole queries."""

    def statement(self) -> Statement:
        """Read the whole text."""
        token = self.token
        if not (self.at_word("SELECT", "WITH") or self.at_operator("(")):
            self._not_a_query()
        common = tuple(self._common_tables()) if self.take_word("WITH") else ()
        query = self.query()
        if self.take_operator(";") and self.token.kind is not Kind.END:
            raise AdqlError("only one query at a time is possible", self.token)
        if self.token.kind is not Kind.END:
            if self.at_word("UNION", "EXCEPT", "INTERSECT"):
                raise AdqlError(
                    f"{self.token.value} stands behind ORDER BY or OFFSET",
                    self.token,
                    "put the query before it into parentheses",
                )
            self.fail("the end of the query")
        return Statement(token, common, query)

    def _not_a_query(self) -> None:
        token = self.token
        if token.value.upper() in STATEMENT_WORDS:
            raise AdqlError(
                f"{token.value.upper()} is not possible: queries only read",
                token,
                "a query begins with SELECT or WITH",
            )
        hint = did_you_mean(token.value, ("SELECT", "WITH"))
        raise AdqlError(
            "a query begins with SELECT or WITH", token, hint or "write SELECT ... FROM"
        )

    def _common_tables(self) -> list[WithQuery]:
        tables = []
        while True:
            name = self.expect_name("a name of the subquery")
            self.expect_word("AS")
            self.expect_operator("(")
            query = self.query()
            self.expect_end_of("the subquery")
            tables.append(WithQuery(name.at, name, query))
            if not self.take_operator(","):
                return tables

    def query(self) -> Query:
        """Read a query without the parentheses around it."""
        self.enter()
        closed = self.at_operator("(")
        query = self.continued_query(self._operand(), closed=closed)
        self.leave()
        return query

    def continued_query(self, query: Query, *, closed: bool = True) -> Query:
        """Read set operators, ORDER BY and OFFSET after the first operand.

        ``closed`` says that the operand stands in parentheses.
        """
        first = query
        query = self._intersections(query)
        while token := self.take_word("UNION", "EXCEPT"):
            keep = self.take_word("ALL") is not None
            right = self._intersections(self._operand())
            query = Combination(
                token,
                operator=SetOperator(token.value),
                keep_duplicates=keep,
                left=query,
                right=right,
            )
        return self._ordered(query, closed=closed and query is first)

    def _intersections(self, query: Query) -> Query:
        while token := self.take_word("INTERSECT"):
            keep = self.take_word("ALL") is not None
            query = Combination(
                token,
                operator=SetOperator.INTERSECT,
                keep_duplicates=keep,
                left=query,
                right=self._operand(),
            )
        return query

    def _operand(self) -> Query:
        if self.take_operator("("):
            query = self.query()
            self.expect_end_of("the subquery")
            return query
        return self._select()

    def _ordered(self, query: Query, *, closed: bool) -> Query:
        order_by: list[OrderTerm] = []
        if self.take_word("ORDER"):
            self.expect_word("BY")
            order_by.append(self._order_term())
            while self.take_operator(","):
                order_by.append(self._order_term())
        offset = None
        if self.take_word("OFFSET"):
            offset = self.expect_integer("the number of rows to leave out")
        if not order_by and offset is None:
            return query
        if closed:
            query = _wrapped(query)
        return replace(query, order_by=tuple(order_by), offset=offset)

    def _order_term(self) -> OrderTerm:
        value = self.value()
        direction = self.take_word("ASC", "DESC")
        descending = direction is not None and direction.value == "DESC"
        return OrderTerm(value.at, value, descending)

    def _select(self) -> SelectQuery:
        token = self.expect_word("SELECT")
        quantifier = self.take_word("DISTINCT", "ALL")
        top = None
        if self.take_word("TOP"):
            top = self.expect_integer("the number of rows")
            if self.at_word("DISTINCT", "ALL"):
                raise AdqlError(
                    f"{self.token.value} stands behind TOP",
                    self.token,
                    f"write SELECT {self.token.value} TOP {top}",
                )
        items = self._items()
        self.expect_word("FROM")
        return SelectQuery(
            token,
            items=items,
            source=self.sources(),
            distinct=quantifier is not None and quantifier.value == "DISTINCT",
            top=top,
            where=self.condition() if self.take_word("WHERE") else None,
            group_by=self._group_by(),
            having=self.condition() if self.take_word("HAVING") else None,
        )

    def _group_by(self) -> tuple[Expression, ...]:
        if not self.take_word("GROUP"):
            return ()
        self.expect_word("BY")
        keys = [self.value()]
        while self.take_operator(","):
            keys.append(self.value())
        return tuple(keys)

    def _items(self) -> tuple[Star | SelectItem, ...]:
        if star := self.take_operator("*"):
            if self.at_operator(","):
                raise AdqlError(
                    '"*" and other columns cannot stand together',
                    self.token,
                    'write "table.*, column"',
                )
            return (Star(star),)
        items = [self._item()]
        while self.take_operator(","):
            items.append(self._item())
            if len(items) > MOST_COLUMNS:
                raise AdqlError(
                    f"the query has more than {MOST_COLUMNS} columns", self.token
                )
        return tuple(items)

    def _item(self) -> Star | SelectItem:
        at = self.token
        if names := self._names_before_star():
            return Star(at, names)
        if self.at_operator("*"):
            raise AdqlError(
                '"*" and other columns cannot stand together',
                at,
                'write "table.*, column"',
            )
        value = self.value()
        text = self.text[at.start : self.previous.end]
        alias = None
        if self.take_word("AS") or self.at_name():
            alias = self.expect_name("a name of the column")
        return SelectItem(at, value, alias, text)

    def _names_before_star(self) -> tuple[Name, ...]:
        """Read ``[schema.]table.*`` if that is what follows."""
        distance = 0
        while self.peek(distance).kind in {Kind.NAME, Kind.DELIMITED}:
            if self.peek(distance + 1).value != ".":
                return ()
            distance += 2
        if distance == 0 or self.peek(distance).value != "*":
            return ()
        names = []
        while not self.take_operator("*"):
            names.append(self.expect_name("a name of a table"))
            self.expect_operator(".")
        return tuple(names)


def _wrapped(query: Query) -> SelectQuery:
    """Make ``SELECT * FROM (query)``, which can be sorted and cut once more."""
    at = query.at
    table = DerivedTable(at, query, Name("query", exact=True, at=at))
    return SelectQuery(at, items=(Star(at),), source=table)
