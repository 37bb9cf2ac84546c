"""Syntax tree to bound query: names, types, units, groups, checked against a catalogue."""

from gammavo.adql.binder.queries import bind

__all__ = ["bind"]
