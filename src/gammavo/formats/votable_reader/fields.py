"""FIELD elements: how the values of a column are written, and which column they become.

Datatypes and array sizes are those of VOTable 1.4 sections 2.1 and 2.2, extended types
those of DALI 1.1 section 3.3.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from gammavo.formats.arrow import is_list
from gammavo.formats.votable_reader.limits import UploadLimits, readable_size
from gammavo.model.columns import Column, Datatype, TimeSystem
from gammavo.model.errors import UsageError

__all__ = ["PRIMITIVES", "Field", "FieldElement", "Primitive", "make_field"]


@dataclass(frozen=True, slots=True)
class Primitive:
    """A ``datatype`` of VOTable.

    Parameters
    ----------
    name
        As the attribute has it.
    datatype
        The type of a column of such values.
    dtype
        How numpy reads one of them in BINARY; bits are 8 to a byte.
    parts
        How many numbers make one value: 2 for complex numbers.
    """

    name: str
    datatype: Datatype
    dtype: str
    parts: int = 1

    @property
    def is_bit(self) -> bool:
        """Whether values are packed, 8 to a byte."""
        return self.name == "bit"

    @property
    def is_text(self) -> bool:
        """Whether values are characters."""
        return self.datatype.is_text

    def stored_bytes(self, elements: int) -> int:
        """Return how many bytes so many values (pairs, if complex) take in BINARY."""
        if self.is_bit:
            return (elements + 7) // 8
        return elements * self.parts * np.dtype(self.dtype).itemsize


PRIMITIVES: Final = MappingProxyType(
    {
        primitive.name: primitive
        for primitive in (
            Primitive("boolean", Datatype.BOOLEAN, "u1"),
            Primitive("bit", Datatype.BOOLEAN, "u1"),
            Primitive("unsignedByte", Datatype.SMALLINT, "u1"),
            Primitive("short", Datatype.SMALLINT, ">i2"),
            Primitive("int", Datatype.INTEGER, ">i4"),
            Primitive("long", Datatype.BIGINT, ">i8"),
            Primitive("char", Datatype.VARCHAR, "u1"),
            Primitive("unicodeChar", Datatype.UNICODE, ">u2"),
            Primitive("float", Datatype.REAL, ">f4"),
            Primitive("double", Datatype.DOUBLE, ">f8"),
            Primitive("floatComplex", Datatype.REAL, ">f4", parts=2),
            Primitive("doubleComplex", Datatype.DOUBLE, ">f8", parts=2),
        )
    }
)
"""Every datatype of VOTable by its name."""

_ARRAYSIZE: Final = re.compile(r"(?:\d{1,9}x)*(?:\d{1,9}\*?|\*)", re.ASCII)
_TIMES: Final = frozenset({"timestamp", "adql:TIMESTAMP"})
_SHAPES: Final = MappingProxyType(
    {
        ("point", "2"): Datatype.POINT,
        ("circle", "3"): Datatype.CIRCLE,
    }
)


@dataclass(frozen=True, slots=True)
class FieldElement:
    """A FIELD as the document has it.

    Parameters
    ----------
    number
        Which one of its table, from 1.
    line
        Of the document.
    attributes
        As written.
    null
        Attribute ``null`` of its VALUES, None if there is none.
    description
        Text of its DESCRIPTION, without blanks around it.
    """

    number: int
    line: int
    attributes: Mapping[str, str]
    null: str | None = None
    description: str = ""

    @property
    def label(self) -> str:
        """What errors call it."""
        name = self.attributes.get("name") or self.attributes.get("ID")
        return f"FIELD {self.number} {name!r}" if name else f"FIELD {self.number}"


@dataclass(frozen=True, slots=True)
class Field:
    """How the values of one column are written.

    Parameters
    ----------
    label
        What errors call it.
    primitive
        Type of each element.
    size
        Elements (pairs, if complex) in each value; None if that varies.
    most
        Most elements that a value of varying size may have, None for no such limit.
    multiple
        What the number of elements of a value of varying size is a multiple of.
    null
        The number that means NULL, None if there is none.
    column
        What the values become.
    """

    label: str
    primitive: Primitive
    size: int | None
    most: int | None
    multiple: int
    null: int | float | None
    column: Column

    @property
    def is_list(self) -> bool:
        """Whether values are lists of numbers or of booleans."""
        return is_list(self.column)

    @property
    def fixed_bytes(self) -> int | None:
        """Size of every value in BINARY, None if that varies."""
        return None if self.size is None else self.primitive.stored_bytes(self.size)


def make_field(
    element: FieldElement,
    systems: Mapping[str, str | TimeSystem],
    limits: UploadLimits,
) -> Field:
    """Return what a FIELD means.

    Parameters
    ----------
    element
        The FIELD.
    systems
        COOSYS (by their ``system``) and TIMESYS of the document, by ID.
    limits
        Bound the size of arrays.

    Raises
    ------
    UsageError
        The FIELD has a datatype or arraysize that VOTable does not have, or is too large.
    """
    attributes = element.attributes
    primitive = PRIMITIVES.get(attributes.get("datatype", ""))
    if primitive is None:
        given = attributes.get("datatype")
        problem = f"the datatype {given!r}" if given else "no datatype"
        raise _refusal(
            element, f"has {problem}", f"Use one of {', '.join(PRIMITIVES)}."
        )
    arraysize = attributes.get("arraysize", "").strip() or "1"
    if not _ARRAYSIZE.fullmatch(arraysize):
        raise _refusal(
            element,
            f"has the arraysize {arraysize[:40]!r}",
            'Write numbers with x between them, the last may be or end with *: "8x*".',
        )
    *inner, last = arraysize.split("x")
    multiple = math.prod(int(factor) for factor in inner)
    bound = last.removesuffix("*")
    most = multiple * int(bound) if bound else None
    size = None if last.endswith("*") else most
    stored = primitive.stored_bytes(multiple if most is None else most)
    if stored > limits.cell_bytes:
        raise _refusal(
            element,
            f"declares values of {readable_size(stored)}",
            f"A value may have {readable_size(limits.cell_bytes)}.",
        )
    if multiple == 0 or (most == 0 and not primitive.is_text):
        raise _refusal(element, "has arrays without elements", "Leave it out.")
    column = _column(element, primitive, arraysize, systems)
    return Field(
        label=element.label,
        primitive=primitive,
        size=size,
        most=most,
        multiple=2 if column.datatype is Datatype.POLYGON else max(multiple, 1),
        null=_null_number(element.null, primitive),
        column=column,
    )


def _refusal(element: FieldElement, problem: str, advice: str) -> UsageError:
    return UsageError(
        f"{element.label} of the uploaded table (line {element.line}) {problem}.",
        advice=advice,
    )


def _column(
    element: FieldElement,
    primitive: Primitive,
    arraysize: str,
    systems: Mapping[str, str | TimeSystem],
) -> Column:
    attributes = element.attributes
    xtype = attributes.get("xtype") or None
    datatype = _datatype(primitive, arraysize, xtype)
    if primitive.parts > 1:
        arraysize = str(primitive.parts) + ("" if arraysize == "1" else f"x{arraysize}")
    _, usual_arraysize, usual_xtype = datatype.votable
    # A value of one element is none of an array; one without characters is a text still.
    usual = {usual_arraysize, "1", "0"}
    keeps_size = arraysize not in usual and datatype is not Datatype.TIMESTAMP
    system = systems.get(attributes.get("ref", ""))
    return Column(
        name=attributes.get("name") or attributes.get("ID") or "",
        datatype=datatype,
        description=element.description,
        unit=attributes.get("unit") or None,
        ucd=attributes.get("ucd") or None,
        utype=attributes.get("utype") or None,
        xtype=None if xtype == usual_xtype else xtype,
        frame=system if isinstance(system, str) else None,
        time=system if isinstance(system, TimeSystem) else None,
        arraysize=arraysize if keeps_size else None,
    )


def _datatype(primitive: Primitive, arraysize: str, xtype: str | None) -> Datatype:
    """Return the type of the column; extended types that are not known change nothing."""
    one_dimension = "x" not in arraysize
    if primitive.is_text and one_dimension and xtype in _TIMES:
        return Datatype.TIMESTAMP
    if primitive.name == "char" and one_dimension and xtype == "adql:REGION":
        return Datatype.REGION
    if primitive.name in {"float", "double"} and xtype is not None:
        if xtype == "polygon" and one_dimension and arraysize != "1":
            return Datatype.POLYGON
        return _SHAPES.get((xtype, arraysize), primitive.datatype)
    return primitive.datatype


def _null_number(text: str | None, primitive: Primitive) -> int | float | None:
    """Return the number that means NULL; None if no value can be equal to it."""
    if text is None or primitive.is_text or primitive.datatype is Datatype.BOOLEAN:
        return None
    text = text.strip()
    try:
        if not primitive.datatype.is_integer:
            return float(text)
        number = int(text, 16 if text[:2].lower() == "0x" else 10)
    except ValueError:
        return None
    bits = {Datatype.SMALLINT: 15, Datatype.INTEGER: 31, Datatype.BIGINT: 63}
    limit = 2 ** bits[primitive.datatype]
    return number if -limit <= number < limit else None
