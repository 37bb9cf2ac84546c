"""The time of jobs: UTC, in milliseconds, as documents show it."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["utc_now"]


def utc_now() -> datetime:
    """Return the time.

    It has no fractions of milliseconds, so that a time that a client read in a document
    is exactly the one in the database: AFTER compares them.
    """
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
