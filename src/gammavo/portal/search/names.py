"""From the name of a target to its place and its runs, without the internet.

Looked at in this order: names of the releases' targets with their aliases, the list of
known sources, coordinates, and places that names encode.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gammavo.model.observations import TargetDescription
from gammavo.portal.search.faults import FieldError
from gammavo.portal.search.places import coordinates, place_in_name
from gammavo.portal.search.sources import known_sources, name_key

__all__ = ["Names", "Origin", "Target", "target_rows_query"]

_SUGGESTIONS: Final = 5
_LONGEST: Final = 100
Position = tuple[float, float]
Online = Callable[[str], Position | None]


class Origin(StrEnum):
    """From where a place is known."""

    TEXT = "text"
    FILES = "files"
    LIST = "list"
    RUNS = "runs"
    NAME = "name"
    ONLINE = "online"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody looks for.

    Parameters
    ----------
    name
        Its usual name; empty for coordinates.
    position
        ICRS right ascension and declination in degrees, None if unknown.
    spellings
        How the rows of the site call it; empty if none does.
    origin
        From where the position is known.
    """

    name: str
    position: Position | None
    spellings: tuple[str, ...] = ()
    origin: Origin = Origin.TEXT


def target_rows_query(event_type_literal: str) -> str:
    """Return the query for the targets of all runs and the mean of their pointings.

    The means are those of unit vectors.
    """
    ra, dec = "RADIANS(s_ra)", "RADIANS(s_dec)"
    return (
        f"SELECT target_name, AVG(COS({dec}) * COS({ra})) AS x, "  # noqa: S608
        f"AVG(COS({dec}) * SIN({ra})) AS y, AVG(SIN({dec})) AS z "
        f"FROM ivoa.obscore WHERE dataproduct_type = {event_type_literal} "
        "GROUP BY target_name"
    )


@dataclass(slots=True)
class _Entry:
    name: str
    position: Position | None = None
    origin: Origin = Origin.NOWHERE
    spellings: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Names:
    """All names that a site knows.

    Parameters
    ----------
    described
        Targets as the releases describe them: names and aliases.
    rows
        ``target_name`` as the runs have it, and ``x``, ``y``, ``z`` of their mean
        pointing.
    places
        Where targets are as the runs say, by ``target_name``: better than any list, as
        the runs were pointed by it.
    """

    def __init__(
        self,
        described: Iterable[TargetDescription],
        rows: Sequence[Mapping[str, Any]],
        places: Mapping[str, Position] | None = None,
    ) -> None:
        self._places = places or {}
        self._entries: dict[str, _Entry] = {}
        for source in known_sources():
            place = (source.ra, source.dec)
            self._add(_Entry(source.name, place, Origin.LIST), source.names)
        for target in described:
            self._add(_Entry(target.name), (target.name, *target.aliases))
        for row in rows:
            if row["target_name"] is not None:
                self._add_row(row)

    def _add(self, new: _Entry, names: Sequence[str]) -> None:
        """Join an entry to that which shares a name with it."""
        shared = (self._entries.get(name_key(name)) for name in names)
        entry = next((known for known in shared if known is not None), new)
        entry.name = new.name
        entry.names += names
        for name in names:
            self._entries.setdefault(name_key(name), entry)

    def _add_row(self, row: Mapping[str, Any]) -> None:
        name = row["target_name"]
        entry = self._entries.get(name_key(name))
        if entry is None:
            entry = _Entry(name, names=[name])
            self._entries[name_key(name)] = entry
        entry.spellings.append(name)
        if name in self._places and entry.origin != Origin.FILES:
            entry.position, entry.origin = self._places[name], Origin.FILES
        if entry.position is None and row["x"] is not None:
            entry.position = _direction(row["x"], row["y"], row["z"])
            entry.origin = Origin.RUNS

    def usual(self, spelling: str) -> str:
        """Return the usual name of what the rows call so."""
        entry = self._entries.get(name_key(spelling))
        return entry.name if entry else spelling

    def spellings(self, name: str) -> tuple[str, ...]:
        """Return how the rows call a target; the name itself if none does."""
        entry = self._entries.get(name_key(name))
        return tuple(entry.spellings) if entry and entry.spellings else (name,)

    def find(self, text: str, online: Online | None = None) -> Target:
        """Return what a text stands for.

        Parameters
        ----------
        text
            Coordinates or a name.
        online
            Asked for names that nothing here knows.

        Raises
        ------
        FieldError
            Nobody knows it; with names that are alike.
        """
        if len(text) > _LONGEST:
            raise FieldError(_("This is too long for a name."))
        entry = self._entries.get(name_key(text))
        if entry is not None:
            spellings = tuple(entry.spellings)
            return Target(entry.name, entry.position, spellings, entry.origin)
        if place := coordinates(text):
            return Target("", place)
        if place := place_in_name(text):
            return Target(text.strip(), place, (), Origin.NAME)
        if online is not None and (place := online(text)):
            return Target(text.strip(), place, (), Origin.ONLINE)
        raise FieldError(
            _("No such name is known here, and it is no position."),
            self._alike(text),
        )

    def _alike(self, text: str) -> tuple[str, ...]:
        wanted = name_key(text)
        near = difflib.get_close_matches(wanted, self._entries, n=8, cutoff=0.6)
        if len(wanted) >= 3:
            near += sorted(key for key in self._entries if wanted in key)[:8]
        found = dict.fromkeys(self._entries[key].name for key in near)
        # What has runs here comes first.
        order = sorted(found, key=lambda n: not self._entries[name_key(n)].spellings)
        return tuple(order[:_SUGGESTIONS])

    def all_names(self) -> list[str]:
        """Return usual names and aliases of what has runs here, for completion."""
        names = {name for e in self._observed() for name in (e.name, *e.names)}
        return sorted(names, key=str.casefold)

    def observed(self) -> list[str]:
        """Return the usual names of what has runs here."""
        return sorted(entry.name for entry in self._observed())

    def _observed(self) -> Iterable[_Entry]:
        return {id(e): e for e in self._entries.values() if e.spellings}.values()


def _direction(x: float, y: float, z: float) -> Position | None:
    if math.hypot(x, y, z) < 0.1:  # opposite pointings: no place at all
        return None
    ra = math.degrees(math.atan2(y, x)) % 360
    return round(ra, 4), round(math.degrees(math.atan2(z, math.hypot(x, y))), 4)
