"""Collecting what the checks find, and stopping when a file cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field

from gammavo.model.errors import UsageError
from gammavo.model.observations import Finding, Level

__all__ = ["Findings", "UnusableFileError", "broken"]

_MAX_VALUE_LENGTH = 80


class UnusableFileError(UsageError):
    """A file, or a part of it that a run cannot do without, is unusable.

    Parameters
    ----------
    finding
        What is wrong and where; becomes an entry of the run's report.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message, advice=finding.advice)
        self.finding = finding

    def __reduce__(self) -> tuple[type[UnusableFileError], tuple[Finding]]:
        return type(self), (self.finding,)


def broken(
    message: str,
    *,
    file: str = "",
    hdu: str = "",
    keyword: str = "",
    value: object = "",
    advice: str = "",
) -> UnusableFileError:
    """Return the error that stops the reading of a run."""
    return UnusableFileError(
        Finding(Level.ERROR, message, file, hdu, keyword, _shown(value), advice)
    )


def _shown(value: object) -> str:
    text = str(value)
    if len(text) > _MAX_VALUE_LENGTH:
        text = text[: _MAX_VALUE_LENGTH - 1] + "…"
    return "".join(char if char.isprintable() else "?" for char in text)


@dataclass(slots=True)
class Findings:
    """The findings of one run or folder, in the order in which they were made."""

    entries: list[Finding] = field(default_factory=list)

    def warn(
        self,
        message: str,
        *,
        file: str = "",
        hdu: str = "",
        keyword: str = "",
        value: object = "",
        advice: str = "",
    ) -> None:
        """Add a finding that does not keep the run out of the release."""
        self._add(Level.WARNING, message, file, hdu, (keyword, value), advice)

    def error(
        self,
        message: str,
        *,
        file: str = "",
        hdu: str = "",
        keyword: str = "",
        value: object = "",
        advice: str = "",
    ) -> None:
        """Add a finding that keeps the run out of the release."""
        self._add(Level.ERROR, message, file, hdu, (keyword, value), advice)

    def _add(
        self,
        level: Level,
        message: str,
        file: str,
        hdu: str,
        keyword_value: tuple[str, object],
        advice: str,
    ) -> None:
        keyword, value = keyword_value
        finding = Finding(level, message, file, hdu, keyword, _shown(value), advice)
        if finding not in self.entries:
            self.entries.append(finding)
