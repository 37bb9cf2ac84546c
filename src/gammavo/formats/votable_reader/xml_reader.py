"""A parser of XML that opens nothing, expands nothing and knows where it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias
from xml.parsers import expat

from gammavo.model.errors import UsageError

__all__ = ["XmlReader"]

# Expat reads a piece to its end even after one of its handlers refused something.
_PIECE_BYTES: Final = 2**16
# More than any tag or comment needs. Expat before 2.6 scans a long token again with every
# piece, which takes quadratic time.
_LONGEST_TOKEN: Final = 2**18
_NOT_COMPLETE: Final = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)

StartHandler: TypeAlias = Callable[[str, dict[str, str]], None]
EndHandler: TypeAlias = Callable[[str], None]
TextHandler: TypeAlias = Callable[[str], None]


class XmlReader:
    """Reads a document in UTF-8, whole or with parts left out.

    Elements are named without prefix; those of other standards' namespaces have the name
    ``""``. Entities of the document's own are refused. A DOCTYPE that only names a DTD,
    as VOTable 1.0 has it, is permitted; the DTD is not read.

    Parameters
    ----------
    document
        What is read.
    depth
        How deeply elements may be nested; an element that is open takes memory.
    """

    def __init__(self, document: bytes, depth: int) -> None:
        self._document = document
        self._most_open = depth
        self._open = 0
        self._skipped = 0
        self._skipped_lines = 0
        self._fed_to = 0
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.SkippedEntityHandler = self._entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._on_start: StartHandler | None = None
        self._on_end: EndHandler | None = None

    def listen(self, start: StartHandler, end: EndHandler, text: TextHandler) -> None:
        """Report elements and text to these functions from now on."""
        self._on_start = start
        self._on_end = end
        self._parser.CharacterDataHandler = text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open += 1
        if self._open > self._most_open:
            raise UsageError(
                f"Line {self.line} of the uploaded table opens an element within "
                f"{self._most_open} others.",
                advice="Upload a simpler document.",
            )
        if self._on_start is not None:
            self._on_start(_local(name), attributes)

    def _end(self, name: str) -> None:
        self._open -= 1
        if self._on_end is not None:
            self._on_end(_local(name))

    @property
    def place(self) -> int:
        """Where in the document the tag begins that is being reported."""
        return max(self._parser.CurrentByteIndex, 0) + self._skipped

    @property
    def line(self) -> int:
        """The line of :attr:`place`, from 1."""
        return self._parser.CurrentLineNumber + self._skipped_lines

    def read(self, stop: int) -> None:
        """Read on to a place in the document.

        Raises
        ------
        UsageError
            It is not well-formed, or has an entity or a very long tag or comment.
        """
        view = memoryview(self._document)
        for start in range(self._fed_to, stop, _PIECE_BYTES):
            self._fed_to = min(start + _PIECE_BYTES, stop)
            self._parse(view[start : self._fed_to], last=False)
            if self._fed_to - self.place > _LONGEST_TOKEN:
                raise UsageError(
                    f"Line {self.line} of the uploaded table begins a tag or comment of "
                    "more than 256 KiB.",
                    advice="Remove it.",
                )

    def skip(self, stop: int) -> None:
        """Leave out what comes before a place in the document."""
        self._skipped += stop - self._fed_to
        self._skipped_lines += self._document.count(b"\n", self._fed_to, stop)
        self._fed_to = stop

    def finish(self) -> None:
        """Read the rest of the document.

        Raises
        ------
        UsageError
            As :meth:`read`, or the document is not complete.
        """
        self.read(len(self._document))
        self._parse(b"", last=True)

    def _parse(self, data: bytes | memoryview, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise self._not_well_formed(error) from error

    def _not_well_formed(self, error: expat.ExpatError) -> UsageError:
        if error.code in _NOT_COMPLETE:
            return UsageError(
                "The uploaded table ends before its last element is closed.",
                advice="Send it again, it was cut off.",
            )
        line = self._parser.ErrorLineNumber + self._skipped_lines
        return UsageError(
            "The uploaded table is not well-formed XML: "
            f"{expat.ErrorString(error.code)} in line {line}.",
            advice="Send a VOTable.",
        )

    def _doctype(
        self, _name: str, _system: str | None, _public: str | None, has_subset: object
    ) -> None:
        if has_subset:
            raise UsageError(
                "The uploaded table declares entities or elements in its DOCTYPE "
                f"(line {self.line}).",
                advice="Remove the DOCTYPE, VOTable needs none.",
            )

    def _entity(self, name: str, _is_parameter: object) -> None:
        raise UsageError(
            f"The uploaded table refers to the entity {name[:40]!r} (line {self.line}), "
            "which XML does not define.",
            advice="Write the character itself.",
        )


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    """Return the name of a VOTable element; "" for those of other namespaces."""
    namespace, _, local = name.rpartition(" ")
    return local if not namespace or "votable" in namespace.lower() else ""
