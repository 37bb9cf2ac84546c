"""OAI-PMH 2.0 ``/oai``: registries harvest what this site publishes.

The profile is that of IVOA Registry Interfaces 1.1: records are had as ``ivo_vor`` and
``oai_dc``, their identifiers are IVOA identifiers, and all are in the set ``ivo_managed``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from gammavo.formats.dublin_core import (
    DUBLIN_CORE_NAMESPACE,
    DUBLIN_CORE_SCHEMA,
    dublin_core_element,
)
from gammavo.formats.oai import (
    MetadataFormat,
    Page,
    RecordHeader,
    Repository,
    add_header,
    add_record,
    add_token,
    error_answer,
    formats_element,
    identify_element,
    oai_answer,
    sets_element,
    verb_element,
)
from gammavo.formats.voresource import RESOURCE_NAMESPACE, resource_element
from gammavo.model.errors import GammavoError, UsageError
from gammavo.protocols.context import Context
from gammavo.protocols.http import Parameters, Request, Response
from gammavo.protocols.oai_arguments import (
    OaiError,
    Selection,
    checked_arguments,
    selection_in,
)
from gammavo.protocols.refusals import text_refusal
from gammavo.protocols.registry import (
    PublishingRegistry,
    RecordList,
    RegistryRecord,
    utc_now,
)

__all__ = ["harvest", "oai_document", "oai_refusal"]

_MANAGED: Final = "ivo_managed"
_SETS: Final = {_MANAGED: "All records that originate from this registry"}
_NO_MAIL: Final = "not-set@example.org"
"""OAI-PMH wants an address; ``gammavo registry check`` wants the publisher's own."""


def _as_resource(record: RegistryRecord) -> ET.Element | None:
    if record.resource is None:
        return None
    return resource_element(
        record.resource, created=record.stamp.created, updated=record.stamp.changed
    )


def _as_dublin_core(record: RegistryRecord) -> ET.Element | None:
    if record.resource is None:
        return None
    return dublin_core_element(record.resource, updated=record.stamp.changed)


_FORMATS: Final[
    Mapping[str, tuple[MetadataFormat, Callable[[RegistryRecord], ET.Element | None]]]
] = {
    "ivo_vor": (
        MetadataFormat("ivo_vor", RESOURCE_NAMESPACE, RESOURCE_NAMESPACE),
        _as_resource,
    ),
    "oai_dc": (
        MetadataFormat("oai_dc", DUBLIN_CORE_SCHEMA, DUBLIN_CORE_NAMESPACE),
        _as_dublin_core,
    ),
}


def harvest(request: Request, context: Context) -> Response:
    """Answer a harvester; its mistakes are told with status 200, as OAI-PMH wants it."""
    content = oai_document(context.registry, request.parameters)
    return Response(200, {"Content-Type": "text/xml; charset=utf-8"}, content)


def oai_refusal(error: GammavoError, context: Context) -> Response:
    """Tell what is wrong with a request before its arguments are looked at."""
    if not isinstance(error, UsageError):
        return text_refusal(error, context)
    url = f"{context.registry.site.base_url}/oai"
    document = error_answer(url, utc_now(), {}, [("badArgument", str(error))])
    return Response(200, {"Content-Type": "text/xml; charset=utf-8"}, document)


def oai_document(registry: PublishingRegistry, parameters: Parameters) -> bytes:
    """Return the answer to a request with these parameters."""
    url, time = f"{registry.site.base_url}/oai", utc_now()
    try:
        arguments = checked_arguments(parameters)
    except OaiError as error:
        return error_answer(url, time, {}, [(error.code, error.text)])
    try:
        content = _ANSWERS[arguments["verb"]](registry, arguments)
    except OaiError as error:
        shown = {} if error.code == "badArgument" else arguments
        return error_answer(url, time, shown, [(error.code, error.text)])
    return oai_answer(url, time, arguments, content)


