"""VOSI 1.1 capabilities: what a service can do, and where (TAPRegExt 1.0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from xml.etree import ElementTree as ET

from gammavo.formats.elements import add, add_texts, document, root
from gammavo.formats.registry import FORMATS, Format

__all__ = [
    "UPLOAD_HTTP",
    "UPLOAD_HTTPS",
    "UPLOAD_INLINE",
    "Capability",
    "DataModel",
    "Interface",
    "Language",
    "Limit",
    "TableAccess",
    "capabilities",
]

_TAPREGEXT: Final = "ivo://ivoa.net/std/TAPRegExt"
UPLOAD_INLINE: Final = f"{_TAPREGEXT}#upload-inline"
UPLOAD_HTTP: Final = f"{_TAPREGEXT}#upload-http"
UPLOAD_HTTPS: Final = f"{_TAPREGEXT}#upload-https"

_NAMESPACES: Final = {
    "vosi": "http://www.ivoa.net/xml/VOSICapabilities/v1.0",
    "vr": "http://www.ivoa.net/xml/VOResource/v1.0",
    "vs": "http://www.ivoa.net/xml/VODataService/v1.1",
    "tr": "http://www.ivoa.net/xml/TAPRegExt/v1.0",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


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
        ``vs:ParamHTTP`` for programs, ``vr:WebBrowser`` for pages.
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


def capabilities(entries: Sequence[Capability | TableAccess]) -> bytes:
    """Return the ``vosi:capabilities`` document."""
    top = root("vosi:capabilities", _NAMESPACES)
    for entry in entries:
        if isinstance(entry, TableAccess):
            _add_table_access(top, entry)
        else:
            element = add(
                top, "capability", attributes={"standardID": entry.standard_id}
            )
            add_texts(element, {"description": entry.description})
            _add_interface(element, entry.interface)
    return document(top)


def _add_interface(parent: ET.Element, interface: Interface) -> None:
    role = "std" if interface.kind == "vs:ParamHTTP" else None
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
    element = add(
        parent,
        "capability",
        attributes={
            "standardID": "ivo://ivoa.net/std/TAP",
            "xsi:type": "tr:TableAccess",
        },
    )
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
