"""What the server and its query workers say to each other.

A message is a kind, a length and a payload; requests, heads and errors are JSON, rows are
the bytes that the client gets. Nothing is pickled: a worker that a hostile query took
over could not take over the server.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from gammavo.model import errors
from gammavo.model.errors import GammavoError, InternalError

__all__ = [
    "HEADER",
    "AnswerHead",
    "ColumnMark",
    "Kind",
    "Place",
    "QueryError",
    "QueryRequest",
    "TableUpload",
    "frame",
    "read_error",
    "read_exactly",
    "write_error",
]

HEADER: Final = struct.Struct("!BI")
"""Kind and number of bytes that follow."""


class Kind(IntEnum):
    """What a message is."""

    REQUEST = 1
    HEAD = 2
    BLOCK = 3
    END = 4
    READY = 5
    LINKS = 6
    CUTOUT = 7
    LENT = 8
    REST = 9


@dataclass(frozen=True, slots=True)
class TableUpload:
    """A table that a query may read as ``TAP_UPLOAD.name``.

    Parameters
    ----------
    name
        As the user called it.
    path
        A VOTable on disk.
    """

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class ColumnMark:
    """What a protocol wants said of a column of the result.

    Parameters
    ----------
    name
        Of the column.
    ucd
        Instead of its own.
    description
        Instead of its own; empty to keep that.
    """

    name: str
    ucd: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query with all that a worker needs to answer it.

    Parameters
    ----------
    adql
        The query.
    format
        Short name or media type of the output, as the user gave it.
    max_rows
        Rows after which the result is cut.
    seconds
        How long the engine may work.
    infos
        Remarks for the head of the result: name and value.
    uploads
        Tables of the user.
    output
        File to write the result to, empty to send it.
    marks
        What is to be said of columns of the result.
    """

    adql: str
    format: str
    max_rows: int
    seconds: float
    infos: tuple[tuple[str, str], ...] = ()
    uploads: tuple[TableUpload, ...] = ()
    output: str = ""
    marks: tuple[ColumnMark, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the message."""
        return frame(Kind.REQUEST, json.dumps(asdict(self)).encode())

    @classmethod
    def from_bytes(cls, payload: bytes | bytearray) -> QueryRequest:
        """Return what a message asks for."""
        fields: dict[str, Any] = json.loads(payload)
        fields["infos"] = tuple((name, value) for name, value in fields["infos"])
        fields["uploads"] = tuple(TableUpload(**entry) for entry in fields["uploads"])
        fields["marks"] = tuple(ColumnMark(**entry) for entry in fields["marks"])
        return cls(**fields)

    @property
    def output_path(self) -> Path | None:
        """Where the result goes, None if it is sent."""
        return Path(self.output) if self.output else None


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """What is known of a result before its first byte.

    ``name`` is what a file of it may be called, without ``extension``. Where nothing
    overlaps with what was asked for, ``media_type`` is empty and no byte follows. The
    worker with a ``large`` answer waits until the server has lent it the client's socket,
    or has said that it will not.
    """

    media_type: str
    extension: str
    name: str = "result"
    large: bool = False

    def to_bytes(self) -> bytes:
        """Return the message."""
        return frame(Kind.HEAD, json.dumps(asdict(self)).encode())

    @classmethod
    def from_bytes(cls, payload: bytes | bytearray) -> AnswerHead:
        """Return what a message says."""
        return cls(**json.loads(payload))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the query something is wrong: line and column from 1, the word there."""

    line: int
    column: int
    token: str


class QueryError(errors.UsageError):
    """A fault in the text of a query.

    Parameters
    ----------
    text
        The whole message, with the place.
    place
        The place by itself.
    """

    def __init__(self, text: str, place: Place) -> None:
        super().__init__(text)
        self.place = place


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    """Return a message."""
    return HEADER.pack(kind, len(payload)) + payload


def write_error(error: GammavoError | None) -> bytes:
    """Return the message that ends an answer; None if all went well."""
    if error is None:
        return frame(Kind.END)
    names = [kind.__name__ for kind in type(error).__mro__]
    known = next(name for name in names if name in errors.__all__)
    fields: dict[str, Any] = {
        "kind": known,
        "message": error.message,
        "advice": error.advice,
    }
    # Errors of the ADQL compiler know their place; asking for the attribute keeps this
    # module free of the compiler, which the server process does not load.
    if hasattr(error, "line"):
        fields["message"], fields["advice"] = str(error), ""
        fields["place"] = [error.line, error.column, error.token]  # type: ignore[attr-defined]
    return frame(Kind.END, json.dumps(fields).encode())


def read_error(payload: bytes | bytearray) -> GammavoError | None:
    """Return the error in an end message, None if there is none."""
    if not payload:
        return None
    fields = json.loads(payload)
    if fields.get("place"):
        return QueryError(fields["message"], Place(*fields["place"]))
    if fields["kind"] not in errors.__all__:
        return InternalError("A query worker sent an unknown error.")
    kind: type[GammavoError] = getattr(errors, fields["kind"])
    return kind(fields["message"], advice=fields["advice"])


def read_exactly(sock: socket.socket, size: int) -> bytes:
    """Return that many bytes of a blocking socket, fewer only if the other side ended."""
    data = bytearray()
    while len(data) < size:
        block = sock.recv(size - len(data))
        if not block:
            break
        data += block
    return bytes(data)
