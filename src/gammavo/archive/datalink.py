"""The links of a release: what is kept of them, and how a site shows them.

A release keeps for each link its kind and the part of its address that does not depend
on the site. What a kind is called, and where it leads, is said once in :data:`KINDS`;
the views ``datalink.response`` and ``ivoa.response`` put the two together, so that links
follow the address of the site and kinds can come and go without a new publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa

from gammavo.archive.manifest import Manifest
from gammavo.archive.tables import FITS_GADF
from gammavo.formats import arrow_schema
from gammavo.model.datalink import LINK_COLUMNS, RESPONSES, STORED_LINKS
from gammavo.model.identifiers import publisher_did
from gammavo.model.observations import ReleaseDescription, Run
from gammavo.model.vocabularies import EVENT_BUNDLE, EVENT_LIST, RESPONSE_TYPES

__all__ = [
    "KINDS",
    "LinkKind",
    "has_links",
    "link_table",
    "links_select",
    "responses_select",
]

_TAR: Final = "application/x-tar"
_PAGE: Final = "text/html"
_FITS: Final = "application/fits"

Address = Callable[[Manifest, str], str | None]
"""Takes a release and the address of the site, returns where addresses begin."""


def _files(manifest: Manifest, site: str) -> str:
    return f"{site}/files/{manifest.name}/{manifest.version}/"


def _package(_: Manifest, site: str) -> str:
    return f"{site}/package?FORMAT=tar&ID="


def _coverage(manifest: Manifest, site: str) -> str:
    return f"{site}/coverage/{manifest.name}/{manifest.version}/"


def _doi(manifest: Manifest, _: str) -> str | None:
    doi = manifest.description.doi.removeprefix("https://doi.org/")
    return f"https://doi.org/{quote(doi, safe='/')}" if doi else None


def _about(manifest: Manifest, _: str) -> str | None:
    return manifest.description.reference_url or None


def _licence(manifest: Manifest, _: str) -> str | None:
    about = manifest.description
    same = about.licence_url == about.reference_url
    return None if same else about.licence_url or None


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A kind of link.

    Parameters
    ----------
    name
        As links are kept under; also their ``local_semantics``.
    semantics
        Word of the vocabulary datalink/core.
    description
        One line for people, in ASCII.
    content_type
        Media type of the target.
    address
        Where the addresses of such links begin. A release for which that is None has no
        links of the kind. None if the link is a service.
    """

    name: str
    semantics: str
    description: str
    content_type: str
    address: Address | None


KINDS: Final = (
    LinkKind(
        "events", "#this", "Event list and its good time intervals", FITS_GADF, _files
    ),
    LinkKind(
        "bundle", "#this", "Events and responses, as published", FITS_GADF, _files
    ),
    LinkKind("response", "#this", "Instrument response", FITS_GADF, _files),
    LinkKind("file", "#package", "The whole file, as published", FITS_GADF, _files),
    LinkKind(
        "gammapy-store",
        "#package",
        "Run, responses and index files, ready for a gammapy DataStore",
        _TAR,
        _package,
    ),
    *(
        LinkKind(term, "#calibration", text, FITS_GADF, _files)
        for term, text in RESPONSE_TYPES.items()
    ),
    LinkKind("gti", "#auxiliary", "Good time intervals", FITS_GADF, _files),
    LinkKind("s-moc", "#auxiliary", "Coverage of the sky (MOC)", _FITS, _coverage),
    LinkKind("t-moc", "#auxiliary", "Coverage of time (MOC)", _FITS, _coverage),
    LinkKind(
        "cutout",
        "#cutout",
        "Events within a region, energies or times, with the responses of the run",
        FITS_GADF,
        None,
    ),
    LinkKind("doi", "#documentation", "The release, by its DOI", _PAGE, _doi),
    LinkKind("about", "#documentation", "About the release", _PAGE, _about),
    LinkKind("licence", "#documentation", "Licence or terms of use", _PAGE, _licence),
)
"""The kinds of links that are offered, in the order in which they are shown.

A kind that is taken out is not shown, whatever releases keep; one that is put in needs
rows from :func:`_links_of_run` as well.
"""

_ABOUT: Final = ("doi", "about", "licence")


def link_table(
    runs: Iterable[Run], *, release: ReleaseDescription, authority: str
) -> pa.Table:
    """Return the links of runs as a release keeps them (:data:`STORED_LINKS`).

    They are sorted by identifier, so that those of one product are found quickly among
    millions.
    """
    schema = arrow_schema(STORED_LINKS)
    columns: list[list[Any]] = [[] for _ in schema]
    for run in runs:
        sizes = {file.path: file.size for file in run.files}
        for link in _links_of_run(run, sizes, release, authority):
            for values, value in zip(columns, link, strict=True):
                values.append(value)
    arrays = [
        pa.array(values, type=field.type)
        for values, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema).sort_by("obs_publisher_did")


