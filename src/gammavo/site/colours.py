"""Colours of a publisher: can they be read, and the style sheet that pages get."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["DARK_PAGE", "LIGHT_PAGE", "READABLE", "contrast", "style_sheet"]

LIGHT_PAGE: Final = "#f5f7fa"
DARK_PAGE: Final = "#181f29"
"""The less contrasting grounds of light and dark pages (frontend/src/frame/theme.css)."""

READABLE: Final = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3, level AA)."""

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it.

    Raises
    ------
    ValueError
        One is not written as ``#rrggbb``.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def style_sheet(colour: str, colour_dark: str) -> str:
    """Return the style sheet with a publisher's colours; empty ones stay as they are."""
    rules = []
    if colour:
        light = f"{{ --gv-brand: {colour}; --gv-on-brand: {_ink(colour)}; }}"
        rules.append(f":root {light}")
    if colour_dark:
        dark = f"{{ --gv-brand: {colour_dark}; --gv-on-brand: {_ink(colour_dark)}; }}"
        rules.append(f'[data-bs-theme="dark"] {dark}')
        rules.append(
            f'@media (prefers-color-scheme: dark) {{ [data-bs-theme="auto"] {dark} }}'
        )
    return "\n".join(rules)


def _ink(ground: str) -> str:
    """Return black or white, whichever is read better on a colour."""
    return max(("#ffffff", "#0d1622"), key=lambda ink: contrast(ink, ground))


def _luminance(colour: str) -> float:
    if not _COLOUR.fullmatch(colour):
        raise ValueError("colours are written as #rrggbb, e.g. #1b4f8f")
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
