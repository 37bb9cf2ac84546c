"""Figures: ticks, clipping, and that each form is what it says."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from gammavo.formats.figures import (
    Axis,
    Curve,
    Figure,
    Mark,
    Raster,
    Ring,
    Scatter,
    Spans,
    Steps,
    figure_document,
    figure_png,
    figure_svg,
)
from gammavo.formats.figures.colours import COLOUR_MAP, DARK, LIGHT
from gammavo.formats.figures.shapes import clipped
from gammavo.formats.figures.ticks import axis_ticks

FRAME = (0.0, 0.0, 10.0, 10.0)


@pytest.fixture
def figure() -> Figure:
    x = np.array([0.1, 1.0, 10.0])
    image = np.array([[1.0, np.nan], [0.0, 2.0]])
    return Figure(
        "A <b>title</b> & more",
        Axis("Energy", "TeV", 0.1, 10, True),
        Axis("Events", "", 0, 4),
        (
            Raster("image", image, Axis("Scale", "m²", 0, 2)),
            Steps("steps", x, np.array([1.0, 9.0]), filled=True),
            Curve("curve", x, np.array([1.0, np.nan, 2.0])),
            Curve("", x, x, None, dashed=True),
            Scatter("points", x, x, np.ones(3)),
            Spans("good", x[:1], x[1:2]),
            Mark("cross", 1.0, 1.0),
            Ring("ring", 1.0, 1.0, 0.5),
        ),
        ("20.2 σ above θ² – ±",),
        {"n_on": 3},
    )


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        (Axis("", "", 0, 1), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (Axis("", "", 3, -3), ["−3", "−2", "−1", "0", "1", "2", "3"]),
        (
            Axis("", "", 0, 0.125),
            ["0.000", "0.025", "0.050", "0.075", "0.100", "0.125"],
        ),
        (
            Axis("", "", 1e-5, 10, True),
            ["10⁻⁵", "10⁻⁴", "10⁻³", "0.01", "0.1", "1", "10"],
        ),
        (Axis("", "", 2, 9, True), ["2", "5"]),
    ],
)
def test_ticks_are_round(axis: Axis, texts: list[str]):
    assert [tick.text for tick in axis_ticks(axis)] == texts


def test_ticks_of_many_decades_are_few():
    assert len(axis_ticks(Axis("", "", 1e-30, 1e10, True))) <= 8


def test_lines_are_cut_to_the_frame():
    across = np.array([[-10.0, 5.0], [20.0, 5.0]])
    (part,) = clipped(across, FRAME)
    assert part.tolist() == [[0, 5], [10, 5]]
    inside = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 1.0]])
    (part,) = clipped(inside, FRAME)
    assert part.tolist() == inside.tolist()
    again = np.array([[5.0, 5.0], [5.0, 20.0], [6.0, 20.0], [6.0, 5.0]])
    parts = [part.tolist() for part in clipped(again, FRAME)]
    assert parts == [[[5, 5], [5, 10]], [[6, 10], [6, 5]]]
    broken = np.array([[1.0, 1.0], [np.nan, 1.0], [3.0, 1.0], [4.0, 1.0]])
    assert [p.tolist() for p in clipped(broken, FRAME)] == [[[3, 1], [4, 1]]]
    assert not list(clipped(across + np.array([0, 20]), FRAME))


def test_svg_is_well_formed_and_knows_both_themes(figure: Figure):
    document = figure_svg(figure)
    root = ET.fromstring(document)
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == figure.title
    texts = [element.text for element in root.iter(f"{space}text")]
    assert {"Energy (TeV)", "Events", "Scale (m²)", "curve"} <= set(texts)
    for place in root.iter(f"{space}path"):
        numbers = [float(word) for word in place.get("d")[1:].split()]
        assert np.isfinite(numbers).all()
    assert b"prefers-color-scheme:dark" in document
    assert DARK["ink"].encode() in document
    assert LIGHT["ink"].encode() in document


def test_png_is_opaque_paper_of_the_stated_size(figure: Figure):
    image = Image.open(io.BytesIO(figure_png(figure)))
    assert image.size == (640, 480)
    colours = image.convert("RGBA")
    assert min(colours.getpixel((3, 3))) > 250
    assert colours.getextrema()[3] == (255, 255)


def test_json_has_the_numbers_and_null_for_none(figure: Figure):
    document = json.loads(figure_document(figure))
    assert document["x"] == {
        "label": "Energy",
        "unit": "TeV",
        "scale": "log",
        "range": [0.1, 10],
    }
    assert document["facts"] == {"n_on": 3}
    raster, steps, curve, *_ = document["series"]
    assert raster["values"] == [[1, None], [0, 2]]
    assert steps["edges"] == [0.1, 1, 10]
    assert curve["y"] == [1, None, 2]


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.1)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "muted", "s0", "s1", "s2", "s3", "s4"])
def test_text_and_series_can_be_read(theme: dict[str, str], role: str):
    assert contrast(theme[role], theme["paper"]) >= 4.5


def test_the_colour_map_grows_lighter():
    luminance = COLOUR_MAP.astype(float) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(luminance) >= 0).all()