def _identify(registry: PublishingRegistry, arguments: Mapping[str, str]) -> ET.Element:
    site, records = registry.site, registry.records()
    repository = Repository(
        name=site.title,
        base_url=f"{site.base_url}/oai",
        mail=site.publisher.mail or _NO_MAIL,
        earliest=records.earliest,
    )
    own = records.find(site.identifier("registry"))
    description = None if own is None else _as_resource(own)
    if description is None:
        raise LookupError("the registry has no record of itself")
    return identify_element(repository, description)


def _list_formats(
    registry: PublishingRegistry, arguments: Mapping[str, str]
) -> ET.Element:
    if "identifier" in arguments:
        _found(registry.records(), arguments["identifier"])
    return formats_element([entry for entry, _ in _FORMATS.values()])


def _list_sets(
    registry: PublishingRegistry, arguments: Mapping[str, str]
) -> ET.Element:
    if "resumptionToken" in arguments:
        raise OaiError("badResumptionToken", "The list of sets has one part only.")
    return sets_element(_SETS)


def _get_record(
    registry: PublishingRegistry, arguments: Mapping[str, str]
) -> ET.Element:
    record = _found(registry.records(), arguments["identifier"])
    write = _writer(arguments["metadataPrefix"])
    element = verb_element("GetRecord")
    add_record(element, _header(record), write(record))
    return element


def _list_identifiers(
    registry: PublishingRegistry, arguments: Mapping[str, str]
) -> ET.Element:
    records, page = _selected(registry, arguments)
    element = verb_element("ListIdentifiers")
    for record in records:
        add_header(element, _header(record))
    if page is not None:
        add_token(element, page)
    return element


def _list_records(
    registry: PublishingRegistry, arguments: Mapping[str, str]
) -> ET.Element:
    records, page = _selected(registry, arguments)
    write = _writer(selection_in(arguments).prefix)
    element = verb_element("ListRecords")
    for record in records:
        add_record(element, _header(record), write(record))
    if page is not None:
        add_token(element, page)
    return element


_ANSWERS: Final[
    Mapping[str, Callable[[PublishingRegistry, Mapping[str, str]], ET.Element]]
] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}


def _found(records: RecordList, identifier: str) -> RegistryRecord:
    record = records.find(identifier)
    if record is None:
        raise OaiError("idDoesNotExist", f"There is no record {identifier}.")
    return record


def _writer(prefix: str) -> Callable[[RegistryRecord], ET.Element | None]:
    if prefix not in _FORMATS:
        raise OaiError(
            "cannotDisseminateFormat", f"Records are had as {', '.join(_FORMATS)}."
        )
    return _FORMATS[prefix][1]


def _header(record: RegistryRecord) -> RecordHeader:
    stamp = record.stamp
    return RecordHeader(record.identifier, stamp.changed, stamp.deleted, (_MANAGED,))


def _selected(
    registry: PublishingRegistry, arguments: Mapping[str, str]
) -> tuple[list[RegistryRecord], Page | None]:
    """Return the records of one part of a list, and its place if there are several."""
    selection = selection_in(arguments)
    records = registry.records()
    if selection.revision and selection.revision != records.revision:
        raise OaiError(
            "badResumptionToken", "Records have changed since: begin the list again."
        )
    _writer(selection.prefix)
    fitting = [record for record in records.records if _fits(record, selection)]
    start, most = selection.offset, registry.site.records_per_answer
    if not fitting:
        raise OaiError("noRecordsMatch", "No record fits.")
    if start >= len(fitting):
        raise OaiError("badResumptionToken", "This service gave no such token.")
    part = fitting[start : start + most]
    end = start + len(part)
    if len(part) == len(fitting):
        return part, None
    token = selection.token(end, records.revision) if end < len(fitting) else ""
    return part, Page(token, len(fitting), start)


def _fits(record: RegistryRecord, selection: Selection) -> bool:
    changed = record.stamp.changed
    return (
        selection.set_name in {"", _MANAGED}
        and (not selection.start or changed >= selection.start)
        and (not selection.end or changed <= selection.end)
    )
