"""Service descriptors: services that take values of a table, told in its VOTable.

DataLink 1.1 section 4; the domains of parameters are told as SODA 1.0 section 4.3 says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gammavo.formats.xml_text import attributes, escape

__all__ = ["InputParameter", "ServiceDescriptor", "descriptor_element"]


@dataclass(frozen=True, slots=True)
class InputParameter:
    """A parameter that the service takes.

    Parameters
    ----------
    name
        As requests call it.
    description
        For people.
    datatype, arraysize, xtype, unit, ucd
        As in VOTable; None to leave an attribute out.
    column
        Number of the column of the table that has its values, None if there is none.
    value
        The only value that it may have, empty if it is free.
    minimum, maximum
        Limits of what gives a result, as texts; None for no limit. Of circles and
        polygons only ``maximum`` is given: the area that is covered.
    options
        The values that there are, empty if that are many.
    """

    name: str
    description: str
    datatype: str = "char"
    arraysize: str | None = "*"
    xtype: str | None = None
    unit: str | None = None
    ucd: str | None = None
    column: int | None = None
    value: str = ""
    minimum: str | None = None
    maximum: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceDescriptor:
    """A service.

    Parameters
    ----------
    identifier
        Name of the descriptor in its document, an XML ID; rows of links refer to it.
    name, description
        For people; may be empty.
    standard_id
        IVOA identifier of the standard that it follows.
    access_url
        Where it is.
    inputs
        What it takes.
    """

    identifier: str
    name: str
    description: str
    standard_id: str
    access_url: str
    inputs: tuple[InputParameter, ...]


def descriptor_element(descriptor: ServiceDescriptor, field_ids: Sequence[str]) -> str:
    """Return the RESOURCE of a service.

    Parameters
    ----------
    descriptor
        The service.
    field_ids
        XML IDs of the columns of the table in the same document.
    """
    start = attributes(
        (
            ("type", "meta"),
            ("utype", "adhoc:service"),
            ("ID", descriptor.identifier),
            ("name", descriptor.name or None),
        )
    )
    parts = [f"<RESOURCE{start}>\n"]
    if descriptor.description:
        parts.append(f"<DESCRIPTION>{escape(descriptor.description)}</DESCRIPTION>\n")
    for name, value in (
        ("standardID", descriptor.standard_id),
        ("accessURL", descriptor.access_url),
    ):
        pairs = (("name", name), ("datatype", "char"), ("arraysize", "*"))
        parts.append(f"<PARAM{attributes((*pairs, ('value', value)))}/>\n")
    parts.append('<GROUP name="inputParams">\n')
    parts += [_parameter(parameter, field_ids) for parameter in descriptor.inputs]
    parts.append("</GROUP>\n</RESOURCE>\n")
    return "".join(parts)


def _parameter(parameter: InputParameter, field_ids: Sequence[str]) -> str:
    column = parameter.column
    start = attributes(
        (
            ("name", parameter.name),
            ("datatype", parameter.datatype),
            ("arraysize", parameter.arraysize),
            ("xtype", parameter.xtype),
            ("unit", parameter.unit),
            ("ucd", parameter.ucd),
            ("ref", None if column is None else field_ids[column]),
            ("value", parameter.value),
        )
    )
    content = f"<DESCRIPTION>{escape(parameter.description)}</DESCRIPTION>"
    limits = (("MIN", parameter.minimum), ("MAX", parameter.maximum))
    values = "".join(
        f"<{tag}{attributes((('value', limit),))}/>"
        for tag, limit in limits
        if limit is not None
    )
    values += "".join(
        f"<OPTION{attributes((('value', option),))}/>" for option in parameter.options
    )
    if values:
        content += f"<VALUES>{values}</VALUES>"
    return f"<PARAM{start}>{content}</PARAM>\n"
