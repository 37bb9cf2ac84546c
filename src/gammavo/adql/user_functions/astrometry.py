"""Functions that move positions: with time, or to another frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from gammavo.adql.bound import Call, GeometryValue, Literal, UserCall, Value
from gammavo.adql.errors import AdqlError, NotSupportedError
from gammavo.adql.geometry.arithmetic import (
    Vector,
    added,
    constant,
    dot,
    number,
    square,
    subtracted,
    times,
)
from gammavo.adql.geometry.arrays import element, function, in_radians
from gammavo.adql.geometry.boxes import box_corners
from gammavo.adql.tokens import Token
from gammavo.adql.user_functions.frames import FRAMES, Matrix, rotation
from gammavo.adql.user_functions.function import REAL, TEXT, UserFunction, real, text
from gammavo.model.columns import Datatype

__all__ = ["ASTROMETRY_FUNCTIONS", "turned_to_icrs"]

_MAS: Final = math.radians(1 / 3_600_000)
"""Radians in a milli-arcsecond."""

_AU_PER_YEAR: Final = 149_597_870.7 / (365.25 * 86_400)
"""Kilometres per second in an astronomical unit per Julian year."""

_POINT: Final = Datatype.POINT


def _propagated(arguments: tuple[Value, ...], at: Token) -> Value:
    """Return where a star is after years of linear motion (ESA SP-1200 section 1.5.5)."""
    ra, dec, parallax, pm_ra, pm_dec, velocity, start, end = map(real, arguments)
    angles = [
        times(_or_zero(value), number(_MAS)) for value in (parallax, pm_ra, pm_dec)
    ]
    years = subtracted(end, start)
    speed = times(_or_zero(velocity), number(1 / _AU_PER_YEAR))
    receding = times(speed, angles[0])
    return _moved(ra, dec, angles[1], angles[2], receding, years, at)


def _applied(arguments: tuple[Value, ...], at: Token) -> Value:
    ra, dec, pm_ra, pm_dec, years = map(real, arguments)
    east, north = map(in_radians, (pm_ra, pm_dec))
    return _moved(ra, dec, east, north, number(0), years, at)


def _moved(
    longitude: Value,
    latitude: Value,
    east: Value,
    north: Value,
    receding: Value,
    years: Value,
    at: Token,
) -> Value:
    """Return a position after a time.

    ``east`` and ``north`` are angles (radians) per year in the tangential plane,
    ``receding`` is the part of the distance by which the distance grows per year.
    """
    lon, lat = in_radians(longitude), in_radians(latitude)
    sin_lon, cos_lon = function("sin", lon), function("cos", lon)
    sin_lat, cos_lat = function("sin", lat), function("cos", lat)
    outwards = (times(cos_lat, cos_lon), times(cos_lat, sin_lon), sin_lat)
    minus = number(-1)
    eastwards = (times(minus, sin_lon), cos_lon, number(0))
    northwards = (
        times(minus, times(sin_lat, cos_lon)),
        times(minus, times(sin_lat, sin_lon)),
        cos_lat,
    )
    factors = (
        added(number(1), times(receding, years)),
        times(east, years),
        times(north, years),
    )
    x, y, z = (
        dot(factors, components)
        for components in zip(outwards, eastwards, northwards, strict=True)
    )
    return GeometryValue(_POINT, "POINT", _direction((x, y, z)), at)


def _direction(vector: Vector) -> tuple[Value, Value]:
    """Return longitude and latitude in degrees of a vector of any length."""
    x, y, z = vector
    known = [value for axis in vector if (value := constant(axis)) is not None]
    if len(known) == 3:
        lon = math.degrees(math.atan2(known[1], known[0])) % 360
        lat = math.degrees(math.atan2(known[2], math.hypot(known[0], known[1])))
        return number(lon), number(lat)
    across = Call(REAL, "root", (added(square(x), square(y)),))
    longitude, latitude = (
        Call(REAL, "degrees", (Call(REAL, "atan2", ends),))
        for ends in ((y, x), (z, across))
    )
    return longitude, latitude


def _or_zero(value: Value) -> Value:
    if isinstance(value, Literal):
        return number(0) if value.value is None else value
    return Call(REAL, "coalesce", (value, number(0)))


def _check_known(arguments: tuple[Value, ...]) -> None:
    names = {0: "ra", 1: "dec", 6: "ref_epoch", 7: "out_epoch"}
    for place, name in names.items():
        argument = arguments[place]
        if isinstance(argument, Literal) and argument.value is None:
            raise ValueError(f"{name} must not be NULL")


def _transformed(arguments: tuple[Value, ...], at: Token) -> Value:
    source, target, shape = arguments
    matrix = rotation(_word(source), _word(target))
    if shape.datatype is _POINT:
        return _turned(shape, matrix, at)
    if shape.datatype is Datatype.CIRCLE:
        if isinstance(shape, GeometryValue) and shape.function == "CIRCLE":
            centre, radius = shape.arguments
        else:
            longitude, latitude, radius = _elements(shape)
            place = longitude, latitude
            centre = GeometryValue(_POINT, "POINT", place, at)
        turned = _turned(centre, matrix, at)
        return GeometryValue(Datatype.CIRCLE, "CIRCLE", (turned, radius), at)
    vertices = [_turned(vertex, matrix, at) for vertex in _vertices(shape, at)]
    return GeometryValue(Datatype.POLYGON, "POLYGON", tuple(vertices), at)


def _elements(circle: Value) -> tuple[Value, ...]:
    """Return the numbers of a circle that is an array."""
    if isinstance(circle, Call) and circle.function == "array":
        return circle.arguments
    return tuple(element(circle, index) for index in (1, 2, 3))


def turned_to_icrs(frame: str, shape: GeometryValue, at: Token) -> UserCall:
    """Return a shape given in another frame as one in ICRS.

    Parameters
    ----------
    frame
        One of :data:`gammavo.adql.user_functions.frames.FRAMES`.
    shape
        POINT, CIRCLE, BOX or POLYGON.
    at
        Its place in the query.
    """

    def expand(arguments: tuple[Value, ...]) -> Value:
        return _transformed(arguments, at)

    arguments = text(frame), text("ICRS"), shape
    return UserCall(shape.datatype, "ivo_geom_transform", arguments, expand, at)


def _vertices(shape: Value, at: Token) -> Sequence[Value]:
    if isinstance(shape, GeometryValue) and shape.function == "POLYGON":
        return shape.arguments
    if isinstance(shape, GeometryValue) and shape.function == "BOX":
        return _corners(shape, at)
    if isinstance(shape, Call) and shape.function == "array":
        pairs = zip(shape.arguments[::2], shape.arguments[1::2], strict=True)
        return [GeometryValue(_POINT, "POINT", pair, at) for pair in pairs]
    raise NotSupportedError(
        "polygons of columns cannot be turned to another frame",
        at,
        "write POLYGON(...) with its vertices",
    )


def _corners(box: GeometryValue, at: Token) -> Sequence[Value]:
    centre, *sizes = box.arguments
    values = [constant(value) for value in (*_coordinates(centre, at), *sizes)]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        raise NotSupportedError(
            "a box of columns cannot be turned to another frame", at, "use POLYGON"
        )
    try:
        corners = box_corners(*numbers)
    except ValueError as error:
        raise AdqlError(str(error), at) from None
    pairs = (
        (math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y))))
        for x, y, z in corners
    )
    return [
        GeometryValue(_POINT, "POINT", (number(lon), number(lat)), at)
        for lon, lat in pairs
    ]


def _turned(point: Value, matrix: Matrix, at: Token) -> Value:
    lon, lat = (in_radians(value) for value in _coordinates(point, at))
    across = function("cos", lat)
    vector: Vector = (
        times(across, function("cos", lon)),
        times(across, function("sin", lon)),
        function("sin", lat),
    )
    x, y, z = (dot((number(a), number(b), number(c)), vector) for a, b, c in matrix)
    return GeometryValue(_POINT, "POINT", _direction((x, y, z)), at)


def _coordinates(point: Value, at: Token) -> tuple[Value, Value]:
    if isinstance(point, GeometryValue) and point.function == "POINT":
        longitude, latitude = point.arguments
        return longitude, latitude
    if isinstance(point, Call) and point.function == "array":
        longitude, latitude = point.arguments
        return longitude, latitude
    return (
        GeometryValue(REAL, "COORD1", (point,), at),
        GeometryValue(REAL, "COORD2", (point,), at),
    )


def _check_frames(arguments: tuple[Value, ...]) -> None:
    for argument in arguments[:2]:
        frame = argument.value if isinstance(argument, Literal) else "a value of rows"
        if frame not in FRAMES:
            raise ValueError(f"{frame!r} is no frame here, {', '.join(FRAMES)} are")


def _word(value: Value) -> str:
    return str(value.value) if isinstance(value, Literal) else ""


_PROPAGATION_PARAMETERS: Final = tuple(
    (name, REAL)
    for name in (
        *("ra", "dec", "parallax", "pmra", "pmdec", "radial_velocity"),
        *("ref_epoch", "out_epoch"),
    )
)
_MOTION_PARAMETERS: Final = tuple(
    (name, REAL) for name in ("ra", "dec", "pmra", "pmde", "epdist")
)

ASTROMETRY_FUNCTIONS: Final = (
    UserFunction(
        "ivo_epoch_prop_pos",
        _PROPAGATION_PARAMETERS,
        _POINT,
        "Position at out_epoch of an object that moves linearly in space; degrees, mas, "
        "mas/yr (with cos dec), km/s, Julian years; NULL is 0 for parallax and motions",
        _propagated,
        check=_check_known,
    ),
    *(
        UserFunction(
            name,
            _MOTION_PARAMETERS,
            _POINT,
            "Position after epdist Julian years with a proper motion in degrees/year "
            "(pmra with cos dec); GAVO, use ivo_epoch_prop_pos in new queries",
            _applied,
        )
        for name in ("ivo_apply_pm", "gavo_apply_pm")
    ),
    *(
        UserFunction(
            "ivo_geom_transform",
            (("from_sys", TEXT), ("to_sys", TEXT), ("geo", datatype)),
            datatype,
            f"A {datatype.value.lower()} in another reference frame, by a rotation; "
            f"frames are {', '.join(FRAMES)}",
            _transformed,
            check=_check_frames,
        )
        for datatype in (_POINT, Datatype.CIRCLE, Datatype.POLYGON)
    ),
)
