"""What records of the VO registry say of a site as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gammavo.archive import QueryService
from gammavo.formats.voresource import Contact, Name
from gammavo.protocols.tap_settings import TapSettings

__all__ = ["SUBJECTS", "Publisher", "RegistrySite"]

SUBJECTS: Final = ("gamma-ray-astronomy", "virtual-observatories")
"""Subjects of the services, terms of the Unified Astronomy Thesaurus."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes; what is not known is empty.

    Parameters
    ----------
    name, short_name
        Of the organisation; the short one has up to 16 characters.
    description, url
        What it is, and its page.
    contact_name, mail, address
        Whom to ask.
    """

    name: str = ""
    short_name: str = ""
    description: str = ""
    url: str = ""
    contact_name: str = ""
    mail: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class RegistrySite:
    """The site as its records see it.

    Parameters
    ----------
    title
        Name of the data centre.
    authority
        IVOA naming authority.
    base_url
        Where the site is reached, without a slash at the end.
    publisher
        Who publishes.
    queries
        Know what is published.
    tap
        How the TAP service answers.
    paths
        Of the route table: which services there are.
    records_per_answer
        Records that one answer of the registry has at most.
    """

    title: str
    authority: str
    base_url: str
    publisher: Publisher
    queries: QueryService
    tap: TapSettings
    paths: frozenset[str]
    records_per_answer: int

    def identifier(self, *path: str) -> str:
        """Return the IVOA identifier of what belongs to the site, not to a release.

        Names of releases have no slash, so that none of them can be the same.
        """
        return "/".join((f"ivo://{self.authority}/site", *path))

    @property
    def organisation(self) -> Name:
        """The publisher, with the identifier of its record."""
        name = self.publisher.name or self.title
        return Name(name, self.identifier("organisation"))

    @property
    def contact(self) -> Contact:
        """Whom to ask."""
        publisher = self.publisher
        name = publisher.contact_name or self.organisation.text
        return Contact(name, publisher.mail, publisher.address)

    @property
    def reference_url(self) -> str:
        """A page about the site."""
        return f"{self.base_url}/"

    def short_name(self, word: str) -> str:
        """Return the short name of one of the services; empty if there is none."""
        return (
            f"{self.publisher.short_name} {word}"[:16]
            if self.publisher.short_name
            else ""
        )
