"""UWS's own parameters: what a request asks of a list of jobs or of a job."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Final

from gammavo.formats.uws_times import read_utc
from gammavo.jobs import JobFilter, Phase
from gammavo.model.errors import NotAllowedError, UsageError
from gammavo.protocols.http import Parameters

__all__ = [
    "check_deletion",
    "destruction_in",
    "duration_in",
    "filter_in",
    "waiting_in",
    "word_in",
]

_SECONDS: Final = re.compile(r"\d{1,15}(\.\d{0,15})?", re.ASCII)
_WHOLE: Final = re.compile(r"-?\d{1,15}", re.ASCII)


def word_in(parameters: Parameters, name: str) -> str | None:
    """Return a word in upper case, None if it is not given."""
    text = parameters.one(name)
    return None if text is None else text.strip().upper()


def check_deletion(parameters: Parameters) -> None:
    """Check that what was sent to a job's own address is its deletion.

    Raises
    ------
    NotAllowedError
        It is something else, which has its own address.
    UsageError
        It is an action that there is not.
    """
    action = word_in(parameters, "ACTION")
    if action is None:
        raise NotAllowedError(
            "A job takes no parameters at its own address.",
            advice="Send them to its /parameters, its /phase, /executionduration or "
            "/destruction.",
        )
    if action != "DELETE":
        raise UsageError(f"ACTION is {action!r}.", advice="It can only be DELETE.")


def destruction_in(parameters: Parameters) -> datetime | None:
    """Return DESTRUCTION, None if it is not given."""
    text = parameters.one("DESTRUCTION")
    return None if text is None else read_utc("DESTRUCTION", text)


def duration_in(parameters: Parameters) -> int | None:
    """Return EXECUTIONDURATION in whole seconds, None if it is not given."""
    text = parameters.one("EXECUTIONDURATION")
    if text is None:
        return None
    if not _SECONDS.fullmatch(text.strip()):
        raise UsageError(
            f"EXECUTIONDURATION is {text[:64]!r}.",
            advice="It is a number of seconds, at least 0.",
        )
    return math.ceil(float(text))


def filter_in(parameters: Parameters) -> JobFilter:
    """Return which jobs a list shall show (UWS 1.1 section 2.2.2.1)."""
    after = parameters.one("AFTER")
    return JobFilter(
        phases=frozenset(_phase(text) for text in parameters.all("PHASE")),
        after=None if after is None else read_utc("AFTER", after),
        last=parameters.whole_number("LAST"),
    )


def waiting_in(parameters: Parameters) -> tuple[float, Phase | None]:
    """Return how long to wait, and for the end of which phase (section 2.2.1.1)."""
    text = parameters.one("WAIT")
    if text is None or not text.strip():
        return 0.0, None
    if not _WHOLE.fullmatch(text.strip()):
        raise UsageError(
            f"WAIT is {text[:64]!r}.",
            advice="It is a whole number of seconds, -1 for as long as possible.",
        )
    phase = parameters.one("PHASE")
    return float(text), None if phase is None else _phase(phase)


def _phase(text: str) -> Phase:
    try:
        return Phase(text.strip().upper())
    except ValueError as error:
        words = ", ".join(Phase)
        raise UsageError(
            f"{text[:64]!r} is no phase of a job.", advice=f"It can be {words}."
        ) from error
