"""Simple Cone Search 1.03: runs around a direction, and events of a release."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gammavo.adql import number_literal, text_literal
from gammavo.archive import Manifest, Snapshot
from gammavo.archive.workers import ColumnMark, QueryRequest
from gammavo.formats import Info, error_document, find_format
from gammavo.model.columns import Column, find_table
from gammavo.model.errors import GammavoError, NotFoundError, UsageError
from gammavo.model.obscore import OBSCORE
from gammavo.model.reserved import delimited
from gammavo.protocols.context import Context
from gammavo.protocols.http import Parameters, Request, Response
from gammavo.protocols.numbers import read_number
from gammavo.protocols.query_answers import ask_workers, request_infos, row_limit
from gammavo.protocols.refusals import votable_refusal
from gammavo.protocols.service_entries import CONE_STANDARD, cone_entries
from gammavo.protocols.vosi import available, described_capabilities

__all__ = [
    "cone_availability",
    "cone_refusal",
    "event_cone",
    "event_cone_availability",
    "event_cone_capabilities",
    "observation_cone",
    "observation_cone_capabilities",
]

_ID: Final = "ID_MAIN"
_RA: Final = "POS_EQ_RA_MAIN"
_DEC: Final = "POS_EQ_DEC_MAIN"
_RUN_COLUMNS: Final = (
    *("obs_id", "target_name", "obs_collection", "t_min", "t_max", "t_exptime"),
    *("s_fov", "em_min", "em_max", "facility_name", "instrument_name"),
    *("access_url", "access_format", "access_estsize"),
)
"""What an observation has at VERB=2 beside identifier and position."""


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What a cone search looks in.

    Parameters
    ----------
    table
        Its name.
    items
        What is selected, at VERB 1, 2 and 3.
    ra, dec
        Columns of the position.
    marks
        The UCDs that SCS 1.03 section 2.3 wants, which are of UCD1.
    condition
        Which rows count; empty for all.
    """

    table: str
    items: tuple[Sequence[str], Sequence[str], Sequence[str]]
    ra: str
    dec: str
    marks: tuple[ColumnMark, ...]
    condition: str = ""


async def observation_cone(request: Request, context: Context) -> Response:
    """Return the event lists whose pointing lies in a cone.

    Raises
    ------
    UnavailableError
        The search takes too long, or too many others wait.
    """
    word = context.queries.options.spelling.value
    identified = ("obs_publisher_did", "s_ra", "s_dec")
    catalogue = _Catalogue(
        OBSCORE.name,
        (identified, (*identified, *_RUN_COLUMNS), _names(OBSCORE.public_columns)),
        "s_ra",
        "s_dec",
        (
            ColumnMark("obs_publisher_did", _ID),
            ColumnMark("s_ra", _RA),
            ColumnMark("s_dec", _DEC),
        ),
        f"dataproduct_type = {text_literal(word)}",
    )
    return await _searched(catalogue, request, context)


async def event_cone(request: Request, context: Context, *, release: str) -> Response:
    """Return the events of a release in a cone.

    Raises
    ------
    NotFoundError
        There is no such release.
    UnavailableError
        The search takes too long, or too many others wait.
    """
    snapshot = await asyncio.to_thread(context.queries.snapshot)
    manifest = _release(snapshot, release)
    table = find_table(snapshot.schemas, f"{manifest.schema}.events")
    columns = table.public_columns if table else ()
    identifier = "obs_id || '/' || CAST(event_id AS VARCHAR) AS id"
    catalogue = _Catalogue(
        f"{manifest.schema}.events",
        (
            (identifier, "ra", "dec"),
            (identifier, *_names([c for c in columns if c.principal])),
            (identifier, *_names(columns)),
        ),
        "ra",
        "dec",
        (
            ColumnMark("id", _ID, "Run and number of the event"),
            ColumnMark("ra", _RA),
            ColumnMark("dec", _DEC),
        ),
    )
    return await _searched(catalogue, request, context)


