"""Checks that arguments have the types that functions want."""

from __future__ import annotations

from gammavo.adql import tree
from gammavo.adql.bound import Value
from gammavo.adql.datatypes import holds_lists, noun
from gammavo.adql.errors import AdqlError
from gammavo.model.columns import Datatype

__all__ = [
    "require_number",
    "require_point",
    "require_shape",
    "require_text",
    "what",
]


def what(value: Value) -> str:
    """Return what people call a value."""
    return "a list of numbers" if holds_lists(value) else noun(value.datatype)


def require_number(value: Value, node: tree.Node, where: str) -> None:
    """Raise an error unless the value is a single number (or NULL)."""
    datatype = value.datatype
    if datatype is not None and not datatype.is_numeric:
        hint = "use CAST to make a number of a text" if datatype.is_text else ""
        raise AdqlError(f"{where} takes a number, not {what(value)}", node.at, hint)
    if holds_lists(value):
        raise AdqlError(f"{where} takes one number, not a list of numbers", node.at)


def require_text(value: Value, node: tree.Node, where: str) -> None:
    """Raise an error unless the value is a text (or NULL)."""
    if value.datatype is not None and not value.datatype.is_text:
        hint = "use CAST(x AS VARCHAR)" if value.datatype.is_numeric else ""
        raise AdqlError(f"{where} takes a text, not {what(value)}", node.at, hint)


def require_shape(value: Value, node: tree.Node, name: str) -> None:
    """Raise an error unless the value is a point, a shape or a region."""
    if value.datatype is None or not value.datatype.is_geometry:
        raise AdqlError(
            f"{name} takes a point or shape, not {what(value)}",
            node.at,
            "for example POINT(ra, dec), CIRCLE(ra, dec, radius) or s_region",
        )


def require_point(value: Value, node: tree.Node, name: str) -> None:
    """Raise an error unless the value is a point."""
    if value.datatype is not Datatype.POINT:
        raise AdqlError(
            f"{name} takes a point, not {what(value)}",
            node.at,
            "for example POINT(ra, dec)",
        )
