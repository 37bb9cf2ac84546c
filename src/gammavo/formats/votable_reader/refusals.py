"""Refusals that say where in the document the fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gammavo.formats.votable_reader.fields import Field
from gammavo.model.errors import UsageError

__all__ = ["BlockOfRows", "cell_refusal", "shown"]

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class BlockOfRows:
    """Neighbouring rows that are read together.

    Parameters
    ----------
    first
        How many rows come before them.
    line
        Gives the line of the document where a row of the block (from 0) begins; None
        where rows have no lines.
    """

    first: int
    line: Callable[[int], int] | None = None

    def name(self, row: int) -> str:
        """Return what a row of the block (from 0) is called in the whole table."""
        text = f"row {self.first + row + 1}"
        return text if self.line is None else f"{text} (line {self.line(row)})"


def shown(value: str) -> str:
    """Return a value quoted for an error, cut if it is long."""
    return repr(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…")


def cell_refusal(
    field: Field, block: BlockOfRows, row: int, problem: str, *, advice: str = ""
) -> UsageError:
    """Return the error about one value.

    Parameters
    ----------
    field, block, row
        Where it is; ``row`` counts from 0 within the block.
    problem
        What is wrong, as the end of a sentence.
    advice
        What to do about it.
    """
    where = f"{block.name(row)}, {field.label}"
    return UsageError(f"In {where} of the uploaded table: {problem}.", advice=advice)
