"""The README of a package: what is in it, and what its user owes to whom."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from gammavo.archive.manifest import Manifest

__all__ = ["package_readme"]

_WIDTH = 78


def package_readme(manifest: Manifest, runs: Sequence[str]) -> str:
    """Return the text for the folder of a release in a package.

    Parameters
    ----------
    manifest
        The release.
    runs
        Identifiers of the runs in the package.
    """
    release = manifest.description
    all_runs = manifest.counts["runs"]
    sections = [
        f"{release.title}\n{'=' * len(release.title)}",
        f"{len(runs)} of the {all_runs} runs of {manifest.name}, version "
        f"{manifest.version} of {manifest.created[:10]},\n"
        f"ivo://{manifest.authority}/{manifest.name}",
        _wrapped(release.description),
    ]
    cite = [release.cite_as, release.doi and f"https://doi.org/{release.doi}"]
    rights = [release.licence, release.licence_url]
    for title, lines in (
        ("How to cite", cite),
        ("Creators", ["; ".join(release.creators)]),
        ("Licence", rights),
        ("Terms of use", [release.terms]),
        ("More", [release.reference_url]),
    ):
        text = "\n".join(_kept_lines(line) for line in lines if line.strip())
        if text:
            sections.append(f"{title}\n{'-' * len(title)}\n{text}")
    sections.append(_USE)
    sections.append(_wrapped(f"Runs: {', '.join(runs)}"))
    return "\n\n".join(section for section in sections if section) + "\n"


_USE = """Files
-----
obs-index.fits.gz, hdu-index.fits.gz   GADF index files of these runs
SHA256SUMS                             for 'sha256sum --check SHA256SUMS'

With gammapy, in this folder:

    from gammapy.data import DataStore
    store = DataStore.from_dir(".")
    observations = store.get_observations(required_irf="all-optional")"""


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH)


def _kept_lines(text: str) -> str:
    """Return a text as its author has laid it out; single long lines are wrapped."""
    text = text.strip()
    return text if "\n" in text else textwrap.fill(text, _WIDTH)
