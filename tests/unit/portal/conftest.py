"""What the tests of pages share."""

from __future__ import annotations

import pytest

_MODULES = ("facts", "cutout", "cutout_fields")


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch):
    """Leave texts as they are in the code: translating them needs a configured site."""
    for module in _MODULES:
        monkeypatch.setattr(f"gammavo.portal.observation.{module}._", str)
