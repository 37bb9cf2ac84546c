"""Tables that a TAP request brings along (TAP 1.1 section 2.5, DALI 1.1 section 3.4.5)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gammavo.archive.workers import TableUpload
from gammavo.model.errors import UsageError
from gammavo.protocols.fetch import FetchLimits, fetch

__all__ = ["NamedUpload", "named_uploads", "table_uploads"]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_ENTRY_END: Final = re.compile(r";(?=\s*[^,;/]+,)|;\s*$")
_INLINE: Final = "param:"
_MOST: Final = 16
_FETCHES: Final = ThreadPoolExecutor(4, "gammavo-fetch")


@dataclass(frozen=True, slots=True)
class NamedUpload:
    """A table by its name in queries, and where it is: ``param:…`` or a URL."""

    name: str
    uri: str

    @property
    def part(self) -> str | None:
        """Name of the form's part that holds it, None for a URL."""
        return self.uri.removeprefix(_INLINE) if self.is_inline else None

    @property
    def is_inline(self) -> bool:
        """Whether it came in the request itself."""
        return self.uri.startswith(_INLINE)


def named_uploads(values: Sequence[str]) -> tuple[NamedUpload, ...]:
    """Return the tables that values of UPLOAD name: ``name,uri``, several joined by ``;``.

    Raises
    ------
    UsageError
        A value is not of that form, a name is no regular identifier, or is used twice.
    """
    uploads: dict[str, NamedUpload] = {}
    for entry in _entries(values):
        name, comma, uri = (part.strip() for part in entry.partition(","))
        name = re.sub(r"^tap_upload\.", "", name, flags=re.IGNORECASE)
        if not comma or not uri:
            raise UsageError(
                f"UPLOAD={entry!r} is not a name and an address.",
                advice="For example UPLOAD=mytable,param:mytable",
            )
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot be the name of an uploaded table.",
                advice="Use letters, digits and underscores, a letter first.",
            )
        if name.lower() in uploads:
            raise UsageError(f"Two uploaded tables are called {name!r}.")
        uploads[name.lower()] = NamedUpload(name, uri)
    if len(uploads) > _MOST:
        raise UsageError(f"A request can bring {_MOST} tables at most.")
    return tuple(uploads.values())


def _entries(values: Sequence[str]) -> list[str]:
    """Split values at semicolons that begin a new entry; a URL may hold others."""
    parts = [part for value in values for part in _ENTRY_END.split(value)]
    return [part.strip() for part in parts if part.strip()]


async def table_uploads(
    uploads: Sequence[NamedUpload],
    parts: Mapping[str, Path],
    *,
    folder: Path,
    limits: FetchLimits,
) -> tuple[TableUpload, ...]:
    """Return the tables as files, after fetching those that are named by URL.

    Parameters
    ----------
    uploads
        What the request names.
    parts
        Files of the request's form, by the name of the part.
    folder
        Where fetched tables are kept; the caller removes them.
    limits
        Of each fetch.

    Raises
    ------
    UsageError
        The form has no such part, or a URL cannot be fetched.
    """
    found = []
    by_name = {name.lower(): path for name, path in parts.items()}
    for number, upload in enumerate(uploads):
        if upload.part is not None:
            path = by_name.get(upload.part.lower())
            if path is None:
                raise UsageError(
                    f"The request has no part {upload.part!r} for the table "
                    f"{upload.name!r}.",
                    advice="Send the table as a file of that name in a multipart form.",
                )
        else:
            path = folder / f"fetched-{number}.vot"
            await asyncio.get_running_loop().run_in_executor(
                _FETCHES, fetch, upload.uri, path, limits
            )
        found.append(TableUpload(upload.name, str(path)))
    return tuple(found)
