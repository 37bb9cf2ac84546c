"""``ivoa.obscore_hea``: the high-energy extension of ObsCore (draft of 2026-08-03).

It shares only ``obs_publisher_did`` with ``ivoa.obscore``, so that NATURAL JOIN works.
UCDs that are not in UCD list 1.6 (the draft asks for new words) are left out.
"""

from __future__ import annotations

from typing import Final

from gammavo.model.columns import Column, Datatype, ForeignKey, Table

__all__ = ["LATER_COLUMNS", "OBSCORE_HEA", "OBSCORE_HEA_UTYPE"]

OBSCORE_HEA_UTYPE: Final = "ivo://ivoa.net/std/obscore#hea-ext-1.0"

_TEXT, _LONG, _REAL = Datatype.VARCHAR, Datatype.BIGINT, Datatype.DOUBLE

_COLUMNS = (
    Column(
        "obs_publisher_did",
        _TEXT,
        "IVOA identifier of the product, as in ivoa.obscore",
        ucd="meta.ref.ivoid",
        utype="obscore:Curation.publisherDID",
        principal=True,
        std=True,
        required=True,
    ),
    Column(
        "ev_xel",
        _LONG,
        "Number of events",
        ucd="meta.number",
        utype="obscore:Char.EventAxis.numBins",
        principal=True,
    ),
    Column(
        "s_ref_energy",
        _REAL,
        "Energy at which s_fov, s_region and s_resolution hold",
        unit="eV",
        ucd="meta.ref;em.energy;pos",
        utype="obscore:Char.SpatialAxis.Resolution.RefEnergy",
        principal=True,
    ),
    Column(
        "em_ref_energy",
        _REAL,
        "Energy at which em_res_power holds",
        unit="eV",
        ucd="meta.ref;em.energy;em",
        utype="obscore:Char.SpectralAxis.Resolution.RefEnergy",
        principal=True,
    ),
    Column(
        "s_ref_oaa",
        _REAL,
        "Off-axis angle at which the s_* values hold",
        unit="deg",
        ucd="pos.posAng;instr.offset;pos",
        utype="obscore:Char.SpatialAxis.Resolution.RefOffAxis",
        principal=True,
    ),
    Column(
        "em_ref_oaa",
        _REAL,
        "Off-axis angle at which the em_* values hold",
        unit="deg",
        ucd="pos.posAng;instr.offset;em",
        utype="obscore:Char.SpectralAxis.Resolution.RefOffAxis",
        principal=True,
    ),
    Column(
        "t_intervals",
        _TEXT,
        "Good time intervals as an ASCII T-MOC (MOC 2.0)",
        utype="obscore:Char.TimeAxis.Coverage.Support.TMOC",
        principal=True,
    ),
    Column(
        "energy_min",
        _REAL,
        "Lowest energy covered",
        unit="eV",
        ucd="em.energy;stat.min",
        utype="obscore:Char.SpectralAxis.Coverage.Bounds.Limits.EnergyLo",
        principal=True,
    ),
    Column(
        "energy_max",
        _REAL,
        "Highest energy covered",
        unit="eV",
        ucd="em.energy;stat.max",
        utype="obscore:Char.SpectralAxis.Coverage.Bounds.Limits.EnergyHi",
        principal=True,
    ),
    Column(
        "obs_mode",
        _TEXT,
        "Observation mode, in the words of the facility",
        ucd="meta.code;obs.param",
        utype="obscore:Provenance.ObsConfig.obsMode",
        principal=True,
    ),
    Column(
        "tracking_mode",
        _TEXT,
        "How the optical axis moves: sidereal, fixed-az-el-transit, "
        "solar-system-object-tracking, none",
        ucd="meta.code;obs.param",
        utype="obscore:Provenance.ObsConfig.trackingMode",
        principal=True,
    ),
    Column(
        "scan_mode",
        _TEXT,
        "Spatial scan: on-source, on-off, raster-map, on-the-fly-cross-scan, "
        "on-the-fly-cross-map, slew",
        ucd="meta.code;obs.param",
        utype="obscore:Provenance.ObsConfig.scanMode",
        principal=True,
    ),
    Column(
        "pointing_mode",
        _TEXT,
        "Relative pointing of the telescopes: parallel, convergent, divergent",
        ucd="meta.code;obs.param",
        utype="obscore:Provenance.ObsConfig.pointingMode",
        principal=True,
    ),
    Column(
        "analysis_mode",
        _TEXT,
        "Configuration of reconstruction and selection, in the words of the facility",
        ucd="meta.code;obs.param",
        utype="obscore:Provenance.Processing.analysisMode",
        principal=True,
    ),
    Column(
        "event_type",
        _TEXT,
        "Name of the disjoint class of events, if the list is restricted to one",
        utype="obscore:Provenance.Processing.eventType",
        principal=True,
    ),
    Column(
        "messenger_name",
        _TEXT,
        "Messenger particle",
        ucd="meta.id;phys.particle",
        utype="obscore:Target.Messenger.name",
        principal=True,
    ),
    Column(
        "messenger_pdgid",
        _TEXT,
        "Signed Particle Data Group number of the messenger",
        utype="obscore:Target.Messenger.pdgid",
        principal=True,
    ),
    Column(
        "zenith_angle",
        _REAL,
        "Zenith angle of the pointing, as the facility gives it for the run; not part of "
        "the extension",
        unit="deg",
        ucd="pos.az.zd",
    ),
)

LATER_COLUMNS: Final = frozenset({"zenith_angle"})
"""Columns that releases do not have which were published before these were declared."""

OBSCORE_HEA: Final = Table(
    "ivoa.obscore_hea",
    "High-energy extension of ObsCore: NATURAL JOIN it with ivoa.obscore",
    _COLUMNS,
    utype=OBSCORE_HEA_UTYPE,
    foreign_keys=(
        ForeignKey(
            "ivoa.obscore",
            (("obs_publisher_did", "obs_publisher_did"),),
            "The ObsCore row of the product",
        ),
    ),
)
