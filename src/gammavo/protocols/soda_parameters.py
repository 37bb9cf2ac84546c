"""The parameters of SODA 1.0: which event lists, and what of them.

Beyond the standard there is ``ENERGY`` in eV. ``TIME`` is MJD in TT at the observatory,
as all times of the tables are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from gammavo.adql.geometry.polygon import MOST_VERTICES, make_polygon
from gammavo.model.errors import UsageError
from gammavo.model.regions import Circle, unit_vector
from gammavo.model.selections import Area, Interval, Selection, Shape
from gammavo.protocols.http import Parameters

__all__ = ["SODA_PARAMETERS", "CutoutWish", "MultiValuedError", "cutout_wish"]

_HC: Final = 1.239841984332e-18
"""Planck constant times speed of light in TeV m (CODATA 2022, exact)."""

_EV_PER_TEV: Final = 1e12
_NUMBER: Final = re.compile(
    r"[+-]?(inf|(\d{1,40}\.?\d{0,40}|\.\d{1,40})(e[+-]?\d{1,3})?)",
    re.ASCII | re.IGNORECASE,
)
_LONGEST: Final = 64
"""Characters of a wrong value that an error repeats."""

_AREAS: Final = ("CIRCLE", "POLYGON", "POS")
_INTERVALS: Final = ("BAND", "ENERGY", "TIME")

SODA_PARAMETERS: Final = frozenset(
    {"ID", *_AREAS, *_INTERVALS, "RESPONSEFORMAT", "FORMAT"}
)
"""Names of all parameters; others are ignored."""


class MultiValuedError(UsageError):
    """A parameter has several values where there can be only one."""


@dataclass(frozen=True, slots=True)
class CutoutWish:
    """What a request wants.

    Parameters
    ----------
    identifiers
        Of event lists, as they were sent, each once.
    areas, bands, energies, times
        The values of the filters; empty if there is no filter of the kind. Bands are
        energies in TeV, too.
    format
        As the user gave it, empty for GADF FITS.
    """

    identifiers: tuple[str, ...]
    areas: tuple[Area, ...]
    bands: tuple[Interval, ...]
    energies: tuple[Interval, ...]
    times: tuple[Interval, ...]
    format: str

    @property
    def count(self) -> int:
        """How many combinations of the values there are."""
        filters = (self.areas, self.bands, self.energies, self.times)
        return len(self.identifiers) * math.prod(len(f) or 1 for f in filters)

    def selections(self) -> Iterator[Selection]:
        """Yield each combination of the filters (SODA 1.0 section 5)."""
        for area in self.areas or (None,):
            for band, energy, time in product(
                self.bands or (None,), self.energies or (None,), self.times or (None,)
            ):
                yield Selection(area, _joint(band, energy), time)

    def check_single(self) -> None:
        """Check that there is one value of each filter; identifiers may be several.

        Raises
        ------
        MultiValuedError
            There are several.
        """
        for names, values in (
            ("CIRCLE, POLYGON and POS together", self.areas),
            ("BAND", self.bands),
            ("ENERGY", self.energies),
            ("TIME", self.times),
        ):
            if len(values) > 1:
                raise MultiValuedError(
                    f"{names} can have one value here, not {len(values)}.",
                    advice="Send several requests, or one to /soda/async.",
                )


def cutout_wish(parameters: Parameters) -> CutoutWish:
    """Read the parameters of a request.

    Raises
    ------
    UsageError
        There is no ID, or a value is no region or interval.
    """
    given = {
        name: tuple(v for v in dict.fromkeys(parameters.all(name)) if v.strip())
        for name in SODA_PARAMETERS
    }
    if not given["ID"]:
        raise UsageError(
            "The parameter ID is missing.",
            advice="Send ID with the obs_publisher_did of an event list.",
        )
    return CutoutWish(
        identifiers=tuple(identifier.strip() for identifier in given["ID"]),
        areas=tuple(
            area
            for read, name in (
                (_circle, "CIRCLE"),
                (_polygon, "POLYGON"),
                (_pos, "POS"),
            )
            for area in map(read, given[name])
        ),
        bands=tuple(_band(value) for value in given["BAND"]),
        energies=tuple(_energy(value) for value in given["ENERGY"]),
        times=tuple(_interval("TIME", value) for value in given["TIME"]),
        format=parameters.one("RESPONSEFORMAT", "FORMAT") or "",
    )


def _joint(band: Interval | None, energy: Interval | None) -> Interval | None:
    """Return what lies in both of two intervals; its ends are out of order if nothing."""
    if band is None or energy is None:
        return band or energy
    return max(band[0], energy[0]), min(band[1], energy[1])


def _numbers(name: str, text: str) -> tuple[float, ...]:
    """Return numbers that blanks separate; infinite ones are spelt ``Inf``."""
    words = text.split()
    if len(words) > 2 * MOST_VERTICES or not all(map(_NUMBER.fullmatch, words)):
        raise UsageError(
            f"{name} is {text[:_LONGEST]!r}, which is not a list of numbers.",
            advice="Separate them with blanks, at most "
            f"{2 * MOST_VERTICES}; write -Inf and +Inf for open ends.",
        )
    return tuple(float(word) for word in words)


def _circle(text: str) -> Area:
    return _checked_circle(text, _numbers("CIRCLE", text))


def _checked_circle(text: str, numbers: tuple[float, ...]) -> Area:
    if len(numbers) != 3:
        raise UsageError(
            f"A circle has three numbers, not those of {text[:_LONGEST]!r}.",
            advice="Send right ascension, declination and radius in degrees.",
        )
    Circle(*numbers)
    return Area(Shape.CIRCLE, (numbers[0] % 360, *numbers[1:]))


def _polygon(text: str) -> Area:
    return _checked_polygon(text, _numbers("POLYGON", text))


def _checked_polygon(text: str, numbers: tuple[float, ...]) -> Area:
    if len(numbers) < 6 or len(numbers) % 2:
        raise UsageError(
            f"A polygon has at least three pairs of numbers, not {text[:_LONGEST]!r}.",
            advice="Send right ascension and declination of each vertex in degrees.",
        )
    vertices = list(zip(numbers[::2], numbers[1::2], strict=True))
    if not all(math.isfinite(ra) and abs(dec) <= 90 for ra, dec in vertices):
        raise UsageError(
            f"{text[:_LONGEST]!r} has vertices that are not on the sky.",
            advice="Declinations are within -90 and 90 degrees.",
        )
    try:
        polygon = make_polygon([unit_vector(*vertex) for vertex in vertices])
    except ValueError as error:
        raise UsageError(f"{text[:_LONGEST]!r} is no polygon: {error}.") from error
    return Area(Shape.POLYGON, numbers, polygon.pieces)


def _pos(text: str) -> Area:
    keyword, *rest = text.split()
    read = _SHAPES.get(keyword.upper())
    if read is None:
        raise UsageError(
            f"POS is {text[:_LONGEST]!r}.",
            advice="It begins with CIRCLE, RANGE or POLYGON.",
        )
    return read(text, _numbers("POS", " ".join(rest)))


def _checked_range(text: str, numbers: tuple[float, ...]) -> Area:
    if len(numbers) != 4:
        raise UsageError(
            f"A range has four numbers, not those of {text[:_LONGEST]!r}.",
            advice="Send two longitudes and two latitudes in degrees.",
        )
    west, east, south, north = numbers
    # An open end of a range of longitudes is where they begin or end.
    west = 0.0 if west == -math.inf else west
    east = 360.0 if east == math.inf else east
    south, north = max(south, -90.0), min(north, 90.0)
    if south > north or max(abs(west), abs(east), abs(west - east)) > 360:
        raise UsageError(
            f"{text[:_LONGEST]!r} is no range on the sky.",
            advice="The first latitude is the smaller one, and both are within -90 and "
            "90 degrees.",
        )
    return Area(Shape.RANGE, (west, east, south, north))


_SHAPES: Final = {
    Shape.CIRCLE.value: _checked_circle,
    Shape.POLYGON.value: _checked_polygon,
    Shape.RANGE.value: _checked_range,
}


def _interval(name: str, text: str) -> Interval:
    numbers = _numbers(name, text)
    if len(numbers) == 1:
        numbers *= 2
    if len(numbers) != 2 or numbers[0] > numbers[1]:
        raise UsageError(
            f"{name} is {text[:_LONGEST]!r}, which is no interval.",
            advice="Send two numbers, the smaller one first; -Inf and +Inf leave an end "
            "open.",
        )
    return numbers[0], numbers[1]


def _energy(text: str) -> Interval:
    low, high = _interval("ENERGY", text)
    return low / _EV_PER_TEV, high / _EV_PER_TEV


def _band(text: str) -> Interval:
    """Return a band of wavelengths in metres as energies in TeV."""
    low, high = _interval("BAND", text)
    if high <= 0:
        raise UsageError(
            f"BAND is {text[:_LONGEST]!r}.",
            advice="Wavelengths are positive, in metres.",
        )
    return _HC / high, _HC / low if low > 0 else math.inf
