"""What is searched for, as the address of the page says it: nothing else is kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from gammavo.portal.search.fields import CHOICES, RANGES

__all__ = ["State", "read_state"]

_SINGLE: Final = (
    *("target", "radius", "match", "offset_min", "offset_max"),
    *("time_min", "time_max", "time_scale"),
    *("energy_min", "energy_max", "energy_unit"),
    *(f"{entry.name}_{end}" for entry in RANGES for end in ("min", "max")),
)
_SEVERAL: Final = tuple(entry.name for entry in CHOICES)
_VIEW: Final = ("sort", "page")
_MOST: Final = 50
"""Values of one parameter; what is beyond is cut."""
_LONGEST: Final = 200
_DEFAULTS: Final = {"match": "pointing", "time_scale": "utc", "energy_unit": "TeV"}
_IDLE: Final = {
    "radius": ("target",),
    "match": ("target",),
    "time_scale": ("time_min", "time_max"),
    "energy_unit": ("energy_min", "energy_max"),
}
"""Parameters that mean nothing without one of some others."""


@dataclass(frozen=True, slots=True)
class State:
    """Values of the form by parameter; those that are not given are not in it."""

    values: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Return a value, its default or an empty text."""
        given = self.values.get(name)
        return given[0] if given else _DEFAULTS.get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a parameter."""
        return self.values.get(name, ())

    def chosen(self) -> Iterator[tuple[str, str]]:
        """Yield the chosen words of the facets, which the form keeps."""
        for name in _SEVERAL:
            for value in self.all(name):
                yield name, value

    def replaced(self, **changes: str | tuple[str, ...] | None) -> State:
        """Return the state with other values, at the first page of its result."""
        values = {name: given for name, given in self.values.items() if name != "page"}
        for name, change in changes.items():
            values.pop(name, None)
            if change:
                values[name] = (change,) if isinstance(change, str) else change
        return State(values)

    def toggled(self, name: str, value: str) -> State:
        """Return the state with a word of a facet chosen, or no longer."""
        before = self.all(name)
        if value in before:
            return self.replaced(**{name: tuple(v for v in before if v != value)})
        return self.replaced(**{name: (*before, value)})

    @property
    def query_string(self) -> str:
        """The state as part of an address, in a fixed order; empty if nothing is asked."""
        pairs = [
            (name, value)
            for name in (*_SINGLE, *_SEVERAL, *_VIEW)
            for value in self.all(name)
            if value != _DEFAULTS.get(name) and not self._is_idle(name)
        ]
        return urlencode(pairs)

    def _is_idle(self, name: str) -> bool:
        needed = _IDLE.get(name)
        return needed is not None and not any(self.all(other) for other in needed)


def read_state(parameters: QueryDict) -> State:
    """Return what an address says; unknown parameters and empty values are left out."""
    values = {}
    for name in (*_SINGLE, *_SEVERAL, *_VIEW):
        given = [_clean(text) for text in parameters.getlist(name)]
        kept = tuple(dict.fromkeys(text for text in given if text))[:_MOST]
        if kept:
            values[name] = kept if name in _SEVERAL else kept[-1:]
    return State(values)


def _clean(text: str) -> str:
    """Return a text without control characters, which no field can have."""
    shown = "".join(c if unicodedata.category(c) != "Cc" else " " for c in text)
    return shown.strip()[:_LONGEST]
