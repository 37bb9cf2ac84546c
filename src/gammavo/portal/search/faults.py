"""What is wrong with a field of the form."""

from __future__ import annotations

from typing import Any

__all__ = ["FieldError"]


class FieldError(ValueError):
    """A value of the form that cannot be used.

    Parameters
    ----------
    text
        For people, marked for translation.
    suggestions
        Values that may have been meant.
    """

    def __init__(self, text: Any, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.suggestions = suggestions