def _links_of_run(
    run: Run, sizes: dict[str, int], release: ReleaseDescription, authority: str
) -> Iterator[tuple[Any, ...]]:
    """Yield the links of each product of a run: the values of STORED_LINKS."""
    responses = [p for p in run.products if p.product_type in RESPONSE_TYPES]
    for product in run.products:
        did = publisher_did(authority, release.name, run.obs_id, product.name)
        term = product.product_type

        def link(
            kind: str, path: str = "", hdu: str = "", what: str | None = None
        ) -> tuple[Any, ...]:
            # A part of a file has a size that is only known when it is cut out.
            size = None if hdu else sizes.get(path)
            part = quote(hdu, safe="") if hdu else None
            return did, run.obs_id, kind, quote(path), part, size, what  # noqa: B023

        if term == EVENT_LIST:
            yield link("events", product.path, product.hdu, term)
            yield link("file", product.path, what=EVENT_BUNDLE)
            for response in responses:
                what = response.product_type
                yield link(what, response.path, response.hdu, what)
            if run.intervals is not None:
                yield link("gti", *run.intervals)
            # One segment of the address, whatever is in it: no ".." leads away.
            own = quote(run.obs_id, safe="")
            yield did, run.obs_id, "s-moc", f"{own}/smoc.fits", None, None, None
            yield did, run.obs_id, "t-moc", f"{own}/tmoc.fits", None, None, None
        elif term == EVENT_BUNDLE:
            yield link("bundle", product.path, what=term)
        else:
            yield link("response", product.path, product.hdu, term)
        if term in {EVENT_LIST, EVENT_BUNDLE}:
            yield (
                did,
                run.obs_id,
                "gammapy-store",
                quote(did, safe=""),
                None,
                None,
                EVENT_BUNDLE,
            )
            yield link("cutout", what=EVENT_LIST)
        for kind in _ABOUT:
            yield link(kind)


def has_links(manifest: Manifest) -> bool:
    """Tell whether a release was published with links."""
    return manifest.rows("links") > 0


def links_select(manifest: Manifest, source: str, site: str) -> str:
    """Return the SELECT of a release's links, with the columns of ``LINKS``.

    Parameters
    ----------
    manifest
        The release; it has links.
    source
        Its stored links, as SQL names them.
    site
        Address of the site.
    """
    kinds = [
        (position, kind, None if kind.address is None else kind.address(manifest, site))
        for position, kind in enumerate(KINDS)
    ]
    offered = ", ".join(
        f"({position}, {_sql(kind.name)}, {_sql(start)}, "
        f"{_sql(kind.name if kind.address is None else None)}, {_sql(kind.semantics)}, "
        f"{_sql(kind.description)}, {_sql(kind.content_type)})"
        for position, kind, start in kinds
        if start is not None or kind.address is None
    )
    values = {
        "ID": "links.obs_publisher_did",
        "access_url": "kinds.start || links.path "
        "|| COALESCE('/' || links.hdu || '.fits', '')",
        "service_def": "kinds.service",
        "error_message": "CAST(NULL AS VARCHAR)",
        "semantics": "kinds.semantics",
        "description": "kinds.description",
        "content_type": "kinds.content_type",
        "content_length": "links.content_length",
        "content_qualifier": "links.content_qualifier",
        "local_semantics": "kinds.kind",
        "link_auth": "'false'",
        "link_authorized": "true",
    }
    shown = ", ".join(f'{values[c.name]} AS "{c.name}"' for c in LINK_COLUMNS)
    return (
        f"SELECT {shown}, links.obs_id, links.kind, kinds.position "  # noqa: S608 - no user text
        f"FROM {source} AS links JOIN (VALUES {offered}) AS kinds(position, kind, "
        "start, service, semantics, description, content_type) "
        "ON kinds.kind = links.kind"
    )


def responses_select(manifest: Manifest, prefix: str, site: str) -> str:
    """Return the SELECT of a release's pairs of event list and response.

    Parameters
    ----------
    manifest
        The release; it has links.
    prefix
        Of the names of its tables in SQL, with the dot.
    site
        Address of the site.
    """
    values = {
        "obs_id": "lists.obs_id",
        "obs_publisher_did": "lists.obs_publisher_did",
        "target_name": "lists.target_name",
        "facility_name": "lists.facility_name",
        "instrument_name": "lists.instrument_name",
        "resp_product_type": "links.content_qualifier",
        "resp_publisher_did": "links.obs_publisher_did",
        "resp_access_url": f"{_sql(_files(manifest, site))} || links.path "
        "|| COALESCE('/' || links.hdu || '.fits', '')",
        "resp_access_format": _sql(FITS_GADF),
        "resp_t_intervals": "energies.t_intervals",
        "resp_energy_min": "energies.energy_min",
        "resp_energy_max": "energies.energy_max",
    }
    shown = ", ".join(
        f'{values.get(c.name) or "own." + c.name.removeprefix("resp_")} AS "{c.name}"'
        for c in RESPONSES.all_columns
    )
    return (
        f"SELECT {shown} FROM {prefix}links AS links "  # noqa: S608 - no user text
        f"JOIN {prefix}obscore AS own USING (obs_publisher_did) "
        f"JOIN {prefix}obscore_hea AS energies USING (obs_publisher_did) "
        f"JOIN {prefix}obscore AS lists ON lists.obs_id = links.obs_id "
        f"AND lists.product_type = {_sql(EVENT_LIST)} "
        "WHERE links.kind = 'response'"
    )


def _sql(text: str | None) -> str:
    """Return a text of ours as a literal."""
    return (
        "CAST(NULL AS VARCHAR)" if text is None else "'" + text.replace("'", "''") + "'"
    )
