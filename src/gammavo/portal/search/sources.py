"""Known sources: names, places and classes that come with the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

__all__ = ["Source", "known_sources", "name_key"]

_FILE: Final = "tev_sources.csv"


@dataclass(frozen=True, slots=True)
class Source:
    """A source on the sky.

    Parameters
    ----------
    name, aliases
        What it is called.
    ra, dec
        ICRS, degrees.
    source_class
        Object type in the words of SIMBAD, ``PWN`` for pulsar wind nebulae.
    """

    name: str
    aliases: tuple[str, ...]
    ra: float
    dec: float
    source_class: str

    @property
    def names(self) -> tuple[str, ...]:
        """All its names."""
        return (self.name, *self.aliases)


@lru_cache(maxsize=1)
def known_sources() -> tuple[Source, ...]:
    """Return the list that comes with the program."""
    text = (files("gammavo.portal.search") / _FILE).read_text(encoding="utf-8")
    return tuple(_source(line) for line in text.splitlines() if line and line[0] != "#")


def _source(line: str) -> Source:
    name, aliases, ra, dec, source_class = line.split(";")
    others = tuple(alias for alias in aliases.split("|") if alias)
    return Source(name, others, float(ra), float(dec), source_class)


def name_key(name: str) -> str:
    """Return a name without what people spell differently: case, blanks, hyphens."""
    return re.sub(r"[\s_\u2212-]", "", name).casefold()
