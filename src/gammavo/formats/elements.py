"""Small XML documents: elements with text, written as UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from gammavo.formats.xml_text import legal

__all__ = ["add", "add_texts", "document", "root"]


def root(tag: str, namespaces: Mapping[str, str], **attributes: str) -> ET.Element:
    """Return a root element that declares the namespace of each prefix.

    Tags are written with their prefix, as in ``vosi:tableset``; the prefix ``""`` is the
    default namespace.
    """
    declared = {
        f"xmlns:{prefix}" if prefix else "xmlns": namespace
        for prefix, namespace in namespaces.items()
    }
    return ET.Element(tag, declared | attributes)


def add(
    parent: ET.Element,
    tag: str,
    text: str | None = None,
    attributes: Mapping[str, str | None] | None = None,
) -> ET.Element:
    """Append an element; attributes without a value are left out."""
    given = attributes or {}
    element = ET.SubElement(
        parent, tag, {name: legal(v) for name, v in given.items() if v is not None}
    )
    if text is not None:
        element.text = legal(text)
    return element


def add_texts(parent: ET.Element, texts: Mapping[str, str | None]) -> None:
    """Append an element for each tag that has a text."""
    for tag, text in texts.items():
        if text:
            add(parent, tag, text)


def document(element: ET.Element) -> bytes:
    """Return the document of a root element, indented, with an XML declaration."""
    ET.indent(element, " ")
    # ElementTree's own declaration has single quotes, which old readers stumble over.
    body = ET.tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
