"""Programs that load several runs, as texts to be copied."""

from __future__ import annotations

from collections.abc import Sequence
from json import dumps
from shlex import quote

from gammavo.adql import text_literal
from gammavo.portal.snippets import Snippet

__all__ = ["package_snippets"]


def package_snippets(
    base_url: str, identifiers: Sequence[str], releases: Sequence[str]
) -> tuple[Snippet, ...]:
    """Return how gammapy, pyvo and curl load runs.

    Parameters
    ----------
    base_url
        The site.
    identifiers
        ``obs_publisher_did`` of a product of each run.
    releases
        Names of their releases, which are folders in the package.
    """
    return (
        Snippet("gammapy", "gammapy", _gammapy(base_url, identifiers, releases)),
        Snippet("pyvo", "pyvo", _pyvo(base_url, identifiers)),
        Snippet("curl", "curl", _curl(base_url, identifiers)),
    )


def _literal(text: str) -> str:
    """Return a text as Python (and JSON) write it."""
    return dumps(text, ensure_ascii=False)


def _gammapy(base_url: str, identifiers: Sequence[str], releases: Sequence[str]) -> str:
    runs = "".join(f"    {_literal(did)},\n" for did in identifiers)
    return (
        "import tarfile\n"
        "from urllib.parse import urlencode\n"
        "from urllib.request import urlopen\n\n"
        "from gammapy.data import DataStore\n\n"
        f"runs = [\n{runs}]\n"
        'form = urlencode({"ID": runs, "FORMAT": "tar"}, doseq=True).encode()\n'
        f"with urlopen({_literal(f'{base_url}/package')}, data=form) as package:\n"
        '    with tarfile.open(fileobj=package, mode="r|") as archive:\n'
        '        archive.extractall(".", filter="data")\n\n'
        f"for release in {dumps(list(releases))}:\n"
        "    observations = DataStore.from_dir(release).get_observations()\n"
        "    print(observations)"
    )


def _pyvo(base_url: str, identifiers: Sequence[str]) -> str:
    listed = ",\n      ".join(map(text_literal, identifiers))
    query = (
        "SELECT *\n    FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea\n"  # noqa: S608 - literals
        f"    WHERE obs_publisher_did IN (\n      {listed})\n    ORDER BY t_min"
    )
    return (
        "import pyvo\n\n"
        f"service = pyvo.dal.TAPService({_literal(f'{base_url}/tap')})\n"
        f'runs = service.search("""\n    {query}\n""").to_table()\n'
        "print(runs)"
    )


def _curl(base_url: str, identifiers: Sequence[str]) -> str:
    lines = [f"curl -OJ {quote(f'{base_url}/package')}", "-d FORMAT=tar"]
    lines += [f"--data-urlencode {quote(f'ID={did}')}" for did in identifiers]
    return " \\\n  ".join(lines)
