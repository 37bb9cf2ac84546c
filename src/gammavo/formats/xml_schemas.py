"""Checking VO documents against the XML schemas of their standards.

The schemas are not part of gammavo. They come with other software: all of them with DaCHS
(Debian package ``python3-gavo``), some with STILTS. A folder or a zip or jar file with
``.xsd`` files will do, wherever it comes from; a schema is known by its namespace.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from gammavo.model.errors import NotFoundError

__all__ = ["REGISTRY_NAMESPACES", "XmlSchemas", "schema_places"]

ENVIRONMENT: Final = "GAMMAVO_SCHEMAS"
"""Variable with folders and zip files, separated as those of ``PATH``."""

_USUAL_PLACES: Final = (
    "/usr/lib/python3/dist-packages/gavo/resources/schemata",
    "/usr/share/java/starlink-ttools.jar",
)
_TARGET: Final = re.compile(rb"targetNamespace\s*=\s*[\"']([^\"']+)[\"']")
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_SCHEMA: Final = "{http://www.w3.org/2001/XMLSchema}"

REGISTRY_NAMESPACES: Final = (
    "http://www.openarchives.org/OAI/2.0/",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "http://www.ivoa.net/xml/RegistryInterface/v1.0",
    "http://www.ivoa.net/xml/VORegistry/v1.0",
    "http://www.ivoa.net/xml/VOResource/v1.0",
    "http://www.ivoa.net/xml/VODataService/v1.1",
    "http://www.ivoa.net/xml/TAPRegExt/v1.0",
    "http://www.ivoa.net/xml/ConeSearch/v1.0",
)
"""Namespaces of the answers of a publishing registry."""


def schema_places(given: Iterable[Path] = ()) -> list[Path]:
    """Return where schemas may be: what is given, the environment, the usual places."""
    listed = os.environ.get(ENVIRONMENT, "").split(os.pathsep)
    places = [*given, *(Path(entry) for entry in listed if entry)]
    places += [Path(entry) for entry in _USUAL_PLACES]
    return [place for place in places if place.exists()]


class XmlSchemas:
    """Schemas of several namespaces, ready to judge documents.

    Parameters
    ----------
    places
        Folders, and zip files; of two schemas of a namespace the first counts.
    namespaces
        That documents need.

    Raises
    ------
    NotFoundError
        lxml is not installed, or there is no schema of a namespace.
    """

    def __init__(self, places: Sequence[Path], namespaces: Sequence[str]) -> None:
        try:
            # Late: only those who check their records need lxml.
            from lxml import etree  # noqa: PLC0415
        except ImportError as error:
            raise NotFoundError(
                "The Python package lxml is not installed.",
                advice="Install it with pip install 'gammavo[registry]'.",
            ) from error
        self._etree: Any = etree
        texts: dict[str, bytes] = {}
        for text in _schema_texts(places):
            if match := _TARGET.search(text):
                texts.setdefault(match[1].decode(), text)
        missing = [namespace for namespace in namespaces if namespace not in texts]
        if missing:
            raise NotFoundError(
                f"There are no XML schemas for {', '.join(missing)}.",
                advice="They come with the Debian package python3-gavo (DaCHS). Name a "
                f"folder that has them with --schemas or in {ENVIRONMENT}.",
            )
        self._schema = self._compiled(texts, namespaces)

    def faults(self, document: bytes) -> list[str]:
        """Return what the schemas have against a document: line and text."""
        try:
            tree = self._etree.fromstring(document)
        except self._etree.XMLSyntaxError as error:
            return [f"not XML: {error}"]
        self._schema.validate(tree)
        return [f"line {e.line}: {e.message}" for e in self._schema.error_log]

    def _compiled(self, texts: Mapping[str, bytes], namespaces: Sequence[str]) -> Any:
        """Return one schema that knows all namespaces, with no look at the network."""
        parser = self._etree.XMLParser(no_network=True, resolve_entities=False)
        with TemporaryDirectory(prefix="gammavo-schemas-") as folder:
            names = {name: f"{i}.xsd" for i, name in enumerate(sorted(texts))}
            for name, text in texts.items():
                tree = self._etree.fromstring(text, parser)
                _lead_to_files(tree, names)
                path = Path(folder, names[name])
                path.write_bytes(self._etree.tostring(tree))
            imports = "".join(
                f'<import namespace="{name}" schemaLocation="{names[name]}"/>'
                for name in namespaces
            )
            main = Path(folder, "all.xsd")
            main.write_text(
                f'<schema xmlns="{_SCHEMA[1:-1]}">{imports}</schema>', encoding="utf-8"
            )
            return self._etree.XMLSchema(self._etree.parse(str(main), parser))


def _lead_to_files(schema: Any, names: Mapping[str, str]) -> None:
    """Have the imports of a schema lead to the files of this folder."""
    for element in schema.iter(f"{_SCHEMA}import"):
        name = names.get(element.get("namespace", ""))
        if name is not None:
            element.set("schemaLocation", name)
        else:
            element.attrib.pop("schemaLocation", None)


def _schema_texts(places: Iterable[Path]) -> Iterator[bytes]:
    for place in places:
        if place.is_dir():
            for path in sorted(place.rglob("*.xsd"), reverse=True):
                yield path.read_bytes()
        elif zipfile.is_zipfile(place):
            with zipfile.ZipFile(place) as archive:
                # Later versions of a schema keep its namespace.
                for name in sorted(archive.namelist(), reverse=True):
                    if name.endswith(".xsd"):
                        yield archive.read(name)
