"""Figures: what they show, and their forms SVG, PNG and JSON.

A figure is data with axes. :func:`drawn` turns it into a few kinds of shapes, which two
short writers paint: SVG, which follows the light or dark theme of its page, and PNG, which
brings its own paper. General plotting libraries need 0.1 to 0.4 s for each of these files,
and a release has thousands (decision 10).
"""

from gammavo.formats.figures.colours import COLOUR_MAP, coloured
from gammavo.formats.figures.document import figure_document
from gammavo.formats.figures.figure import (
    Axis,
    Curve,
    Figure,
    Mark,
    Raster,
    Ring,
    Scatter,
    Series,
    Spans,
    Steps,
    TickLabel,
)
from gammavo.formats.figures.png import figure_png, thumbnail_png
from gammavo.formats.figures.svg import figure_svg

__all__ = [
    "COLOUR_MAP",
    "Axis",
    "Curve",
    "Figure",
    "Mark",
    "Raster",
    "Ring",
    "Scatter",
    "Series",
    "Spans",
    "Steps",
    "TickLabel",
    "coloured",
    "figure_document",
    "figure_png",
    "figure_svg",
    "thumbnail_png",
]
