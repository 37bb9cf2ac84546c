"""What the hidden columns of tables and subqueries are for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Role", "RoleKind"]


class RoleKind(Enum):
    """What hidden columns of a relation are for."""

    POSITION = "position"
    """Public: longitude, latitude; hidden: HEALPix index, x, y, z."""
    REGION = "region"
    """Public: the region; hidden: x, y, z of its centre, radius in radians."""
    VOCABULARY = "vocabulary"
    """Public: a column with synonyms; hidden: the canonical term."""


@dataclass(frozen=True, slots=True)
class Role:
    """Hidden columns that serve public columns of the same relation, by engine names.

    ``largest`` is what the radii of a region do not exceed, in radians, if it is known.
    """

    kind: RoleKind
    public: tuple[str, ...]
    hidden: tuple[str, ...]
    largest: float | None = None
