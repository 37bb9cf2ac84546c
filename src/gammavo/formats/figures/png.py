"""Figures as PNG on light paper, which is readable on pages of any theme.

Painted at twice the size and averaged, so that lines are smooth. The font is the one that
Pillow brings: it has no Greek letters, which are spelled out, and no raised digits, which
are ordinary ones, smaller and higher.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor, ImageDraw, ImageFont

from gammavo.formats.figures.colours import LIGHT
from gammavo.formats.figures.drawing import HEIGHT, WIDTH, drawn
from gammavo.formats.figures.figure import Figure
from gammavo.formats.figures.shapes import Box, Label, Line, Picture, Shape

__all__ = ["figure_png", "thumbnail_png"]

_FINE: Final = 2
_DASH: Final = (6.0, 4.0)
_RAISED: Final = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED: Final = str.maketrans(_RAISED, "-0123456789")
_SPELLED: Final = {
    "θ": "theta",
    "σ": "sigma",
    "α": "alpha",
    "µ": "u",
    "−": "-",
    "–": "-",
    "×": "x",
    "…": "...",
    "≥": ">=",
    "≤": "<=",
}
_RUN: Final = re.compile(f"[{_RAISED}]+|[^{_RAISED}]+")


def figure_png(figure: Figure) -> bytes:
    """Return a figure as a PNG file."""
    size = (WIDTH * _FINE, HEIGHT * _FINE)
    canvas = Image.new("RGB", size, LIGHT["paper"])
    for shape in drawn(figure):
        _paint(canvas, shape)
    small = canvas.reduce(_FINE)
    few = small.quantize(
        256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    return _file(few)


def thumbnail_png(pixels: npt.NDArray[np.uint8], side: int = 192) -> bytes:
    """Return an image alone as a square PNG file.

    Parameters
    ----------
    pixels
        Shape (rows, columns, 4), top row first.
    side
        Width and height of the file in pixels.
    """
    image = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
    return _file(image)


def _file(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "png", compress_level=6)
    return stream.getvalue()


def _paint(canvas: Image.Image, shape: Shape) -> None:
    match shape:
        case Box():
            _box(canvas, shape)
        case Line():
            pen = ImageDraw.Draw(canvas)
            width = max(1, round(shape.width * _FINE))
            for part in _dashes(shape.points) if shape.dashed else (shape.points,):
                corners = [(x * _FINE, y * _FINE) for x, y in part.tolist()]
                pen.line(corners, LIGHT[shape.colour], width, joint="curve")
        case Label():
            _label(canvas, shape)
        case Picture():
            size = round(shape.width * _FINE), round(shape.height * _FINE)
            image = Image.fromarray(shape.pixels)
            image = image.resize(size, Image.Resampling.NEAREST)
            canvas.paste(image, (round(shape.x * _FINE), round(shape.y * _FINE)), image)


def _box(canvas: Image.Image, shape: Box) -> None:
    left, top = round(shape.x * _FINE), round(shape.y * _FINE)
    right = max(left + 1, round((shape.x + shape.width) * _FINE))
    bottom = max(top + 1, round((shape.y + shape.height) * _FINE))
    colour = ImageColor.getrgb(LIGHT[shape.colour])[:3]
    box = (left, top, right, bottom)
    if shape.opacity >= 1:
        canvas.paste(colour, box)
        return
    mask = Image.new("L", (right - left, bottom - top), round(255 * shape.opacity))
    canvas.paste(colour, box, mask)


def _dashes(points: npt.NDArray[np.float64]) -> Iterator[npt.NDArray[np.float64]]:
    """Yield the dashes of a line; each segment of it is dashed on its own."""
    for start, end in pairwise(points):
        length = float(np.hypot(*(end - start)))
        direction = (end - start) / max(length, 1e-9)
        for place in np.arange(0.0, length, sum(_DASH)):
            stop = min(length, place + _DASH[0])
            yield np.array([start + direction * place, start + direction * stop])


@lru_cache(maxsize=16)
def _font(size: float) -> Any:
    return ImageFont.load_default(size * _FINE)


def _label(canvas: Image.Image, label: Label) -> None:
    text = "".join(_SPELLED.get(letter, letter) for letter in label.text)
    runs = []
    width = 0.0
    for run in _RUN.findall(text):
        raised = run[0] in _RAISED
        font = _font(label.size * (0.72 if raised else 1.0))
        plain = run.translate(_LOWERED) if raised else run
        runs.append((width, raised, font, plain))
        width += font.getlength(plain)
    start = {"start": 0.0, "middle": -width / 2, "end": -width}[label.anchor]
    x, y = label.x * _FINE, label.y * _FINE
    lift = label.size * _FINE * 0.38
    colour = LIGHT[label.colour]
    if not label.turned:
        pen = ImageDraw.Draw(canvas)
        for at, raised, font, plain in runs:
            place = (x + start + at, y - (lift if raised else 0.0))
            pen.text(place, plain, colour, font, anchor="ls")
        return
    height = round(label.size * _FINE * 1.6)
    strip = Image.new("L", (round(width) + 2, height), 0)
    pen = ImageDraw.Draw(strip)
    base = height * 0.75
    for at, raised, font, plain in runs:
        pen.text((at, base - (lift if raised else 0)), plain, 255, font, anchor="ls")
    turned = strip.transpose(Image.Transpose.ROTATE_90)
    corner = round(x - base), round(y - start - width)
    canvas.paste(Image.new("RGB", turned.size, colour), corner, turned)
