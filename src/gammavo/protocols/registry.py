"""The publishing registry of a site: its records with their datestamps."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.archive import Snapshot
from gammavo.archive.datestamps import (
    Datestamp,
    changed_datestamps,
    read_datestamps,
    write_datestamps,
)
from gammavo.formats.voresource import Resource, resource_element
from gammavo.protocols.registry_records import site_resources
from gammavo.protocols.registry_site import RegistrySite

__all__ = ["PublishingRegistry", "RecordList", "RegistryRecord", "utc_now"]

_LENGTH: Final = 12


def utc_now() -> str:
    """Return the time as OAI-PMH writes it, UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class RegistryRecord:
    """A record, or what is left of one that was deleted.

    Parameters
    ----------
    identifier
        IVOA identifier.
    stamp
        When it was made and changed.
    resource
        What it says, None if it is deleted.
    """

    identifier: str
    stamp: Datestamp
    resource: Resource | None


@dataclass(frozen=True, slots=True)
class RecordList:
    """All records at one moment, by datestamp.

    Parameters
    ----------
    records
        At least the one of the registry itself.
    revision
        Another one whenever a record changes.
    """

    records: tuple[RegistryRecord, ...]
    revision: str

    def find(self, identifier: str) -> RegistryRecord | None:
        """Return a record, None if there is none; identifiers have no case."""
        wanted = identifier.lower()
        return next((r for r in self.records if r.identifier.lower() == wanted), None)

    @property
    def earliest(self) -> str:
        """The earliest datestamp."""
        return min(record.stamp.created for record in self.records)


class PublishingRegistry:
    """Makes the records when they are asked for; safe to use from threads.

    Parameters
    ----------
    site
        What the records are about.
    datestamps
        The file that keeps the datestamps; None to keep none.
    """

    def __init__(self, site: RegistrySite, datestamps: Path | None) -> None:
        self.site = site
        self._path = datestamps
        self._lock = threading.Lock()
        self._known: tuple[Snapshot, RecordList] | None = None

    def records(self) -> RecordList:
        """Return the records of what is published now.

        Raises
        ------
        InternalError
            The file of datestamps is damaged.
        """
        snapshot = self.site.queries.snapshot()
        with self._lock:
            if self._known is None or self._known[0] is not snapshot:
                self._known = (snapshot, self._made())
            return self._known[1]

    def _made(self) -> RecordList:
        resources = {each.identifier: each for each in site_resources(self.site)}
        before = read_datestamps(self._path) if self._path else {}
        contents = {name: _content(each) for name, each in resources.items()}
        stamps = changed_datestamps(before, contents, utc_now())
        if self._path and stamps != before:
            write_datestamps(self._path, stamps)
        records = sorted(
            (
                RegistryRecord(name, stamp, resources.get(name))
                for name, stamp in stamps.items()
            ),
            key=lambda record: (record.stamp.changed, record.identifier),
        )
        text = " ".join(f"{r.identifier} {r.stamp.changed}" for r in records)
        return RecordList(tuple(records), _hash(text.encode())[:_LENGTH])


def _content(resource: Resource) -> str:
    """Return the hash of all that a record says."""
    element = resource_element(resource, created="", updated="")
    return _hash(ET.tostring(element))


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()
