"""Answers of OAI-PMH 2.0, the protocol by which registries harvest each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, document, root

__all__ = [
    "OAI_NAMESPACE",
    "MetadataFormat",
    "Page",
    "RecordHeader",
    "Repository",
    "add_header",
    "add_record",
    "add_token",
    "error_answer",
    "formats_element",
    "identify_element",
    "oai_answer",
    "sets_element",
    "verb_element",
]

OAI_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"


@dataclass(frozen=True, slots=True)
class Repository:
    """What ``Identify`` says.

    Parameters
    ----------
    name, base_url, mail
        For people, where it is, and whom to write to.
    earliest
        No record has an earlier datestamp.
    """

    name: str
    base_url: str
    mail: str
    earliest: str


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A form in which records can be had: prefix, schema, namespace."""

    prefix: str
    schema: str
    namespace: str


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """What a list of identifiers has of a record."""

    identifier: str
    datestamp: str
    deleted: bool
    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: the token of the next part (empty in the last), size, place."""

    token: str
    size: int
    cursor: int


def oai_answer(
    base_url: str, time: str, arguments: Mapping[str, str], content: ET.Element
) -> bytes:
    """Return the document that answers a request.

    Parameters
    ----------
    base_url
        Of the repository.
    time
        Of the answer, UTC, ISO 8601 with ``Z``.
    arguments
        Of the request, with its verb.
    content
        The element named as the verb.
    """
    top = _top(base_url, time, arguments)
    top.append(content)
    return document(top)


def error_answer(
    base_url: str,
    time: str,
    arguments: Mapping[str, str],
    errors: Iterable[tuple[str, str]],
) -> bytes:
    """Return the document that says what is wrong (OAI-PMH 2.0 section 3.6).

    Parameters
    ----------
    base_url, time
        As for :func:`oai_answer`.
    arguments
        Of the request; none if they are what is wrong.
    errors
        Codes of the standard with texts.
    """
    top = _top(base_url, time, arguments)
    for code, text in errors:
        add(top, "oai:error", text, {"code": code})
    return document(top)


def _top(base_url: str, time: str, arguments: Mapping[str, str]) -> ET.Element:
    top = root("oai:OAI-PMH", {"oai": OAI_NAMESPACE, "xsi": _XSI})
    top.set("xsi:schemaLocation", f"{OAI_NAMESPACE} {_SCHEMA}")
    add(top, "oai:responseDate", time)
    add(top, "oai:request", base_url, arguments)
    return top


def verb_element(verb: str) -> ET.Element:
    """Return the empty element of a verb."""
    return ET.Element(f"oai:{verb}")


def identify_element(repository: Repository, description: ET.Element) -> ET.Element:
    """Return what ``Identify`` answers.

    Parameters
    ----------
    repository
        The facts.
    description
        The record of the registry itself (Registry Interfaces 1.1 section 3.1.2).
    """
    element = verb_element("Identify")
    for tag, text in (
        ("repositoryName", repository.name),
        ("baseURL", repository.base_url),
        ("protocolVersion", "2.0"),
        ("adminEmail", repository.mail),
        ("earliestDatestamp", repository.earliest),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        add(element, f"oai:{tag}", text)
    add(element, "oai:description").append(description)
    return element


def formats_element(formats: Sequence[MetadataFormat]) -> ET.Element:
    """Return what ``ListMetadataFormats`` answers."""
    element = verb_element("ListMetadataFormats")
    for each in formats:
        entry = add(element, "oai:metadataFormat")
        add(entry, "oai:metadataPrefix", each.prefix)
        add(entry, "oai:schema", each.schema)
        add(entry, "oai:metadataNamespace", each.namespace)
    return element


def sets_element(sets: Mapping[str, str]) -> ET.Element:
    """Return what ``ListSets`` answers: sets with their names."""
    element = verb_element("ListSets")
    for spec, name in sets.items():
        entry = add(element, "oai:set")
        add(entry, "oai:setSpec", spec)
        add(entry, "oai:setName", name)
    return element


def add_header(parent: ET.Element, header: RecordHeader) -> None:
    """Append the header of a record."""
    status = "deleted" if header.deleted else None
    element = add(parent, "oai:header", attributes={"status": status})
    add(element, "oai:identifier", header.identifier)
    add(element, "oai:datestamp", header.datestamp)
    for spec in header.sets:
        add(element, "oai:setSpec", spec)


def add_record(
    parent: ET.Element, header: RecordHeader, metadata: ET.Element | None
) -> None:
    """Append a record; one that is deleted has no metadata."""
    record = add(parent, "oai:record")
    add_header(record, header)
    if metadata is not None:
        add(record, "oai:metadata").append(metadata)


def add_token(parent: ET.Element, page: Page) -> None:
    """Append the token that leads to the next part of a list (section 3.5)."""
    counts = {"completeListSize": str(page.size), "cursor": str(page.cursor)}
    add(parent, "oai:resumptionToken", page.token or None, counts)
