"""VOSI 1.1 capabilities: what a service can do, and where.

The elements are those of VOResource 1.1, TAPRegExt 1.0, SimpleDALRegExt 1.1 (cone search)
and VORegistry 1.1 (harvesting); records of the registry have the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, add_texts, document, root
from gammavo.formats.registry import FORMATS, Format

__all__ = [
    "CAPABILITY_NAMESPACES",
    "UPLOAD_HTTP",
    "UPLOAD_HTTPS",
    "UPLOAD_INLINE",
    "AnyCapability",
    "Capability",
    "ConeSearch",
    "DataModel",
    "Harvest",
    "Interface",
    "Language",
    "Limit",
    "TableAccess",
    "add_capabilities",
    "capabilities",
]

_TAPREGEXT: Final = "ivo://ivoa.net/std/TAPRegExt"
UPLOAD_INLINE: Final = f"{_TAPREGEXT}#upload-inline"
UPLOAD_HTTP: Final = f"{_TAPREGEXT}#upload-http"
UPLOAD_HTTPS: Final = f"{_TAPREGEXT}#upload-https"

CAPABILITY_NAMESPACES: Final = {
    "vr": "http://www.ivoa.net/xml/VOResource/v1.0",
    "vs": "http://www.ivoa.net/xml/VODataService/v1.1",
    "vg": "http://www.ivoa.net/xml/VORegistry/v1.0",
    "tr": "http://www.ivoa.net/xml/TAPRegExt/v1.0",
    "cs": "http://www.ivoa.net/xml/ConeSearch/v1.0",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
"""To be declared by a document that has capabilities."""

_VOSI: Final = {"vosi": "http://www.ivoa.net/xml/VOSICapabilities/v1.0"}
_EXTENSIONS: Final = {"tr": "TableAccess", "cs": "ConeSearch", "vg": "Harvest"}
"""Prefixes that a document needs only if it has a capability of that class."""


@dataclass(frozen=True, slots=True)
class Interface:
    """Where and how a capability is reached.

    Parameters
    ----------
    url
        Absolute.
    use
        ``full`` if the URL is complete, ``base`` if clients append to it.
    kind
        ``vs:ParamHTTP`` for programs, ``vr:WebBrowser`` for pages, ``vg:OAIHTTP`` for
        harvesters.
    version
        Of the standard that the interface follows, None to say nothing.
    """

    url: str
    use: Literal["full", "base"] = "full"
    kind: str = "vs:ParamHTTP"
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    """A standard that the service follows, and where."""

    standard_id: str
    interface: Interface
    description: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A query language.

    Parameters
    ----------
    name
        As in the parameter ``LANG``.
    versions
        Each version with its IVOA identifier.
    description
        For people.
    features
        For each kind of feature (the identifier of a TAPRegExt list): the forms, such as
        function signatures, with a description.
    """

    name: str
    versions: tuple[tuple[str, str], ...]
    description: str
    features: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataModel:
    """A data model that tables follow, e.g. ObsCore."""

    name: str
    ivo_id: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: what holds unless a client asks for more, and what it can ask for."""

    default: int | None = None
    hard: int | None = None


@dataclass(frozen=True, slots=True)
class TableAccess:
    """A TAP 1.1 service.

    Parameters
    ----------
    url
        The base URL.
    languages
        At least one.
    data_models
        Of the tables that follow one.
    formats
        Of results.
    upload_methods
        Identifiers of the ways to upload a table; empty if there are no uploads.
    retention_seconds, execution_seconds
        How long results are kept and queries may run; None to say nothing.
    output_rows, upload_rows
        How many rows a result and an uploaded table may have; None to say nothing.
    """

    url: str
    languages: tuple[Language, ...]
    data_models: tuple[DataModel, ...] = ()
    formats: tuple[Format, ...] = tuple(FORMATS.values())
    upload_methods: tuple[str, ...] = ()
    retention_seconds: Limit | None = None
    execution_seconds: Limit | None = None
    output_rows: Limit | None = None
    upload_rows: Limit | None = None


@dataclass(frozen=True, slots=True)
class ConeSearch:
    """A Simple Cone Search 1.03.

    Parameters
    ----------
    url
        Of the search, to which ``?`` and the parameters are appended.
    max_rows
        Rows of a result at most.
    test
        RA, DEC and SR of a search that finds something, degrees; None for none.
    """

    url: str
    max_rows: int
    test: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Harvest:
    """An OAI-PMH service with the records of a publishing registry.

    Parameters
    ----------
    url
        Base URL.
    max_records
        Records of one answer at most.
    """

    url: str
    max_records: int


AnyCapability = Capability | TableAccess | ConeSearch | Harvest


def capabilities(entries: Sequence[AnyCapability]) -> bytes:
    """Return the ``vosi:capabilities`` document."""
    classes = {type(entry).__name__ for entry in entries}
    needed = {
        prefix: namespace
        for prefix, namespace in CAPABILITY_NAMESPACES.items()
        if _EXTENSIONS.get(prefix, "") in {"", *classes}
    }
    top = root("vosi:capabilities", _VOSI | needed)
    add_capabilities(top, entries)
    return document(top)


def add_capabilities(parent: ET.Element, entries: Sequence[AnyCapability]) -> None:
    """Append a ``capability`` for each entry."""
    for entry in entries:
        match entry:
            case TableAccess():
                _add_table_access(parent, entry)
            case ConeSearch():
                _add_cone_search(parent, entry)
            case Harvest():
                _add_harvest(parent, entry)
            case Capability():
                element = _add_capability(parent, entry.standard_id)
                add_texts(element, {"description": entry.description})
                _add_interface(element, entry.interface)


def _add_capability(
    parent: ET.Element, standard_id: str, kind: str | None = None
) -> ET.Element:
    attributes = {"standardID": standard_id, "xsi:type": kind}
    return add(parent, "capability", attributes=attributes)


def _add_cone_search(parent: ET.Element, search: ConeSearch) -> None:
    element = _add_capability(parent, "ivo://ivoa.net/std/ConeSearch", "cs:ConeSearch")
    _add_interface(element, Interface(f"{search.url}?", "base", version="1.03"))
    add(element, "maxSR", "180")
    add(element, "maxRecords", str(search.max_rows))
    add(element, "verbosity", "true")
    if search.test is not None:
        query = add(element, "testQuery")
        for name, value in zip(("ra", "dec", "sr"), search.test, strict=True):
            add(query, name, repr(value))


def _add_harvest(parent: ET.Element, harvest: Harvest) -> None:
    element = _add_capability(parent, "ivo://ivoa.net/std/Registry", "vg:Harvest")
    interface = Interface(harvest.url, "base", "vg:OAIHTTP", version="1.0")
    _add_interface(element, interface)
    add(element, "maxRecords", str(harvest.max_records))


def _add_interface(parent: ET.Element, interface: Interface) -> None:
    role = None if interface.kind == "vr:WebBrowser" else "std"
    element = add(
        parent,
        "interface",
        attributes={
            "xsi:type": interface.kind,
            "role": role,
            "version": interface.version,
        },
    )
    add(element, "accessURL", interface.url, {"use": interface.use})


def _add_table_access(parent: ET.Element, access: TableAccess) -> None:
    element = _add_capability(parent, "ivo://ivoa.net/std/TAP", "tr:TableAccess")
    _add_interface(element, Interface(access.url, "base", version="1.1"))
    for model in access.data_models:
        add(element, "dataModel", model.name, {"ivo-id": model.ivo_id})
    for language in access.languages:
        _add_language(element, language)
    for result in access.formats:
        output = add(element, "outputFormat", attributes={"ivo-id": result.ivo_id})
        add(output, "mime", result.media_type)
        for alias in (result.name, *result.aliases):
            add(output, "alias", alias)
    for method in access.upload_methods:
        add(element, "uploadMethod", attributes={"ivo-id": method})
    _add_limit(element, "retentionPeriod", access.retention_seconds)
    _add_limit(element, "executionDuration", access.execution_seconds)
    _add_limit(element, "outputLimit", access.output_rows, unit="row")
    _add_limit(element, "uploadLimit", access.upload_rows, unit="row")


def _add_language(parent: ET.Element, language: Language) -> None:
    element = add(parent, "language")
    add(element, "name", language.name)
    for version, ivo_id in language.versions:
        add(element, "version", version, {"ivo-id": ivo_id})
    add_texts(element, {"description": language.description})
    for kind, features in language.features.items():
        group = add(element, "languageFeatures", attributes={"type": kind})
        for form, description in features:
            feature = add(group, "feature")
            add(feature, "form", form)
            add_texts(feature, {"description": description})


def _add_limit(
    parent: ET.Element, tag: str, limit: Limit | None, *, unit: str | None = None
) -> None:
    if limit is None:
        return
    element = add(parent, tag)
    for name, value in (("default", limit.default), ("hard", limit.hard)):
        if value is not None:
            add(element, name, str(value), {"unit": unit})
