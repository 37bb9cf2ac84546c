"""Numbers become the shortest text that reads back as the same number."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gammavo.formats.numbers_text import joined_numbers, number_texts

WORDS = ("NaN", "+Inf", "-Inf")


@given(st.lists(st.lists(st.none() | st.floats(), max_size=6), min_size=1, max_size=4))
def test_doubles_read_back(columns: list[list[float | None]]) -> None:
    arrays = [pa.array(column, pa.float64()) for column in columns]
    for column, texts in zip(columns, number_texts(arrays, WORDS), strict=True):
        found = [None if t is None else float(t) for t in texts.to_pylist()]
        assert repr(found) == repr(column)


@given(st.lists(st.floats(width=32), min_size=1))
def test_texts_of_32_bits_are_the_shortest(values: list[float]) -> None:
    (texts,) = number_texts([pa.array(values, pa.float32())], WORDS)
    for value, text in zip(values, texts.to_pylist(), strict=True):
        if math.isfinite(value):
            assert repr(np.float32(text)) == repr(np.float32(value))
            shortest = np.format_float_scientific(np.float32(value), unique=True)
            assert digits(text) == digits(shortest)


def digits(text: str) -> str:
    """Return the significant digits of a number."""
    mantissa = text.lower().partition("e")[0]
    return mantissa.replace(".", "").replace("-", "").strip("0")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_texts_of_64_bits_are_the_shortest(values: list[float]) -> None:
    (texts,) = number_texts([pa.array(values)], WORDS)
    assert [digits(t) for t in texts.to_pylist()] == [digits(repr(v)) for v in values]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0.0"),
        (1.0, "1"),
        (-10.0, "-10"),
        (0.1, "0.1"),
        (83.633, "83.633"),
        (1e300, "1e+300"),
        (1e-7, "1e-7"),
        (1e20, "1e+20"),
        (float("nan"), "NaN"),
        (float("inf"), "+Inf"),
        (float("-inf"), "-Inf"),
        (None, None),
    ],
)
def test_examples_alone_and_amid_others(value: float | None, text: str | None) -> None:
    alone = pa.array([value], pa.float64())
    amid = pa.array([7.0, value, 8.5], pa.float64())
    assert [t.to_pylist() for t in number_texts([alone, amid], WORDS)] == [
        [text],
        ["7", text, "8.5"],
    ]


def test_words_may_be_null() -> None:
    (texts,) = number_texts([pa.array([float("nan"), 1.5])], (None, None, None))
    assert texts.to_pylist() == [None, "1.5"]


def test_slices_are_taken_as_such() -> None:
    whole = pa.array([1.5, None, 2.5, float("nan"), 3.5])
    texts = number_texts([whole.slice(1, 3), whole.slice(4)], WORDS)
    assert [t.to_pylist() for t in texts] == [[None, "2.5", "NaN"], ["3.5"]]


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.none() | st.floats(), min_size=width, max_size=width),
            min_size=1,
        )
    ),
    st.sampled_from([",", "\t", "</TD><TD>"]),
)
def test_numbers_of_a_row_at_once_are_those_one_by_one(
    rows: list[list[float | None]], separator: str
) -> None:
    arrays = [pa.array(column, pa.float64()) for column in zip(*rows, strict=True)]
    joined = joined_numbers(arrays, separator)
    alone = zip(*(t.to_pylist() for t in number_texts(arrays, WORDS)), strict=True)
    if joined is None:
        texts = {str(value) for row in rows for value in row}
        assert texts & {"None", "nan", "inf", "-inf", "-0.0"}
    else:
        assert joined.to_pylist() == [separator.join(row) for row in alone]


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32()])
def test_numbers_of_a_row_examples(kind: pa.DataType) -> None:
    columns = [[1.0, -0.05, 10.0], [1e20, 2.0, -3.0]]
    arrays = [pa.array([9.0, *column, 9.0], kind).slice(1, 3) for column in columns]
    joined = joined_numbers(arrays, ", ")
    assert joined is not None
    assert joined.to_pylist() == ["1, 1e+20", "-0.05, 2", "10, -3"]
    assert joined_numbers([array.slice(0, 0) for array in arrays], ",") is None
    assert joined_numbers([pa.array([-0.0]), pa.array([1.0])], ",") is None
