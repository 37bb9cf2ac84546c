"""How to cite a release: BibTeX, and the Citation File Format 1.2."""

from __future__ import annotations

import json
import re
from typing import Final

from gammavo.archive import Manifest

__all__ = ["acknowledgement", "bibtex", "citation_file"]

_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    **{character: f"\\{character}" for character in "#$%&_"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def bibtex(manifest: Manifest, url: str) -> str:
    """Return a BibTeX entry of a release.

    Parameters
    ----------
    manifest
        The release.
    url
        Address of its page.
    """
    release = manifest.description
    entries = {
        # Braces around each: a collaboration is no first and last name.
        "author": " and ".join(f"{{{_latex(name)}}}" for name in release.creators),
        "title": f"{{{_latex(release.title)}}}",
        "year": _date(manifest)[:4],
        "version": str(manifest.version),
        "publisher": "Zenodo" if "zenodo" in release.doi else "",
        "doi": release.doi,
        "url": url,
    }
    lines = [f"  {key} = {{{value}}}," for key, value in entries.items() if value]
    key = re.sub(r"[^A-Za-z0-9-]", "-", manifest.name)
    return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"


def citation_file(manifest: Manifest, url: str) -> str:
    """Return ``CITATION.cff`` of a release: YAML, whose texts are quoted as in JSON."""
    release = manifest.description
    lines = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them as below.",
        "type: dataset",
        f"title: {_quoted(release.title)}",
        "authors:",
        *(f"  - name: {_quoted(name)}" for name in release.creators or ("unknown",)),
        f"version: {_quoted(str(manifest.version))}",
    ]
    if date := _date(manifest):
        lines.append(f"date-released: {date}")
    if release.doi:
        lines.append(f"doi: {_quoted(release.doi)}")
    if release.licence_url:
        lines.append(f"license-url: {_quoted(release.licence_url)}")
    lines.append(f"url: {_quoted(url)}")
    return "\n".join(lines) + "\n"


def acknowledgement(manifest: Manifest) -> str:
    """Return the sentence for a paper: the publisher's own, or one made of the facts."""
    release = manifest.description
    if release.cite_as:
        return release.cite_as.strip()
    doi = f" (doi:{release.doi})" if release.doi else ""
    return f"This work made use of {release.title}, version {manifest.version}{doi}."


def _date(manifest: Manifest) -> str:
    """Return when the data came out; empty if others published them first, unknown when."""
    release = manifest.description
    return release.release_date or ("" if release.doi else manifest.created[:10])


def _latex(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
