"""A FITS binary table in a STREAM (VOTable 1.4 section 5.5).

The FIELDs say what the columns are, the FITS header how they are stored (FITS 4.0 section
7.3). Rows are decoded as those of BINARY are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gammavo.formats.arrow import arrow_type
from gammavo.formats.buffers import list_parts
from gammavo.formats.votable_reader.arrays import (
    list_array,
    with_nulls,
    without_null_number,
)
from gammavo.formats.votable_reader.binary import FixedPart, fixed_columns
from gammavo.formats.votable_reader.fields import PRIMITIVES, Field
from gammavo.formats.votable_reader.fits_header import FitsHeader, find_table
from gammavo.formats.votable_reader.refusals import BlockOfRows
from gammavo.formats.votable_reader.texts import parse_times
from gammavo.model.columns import Column, Datatype
from gammavo.model.errors import UsageError

__all__ = ["read_fits_rows"]

_BLOCK_BYTES: Final = 2**23
_FORMAT: Final = re.compile(r"\s*(\d{0,9})([LXBIJKAEDCM])", re.ASCII)
_PRIMITIVES_OF_FITS: Final = MappingProxyType(
    {
        "L": "boolean",
        "X": "bit",
        "B": "unsignedByte",
        "I": "short",
        "J": "int",
        "K": "long",
        "A": "char",
        "E": "float",
        "D": "double",
        "C": "floatComplex",
        "M": "doubleComplex",
    }
)


def read_fits_rows(
    data: bytes | bytearray, extension: str | None, fields: Sequence[Field]
) -> Iterator[list[pa.Array]]:
    """Yield the columns of some rows at a time.

    NULL is NaN, an empty text, the TNULL of a column, and the number that the FIELD
    declares.

    Parameters
    ----------
    data
        A FITS file.
    extension
        Number of its extension as the document has it, None for the first table.
    fields
        The columns.

    Raises
    ------
    UsageError
        The file is damaged, has no such table, or one that does not fit the FIELDs.
    """
    if not data:
        return
    if extension is not None and not re.fullmatch(r"\s*\d{1,6}\s*", extension):
        raise UsageError(
            f"The extnum {extension[:40]!r} of the uploaded table is no number.",
            advice="Leave it out if there is one table only.",
        )
    header = find_table(data, None if extension is None else int(extension))
    part = _stored_columns(header, fields)
    count = header.integer("NAXIS2")
    if not part.width:
        raise UsageError("The FITS data in the uploaded table have rows without bytes.")
    stop = header.data_start + part.width * count
    table = np.frombuffer(data, np.uint8, stop - header.data_start, header.data_start)
    table = table.reshape(count, part.width)
    step = max(1, _BLOCK_BYTES // part.width)
    for first in range(0, count, step):
        block = BlockOfRows(first)
        columns = fixed_columns(table[first : first + step], part, None, block)
        yield [
            _as_declared(columns[number], header, number + 1, field, block)
            for number, field in enumerate(fields)
        ]


def _stored_columns(header: FitsHeader, fields: Sequence[Field]) -> FixedPart:
    """Return how the rows are stored, in the terms of VOTable."""
    columns = header.integer("TFIELDS")
    if columns != len(fields):
        raise UsageError(
            f"The FITS table in the uploaded table has {columns} columns where there are "
            f"{len(fields)} FIELDs.",
            advice="Write one FIELD for each column, in their order.",
        )
    stored = []
    used = 0
    for number, field in enumerate(fields):
        made = _stored_column(header, number + 1, field)
        used += made.fixed_bytes or 0
        stored.append((number, made))
    width = header.integer("NAXIS1")
    if used > width:
        raise UsageError(
            f"The FITS table in the uploaded table has rows of {width} bytes, but columns "
            f"of {used}.",
            advice="Write the table as BINARY2 instead.",
        )
    return FixedPart(tuple(stored), 0, width)


def _stored_column(header: FitsHeader, number: int, field: Field) -> Field:
    form = header.text(f"TFORM{number}") or ""
    found = _FORMAT.match(form)
    if found is None:
        raise UsageError(
            f"{field.label} of the uploaded table is stored in the FITS format {form!r}, "
            "which is not read.",
            advice="Write columns of varying size as BINARY2 instead.",
        )
    size = int(found[1] or 1)
    primitive = PRIMITIVES[_PRIMITIVES_OF_FITS[found[2]]]
    numbers = size * primitive.parts
    is_scalar = numbers == 1 or primitive.is_text
    null = header.values.get(f"TNULL{number}")
    has_null = null is not None and primitive.datatype.is_integer
    return Field(
        label=field.label,
        primitive=primitive,
        size=size,
        most=size,
        multiple=1,
        null=header.integer(f"TNULL{number}") if has_null else None,
        column=Column(
            field.column.name,
            primitive.datatype,
            "",
            arraysize=None if is_scalar else str(numbers),
        ),
    )


def _as_declared(
    stored: pa.Array, header: FitsHeader, number: int, field: Field, block: BlockOfRows
) -> pa.Array:
    """Return the values of column ``number`` (from 1) as those of its FIELD."""
    if field.primitive.is_text:
        if not pa.types.is_string(stored.type):
            raise _mismatch(field)
        texts = pc.utf8_rtrim(stored, " ")
        if field.column.datatype is Datatype.TIMESTAMP:
            return parse_times(texts, field, block)
        return with_nulls(texts, pc.equal(pc.binary_length(texts), 0))
    is_list = pa.types.is_list(stored.type)
    lengths, elements = list_parts(stored) if is_list else (None, stored)
    wanted = arrow_type(field.column)
    if field.is_list:
        wanted = wanted.value_type
    if pa.types.is_boolean(wanted) != pa.types.is_boolean(elements.type):
        raise _mismatch(field)
    try:
        elements = _scaled(elements, header, number)
        elements = elements.cast(wanted, safe=not pa.types.is_floating(wanted))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _mismatch(field) from error
    elements = without_null_number(elements, field)
    if not field.is_list:
        if is_list:
            raise _mismatch(field)
        return with_nulls(elements, elements.is_null(nan_is_null=True))
    nulls = stored.is_null().to_numpy(zero_copy_only=False)
    if lengths is None:
        lengths = (~nulls).astype(np.int32)
        elements = elements.drop_null()
    return list_array(lengths, elements, nulls, field, block)


def _mismatch(field: Field) -> UsageError:
    return UsageError(
        f"{field.label} of the uploaded table has values in its FITS data that its "
        f"datatype {field.primitive.name} cannot hold.",
        advice="Correct the FIELD, or write the table as BINARY2 instead.",
    )


def _scaled(elements: pa.Array, header: FitsHeader, number: int) -> pa.Array:
    """Apply the scale and the zero point of a column of numbers."""
    scale = header.real(f"TSCAL{number}", 1.0)
    zero = header.real(f"TZERO{number}", 0.0)
    if (scale == 1 and zero == 0) or pa.types.is_boolean(elements.type):
        return elements
    if scale == 1 and pa.types.is_integer(elements.type) and zero.is_integer():
        # Unsigned numbers are stored less half their range, which is 2**63 at most: in
        # two steps no sum is too large that is not too large in the end.
        half = int(zero) // 2
        for step in (half, int(zero) - half):
            elements = pc.add_checked(elements, pa.scalar(step, pa.int64()))
        return elements
    reals = elements.cast(pa.float64(), safe=False)
    return pc.add(pc.multiply(reals, scale), zero)
