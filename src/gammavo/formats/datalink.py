"""Services that belong to links: the links themselves, and cut-outs (SODA 1.0)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from gammavo.formats.registry import Format, find_format
from gammavo.formats.service_descriptors import InputParameter, ServiceDescriptor
from gammavo.model.datalink import LINKS_STANDARD
from gammavo.model.regions import Circle, surrounding_polygon

__all__ = [
    "CUTOUT_FORMATS",
    "DATALINK_TYPE",
    "SODA_SYNC",
    "cutout_format",
    "cutout_service",
    "links_service",
    "this_service",
]

DATALINK_TYPE: Final = "application/x-votable+xml;content=datalink"
"""Media type of a links document."""

SODA_SYNC: Final = "ivo://ivoa.net/std/SODA#sync-1.0"

CUTOUT_FORMATS: Final = ("fits", "votable", "parquet", "csv")
"""Formats of cut-outs that descriptors name; all others of the site work, too."""

_GADF: Final = frozenset({"", "fits", "application/fits", "application/x-fits-gadf"})
_CORNERS: Final = 8


def cutout_format(wanted: str) -> Format | None:
    """Return the format of a cut-out as a table of events; None for a GADF FITS file.

    Raises
    ------
    UsageError
        There is no such format.
    """
    return None if wanted.strip().lower() in _GADF else find_format(wanted)


def links_service(site: str, column: int) -> ServiceDescriptor:
    """Return the service that gives the links of the products in a column.

    Parameters
    ----------
    site
        Address of the site.
    column
        Number of the column with their identifiers.
    """
    return ServiceDescriptor(
        identifier="links",
        name="links",
        description="Links of each row: the file, its responses, packages, cut-outs",
        standard_id=LINKS_STANDARD,
        access_url=f"{site}/datalink/links",
        inputs=(_identifier("Product, by its obs_publisher_did", column),),
    )


def this_service(site: str) -> ServiceDescriptor:
    """Return the service that a links document comes from, for the document itself."""
    return ServiceDescriptor(
        identifier="this",
        name="this",
        description="The service that gives this document",
        standard_id=LINKS_STANDARD,
        access_url=f"{site}/datalink/links",
        inputs=(
            _identifier(
                "Product, by its obs_publisher_did, or run, by its obs_id; any number",
                None,
            ),
        ),
    )


def cutout_service(
    site: str, identifier: str, domain: Mapping[str, Any]
) -> ServiceDescriptor:
    """Return the service that cuts out of one event list.

    Parameters
    ----------
    site
        Address of the site.
    identifier
        Name of the descriptor in its document.
    domain
        The row of the event list in ``ivoa.obscore`` joined with ``ivoa.obscore_hea``.
    """
    product = domain.get("obs_publisher_did", identifier)
    return ServiceDescriptor(
        identifier=identifier,
        # Validators want names and descriptions to differ within a document.
        name=f"cutout of {product}",
        description=f"Events of {product} within a region, energies and times, with the "
        "good time intervals and the instrument responses of the run, as a GADF FITS file",
        standard_id=SODA_SYNC,
        access_url=f"{site}/soda/sync",
        inputs=_cutout_inputs(domain),
    )


def _cutout_inputs(domain: Mapping[str, Any]) -> tuple[InputParameter, ...]:
    circle, polygon = _coverage(domain)
    return (
        _identifier("The event list", 0, ucd="meta.ref.url;meta.curation"),
        InputParameter(
            "CIRCLE",
            "Right ascension, declination, radius; ICRS",
            datatype="double",
            arraysize="3",
            xtype="circle",
            unit="deg",
            ucd="pos.outline;obs",
            maximum=circle,
        ),
        InputParameter(
            "POLYGON",
            "Right ascension and declination of each vertex; ICRS",
            datatype="double",
            xtype="polygon",
            unit="deg",
            ucd="pos.outline;obs",
            maximum=polygon,
        ),
        InputParameter(
            "POS",
            "CIRCLE, POLYGON or RANGE (two longitudes, two latitudes), with numbers "
            "in degrees; ICRS",
            ucd="pos.outline;obs",
        ),
        _interval(
            "ENERGY",
            "Reconstructed energy",
            ("eV", "em.energy;stat.interval"),
            domain.get("energy_min"),
            domain.get("energy_max"),
        ),
        _interval(
            "BAND",
            "The same as wavelength",
            ("m", "em.wl;stat.interval"),
            domain.get("em_min"),
            domain.get("em_max"),
        ),
        _interval(
            "TIME",
            "Arrival time, MJD in TT at the observatory",
            ("d", "time.interval;obs.exposure"),
            domain.get("t_min"),
            domain.get("t_max"),
        ),
        InputParameter(
            "RESPONSEFORMAT",
            "fits: a GADF file with responses; others: a table of the events",
            ucd="meta.code.mime",
            options=CUTOUT_FORMATS,
        ),
    )


def _identifier(
    description: str, column: int | None, *, ucd: str = "meta.id;meta.main"
) -> InputParameter:
    return InputParameter("ID", description, ucd=ucd, column=column)


def _interval(
    name: str,
    description: str,
    unit_and_ucd: tuple[str, str],
    low: float | None,
    high: float | None,
) -> InputParameter:
    unit, ucd = unit_and_ucd
    return InputParameter(
        name,
        description,
        datatype="double",
        arraysize="2",
        xtype="interval",
        unit=unit,
        ucd=ucd,
        minimum=None if low is None else repr(low),
        maximum=None if high is None else repr(high),
    )


def _coverage(domain: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the circle that covers an event list, and a polygon around it."""
    ra, dec = domain.get("s_ra"), domain.get("s_dec")
    radius = domain.get("s_region_radius")
    if ra is None or dec is None or radius is None:
        return None, None
    circle = Circle(ra, dec, math.degrees(radius))
    corners = surrounding_polygon(circle, _CORNERS)
    return (
        f"{ra:.7g} {dec:.7g} {circle.radius:.7g}",
        " ".join(f"{lon:.6f} {lat:.6f}" for lon, lat in corners) or None,
    )
