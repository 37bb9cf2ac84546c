"""Writing a commented ``release.toml`` for a person to complete."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from gammavo.dl3.inventory import Inventory
from gammavo.model.observations import ReleaseDescription, TargetDescription

__all__ = ["description_toml"]

_MAX_TARGETS: Final = 50


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of the file: what to say above it, and an example of a value."""

    name: str
    comment: str
    example: str = '""'


_KEYS: Final = (
    _Key(
        "name", "Short name: becomes the schema of the tables and part of identifiers."
    ),
    _Key("title", "One line for people."),
    _Key("collection", "ObsCore obs_collection.", '"HESS-DL3-DR1"'),
    _Key("description", "One paragraph for people."),
    _Key(
        "terms", "Terms of use, shown before any download. Leave out if there are none."
    ),
    _Key("licence", "SPDX identifier or name of the licence.", '"CC-BY-4.0"'),
    _Key(
        "licence_url",
        "Where the text of the licence is.",
        '"https://creativecommons.org/licenses/by/4.0/"',
    ),
    _Key("data_rights", "public, secure or proprietary."),
    _Key("creators", "Who made the release.", '["Jane Doe", "The Collaboration"]'),
    _Key(
        "subjects",
        "Subjects, for the VO registry: terms of the Unified Astronomy Thesaurus.",
        '["gamma-ray-astronomy", "supernova-remnants"]',
    ),
    _Key("doi", "DOI of the release.", '"10.5281/zenodo.1421099"'),
    _Key("bib_reference", "What to cite: a bibcode or DOI.", '"2018arXiv181004516H"'),
    _Key("cite_as", "The sentence to put into acknowledgements."),
    _Key("reference_url", "Where to read more.", '"https://example.org/release"'),
    _Key("release_date", "When it became or becomes public.", '"2026-01-31"'),
    _Key("authority", "IVOA naming authority, if not the site's own.", '"example.org"'),
    _Key("facility_name", "ObsCore facility_name, if not the one of the files."),
    _Key("instrument_name", "ObsCore instrument_name, if not the one of the files."),
    _Key(
        "fov_radius",
        "Radius of the field of view in degrees; without it, from the responses.",
        "2.5",
    ),
)


def description_toml(description: ReleaseDescription, inventory: Inventory) -> str:
    """Return the text of a ``release.toml``.

    Reading it back gives the same description; keys without a value are there as
    comments with an example.

    Parameters
    ----------
    description
        What is known already, from :func:`describe`.
    inventory
        The runs, whose targets are proposed.
    """
    lines = [
        f"# What the files of this release ({len(inventory.runs)} runs) cannot say.",
        "# Check every value, then publish. Lines that begin with # are comments.",
    ]
    for key in _KEYS:
        lines += ["", f"# {key.comment}"]
        value = getattr(description, key.name)
        if value in ("", (), None):
            lines.append(f"# {key.name} = {key.example}")
        else:
            lines.append(f"{key.name} = {_toml(value)}")
    lines += [
        "",
        "# Targets: other names, and the class as the object type of SIMBAD.",
    ]
    for target in description.targets:
        lines += ["", *_target_lines(target)]
    known = {
        name.casefold()
        for target in description.targets
        for name in (target.name, *target.aliases)
    }
    for name in _targets(inventory)[:_MAX_TARGETS]:
        if name.casefold() not in known:
            lines += ["", "# [[targets]]", f"# name = {_text(name)}"]
            lines += ["# aliases = []", '# target_class = ""']
    return "\n".join(lines) + "\n"


def _targets(inventory: Inventory) -> list[str]:
    names = {str(run.index.get("OBJECT") or "").strip() for run in inventory.runs}
    return sorted(names - {""})


def _target_lines(target: TargetDescription) -> list[str]:
    lines = ["[[targets]]", f"name = {_text(target.name)}"]
    if target.aliases:
        lines.append(f"aliases = {_toml(target.aliases)}")
    if target.target_class is not None:
        lines.append(f"target_class = {_text(target.target_class)}")
    return lines


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_text(item) for item in value)}]"
    return repr(value)


def _text(text: str) -> str:
    """Return a TOML string; of several lines if the text has them."""
    if "\n" in text and text.replace("\n", "").isprintable():
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"""\n{quoted}"""'
    # A JSON string is a TOML string but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
