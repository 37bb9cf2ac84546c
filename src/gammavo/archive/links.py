"""The links document of products (DataLink 1.1): its rows, and the services in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa

from gammavo.archive.preview_links import preview_links
from gammavo.archive.snapshot import Snapshot
from gammavo.archive.store import Archive
from gammavo.formats import Format, Info, ResultStream, arrow_schema, find_format
from gammavo.formats.datalink import (
    DATALINK_TYPE,
    cutout_service,
    links_service,
    this_service,
)
from gammavo.formats.service_descriptors import ServiceDescriptor
from gammavo.model.columns import Column
from gammavo.model.datalink import LINK_COLUMNS, LINKS_STANDARD
from gammavo.model.identifiers import usual_did

__all__ = [
    "DOMAINS",
    "MOST_LINKED",
    "find_product",
    "links_format",
    "links_of",
    "links_service_for",
]

MOST_LINKED: Final = 2000
"""Identifiers that a links document answers at most."""

_ROWS: Final = """
    SELECT * FROM datalink.response WHERE "ID" IN (SELECT unnest(?))
    ORDER BY "ID", position, content_qualifier
"""
_RUNS: Final = """
    SELECT obs_id, "ID" FROM datalink.response
    WHERE kind = 'events' AND obs_id IN (SELECT unnest(?))
"""
DOMAINS: Final = """
    SELECT obs_publisher_did, s_ra, s_dec, s_region_radius, t_min, t_max,
           em_min, em_max, energy_min, energy_max
    FROM ivoa.obscore JOIN ivoa.obscore_hea USING (obs_publisher_did)
    WHERE obs_publisher_did IN (SELECT unnest(?))
"""
"""SQL: what event lists cover, for a list of identifiers."""

_SCHEME: Final = "ivo://"
_CUTOUT: Final = "cutout"
_DID_UTYPE: Final = "obscore:Curation.publisherDID"


def links_of(
    archive: Archive,
    snapshot: Snapshot,
    identifiers: Sequence[str],
    *,
    site: str,
    most: int,
) -> ResultStream:
    """Return the links of products as the rows of a links document.

    Parameters
    ----------
    archive
        Has the pictures of runs.
    snapshot
        What is published.
    identifiers
        ``obs_publisher_did`` of products, or ``obs_id`` of runs, which stand for their
        event lists. What is not known gets a row that says so.
    site
        Address of the site.
    most
        Identifiers that are answered; those beyond are cut off, and the document says so.
    """
    asked = list(dict.fromkeys(identifiers))
    answered = asked[:most]
    products, faults = _products(snapshot, answered)
    found = list(products.values())
    links: dict[str, list[dict[str, Any]]] = {}
    for row in snapshot.engine.look_up(_ROWS, found) if found else ():
        links.setdefault(row["ID"], []).append(row)
    rows: list[dict[str, Any]] = []
    cutouts: dict[str, str] = {}
    for identifier in answered:
        own = links.get(products.get(identifier, ""), [])
        for row in own:
            if row["service_def"] == _CUTOUT:
                name = f"{_CUTOUT}_{len(cutouts) + 1}"
                cutouts[name] = row["ID"]
                row = {**row, "service_def": name}  # noqa: PLW2901
            rows.append({**row, "ID": identifier})
        if own:
            pictures = preview_links(archive, snapshot, own[0]["ID"], site=site)
            rows += [{**row, "ID": identifier} for row in pictures]
        else:
            rows.append(_fault(identifier, faults.get(identifier)))
    services = _cutout_services(snapshot, cutouts, site)
    return ResultStream(
        LINK_COLUMNS,
        iter([_batch(rows)]),
        (Info("standardID", LINKS_STANDARD),),
        overflow=lambda: len(asked) > most,
        services=(*services, this_service(site)),
    )


def links_format(wanted: str) -> Format:
    """Return the format of a links document: TABLEDATA where a VOTable is wanted.

    Raises
    ------
    UsageError
        There is no such format.
    """
    if "".join(wanted.split()).lower() == DATALINK_TYPE:
        wanted = ""
    output = find_format(wanted)
    if output.extension != "vot":
        return output
    media_type = output.media_type
    if media_type.startswith("application/x-votable+xml"):
        media_type = DATALINK_TYPE
    return replace(find_format("votable/td"), media_type=media_type)


def find_product(snapshot: Snapshot, identifier: str) -> str | None:
    """Return the product that an identifier means, None if there is none."""
    products, _ = _products(snapshot, [identifier])
    return products.get(identifier)


def links_service_for(
    columns: Sequence[Column], site: str
) -> tuple[ServiceDescriptor, ...]:
    """Return the service that gives links for rows with an ``obs_publisher_did``.

    Returns
    -------
    tuple
        A descriptor, or nothing if no column identifies products.
    """
    for number, column in enumerate(columns):
        is_did = column.utype == _DID_UTYPE or column.name == "obs_publisher_did"
        if is_did and column.datatype.is_text:
            return (links_service(site, number),)
    return ()


def _products(
    snapshot: Snapshot, identifiers: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the products that identifiers mean, and what is wrong with others."""
    dids = (name for name in identifiers if name.lower().startswith(_SCHEME))
    products = {name: usual_did(name) for name in dids}
    faults: dict[str, str] = {}
    runs = [name for name in identifiers if name not in products]
    for row in snapshot.engine.look_up(_RUNS, runs) if runs else ():
        run = row["obs_id"]
        if run in products:
            faults[run] = (
                "UsageFault: several releases have a run of this name: "
                "send an obs_publisher_did"
            )
        products[run] = row["ID"]
    for run in faults:
        del products[run]
    return products, faults


def _fault(identifier: str, fault: str | None) -> dict[str, Any]:
    message = fault or "NotFoundFault: nothing is published under this identifier"
    return {"ID": identifier, "semantics": "#this", "error_message": message}


def _batch(rows: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    schema = pa.schema(
        field.with_nullable(True) for field in arrow_schema(LINK_COLUMNS)
    )
    arrays = [
        pa.array([row.get(field.name) for row in rows], type=field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cutout_services(
    snapshot: Snapshot, cutouts: Mapping[str, str], site: str
) -> tuple[ServiceDescriptor, ...]:
    """Return a descriptor for each product that can be cut, with its domains."""
    if not cutouts:
        return ()
    rows = snapshot.engine.look_up(DOMAINS, list(set(cutouts.values())))
    domains = {row["obs_publisher_did"]: row for row in rows}
    return tuple(
        cutout_service(site, name, domains.get(did, {}))
        for name, did in cutouts.items()
    )
