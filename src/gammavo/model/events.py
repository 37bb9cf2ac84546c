"""``<release>.events``: the reconstructed events of all runs of a release.

The columns follow GADF 0.3 "EVENTS", with three changes: GADF's ``TIME`` is a reserved
word of ADQL and is published as ``event_time``, as an MJD in TT so that it compares with
ObsCore's ``t_min`` and ``t_max``; positions are ICRS; ``obs_id`` tells the run.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from gammavo.model.columns import Column, Datatype, ForeignKey, SkyPosition, Table
from gammavo.model.obscore import MJD_TT

__all__ = ["EVENT_COLUMNS", "OPTIONAL_EVENT_COLUMNS", "events_table"]

EVENT_COLUMNS: Final = (
    Column(
        "obs_id",
        Datatype.VARCHAR,
        "Identifier of the run, as in ivoa.obscore",
        ucd="meta.id;obs",
        principal=True,
        required=True,
    ),
    Column(
        "event_id",
        Datatype.BIGINT,
        "Number of the event, unique within its run",
        ucd="meta.id",
        principal=True,
        required=True,
    ),
    Column(
        "event_time",
        Datatype.DOUBLE,
        "Arrival time, MJD in TT at the observatory (precision 1 microsecond)",
        unit="d",
        ucd="time.epoch",
        principal=True,
        required=True,
        time=MJD_TT,
    ),
    Column(
        "ra",
        Datatype.DOUBLE,
        "Reconstructed right ascension, ICRS",
        unit="deg",
        ucd="pos.eq.ra;meta.main",
        principal=True,
        indexed=True,
        frame="ICRS",
    ),
    Column(
        "dec",
        Datatype.DOUBLE,
        "Reconstructed declination, ICRS",
        unit="deg",
        ucd="pos.eq.dec;meta.main",
        principal=True,
        indexed=True,
        frame="ICRS",
    ),
    Column(
        "energy",
        Datatype.REAL,
        "Reconstructed energy",
        unit="TeV",
        ucd="em.energy",
        principal=True,
    ),
    Column(
        "offset_angle",
        Datatype.REAL,
        "Angular distance of the event from the pointing position of the run",
        unit="deg",
        ucd="pos.angDistance",
        principal=True,
    ),
    Column(
        "in_gti",
        Datatype.SMALLINT,
        "1 if the event lies in a good time interval of its run, 0 if not",
        ucd="meta.code.qual",
        principal=True,
        required=True,
    ),
    Column(
        "multip", Datatype.INTEGER, "Telescopes that saw the event", ucd="meta.number"
    ),
    Column(
        "detx",
        Datatype.REAL,
        "Field of view coordinate x, GADF DETX",
        unit="deg",
        ucd="pos.cartesian.x;instr.det",
    ),
    Column(
        "dety",
        Datatype.REAL,
        "Field of view coordinate y, GADF DETY",
        unit="deg",
        ucd="pos.cartesian.y;instr.det",
    ),
    Column(
        "mc_id",
        Datatype.INTEGER,
        "Number of the simulated source, GADF MC_ID",
        ucd="meta.id;src",
    ),
)
"""All columns of an events table, in order."""

OPTIONAL_EVENT_COLUMNS: Final = ("multip", "detx", "dety", "mc_id")
"""Columns that a release has only if the files of at least one of its runs do."""


def events_table(schema: str, *, optional: Collection[str], rows: int) -> Table:
    """Declare the events table of one release.

    Parameters
    ----------
    schema
        Schema of the release, e.g. ``hess_dl3_dr1``.
    optional
        Which of :data:`OPTIONAL_EVENT_COLUMNS` the release has.
    rows
        Number of events.
    """
    left_out = set(OPTIONAL_EVENT_COLUMNS) - set(optional)
    return Table(
        f"{schema}.events",
        "Reconstructed events of all runs, sorted by position (HEALPix)",
        tuple(column for column in EVENT_COLUMNS if column.name not in left_out),
        positions=(SkyPosition("ra", "dec"),),
        foreign_keys=(
            ForeignKey(
                "ivoa.obscore",
                (("obs_id", "obs_id"),),
                "The products of the run. Another release may have a run of the same "
                "name: obs_collection tells them apart",
            ),
        ),
        rows=rows,
    )
