"""What comes before the data of the first table: its FIELDs, and how its data are written.

VOTable 1.0 to 1.5, in any of their namespaces or in none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from gammavo.formats.votable_reader.fields import Field, FieldElement, make_field
from gammavo.formats.votable_reader.limits import UploadLimits
from gammavo.formats.votable_reader.xml_reader import XmlReader
from gammavo.model.columns import TimeSystem
from gammavo.model.errors import UsageError

__all__ = ["DataElement", "Header", "read_header"]

_TAG: Final = re.compile(rb"""<([^\s<>/]+)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_BINARY: Final = frozenset({"BINARY", "BINARY2", "FITS"})


@dataclass(frozen=True, slots=True)
class DataElement:
    """Where the rows are.

    Parameters
    ----------
    serialization
        ``TABLEDATA``, ``BINARY``, ``BINARY2`` or ``FITS``.
    attributes
        Of the TABLEDATA or STREAM.
    tag
        Name of that element with its prefix, as the document spells it.
    start
        Where its content begins.
    empty
        Whether it is an empty-element tag, which has no content.
    line
        Where it begins.
    extension
        Number of the FITS extension, None for the first table in it.
    """

    serialization: str
    attributes: Mapping[str, str]
    tag: bytes
    start: int
    empty: bool
    line: int
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table, and its data; None if it has none."""

    fields: tuple[Field, ...]
    data: DataElement | None


class _HeaderRead(Exception):  # noqa: N818 - it ends the parser, it is no error
    """What comes before the data has been read."""


def read_header(document: bytes, limits: UploadLimits) -> Header:
    """Return what the first table of a document declares.

    Raises
    ------
    UsageError
        The document is no VOTable, has no table, or a FIELD of it is wrong.
    """
    reader = XmlReader(document, limits.depth)
    found = _FirstTable(reader, document, limits)
    reader.listen(found.start, found.end, found.text)
    try:
        reader.finish()
    except _HeaderRead:
        return found.header()
    raise UsageError(
        "The uploaded VOTable has no TABLE.",
        advice="Put a TABLE with FIELDs into a RESOURCE.",
    )


class _FirstTable:
    """Gathers the first table while its document is parsed."""

    def __init__(
        self, reader: XmlReader, document: bytes, limits: UploadLimits
    ) -> None:
        self._reader = reader
        self._document = document
        self._limits = limits
        self._open: list[str] = []
        self._systems: dict[str, str | TimeSystem] = {}
        self._in_table = False
        self._elements: list[FieldElement] = []
        self._description: list[str] | None = None
        self._extension: str | None = None
        self._data: DataElement | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take notice of a start tag."""
        parent = self._open[-1] if self._open else None
        self._open.append(name)
        if parent is None:
            self._check_root(name, attributes)
        elif name in {"COOSYS", "TIMESYS"}:
            self._add_system(name, attributes)
        elif name == "TABLE" and parent == "RESOURCE":
            self._in_table = True
        elif self._in_table:
            self._within_table(name, parent, attributes)

    def _check_root(self, name: str, attributes: Mapping[str, str]) -> None:
        version = attributes.get("version", "1")
        if name == "VOTABLE" and version.partition(".")[0].strip() == "1":
            return
        problem = f"is VOTable {version[:20]}"
        if name != "VOTABLE":
            problem = f"is no VOTable, its root element is {name[:40] or 'another one'}"
        raise UsageError(
            f"The uploaded table {problem}.", advice="Send a VOTable 1.0 to 1.5."
        )

    def _add_system(self, name: str, attributes: Mapping[str, str]) -> None:
        identifier = attributes.get("ID")
        if not identifier:
            return
        if name == "COOSYS":
            self._systems[identifier] = attributes.get("system") or "eq_FK5"
            return
        self._systems[identifier] = TimeSystem(
            attributes.get("timescale") or "UNKNOWN",
            attributes.get("refposition") or "UNKNOWN",
            attributes.get("timeorigin") or None,
        )

    def _within_table(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        match parent, name:
            case "TABLE", "FIELD":
                self._add_field(attributes)
            case "FIELD", "VALUES":
                if attributes.get("null") is not None:
                    last = self._elements[-1]
                    self._elements[-1] = replace(last, null=attributes["null"])
            case "FIELD", "DESCRIPTION":
                self._description = []
            case "DATA", "FITS":
                self._extension = attributes.get("extnum")
            case "DATA", "TABLEDATA":
                self._found_data(name, attributes)
            case _, "STREAM" if parent in _BINARY:
                self._found_data(parent, attributes)
            case "DATA", "PARQUET":
                raise UsageError(
                    "The rows of the uploaded table are in another file, in Parquet.",
                    advice="Send them in the document, as TABLEDATA or BINARY2.",
                )
            case _:
                pass

    def _add_field(self, attributes: dict[str, str]) -> None:
        number = len(self._elements) + 1
        if number > self._limits.columns:
            raise UsageError(
                f"The uploaded table has more than {self._limits.columns:,} FIELDs "
                f"(line {self._reader.line}).",
                advice="Upload the columns that the query needs.",
            )
        self._elements.append(FieldElement(number, self._reader.line, attributes))

    def _found_data(self, serialization: str, attributes: dict[str, str]) -> None:
        place = self._reader.place
        tag = _TAG.match(self._document, place)
        if tag is None:  # expat reports a tag only when it is complete
            raise AssertionError(f"no tag at byte {place}")
        self._data = DataElement(
            serialization=serialization,
            attributes=attributes,
            tag=tag[1],
            start=tag.end(),
            empty=tag[0].endswith(b"/>"),
            line=self._reader.line,
            extension=self._extension,
        )
        raise _HeaderRead

    def text(self, text: str) -> None:
        """Take notice of text between tags."""
        if self._description is not None:
            self._description.append(text)

    def end(self, name: str) -> None:
        """Take notice of an end tag."""
        self._open.pop()
        if name == "DESCRIPTION" and self._description is not None:
            text = " ".join("".join(self._description).split())
            self._elements[-1] = replace(self._elements[-1], description=text)
            self._description = None
        elif name == "TABLE" and self._in_table:
            raise _HeaderRead

    def header(self) -> Header:
        """Return what was found.

        Raises
        ------
        UsageError
            There are no FIELDs, or one of them is wrong.
        """
        if not self._elements:
            raise UsageError(
                "The first TABLE of the uploaded VOTable has no FIELDs.",
                advice="Declare its columns with FIELD elements.",
            )
        fields = tuple(
            make_field(element, self._systems, self._limits)
            for element in self._elements
        )
        return Header(fields, self._data)
