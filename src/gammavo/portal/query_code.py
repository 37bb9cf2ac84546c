"""A query as code of the programs that astronomers use; whatever is in it, it is text."""

from __future__ import annotations

from collections.abc import Sequence
from json import dumps
from shlex import quote

from gammavo.portal.snippets import Snippet

__all__ = ["query_snippets"]


def query_snippets(
    base_url: str,
    query: str,
    *,
    max_rows: int | None = None,
    columns: Sequence[str] = (),
    package_runs: int = 500,
) -> tuple[Snippet, ...]:
    """Return how programs ask exactly this query.

    Parameters
    ----------
    base_url
        The site.
    query
        ADQL.
    max_rows
        MAXREC, None for that of the service.
    columns
        Names of the result's columns. gammapy can open its runs if they have
        ``obs_publisher_did``; else there is no code for it.
    package_runs
        Runs that may be asked for at a time.
    """
    tap = f"{base_url}/tap"
    snippets = [
        Snippet("pyvo", "pyvo", _pyvo(tap, query, max_rows)),
        Snippet("curl", "curl", _curl(tap, query, max_rows)),
        Snippet("stilts", "STILTS", _stilts(tap, query, max_rows)),
        Snippet("topcat", "TOPCAT", _topcat(tap, query)),
    ]
    if "obs_publisher_did" in columns:
        code = _gammapy(base_url, query, max_rows, package_runs)
        snippets.append(Snippet("gammapy", "gammapy", code))
    return tuple(snippets)


def _python_text(text: str) -> str:
    """Return a text as Python writes it: in lines if nothing in it needs an escape."""
    plain = text.replace("\n", "").isprintable()
    if '"""' in text or "\\" in text or text.endswith('"') or not plain:
        return ascii(text)
    return f'"""\n{text}\n"""'


def _search(tap: str, query: str, max_rows: int | None) -> str:
    limit = "" if max_rows is None else f", maxrec={max_rows}"
    return (
        f"service = pyvo.dal.TAPService({dumps(tap)})\n"
        f"query = {_python_text(query)}\n"
        f"result = service.search(query{limit})\n"
    )


def _pyvo(tap: str, query: str, max_rows: int | None) -> str:
    asked = _search(tap, query, max_rows)
    return f"import pyvo\n\n{asked}table = result.to_table()\nprint(table)\n"


def _curl(tap: str, query: str, max_rows: int | None) -> str:
    lines = [
        f"curl --fail --output result.vot {quote(f'{tap}/sync')}",
        "--data-urlencode LANG=ADQL",
        "--data-urlencode RESPONSEFORMAT=votable",
    ]
    if max_rows is not None:
        lines.append(f"--data-urlencode MAXREC={max_rows}")
    return " \\\n  ".join([*lines, f"--data-urlencode {quote(f'QUERY={query}')}"])


def _stilts(tap: str, query: str, max_rows: int | None) -> str:
    lines = [f"stilts tapquery tapurl={quote(tap)} sync=true"]
    if max_rows is not None:
        lines.append(f"maxrec={max_rows}")
    lines += [f"adql={quote(query)}", "out=result.vot"]
    return " \\\n  ".join(lines)


def _topcat(tap: str, query: str) -> str:
    return (
        "VO > Table Access Protocol (TAP) Query\n"
        f"TAP URL: {tap}\n"
        f"> Use Service, then paste:\n\n{query}"
    )


def _gammapy(base_url: str, query: str, max_rows: int | None, package_runs: int) -> str:
    address = dumps(f"{base_url}/package")
    return (
        "import tarfile\n"
        "from pathlib import Path\n"
        "from urllib.parse import urlencode\n"
        "from urllib.request import urlopen\n\n"
        "import pyvo\n"
        "from gammapy.data import DataStore, Observations\n\n"
        f"{_search(f'{base_url}/tap', query, max_rows)}"
        'runs = list(dict.fromkeys(result["obs_publisher_did"]))\n\n'
        "observations = Observations()\n"
        f"for first in range(0, len(runs), {package_runs}):\n"
        f"    some = runs[first : first + {package_runs}]\n"
        '    form = urlencode({"ID": some}, doseq=True).encode()\n'
        '    folder = Path(f"runs-{first}")\n'
        f"    with urlopen({address}, data=form) as package:\n"
        '        with tarfile.open(fileobj=package, mode="r|") as archive:\n'
        '            archive.extractall(folder, filter="data")\n'
        '    for index in folder.glob("*/hdu-index.fits.gz"):\n'
        "        observations.extend(DataStore.from_dir(index.parent).get_observations())\n"
        "print(observations)\n"
    )
