"""Records of the VO registry as Dublin Core, which every OAI-PMH repository has."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, root
from gammavo.formats.voresource import Resource

__all__ = ["DUBLIN_CORE_NAMESPACE", "DUBLIN_CORE_SCHEMA", "dublin_core_element"]

DUBLIN_CORE_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DUBLIN_CORE_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_NAMESPACES: Final = {
    "oai_dc": DUBLIN_CORE_NAMESPACE,
    "dc": "http://purl.org/dc/elements/1.1/",
}


def dublin_core_element(resource: Resource, *, updated: str) -> ET.Element:
    """Return the ``oai_dc:dc`` element of a record (OAI-PMH 2.0 section 7).

    Parameters
    ----------
    resource
        What the record says.
    updated
        When the record was last changed, ISO 8601 with ``Z``.
    """
    top = root("oai_dc:dc", _NAMESPACES)
    related = (name.ivo_id for _, names in resource.relationships for name in names)
    values = {
        "title": [resource.title],
        "creator": [creator.text for creator in resource.creators],
        "subject": resource.subjects,
        "description": [resource.description],
        "publisher": [resource.publisher.text],
        "date": [date for _, date in resource.dates] or [updated],
        "type": resource.types,
        "identifier": [
            resource.identifier,
            *resource.alt_identifiers,
            resource.reference_url,
        ],
        "source": [resource.source] if resource.source else [],
        "relation": [identifier for identifier in related if identifier],
        "rights": [right.text for right in resource.rights],
    }
    for tag, texts in values.items():
        for text in texts:
            add(top, f"dc:{tag}", text)
    return top
