"""Rows kept aside: in memory, then on disk, and what happens when that is full."""

from __future__ import annotations

import errno
from typing import Any

import pyarrow as pa
import pytest

from gammavo.formats import spool as spool_module
from gammavo.formats.spool import Spool
from gammavo.model.errors import UnavailableError
from tests.unit.formats.format_samples import SCALAR_COLUMNS, record_batch, write

SLICES = [[pa.array([1.5, None]), pa.array(["a" * 3000, "b"])] for _ in range(20)]
TYPES = [pa.float64(), pa.string()]


@pytest.mark.parametrize("in_memory", [2**23, 1000], ids=["memory", "disk"])
def test_slices_return_as_often_as_wanted(
    in_memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "_IN_MEMORY", in_memory)
    spool = Spool(TYPES)
    for arrays in SLICES:
        spool.append(arrays)
    spool.seal()
    for _ in range(2):
        assert [[a.to_pylist() for a in arrays] for arrays in spool] == [
            [a.to_pylist() for a in arrays] for arrays in SLICES
        ]
    spool.close()


def test_of_a_slice_only_its_rows_are_kept() -> None:
    spool = Spool([pa.string()])
    spool.append([pa.array(["x" * 100] * 10_000).slice(5000, 3)])
    spool.seal()
    ((array,),) = spool
    assert array.nbytes < 1000
    assert array.to_pylist() == ["x" * 100] * 3
    spool.close()


class _FullDisk:
    """A file on a disk without room."""

    closed = False

    def __init__(self, room: int) -> None:
        self._room = room

    def write(self, data: Any) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(data)

    def tell(self) -> int:
        return 0

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("name", ["fits", "ecsv", "text"])
@pytest.mark.parametrize("room", [1500, 10_000, 50_000])
def test_a_full_disk_is_told_before_the_first_byte(
    name: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = _FullDisk(room)
    monkeypatch.setattr(spool_module.tempfile, "SpooledTemporaryFile", lambda _: disk)
    text = SCALAR_COLUMNS[7]
    batches = [record_batch([text], [["x" * 1000]] * 50)] * 50
    with pytest.raises(UnavailableError, match="kept on disk: No space left"):
        write(name, [text], batches)
    assert disk.closed