def _names(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(delimited(column.name) for column in columns)


def _release(snapshot: Snapshot, name: str) -> Manifest:
    for manifest in snapshot.releases:
        if manifest.name == name:
            return manifest
    raise NotFoundError(
        f"There is no release {name[:64]!r}.", advice="The home page lists them all."
    )


async def _searched(
    catalogue: _Catalogue, request: Request, context: Context
) -> Response:
    query = _query(catalogue, request.parameters, context)
    return await ask_workers(query, request, context)


def cone_refusal(error: GammavoError, context: Context) -> Response:
    """Tell a user's mistake as SCS 1.03 section 2.3 wants it: with status 200."""
    if not isinstance(error, UsageError):
        return votable_refusal(error, context)
    text = str(error)
    document = error_document(text, infos=(Info("Error", text),))
    return Response(200, {"Content-Type": "application/x-votable+xml"}, document)


def _query(
    catalogue: _Catalogue, parameters: Parameters, context: Context
) -> QueryRequest:
    ra = _angle(parameters, "RA", 0.0, 360.0)
    dec = _angle(parameters, "DEC", -90.0, 90.0)
    radius = _angle(parameters, "SR", 0.0, 180.0)
    verbosity = parameters.one("VERB")
    if (verbosity or "2").strip() not in {"1", "2", "3"}:
        raise UsageError(f"VERB is {verbosity!r}.", advice="It is 1, 2 or 3.")
    # Some clients, like pyvo, call everything that is asked for a format of the rows.
    wanted = parameters.one("RESPONSEFORMAT") or "votable/td"
    find_format(wanted)
    limits = context.tap.limits
    place = f"{number_literal(ra)}, {number_literal(dec)}"
    conditions = [
        f"DISTANCE({catalogue.ra}, {catalogue.dec}, {place}) <= {number_literal(radius)}"
    ]
    if catalogue.condition:
        conditions.append(catalogue.condition)
    items = ", ".join(catalogue.items[int(verbosity or 2) - 1])
    adql = (
        f"SELECT {items} FROM {catalogue.table} "  # noqa: S608 - declared names, literals
        f"WHERE {' AND '.join(conditions)}"
    )
    return QueryRequest(
        adql=adql,
        format=wanted,
        # A cone without an extent asks for the columns alone.
        max_rows=row_limit(parameters, limits) if radius else 0,
        seconds=limits.sync_seconds,
        infos=tuple(request_infos(context.tap, query=adql, protocol=CONE_STANDARD)),
        marks=catalogue.marks,
    )


def _angle(parameters: Parameters, name: str, low: float, high: float) -> float:
    text = parameters.one(name)
    if text is None or not text.strip():
        raise UsageError(
            f"The parameter {name} is missing.",
            advice="A cone search needs RA, DEC and SR in degrees (ICRS).",
        )
    value = read_number(text, name=name)
    if not low <= value <= high:
        raise UsageError(
            f"{name} is {value:g}.", advice=f"It is {low:g} to {high:g} degrees."
        )
    return value


def observation_cone_capabilities(request: Request, context: Context) -> Response:
    """Describe the search for observations (VOSI 1.1 section 2.1)."""
    entries = cone_entries(
        f"{context.base_url}/cone/observations",
        context.queries,
        max_rows=context.tap.limits.max_rows,
    )
    return described_capabilities(entries)


def event_cone_capabilities(
    request: Request, context: Context, *, release: str
) -> Response:
    """Describe the search for events of a release.

    Raises
    ------
    NotFoundError
        There is no such release.
    """
    entries = cone_entries(
        f"{context.base_url}/cone/{release}/events",
        context.queries,
        max_rows=context.tap.limits.max_rows,
        release=_release(context.queries.snapshot(), release),
    )
    return described_capabilities(entries)


def cone_availability(request: Request, context: Context) -> Response:
    """Say whether searches are answered (VOSI 1.1 section 2.2)."""
    return available(context)


def event_cone_availability(
    request: Request, context: Context, *, release: str
) -> Response:
    """Say whether searches in a release are answered.

    Raises
    ------
    NotFoundError
        There is no such release.
    """
    _release(context.queries.snapshot(), release)
    return available(context)
