"""Figures as SVG 1.1 that follows the theme of its reader.

Colours are classes: those of dark paper hold where the reader asks for a dark scheme, and,
set inline in a page, where the page has chosen one (``data-bs-theme``).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from gammavo.formats.figures.colours import DARK, LIGHT
from gammavo.formats.figures.drawing import HEIGHT, WIDTH, drawn
from gammavo.formats.figures.figure import Figure
from gammavo.formats.figures.shapes import Box, Label, Line, Picture, Shape

__all__ = ["figure_svg"]


def _rules(colours: dict[str, str], before: str) -> str:
    return "".join(
        f"{before}.gv .f-{name}{{fill:{colour}}}{before}.gv .l-{name}{{stroke:{colour}}}"
        for name, colour in colours.items()
    )


_STYLE: Final = (
    ".gv text{font-family:system-ui,'Helvetica Neue',Arial,sans-serif}.gv path{fill:none}"
    + _rules(LIGHT, "")
    + "@media (prefers-color-scheme:dark){"
    + _rules(DARK, "")
    + _rules(LIGHT, "[data-bs-theme=light] ")
    + "}"
    + _rules(DARK, "[data-bs-theme=dark] ")
)


def figure_svg(figure: Figure) -> bytes:
    """Return a figure as an SVG document."""
    shapes = "\n".join(line for shape in drawn(figure) for line in _painted(shape))
    title, text = escape(figure.title), escape(" ".join(figure.caption))
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gv" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">\n'
        f"<title>{title}</title>\n<desc>{text}</desc>\n<style>{_STYLE}</style>\n"
        f"{shapes}\n</svg>\n"
    )
    return document.encode()


def _painted(shape: Shape) -> Iterator[str]:
    match shape:
        case Box():
            faint = f' opacity="{shape.opacity:g}"' if shape.opacity < 1 else ""
            yield (
                f'<rect class="f-{shape.colour}" x="{shape.x:.1f}" y="{shape.y:.1f}" '
                f'width="{shape.width:.1f}" height="{shape.height:.1f}"{faint}/>'
            )
        case Line():
            points = " ".join(f"{x:.1f} {y:.1f}" for x, y in shape.points.tolist())
            dashes = ' stroke-dasharray="6 4"' if shape.dashed else ""
            yield (
                f'<path class="l-{shape.colour}" stroke-width="{shape.width:g}"'
                f'{dashes} d="M{points}"/>'
            )
        case Label():
            place = f'x="{shape.x:.1f}" y="{shape.y:.1f}"'
            turn = f' transform="rotate(-90 {shape.x:.1f} {shape.y:.1f})"'
            yield (
                f'<text class="f-{shape.colour}" {place} font-size="{shape.size:g}" '
                f'text-anchor="{shape.anchor}"{turn if shape.turned else ""}>'
                f"{escape(shape.text)}</text>"
            )
        case Picture():
            yield (
                f'<image x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" '
                f'height="{shape.height:.1f}" preserveAspectRatio="none" '
                f'style="image-rendering:pixelated" '
                f'href="data:image/png;base64,{_embedded(shape.pixels)}"/>'
            )


def _embedded(pixels: npt.NDArray[np.uint8]) -> str:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "png", compress_level=6)
    return base64.b64encode(stream.getvalue()).decode()
