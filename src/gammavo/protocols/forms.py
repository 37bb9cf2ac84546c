"""Parameters from a URL and from a form, urlencoded or multipart.

A body is read as it comes, and files in it go to disk. Nothing here needs a
Content-Length: STILTS and TOPCAT send multipart forms with ``Transfer-Encoding: chunked``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import (
    Field,
    File,
    MultipartState,
    create_form_parser,
)

from gammavo.model.errors import UsageError
from gammavo.protocols.http import Parameters, SentFile

__all__ = ["FormReader", "read_parameters"]

_MAX_FIELDS: Final = 20_000
"""Clients ask for the links of all rows that they have in one request."""

_MAX_TEXT: Final = 4 * 2**20
"""Bytes of a form without its files."""


class FormReader:
    """Reads the body of a request piece by piece.

    Parameters
    ----------
    content_type
        Header of that name, empty for none.
    folder
        Where files of the form are kept; the caller removes them.
    limit
        Bytes that the body may have.
    """

    def __init__(self, content_type: str, *, folder: Path, limit: int) -> None:
        self.files: list[SentFile] = []
        self._content_type = content_type
        self._folder = folder
        self._limit = limit
        self._size = 0
        self._text = bytearray()
        self._pairs: list[tuple[str, str]] = []
        self._parser: Any = None

    def feed(self, data: bytes) -> None:
        """Take a piece of the body.

        Raises
        ------
        UsageError
            The body is too large, or not what its Content-Type says.
        """
        self._size += len(data)
        if self._size > self._limit:
            raise UsageError(
                f"The request is larger than {self._limit // 2**20} MiB.",
                advice="Send fewer rows or columns.",
            )
        if not data:
            return
        media_type = self._content_type.partition(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            self._multipart(data)
        elif media_type in {"", "application/x-www-form-urlencoded"}:
            self._add_text(data)
        else:
            raise UsageError(
                f"The request has a body of type {media_type!r}.",
                advice="Send a form: application/x-www-form-urlencoded or "
                "multipart/form-data.",
            )

    def finish(self, query: str) -> Parameters:
        """Return the parameters of the URL and of the form.

        Parameters
        ----------
        query
            The URL after ``?``.

        Raises
        ------
        UsageError
            They cannot be read, or the body broke off.
        """
        pairs = _pairs(query)
        if self._parser is not None:
            self._readable(self._parser.finalize)
            if self._parser.parser.state != MultipartState.END:
                raise UsageError("The multipart form broke off before its end.")
            return Parameters(pairs + self._pairs)
        try:
            return Parameters(pairs + _pairs(self._text.decode("utf-8")))
        except UnicodeDecodeError as error:
            raise UsageError("The form in the request is not UTF-8.") from error

    def remove_files(self) -> None:
        """Remove the files that nobody has taken over."""
        for file in self.files:
            file.path.unlink(missing_ok=True)

    def _add_text(self, data: bytes) -> None:
        self._text += data
        if len(self._text) > _MAX_TEXT:
            raise UsageError("The form in the request is too long.")

    def _multipart(self, data: bytes) -> None:
        if self._parser is None:
            self._readable(self._begin)
        self._readable(lambda: self._parser.write(data))

    def _begin(self) -> None:
        self._parser = create_form_parser(
            {"Content-Type": self._content_type.encode("latin-1")},
            self._on_field,
            self._on_file,
            {
                "MAX_FIELDS": _MAX_FIELDS,
                "MAX_FIELD_SIZE": _MAX_TEXT,
                "MAX_MEMORY_FILE_SIZE": 0,
                "UPLOAD_DELETE_TMP": False,
                "UPLOAD_DIR": str(self._folder),
            },
        )

    def _readable(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (FormParserError, UnicodeDecodeError, ValueError) as error:
            raise UsageError(f"The multipart form cannot be read: {error}.") from error

    def _on_field(self, field: Field) -> None:
        name, value = field.field_name or b"", field.value or b""
        self._pairs.append((name.decode("utf-8"), value.decode("utf-8")))

    def _on_file(self, file: File) -> None:
        if file.in_memory:
            file.flush_to_disk()
        name = (file.field_name or b"").decode("utf-8")
        path = file.actual_file_name or b""
        kept = path.decode() if isinstance(path, bytes) else path
        self.files.append(SentFile(name, Path(kept), file.size))
        with suppress(OSError):
            file.close()


def read_parameters(query: str, content_type: str, body: bytes) -> Parameters:
    """Return the parameters of a request without files.

    Parameters
    ----------
    query
        The URL after ``?``.
    content_type
        Header of that name, empty for none.
    body
        The whole body.

    Raises
    ------
    UsageError
        The body is not what its Content-Type says.
    """
    reader = FormReader(content_type, folder=Path(), limit=_MAX_TEXT)
    reader.feed(body)
    return reader.finish(query)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict"
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise UsageError(f"The parameters cannot be read: {error}.") from error
