"""Links between a product and what belongs to it: DataLink 1.1 as table declarations.

``datalink.response`` has the columns of a links document (DataLink 1.1 section 3.2);
``ivoa.response`` tells which instrument responses belong to which event list, after the
concept in appendix B of the draft high-energy extension of ObsCore.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gammavo.model.columns import Column, Datatype, ForeignKey, SkyRegion, Table

__all__ = ["LINKS", "LINKS_STANDARD", "LINK_COLUMNS", "RESPONSES", "STORED_LINKS"]

LINKS_STANDARD: Final = "ivo://ivoa.net/std/DataLink#links-1.1"

_TEXT, _REAL = Datatype.VARCHAR, Datatype.DOUBLE

LINK_COLUMNS: Final = tuple(
    replace(column, std=True)
    for column in (
        Column(
            "ID",
            _TEXT,
            "Identifier of the product that the link belongs to: obs_publisher_did of "
            "ivoa.obscore",
            ucd="meta.id;meta.main",
            principal=True,
            required=True,
        ),
        Column(
            "access_url",
            _TEXT,
            "Where the link leads",
            ucd="meta.ref.url",
            principal=True,
        ),
        Column(
            "service_def",
            _TEXT,
            "Name of a service that makes something of the product; the links document at "
            "/datalink/links describes it",
            ucd="meta.ref",
            principal=True,
        ),
        Column("error_message", _TEXT, "Why there is no link", ucd="meta.code.error"),
        Column(
            "semantics",
            _TEXT,
            "What the link leads to, a word of the IVOA vocabulary datalink/core",
            ucd="meta.code",
            principal=True,
            required=True,
        ),
        Column("description", _TEXT, "The same for people", ucd="meta.note"),
        Column(
            "content_type",
            _TEXT,
            "Media type of what the link gives",
            ucd="meta.code.mime",
            principal=True,
        ),
        Column(
            "content_length",
            Datatype.BIGINT,
            "Size of what the link gives, NULL if unknown",
            unit="byte",
            ucd="phys.size;meta.file",
        ),
        Column(
            "content_qualifier",
            _TEXT,
            "Product type of what the link gives, in the words of the high-energy "
            "extension",
            principal=True,
        ),
        Column(
            "local_semantics",
            _TEXT,
            "The same name for the same kind of link in all releases of this site",
            ucd="meta.id.assoc",
        ),
        Column(
            "link_auth",
            _TEXT,
            "Whether a login is needed: false, optional or true",
            ucd="meta.code",
        ),
        Column(
            "link_authorized",
            Datatype.BOOLEAN,
            "Whether the link works for whom it was made",
            ucd="meta.code",
        ),
    )
)
"""Columns of a links document, in the order of DataLink 1.1 table 1."""

LINKS: Final = Table(
    "datalink.response",
    "Links of each product, as /datalink/links gives them",
    (
        *LINK_COLUMNS,
        Column("obs_id", _TEXT, "Run of the product", hidden=True),
        Column("kind", _TEXT, "Kind of the link", hidden=True),
        Column("position", Datatype.INTEGER, "Place among the links", hidden=True),
    ),
    foreign_keys=(
        ForeignKey(
            "ivoa.obscore",
            (("ID", "obs_publisher_did"),),
            "The product that the link belongs to",
        ),
    ),
)

STORED_LINKS: Final = (
    Column("obs_publisher_did", _TEXT, "Product", required=True),
    Column("obs_id", _TEXT, "Its run", required=True),
    Column("kind", _TEXT, "Kind of the link", required=True),
    Column("path", _TEXT, "Rest of the address, percent-encoded", required=True),
    Column("hdu", _TEXT, "HDU in that file, percent-encoded"),
    Column("content_length", Datatype.BIGINT, "Bytes"),
    Column("content_qualifier", _TEXT, "Product type of the target"),
)
"""What a release keeps of its links: the part that does not depend on the site."""

RESPONSES: Final = Table(
    "ivoa.response",
    "Which instrument responses belong to which event list",
    (
        Column(
            "obs_id",
            _TEXT,
            "Run of the event list, as in ivoa.obscore",
            ucd="meta.id",
            principal=True,
            required=True,
        ),
        Column(
            "obs_publisher_did",
            _TEXT,
            "IVOA identifier of the event list",
            ucd="meta.ref.ivoid",
            principal=True,
            required=True,
        ),
        Column("target_name", _TEXT, "Target of the run", ucd="meta.id;src"),
        Column("facility_name", _TEXT, "Observatory", ucd="meta.id;instr.tel"),
        Column("instrument_name", _TEXT, "Instrument", ucd="meta.id;instr"),
        Column(
            "resp_product_type",
            _TEXT,
            "Kind of response: aeff, edisp, psf, bkgrate, rad_max",
            ucd="meta.code.class",
            principal=True,
            required=True,
        ),
        Column(
            "resp_publisher_did",
            _TEXT,
            "IVOA identifier of the response",
            ucd="meta.ref.ivoid",
            principal=True,
            required=True,
        ),
        Column(
            "resp_access_url",
            _TEXT,
            "URL of the response alone",
            ucd="meta.ref.url",
            principal=True,
        ),
        Column(
            "resp_access_format",
            _TEXT,
            "Media type of what it gives",
            ucd="meta.code.mime",
            principal=True,
        ),
        Column(
            "resp_s_ra",
            _REAL,
            "Right ascension where the response holds, ICRS",
            unit="deg",
            ucd="pos.eq.ra",
            frame="ICRS",
        ),
        Column(
            "resp_s_dec",
            _REAL,
            "Declination where the response holds, ICRS",
            unit="deg",
            ucd="pos.eq.dec",
            frame="ICRS",
        ),
        Column(
            "resp_s_region",
            Datatype.REGION,
            "Region where the response holds",
            ucd="pos.outline;obs.field",
            frame="ICRS",
        ),
        Column(
            "resp_t_intervals",
            _TEXT,
            "Times when the response holds, ASCII T-MOC",
            ucd="time.interval",
        ),
        Column(
            "resp_energy_min",
            _REAL,
            "Lowest energy of the response",
            unit="eV",
            ucd="em.energy;stat.min",
        ),
        Column(
            "resp_energy_max",
            _REAL,
            "Highest energy of the response",
            unit="eV",
            ucd="em.energy;stat.max",
        ),
    ),
    regions=(SkyRegion("resp_s_region"),),
    foreign_keys=(
        ForeignKey(
            "ivoa.obscore",
            (("obs_publisher_did", "obs_publisher_did"),),
            "The event list",
        ),
        ForeignKey(
            "ivoa.obscore",
            (("resp_publisher_did", "obs_publisher_did"),),
            "The response as a product of its own",
        ),
    ),
)
