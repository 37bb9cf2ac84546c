"""Zenith angles: of the keyword, of the altitude, and where nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from gammavo.dl3.headers import HeaderChain
from gammavo.dl3.pointing import zenith_angle


def chain(header: dict[str, Any], index: dict[str, Any] | None = None) -> HeaderChain:
    sources = (("EVENTS header", header.get), ("obs-index", (index or {}).get))
    return HeaderChain(sources)


@pytest.mark.parametrize(
    ("header", "index", "zenith", "origin"),
    [
        ({"ZEN_PNT": 48.5, "AZ_PNT": 22.0}, {}, 48.5, "EVENTS header ZEN_PNT"),
        ({"ALT_PNT": 41.5, "AZ_PNT": 22.0}, {}, 48.5, "EVENTS header ALT_PNT"),
        ({}, {"ZEN_PNT": 20.0}, 20.0, "obs-index ZEN_PNT"),
        ({"ZEN_PNT": 0.0, "AZ_PNT": 10.0}, {}, 0.0, "EVENTS header ZEN_PNT"),
    ],
)
def test_it_is_told(
    header: dict[str, Any], index: dict[str, Any], zenith: float, origin: str
):
    assert zenith_angle(chain(header, index)) == (pytest.approx(zenith), origin)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"ZEN_PNT": 0.0, "AZ_PNT": 0.0},
        {"ALT_PNT": 90.0, "AZ_PNT": 0},
        {"ZEN_PNT": 0.0},
        {"ZEN_PNT": -1.0, "AZ_PNT": 3.0},
        {"ZEN_PNT": float("nan"), "AZ_PNT": 3.0},
    ],
)
def test_it_is_not_known(header: dict[str, Any]):
    assert zenith_angle(chain(header)) is None
