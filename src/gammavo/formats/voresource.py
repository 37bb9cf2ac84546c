"""Records of the VO registry: VOResource 1.1 with VODataService 1.2 and VORegistry 1.1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, add_texts, root
from gammavo.formats.vosi_capabilities import (
    CAPABILITY_NAMESPACES,
    AnyCapability,
    add_capabilities,
)
from gammavo.formats.vosi_tables import add_schemas
from gammavo.model.columns import Schema

__all__ = [
    "RESOURCE_NAMESPACE",
    "Contact",
    "Name",
    "Resource",
    "ResourceCoverage",
    "Rights",
    "resource_element",
]

RESOURCE_NAMESPACE: Final = "http://www.ivoa.net/xml/RegistryInterface/v1.0"
"""Of the element of a record."""
_BIBCODE_LENGTH: Final = 19


@dataclass(frozen=True, slots=True)
class Name:
    """Who or what is meant, with its IVOA identifier if it has one."""

    text: str
    ivo_id: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask; what is empty is left out."""

    name: str
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """A licence or terms of use, and where their text is."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceCoverage:
    """Where, when and at which energies there are data (VODataService 1.2 section 3.3).

    Parameters
    ----------
    spatial
        ASCII MOC, ICRS; empty if it is not known.
    temporal
        Intervals in MJD.
    spectral
        Intervals of energy in joules.
    wavebands
        Terms of the IVOA vocabulary ``messenger``.
    """

    spatial: str = ""
    temporal: tuple[tuple[float, float], ...] = ()
    spectral: tuple[tuple[float, float], ...] = ()
    wavebands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One record. What is empty is left out; names are those of VOResource 1.1.

    Parameters
    ----------
    kind
        Its type, such as ``vs:CatalogResource``.
    identifier, title, short_name
        IVOA identifier, one line for people, and up to 16 characters.
    alt_identifiers
        Other identifiers as URIs, such as ``doi:10.5281/zenodo.1``.
    publisher, creators, contact
        Who is behind it.
    dates
        Roles and dates, such as ``("Issued", "2026-01-31")``.
    version
        Of the content.
    subjects
        Terms of the Unified Astronomy Thesaurus, at least one.
    description, source, reference_url
        For people; ``source`` is a bibcode.
    types
        Terms of the vocabulary of content types.
    relationships
        Kinds of relation and what they lead to.
    rights, capabilities, facilities, instruments, coverage, schemas
        Of services and data.
    managed_authorities
        Of a registry.
    managing_organisation
        Of an authority.
    """

    kind: str
    identifier: str
    title: str
    publisher: Name
    contact: Contact
    subjects: tuple[str, ...]
    description: str
    reference_url: str
    short_name: str = ""
    alt_identifiers: tuple[str, ...] = ()
    creators: tuple[Name, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    version: str = ""
    source: str = ""
    types: tuple[str, ...] = ()
    relationships: tuple[tuple[str, tuple[Name, ...]], ...] = ()
    rights: tuple[Rights, ...] = ()
    capabilities: tuple[AnyCapability, ...] = ()
    facilities: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    coverage: ResourceCoverage | None = None
    schemas: tuple[Schema, ...] = ()
    managed_authorities: tuple[str, ...] = ()
    managing_organisation: Name | None = None


def resource_element(resource: Resource, *, created: str, updated: str) -> ET.Element:
    """Return the ``ri:Resource`` element of a record.

    Parameters
    ----------
    resource
        What the record says.
    created, updated
        When the record was made and last changed, ISO 8601 with ``Z``.
    """
    top = root(
        "ri:Resource",
        {"ri": RESOURCE_NAMESPACE} | CAPABILITY_NAMESPACES,
        created=created,
        updated=updated,
        status="active",
        version="1.1",
    )
    top.set("xsi:type", resource.kind)
    add_texts(
        top,
        {
            "title": resource.title,
            "shortName": resource.short_name,
            "identifier": resource.identifier,
        },
    )
    for identifier in resource.alt_identifiers:
        add(top, "altIdentifier", identifier)
    _add_curation(top, resource)
    _add_content(top, resource)
    for right in resource.rights:
        add(top, "rights", right.text, {"rightsURI": right.url})
    add_capabilities(top, resource.capabilities)
    _add_each(top, "facility", resource.facilities)
    _add_each(top, "instrument", resource.instruments)
    if resource.coverage is not None:
        _add_coverage(top, resource.coverage)
    if resource.schemas:
        add_schemas(add(top, "tableset"), resource.schemas, detail="max")
    if resource.managed_authorities:
        add(top, "full", "false")
        _add_each(top, "managedAuthority", resource.managed_authorities)
    if resource.managing_organisation is not None:
        _add_name(top, "managingOrg", resource.managing_organisation)
    return top


def _add_curation(top: ET.Element, resource: Resource) -> None:
    curation = add(top, "curation")
    _add_name(curation, "publisher", resource.publisher)
    for creator in resource.creators:
        _add_name(add(curation, "creator"), "name", creator)
    for role, date in resource.dates:
        add(curation, "date", date, {"role": role})
    add_texts(curation, {"version": resource.version})
    contact = add(curation, "contact")
    add(contact, "name", resource.contact.name)
    add_texts(
        contact,
        {"address": resource.contact.address, "email": resource.contact.email},
    )


def _add_content(top: ET.Element, resource: Resource) -> None:
    content = add(top, "content")
    _add_each(content, "subject", resource.subjects)
    add(content, "description", resource.description)
    if len(resource.source) == _BIBCODE_LENGTH and "/" not in resource.source:
        add(content, "source", resource.source, {"format": "bibcode"})
    add(content, "referenceURL", resource.reference_url)
    _add_each(content, "type", resource.types)
    add(content, "contentLevel", "Research")
    for kind, targets in resource.relationships:
        relationship = add(content, "relationship")
        add(relationship, "relationshipType", kind)
        for target in targets:
            _add_name(relationship, "relatedResource", target)


def _add_coverage(top: ET.Element, coverage: ResourceCoverage) -> None:
    element = add(top, "coverage")
    add_texts(element, {"spatial": coverage.spatial})
    _add_each(element, "temporal", (f"{a!r} {b!r}" for a, b in coverage.temporal))
    _add_each(element, "spectral", (f"{a!r} {b!r}" for a, b in coverage.spectral))
    _add_each(element, "waveband", coverage.wavebands)


def _add_each(parent: ET.Element, tag: str, texts: Iterable[str]) -> None:
    for text in texts:
        add(parent, tag, text)


def _add_name(parent: ET.Element, tag: str, name: Name) -> None:
    add(parent, tag, name.text, {"ivo-id": name.ivo_id})
