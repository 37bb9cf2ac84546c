"""When each record of the registry last changed, across restarts.

Harvesters ask for what has changed since they came last. A record is compared with how it
was by the hash of its content; what was there once and is no more stays known as deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gammavo.archive.durable import write_json
from gammavo.model.errors import InternalError

__all__ = ["Datestamp", "changed_datestamps", "read_datestamps", "write_datestamps"]


@dataclass(frozen=True, slots=True)
class Datestamp:
    """What is known of a record.

    Parameters
    ----------
    created, changed
        When it was first seen, and first seen as it is now: UTC, ISO 8601 with ``Z``.
    content
        Hash of its content; empty if it is deleted.
    """

    created: str
    changed: str
    content: str

    @property
    def deleted(self) -> bool:
        """Whether the record is no more."""
        return not self.content


def changed_datestamps(
    known: Mapping[str, Datestamp], contents: Mapping[str, str], now: str
) -> dict[str, Datestamp]:
    """Return what is known of all records, after a look at those that there are.

    Parameters
    ----------
    known
        From before, by identifier.
    contents
        Hash of each record that there is, by identifier.
    now
        Time of the look, UTC, ISO 8601 with ``Z``.
    """
    stamps = dict(known)
    for identifier in known.keys() | contents.keys():
        before = known.get(identifier)
        content = contents.get(identifier, "")
        if before is None:
            stamps[identifier] = Datestamp(now, now, content)
        elif before.content != content:
            stamps[identifier] = Datestamp(before.created, now, content)
    return stamps


def read_datestamps(path: Path) -> dict[str, Datestamp]:
    """Return what a file says; nothing if there is no file.

    Raises
    ------
    InternalError
        The file is damaged.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return {
            identifier: Datestamp(**facts)
            for identifier, facts in document["records"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InternalError(
            f"The datestamps of the registry in {path} cannot be read: {error}.",
            advice="Restore the file from a backup; without it, remove it: harvesters "
            "then get every record again and do not hear of deleted ones.",
        ) from error


def write_datestamps(path: Path, stamps: Mapping[str, Datestamp]) -> None:
    """Replace the file, atomically."""
    records = {identifier: asdict(stamps[identifier]) for identifier in sorted(stamps)}
    write_json(path, {"records": records})
