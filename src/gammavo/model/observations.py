"""What ``dl3`` reads from files and ``archive`` publishes: runs, products, findings.

A run becomes several products (its event list, the bundle of list and responses, each
response); each product is one row of ``ivoa.obscore`` and ``ivoa.obscore_hea``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = [
    "Finding",
    "Level",
    "Product",
    "ReleaseDescription",
    "Run",
    "RunHdu",
    "RunReport",
    "SourceFile",
    "TargetDescription",
]


class Level(StrEnum):
    """How bad a finding is; a run with an ``ERROR`` is left out of the release."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found in a file.

    ``file`` is relative to the folder; ``hdu``, ``keyword`` and ``value`` say where in it
    (empty where they do not apply); ``advice`` says what to do.
    """

    level: Level
    message: str
    file: str = ""
    hdu: str = ""
    keyword: str = ""
    value: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """The result of checking one run; ``obs_id`` is empty for the folder itself."""

    obs_id: str
    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> Level:
        """The worst level of the findings."""
        levels = {finding.level for finding in self.findings}
        for level in (Level.ERROR, Level.WARNING):
            if level in levels:
                return level
        return Level.OK


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that products are read from.

    ``path`` is relative to the data folder, with ``/``; ``size`` is in bytes.
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a run.

    Parameters
    ----------
    name
        Unique within the run and the last part of its identifier: ``events``,
        ``bundle``, ``aeff``, ``edisp``, ``psf``, ``bkg``, ``rad_max``.
    product_type
        Canonical term, a key of ``vocabularies.PRODUCT_TYPES``.
    path
        File that holds it, relative to the data folder, with ``/``.
    hdu
        EXTNAME of its HDU; empty for a whole file.
    obscore, obscore_hea
        Values by column name; columns left out are NULL. The archive adds what depends
        on the site: ``obs_publisher_did``, ``publisher_id``, ``access_*``,
        ``obs_collection``, ``dataproduct_type``, ``dataproduct_subtype``,
        ``product_type`` and the index columns.
    origins
        For each value that could come from several places, where it was read or by
        which rule it was derived, e.g. ``EVENTS header LIVETIME``.
    """

    name: str
    product_type: str
    path: str
    hdu: str
    obscore: Mapping[str, Any]
    obscore_hea: Mapping[str, Any]
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunHdu:
    """Where a part of a run is.

    Parameters
    ----------
    role
        GADF ``HDU_TYPE``: ``events``, ``gti``, ``aeff``, ``edisp``, ``psf``, ``bkg``,
        ``rad_max``.
    hdu_class
        GADF ``HDU_CLASS``, e.g. ``psf_3gauss``; empty if the file does not tell.
    path
        File that holds it, relative to the data folder, with ``/``.
    hdu
        EXTNAME of the HDU, or its number if it has none.
    size
        Bytes of its header and data, unpacked.
    """

    role: str
    hdu_class: str
    path: str
    hdu: str
    size: int


@dataclass(frozen=True, slots=True)
class Run:
    """One observation with its products and the files that they are in.

    ``hdus`` are its parts, ``index`` its row of a GADF observation index: values by
    upper-case name of the column, or of the keyword that completes each row.
    """

    obs_id: str
    products: tuple[Product, ...]
    files: tuple[SourceFile, ...]
    hdus: tuple[RunHdu, ...] = ()
    index: Mapping[str, Any] = field(default_factory=dict)

    @property
    def intervals(self) -> tuple[str, str] | None:
        """Path and EXTNAME of its good time intervals, None if it has none."""
        places = ((part.path, part.hdu) for part in self.hdus if part.role == "gti")
        return next(places, None)


@dataclass(frozen=True, slots=True)
class TargetDescription:
    """What a release says of a target: other names and its class."""

    name: str
    aliases: tuple[str, ...] = ()
    target_class: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseDescription:
    """What the files cannot say about a release; read from ``release.toml``.

    Parameters
    ----------
    name
        Short name, which becomes the schema and part of identifiers.
    collection
        ObsCore ``obs_collection``.
    title, description
        For people, one line and one paragraph.
    terms
        Terms of use, shown before any download; empty if there are none.
    licence, licence_url
        SPDX identifier or name, and where its text is.
    data_rights
        ``public``, ``secure`` or ``proprietary``.
    creators
        Who made the release.
    subjects
        Terms of the Unified Astronomy Thesaurus, such as ``gamma-ray-astronomy``.
    doi, bib_reference, cite_as, reference_url
        How to cite it, and where to read about it.
    release_date
        ISO 8601 date, empty if unknown.
    authority
        IVOA naming authority; empty for the site's own.
    facility_name, instrument_name
        As ObsCore shall show them; empty for the built-in name of TELESCOP.
    fov_radius
        Radius of the field of view in degrees, None to derive it from the responses.
    targets
        Aliases and classes of targets.
    """

    name: str
    title: str
    collection: str = ""
    description: str = ""
    terms: str = ""
    licence: str = ""
    licence_url: str = ""
    data_rights: str = "public"
    creators: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    doi: str = ""
    bib_reference: str = ""
    cite_as: str = ""
    reference_url: str = ""
    release_date: str = ""
    authority: str = ""
    facility_name: str = ""
    instrument_name: str = ""
    fov_radius: float | None = None
    targets: tuple[TargetDescription, ...] = ()
