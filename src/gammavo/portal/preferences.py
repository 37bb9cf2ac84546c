"""Theme and language of a visitor, as cookies tell them."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

__all__ = ["LANGUAGES", "THEMES", "THEME_COOKIE", "chosen_theme"]

LANGUAGES: Final = (("en", "English"), ("fr", "Français"))
"""Codes and own names of the languages that pages have."""

THEMES: Final = ("light", "auto", "dark")
THEME_COOKIE: Final = "gammavo_theme"


def chosen_theme(request: HttpRequest) -> str:
    """Return ``light``, ``dark`` or ``auto``, as the visitor chose."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"
