"""What the server may ask of a worker besides queries: links and cut-outs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from gammavo.archive.workers.messages import Kind, QueryRequest, frame
from gammavo.model.selections import Selection

__all__ = ["CutoutRequest", "LinksRequest", "WorkRequest", "read_request"]


class WorkRequest(Protocol):
    """Anything that a worker answers."""

    @property
    def seconds(self) -> float:
        """How long it may take until the first bytes are there."""

    @property
    def output(self) -> str:
        """File to write the result to, empty to send it."""

    def to_bytes(self) -> bytes:
        """Return the message."""


@dataclass(frozen=True, slots=True)
class LinksRequest:
    """A request for the links of products.

    Parameters
    ----------
    identifiers
        ``obs_publisher_did`` or ``obs_id``, as they were sent.
    format
        Short name or media type of the output, as the user gave it.
    seconds
        How long the engine may work.
    output
        Empty: links are sent.
    """

    identifiers: tuple[str, ...]
    format: str
    seconds: float
    output: str = ""

    def to_bytes(self) -> bytes:
        """Return the message."""
        return frame(Kind.LINKS, json.dumps(asdict(self)).encode())


@dataclass(frozen=True, slots=True)
class CutoutRequest:
    """A request for a part of event lists.

    Parameters
    ----------
    identifiers
        Of the event lists; several give a tar archive.
    selection
        What is wanted of them.
    format
        Short name or media type of the output, empty for GADF FITS.
    seconds
        How long it may take.
    output
        File to write the result to, empty to send it.
    """

    identifiers: tuple[str, ...]
    selection: Selection
    format: str
    seconds: float
    output: str = ""

    def to_bytes(self) -> bytes:
        """Return the message."""
        document = {
            "identifiers": self.identifiers,
            "selection": self.selection.to_document(),
            "format": self.format,
            "seconds": self.seconds,
            "output": self.output,
        }
        return frame(Kind.CUTOUT, json.dumps(document).encode())


def read_request(kind: int, payload: bytes | bytearray) -> WorkRequest:
    """Return what a message asks for."""
    if kind == Kind.REQUEST:
        return QueryRequest.from_bytes(payload)
    fields: dict[str, Any] = json.loads(payload)
    fields["identifiers"] = tuple(fields["identifiers"])
    if kind == Kind.LINKS:
        return LinksRequest(**fields)
    fields["selection"] = Selection.from_document(fields["selection"])
    return CutoutRequest(**fields)
