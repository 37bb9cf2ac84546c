"""Lists of the files of a release, and of the HDUs of a file: JSON, pages, check sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

import orjson

from gammavo.formats.elements import add
from gammavo.formats.pages import add_row, add_table, html_document, page

__all__ = [
    "ListedFile",
    "ListedHdu",
    "file_json",
    "file_page",
    "files_json",
    "files_page",
    "sha256_sums",
]

_FILE_HEADS: Final = ("File", "Bytes", "SHA-256", "Parts")
_HDU_HEADS: Final = ("HDU", "Number", "Part of a run", "Bytes", "Runs")
_SHOWN_RUNS: Final = 20


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a release: its path, bytes, SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ListedHdu:
    """An HDU of a file.

    Parameters
    ----------
    number
        Its position; PRIMARY is 0.
    name
        EXTNAME, or the number again.
    role
        GADF ``HDU_TYPE`` that runs have it as; empty if none has it.
    size
        Bytes of header and data, unpacked.
    runs
        Identifiers of these runs.
    """

    number: int
    name: str
    role: str
    size: int
    runs: tuple[str, ...]


def sha256_sums(files: Iterable[tuple[str, str]]) -> bytes:
    """Return paths with their SHA-256 as ``sha256sum --check`` reads them."""
    return "".join(f"{digest}  {path}\n" for path, digest in files).encode()


def files_json(
    title: str, files: Sequence[ListedFile], *, url: str, package: str
) -> bytes:
    """Return the list of a release's files as JSON.

    Parameters
    ----------
    title
        Of the release.
    files
        Its files.
    url
        Where they are, with a slash at the end.
    package
        Where all of them can be had as one file, to which ``&FORMAT=`` is appended.
    """
    return _json(
        {
            "title": title,
            "sha256sums": f"{url}SHA256SUMS",
            "packages": {f: f"{package}&FORMAT={f}" for f in ("tar", "zip")},
            "files": [
                {**asdict(file), "url": f"{url}{quote(file.path)}"} for file in files
            ],
        }
    )


def file_json(file: ListedFile, hdus: Sequence[ListedHdu], *, url: str) -> bytes:
    """Return the list of a file's HDUs as JSON; ``url`` as of :func:`files_json`."""
    address = f"{url}{quote(file.path)}"
    listed = [{**asdict(hdu), "url": _hdu_url(address, hdu)} for hdu in hdus]
    return _json({**asdict(file), "url": address, "hdus": listed})


def _json(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _hdu_url(address: str, hdu: ListedHdu) -> str:
    return f"{address}/{quote(hdu.name, safe='')}.fits"


def files_page(
    title: str, files: Sequence[ListedFile], *, url: str, package: str
) -> bytes:
    """Return the list of a release's files as a page; parameters as JSON."""
    top, main = _page(title, url)
    links = add(main, "p", "All of them: ")
    for text, address in (
        ("tar", f"{package}&FORMAT=tar"),
        ("zip", f"{package}&FORMAT=zip"),
        ("SHA256SUMS", f"{url}SHA256SUMS"),
        ("as JSON", f"{url}?RESPONSEFORMAT=json"),
    ):
        add(links, "a", text, {"href": address}).tail = " "
    rows = add_table(main, f"{len(files)} files", _FILE_HEADS)
    for file in files:
        address = f"{url}{quote(file.path)}"
        cells = add_row(rows, _FILE_HEADS)
        add(cells["File"], "a", file.path, {"href": address})
        cells["Bytes"].text = str(file.size)
        add(add(cells["SHA-256"], "small"), "code", file.sha256)
        add(cells["Parts"], "a", "HDUs", {"href": f"{address}/"})
    return html_document(top)


def file_page(file: ListedFile, hdus: Sequence[ListedHdu], *, url: str) -> bytes:
    """Return the list of a file's HDUs as a page; parameters as JSON."""
    top, main = _page(file.path, url)
    address = f"{url}{quote(file.path)}"
    about = add(main, "p")
    add(about, "a", "The file as it is", {"href": address}).tail = (
        f", {file.size} bytes. Each HDU can be had alone; an event list comes with its "
        "good time intervals. "
    )
    add(about, "a", "As JSON", {"href": f"{address}/?RESPONSEFORMAT=json"})
    rows = add_table(main, "HDUs", _HDU_HEADS)
    for hdu in hdus:
        cells = add_row(rows, _HDU_HEADS)
        add(cells["HDU"], "a", hdu.name, {"href": _hdu_url(address, hdu)})
        cells["Number"].text = str(hdu.number)
        cells["Part of a run"].text = hdu.role or None
        cells["Bytes"].text = str(hdu.size)
        more = " …" if len(hdu.runs) > _SHOWN_RUNS else ""
        cells["Runs"].text = ", ".join(hdu.runs[:_SHOWN_RUNS]) + more or None
    return html_document(top)


def _page(title: str, url: str) -> tuple[ET.Element, ET.Element]:
    top, body = page(title)
    navigation = add(body, "nav", attributes={"aria-label": "Service"})
    links = add(navigation, "ul")
    base = url.partition("/files/")[0]
    for text, address in (("Data centre", f"{base}/"), ("Files", url)):
        add(add(links, "li"), "a", text, {"href": address})
    main = add(body, "main")
    add(main, "h1", title)
    return top, main
