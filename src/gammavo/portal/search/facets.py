"""Facets: how many rows each word would leave, under all other conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gammavo.model.vocabularies import EVENT_BUNDLE, EVENT_LIST
from gammavo.portal.context import PageContext
from gammavo.portal.search.adql import Condition, count_query
from gammavo.portal.search.fields import (
    ANY,
    CHOICES,
    DEFAULT_PRODUCT,
    ChoiceField,
    statistics_of,
)
from gammavo.portal.search.question import Question, Setting
from gammavo.portal.search.state import State

__all__ = ["Facet", "Word", "facets"]

_SHOWN: Final = 8
"""Words that are seen at once; the others are folded."""
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a facet: what is shown, how many rows have it, where its link leads."""

    value: str
    label: str
    count: int
    link: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its words; those of ``more`` are folded."""

    field: ChoiceField
    words: tuple[Word, ...]
    more: tuple[Word, ...]


def facets(
    portal: PageContext, state: State, question: Question, setting: Setting
) -> list[Facet]:
    """Return the facets with counts, by queries that everybody may ask."""
    statistics = portal.queries.snapshot().statistics
    fields = []
    for field in CHOICES:
        known = statistics_of(statistics, field.column)
        different = known is None or known.values is None or len(known.values) > 1
        if field.always or different or state.all(field.name):
            fields.append(field)
    found = []
    for field, counts in _counts(portal, question, setting, fields).items():
        for value in state.all(field.name):
            counts.setdefault(value, 0)
        if len(counts) > 1 or field.always or state.all(field.name):
            found.append(_facet(field, counts, state))
    return found


def _counts(
    portal: PageContext,
    question: Question,
    setting: Setting,
    fields: Sequence[ChoiceField],
) -> dict[ChoiceField, dict[str, int]]:
    """Return how many rows each word of each field has.

    Fields without a condition of their own are counted by the same query, but for the
    targets, which are many.
    """
    limited = {condition.field for condition in question.conditions}
    together = [f for f in fields if f.name not in limited | {"object", "release"}]
    groups = [together] if together else []
    groups += [
        [field] for field in fields if field not in together and field.name != "release"
    ]
    counts: dict[ChoiceField, dict[str, int]] = {
        field: _release_counts(portal, question, setting)
        if field.name == "release"
        else {}
        for field in fields
    }
    for group in groups:
        columns = [field.column for field in group]
        if any(field.name == "product" for field in group):
            columns.append("dataproduct_type")
        query = count_query(question.without(group[0].name), columns)
        for row in portal.rows.ask(query):
            for field in group:
                value = _value(row, field, setting)
                if value is not None:
                    counts[field][value] = counts[field].get(value, 0) + row["n"]
    return counts


def _release_counts(
    portal: PageContext, question: Question, setting: Setting
) -> dict[str, int]:
    """Return how many rows each release has; no column tells releases apart."""
    others = question.without("release")
    counts = {}
    for name, condition in setting.releases.items():
        query = count_query([*others, Condition("release", condition)])
        (row,) = portal.rows.ask(query)
        counts[name] = row["n"]
    return {name: count for name, count in counts.items() if count}


def _value(row: Mapping[str, Any], field: ChoiceField, setting: Setting) -> str | None:
    """Return what the parameter of a facet is for a row of its counts."""
    value: str | int | None = row[field.column]
    if field.name == "product" and value is None:
        types = {setting.event_type: EVENT_LIST, setting.bundle_type: EVENT_BUNDLE}
        return types.get(row["dataproduct_type"])
    if value is None or value == "":
        return None
    if field.name == "object":
        return setting.names.usual(str(value))
    return str(value)


def _facet(field: ChoiceField, counts: Mapping[str, int], state: State) -> Facet:
    chosen = state.all(field.name)
    if field.name == "product":
        chosen = tuple(counts) if ANY in chosen else chosen or (DEFAULT_PRODUCT,)
    order = sorted(counts, key=lambda v: (v not in chosen, -counts[v], v))[:_MOST]
    words = tuple(
        Word(
            value=value,
            label=field.word(value),
            count=counts[value],
            link=_toggled(field, state, value, counts).query_string,
            is_chosen=value in chosen,
        )
        for value in order
        if value != ANY
    )
    # One folded word saves nothing.
    cut = _SHOWN if len(words) > _SHOWN + 1 else len(words)
    return Facet(field, words[:cut], words[cut:])


def _toggled(
    field: ChoiceField, state: State, value: str, counts: Mapping[str, int]
) -> State:
    if field.name != "product":
        return state.toggled(field.name, value)
    given = state.all("product") or (DEFAULT_PRODUCT,)
    if ANY in given:
        given = tuple(v for v in counts if v != ANY)
    others = tuple(v for v in given if v != value)
    wanted = others if value in given else (*given, value)
    # Nothing chosen is the default again.
    return state.replaced(product=None if wanted == (DEFAULT_PRODUCT,) else wanted)
