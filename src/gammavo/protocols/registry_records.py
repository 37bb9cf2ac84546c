"""The records of the VO registry, from the settings of the site and the manifests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gammavo.archive import Manifest
from gammavo.formats import Capability, Interface
from gammavo.formats.voresource import (
    Name,
    Resource,
    ResourceCoverage,
    Rights,
)
from gammavo.formats.vosi_capabilities import AnyCapability, Harvest
from gammavo.model.columns import Schema, find_table
from gammavo.protocols.registry_site import SUBJECTS, RegistrySite
from gammavo.protocols.service_entries import cone_entries, sia_entries, tap_entries

__all__ = ["authorities", "site_resources"]

_WAVEBANDS: Final = ("Gamma-ray",)
_RELEASE_SUBJECTS: Final = ("gamma-ray-astronomy",)


def authorities(site: RegistrySite) -> list[str]:
    """Return the naming authorities of the site and of its releases."""
    own = {manifest.authority for manifest in site.queries.snapshot().releases}
    return [site.authority, *sorted(own - {site.authority})]


def site_resources(site: RegistrySite) -> list[Resource]:
    """Return every record: what the site is, its services, its releases."""
    snapshot = site.queries.snapshot()
    services = _services(site)
    return [
        _registry(site),
        *(_authority(site, authority) for authority in authorities(site)),
        _organisation(site),
        *services,
        *(_event_cone(site, release) for release in snapshot.releases),
        *(_release(site, release, services) for release in snapshot.releases),
    ]


def _registry(site: RegistrySite) -> Resource:
    return Resource(
        kind="vg:Registry",
        identifier=site.identifier("registry"),
        title=f"{site.title}: publishing registry",
        short_name=site.short_name("registry"),
        publisher=site.organisation,
        contact=site.contact,
        subjects=SUBJECTS,
        description=f"Records of the services and data of {site.title}, for harvesting.",
        reference_url=site.reference_url,
        types=("Registry",),
        capabilities=(Harvest(f"{site.base_url}/oai", site.records_per_answer),),
        managed_authorities=tuple(authorities(site)),
    )


def _authority(site: RegistrySite, authority: str) -> Resource:
    return Resource(
        kind="vg:Authority",
        identifier=f"ivo://{authority}",
        title=f"Naming authority {authority}",
        publisher=site.organisation,
        contact=site.contact,
        subjects=SUBJECTS,
        description=f"Identifiers that begin with ivo://{authority}/ are given by "
        f"{site.organisation.text}.",
        reference_url=site.publisher.url or site.reference_url,
        types=("Other",),
        managing_organisation=site.organisation,
    )


def _organisation(site: RegistrySite) -> Resource:
    publisher = site.publisher
    return Resource(
        kind="vr:Organisation",
        identifier=site.organisation.ivo_id or "",
        title=site.organisation.text,
        short_name=publisher.short_name,
        publisher=site.organisation,
        contact=site.contact,
        subjects=SUBJECTS,
        description=publisher.description or f"The publisher of {site.title}.",
        reference_url=publisher.url or site.reference_url,
        types=("Organisation",),
    )


def _services(site: RegistrySite) -> list[Resource]:
    """Return the services that are for all releases."""
    snapshot = site.queries.snapshot()
    ivoa = tuple(schema for schema in snapshot.schemas if schema.name == "ivoa")
    obscore = tuple(_with_tables(schema, "ivoa.obscore") for schema in ivoa)
    found = [
        _service(
            site,
            "tap",
            title=f"{site.title}: TAP service",
            description="Queries in ADQL 2.1 on observations (ObsCore with the "
            "high-energy extension) and on the reconstructed events of each release.",
            capabilities=tap_entries(f"{site.base_url}/tap", site.queries, site.tap),
            schemas=snapshot.schemas,
        ),
        _service(
            site,
            "sia",
            title=f"{site.title}: search by parameters (SIA 2.0)",
            description="Event lists and instrument responses as ObsCore rows, by "
            "position, time, energy and more.",
            capabilities=sia_entries(site.base_url),
            schemas=obscore,
        ),
        _service(
            site,
            "cone",
            "observations",
            title=f"{site.title}: cone search for observations",
            description="Runs by the direction that they point to; a row is one event "
            "list.",
            capabilities=cone_entries(
                f"{site.base_url}/cone/observations",
                site.queries,
                max_rows=site.tap.limits.max_rows,
            ),
            schemas=obscore,
        ),
    ]
    if "datalink/links" in site.paths:
        found.append(_datalink(site))
    return found


def _datalink(site: RegistrySite) -> Resource:
    links = Interface(f"{site.base_url}/datalink/links", version="1.1")
    vosi = [
        Capability(
            f"ivo://ivoa.net/std/VOSI#{name}",
            Interface(f"{site.base_url}/datalink/{name}"),
        )
        for name in ("capabilities", "availability")
        if f"datalink/{name}" in site.paths
    ]
    return _service(
        site,
        "datalink",
        title=f"{site.title}: DataLink service",
        description="Files, responses, previews and services that belong to a product.",
        capabilities=[
            Capability("ivo://ivoa.net/std/DataLink#links-1.1", links),
            *vosi,
        ],
    )


def _event_cone(site: RegistrySite, release: Manifest) -> Resource:
    schemas = site.queries.snapshot().schemas
    own = tuple(schema for schema in schemas if schema.name == release.schema)
    return _service(
        site,
        "cone",
        release.name,
        title=f"{release.description.title}: cone search for events",
        description="Reconstructed events by direction; a row is one event.",
        capabilities=cone_entries(
            f"{site.base_url}/cone/{release.name}/events",
            site.queries,
            max_rows=site.tap.limits.max_rows,
            release=release,
        ),
        schemas=tuple(_with_tables(each, f"{release.schema}.events") for each in own),
        releases=(release,),
    )


def _with_tables(schema: Schema, *names: str) -> Schema:
    """Return a schema with some of its tables only."""
    tables = (find_table([schema], name) for name in names)
    return Schema(
        schema.name, schema.description, tuple(t for t in tables if t is not None)
    )


def _service(
    site: RegistrySite,
    *path: str,
    title: str,
    description: str,
    capabilities: Sequence[AnyCapability],
    schemas: tuple[Schema, ...] = (),
    releases: Sequence[Manifest] | None = None,
) -> Resource:
    """Return the record of a service; without ``releases`` it is for all of them."""
    if releases is None:
        releases = site.queries.snapshot().releases
    served = tuple(Name(m.description.title, _identifier(m)) for m in releases)
    return Resource(
        kind="vs:CatalogService",
        identifier=site.identifier(*path),
        title=title,
        short_name=site.short_name(path[0]),
        publisher=site.organisation,
        contact=site.contact,
        subjects=SUBJECTS,
        description=description,
        reference_url=site.reference_url,
        types=("Archive",),
        relationships=(("IsServiceFor", served),) if served else (),
        capabilities=tuple(capabilities),
        coverage=_coverage(releases),
        schemas=schemas,
    )


def _identifier(release: Manifest) -> str:
    return f"ivo://{release.authority}/{release.name}"


def _release(
    site: RegistrySite, release: Manifest, services: Sequence[Resource]
) -> Resource:
    """Return the record of the data of a release."""
    about = release.description
    served_by = [Name(each.title, each.identifier) for each in services]
    cone = f"{about.title}: cone search for events"
    served_by.append(Name(cone, site.identifier("cone", release.name)))
    dates = [("Available", release.created[:10])]
    if about.release_date:
        dates.insert(0, ("Issued", about.release_date))
    schemas = site.queries.snapshot().schemas
    return Resource(
        kind="vs:CatalogResource",
        identifier=_identifier(release),
        title=about.title,
        short_name=release.name if len(release.name) <= 16 else "",
        alt_identifiers=(f"doi:{about.doi}",) if about.doi else (),
        publisher=site.organisation,
        creators=tuple(Name(creator) for creator in about.creators),
        contact=site.contact,
        dates=tuple(dates),
        version=str(release.version),
        subjects=about.subjects or _RELEASE_SUBJECTS,
        description=" ".join((about.description or about.title).split()),
        source=about.bib_reference,
        reference_url=about.reference_url or site.reference_url,
        types=("Archive",),
        relationships=(("IsServedBy", tuple(served_by)),),
        rights=_rights(release),
        capabilities=(
            Capability(
                "ivo://ivoa.net/std/TAP#aux",
                Interface(f"{site.base_url}/tap", "base", version="1.1"),
            ),
            Capability(
                "ivo://ivoa.net/std/SIA#query-aux-2.0",
                Interface(f"{site.base_url}/sia/query", version="2.0"),
            ),
        ),
        facilities=_words(release, "facility_name"),
        instruments=_words(release, "instrument_name"),
        coverage=_coverage([release]),
        schemas=tuple(schema for schema in schemas if schema.name == release.schema),
    )


def _rights(release: Manifest) -> tuple[Rights, ...]:
    about = release.description
    found = []
    if about.licence or about.licence_url:
        text = about.licence or about.licence_url
        found.append(Rights(text, about.licence_url or None))
    if about.terms:
        found.append(Rights(" ".join(about.terms.split())))
    return tuple(found)


def _words(release: Manifest, column: str) -> tuple[str, ...]:
    """Return what a column of ObsCore says, if that is a small vocabulary."""
    facts = release.statistics.get("obscore", {}).get(column)
    return tuple(sorted(facts.values)) if facts and facts.values else ()


def _coverage(releases: Sequence[Manifest]) -> ResourceCoverage:
    """Return the coverage of releases; where on the sky only if there is one of them."""
    known = [m.coverage for m in releases if m.coverage is not None]
    return ResourceCoverage(
        spatial=known[0].moc if len(known) == len(releases) == 1 else "",
        temporal=tuple(sorted({t for coverage in known for t in coverage.times})),
        spectral=tuple(sorted({c.energies for c in known if c.energies is not None})),
        wavebands=_WAVEBANDS,
    )
