"""Reading ``release.toml``: what the files of a release cannot say about it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from gammavo.model.errors import NotFoundError, UsageError
from gammavo.model.identifiers import check_release_name
from gammavo.model.observations import ReleaseDescription, TargetDescription

__all__ = ["FILE_NAME", "description_of", "load_description", "parse_description"]

FILE_NAME: Final = "release.toml"
_RIGHTS: Final = ("public", "secure", "proprietary")
_KEYS: Final = tuple(field.name for field in fields(ReleaseDescription))
_TARGET_KEYS: Final = tuple(field.name for field in fields(TargetDescription))
_MAX_BYTES: Final = 10_000_000


def load_description(path: Path) -> ReleaseDescription:
    """Read a ``release.toml``.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    NotFoundError
        There is no such file.
    UsageError
        It is not TOML, has a key that does not exist, or a value of the wrong kind; the
        message names the line.
    """
    if not path.is_file():
        raise NotFoundError(
            f"There is no file {path}.",
            advice="'gammavo init-release' writes a draft.",
        )
    if path.stat().st_size > _MAX_BYTES:
        raise UsageError(f"{path} is far too large for a description of a release.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8 text (byte {error.start}).",
            advice="Save the file in the encoding UTF-8.",
        ) from error
    return parse_description(text, name=str(path))


def parse_description(text: str, *, name: str) -> ReleaseDescription:
    """Return the description that a TOML text holds; ``name`` is for messages.

    Raises
    ------
    UsageError
        As :func:`load_description`.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{name} is not valid TOML: {error}.",
            advice="Text is written in double quotes, lists in square brackets.",
        ) from error
    return description_of(values, name=name, text=text)


def description_of(
    values: Mapping[str, Any], *, name: str, text: str = ""
) -> ReleaseDescription:
    """Return the description that parsed TOML holds.

    Parameters
    ----------
    values
        Keys and values.
    name, text
        The file and its text, for messages.

    Raises
    ------
    UsageError
        A key does not exist, or a value is of the wrong kind.
    """
    return _Reader(text, name).description(values)


_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+")


class _Reader:
    """Checks the values of one file; knows it for messages."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self._name = name

    def description(self, values: Mapping[str, Any]) -> ReleaseDescription:
        """Return the description, with every value checked."""
        self._check_keys(values, _KEYS, "")
        for key in ("name", "title"):
            if key not in values:
                raise UsageError(
                    f"{self._name}: the key {key!r} is missing.",
                    advice=f'Add a line like {key} = "…" at the top.',
                )
        checked: dict[str, Any] = {}
        for key, value in values.items():
            if key == "targets":
                checked[key] = self._targets(value)
            elif key in {"creators", "subjects"}:
                checked[key] = self._texts(key, value)
            elif key == "fov_radius":
                checked[key] = self._radius(value)
            elif key == "release_date":
                checked[key] = self._date(value)
            else:
                checked[key] = self._text(key, value)
        self._check_words(checked)
        self._check_links(checked)
        return ReleaseDescription(**checked)

    def _check_links(self, checked: dict[str, Any]) -> None:
        """Refuse addresses that are none: pages make links of them."""
        for key in ("licence_url", "reference_url"):
            if checked.get(key) and not _ADDRESS.fullmatch(checked[key]):
                raise self._wrong(
                    key, "it is no web address.", "It begins with https:// or http://."
                )
        doi = checked.get("doi", "").removeprefix("https://doi.org/")
        if doi and not _DOI.fullmatch(doi):
            raise self._wrong(
                "doi", "it is no DOI.", "A DOI looks like 10.5281/zenodo.1."
            )
        if doi:
            checked["doi"] = doi

    def _check_words(self, checked: Mapping[str, Any]) -> None:
        try:
            check_release_name(checked["name"])
        except UsageError as error:
            raise self._wrong("name", error.message, error.advice) from error
        if not checked["title"]:
            raise self._wrong("title", "a release needs a title.", "")
        rights = checked.get("data_rights", "public")
        if rights not in _RIGHTS:
            raise self._wrong(
                "data_rights",
                f"{rights!r} is not a word of ObsCore.",
                f"Use one of {', '.join(_RIGHTS)}.",
            )

    def _check_keys(
        self, values: Mapping[str, Any], known: tuple[str, ...], where: str
    ) -> None:
        for key in values:
            if key in known:
                continue
            near = get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else ""
            raise self._wrong(
                key,
                f"there is no key {where}{key!r}.",
                f"{hint} Known keys are {', '.join(known)}.".strip(),
            )

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._wrong(
                key,
                f"{key} must be text, not {_kind(value)}.",
                'Write it in quotes: "…".',
            )
        return value.strip()

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._wrong(
                key,
                f"{key} must be a list of texts, not {_kind(value)}.",
                'Write it in square brackets: ["…", "…"].',
            )
        return tuple(self._text(key, item) for item in value)

    def _radius(self, value: object) -> float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not (math.isfinite(value) and 0 < value <= 180):  # type: ignore[arg-type,operator]
            raise self._wrong(
                "fov_radius",
                f"fov_radius must be a number of degrees, not {value!r}.",
                "Give the radius (not the diameter), for example 2.5.",
            )
        return float(value)  # type: ignore[arg-type]

    def _date(self, value: object) -> str:
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            return value.isoformat()
        text = self._text("release_date", value)
        try:
            return text and datetime.fromisoformat(text).date().isoformat()
        except ValueError as error:
            raise self._wrong(
                "release_date",
                f"{text!r} is not a date.",
                "Write year, month and day, for example 2018-09-18.",
            ) from error

    def _targets(self, value: object) -> tuple[TargetDescription, ...]:
        if not isinstance(value, list) or not all(isinstance(t, dict) for t in value):
            raise self._wrong(
                "targets",
                "targets must be a list of tables.",
                "Begin each target with a line [[targets]].",
            )
        return tuple(self._target(target) for target in value)

    def _target(self, values: Mapping[str, Any]) -> TargetDescription:
        self._check_keys(values, _TARGET_KEYS, "targets.")
        if "name" not in values:
            raise self._wrong("targets", "a target has no name.", 'Add name = "…".')
        target_class = values.get("target_class")
        return TargetDescription(
            self._text("name", values["name"]),
            self._texts("aliases", values.get("aliases", [])),
            None if target_class is None else self._text("target_class", target_class),
        )

    def _wrong(self, key: str, message: str, advice: str) -> UsageError:
        return UsageError(f"{self._name}{self._line(key)}: {message}", advice=advice)

    def _line(self, key: str) -> str:
        pattern = re.compile(rf"""\s*(\[+\s*)?["']?{re.escape(key)}["']?\s*(=|\])""")
        for number, line in enumerate(self._lines, start=1):
            if pattern.match(line):
                return f", line {number}"
        return ""


def _kind(value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (str, "text"),
        (list, "a list"),
        (dict, "a table"),
        (date, "a date"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "a number")
