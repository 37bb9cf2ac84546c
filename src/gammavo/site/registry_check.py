"""Whether a site is ready to be registered: what is missing, what is not valid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from gammavo.archive import Manifest
from gammavo.formats.xml_schemas import XmlSchemas
from gammavo.model.observations import Finding, Level
from gammavo.protocols import Parameters, PublishingRegistry
from gammavo.protocols.oai import oai_document
from gammavo.site.config import FILE_NAME, SiteConfig

__all__ = ["check_registry"]

_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EXAMPLES: Final = ("example.org", "example.com", "example.net", "localhost")
_REQUESTS: Final = (
    (("verb", "Identify"),),
    (("verb", "ListMetadataFormats"),),
    (("verb", "ListSets"),),
    (("verb", "ListIdentifiers"), ("metadataPrefix", "ivo_vor")),
    (("verb", "ListRecords"), ("metadataPrefix", "oai_dc")),
)
"""Answers that are checked beside the record of each resource."""


def check_registry(
    config: SiteConfig, registry: PublishingRegistry, schemas: XmlSchemas | None
) -> list[Finding]:
    """Return what is to be done before the site is registered; none if it is ready.

    Parameters
    ----------
    config
        Settings of the site.
    registry
        Its records.
    schemas
        Judge the documents; None to leave that out.
    """
    findings = list(_settings(config))
    for manifest in registry.site.queries.snapshot().releases:
        findings += _release(manifest, config.site.authority)
    findings += _relations(registry)
    if schemas is not None:
        findings += _documents(registry, schemas)
    return findings


def _settings(config: SiteConfig) -> Iterator[Finding]:
    site, registry = config.site, config.registry
    for key, value, meaning in (
        ("site.publisher", site.publisher, "the name of the institute that publishes"),
        ("site.contact", site.contact, "a mail address for questions"),
        ("site.public_url", site.public_url, "the address that users see"),
        ("registry.description", registry.description, "what the institute is"),
        ("registry.url", registry.url, "the page of the institute"),
        ("registry.contact_name", registry.contact_name, "who answers questions"),
    ):
        if not value.strip():
            yield _missing(key, meaning)
    if site.contact and not _MAIL.fullmatch(site.contact):
        yield _wrong("site.contact", site.contact, "It is no mail address.")
    if site.authority in _EXAMPLES:
        yield _wrong(
            "site.authority",
            site.authority,
            "This is an example, and identifiers begin with it for ever.",
            "Take the domain name of the institute, then publish the releases again.",
        )
    host = urlsplit(site.public_url).hostname or ""
    if site.public_url and (host in _EXAMPLES or "." not in host):
        yield _wrong("site.public_url", site.public_url, "Nobody else reaches this.")
    if not registry.short_name:
        yield Finding(
            Level.WARNING,
            "There is no short name of the institute.",
            FILE_NAME,
            keyword="registry.short_name",
            advice="Clients show it where there is little room.",
        )


def _release(manifest: Manifest, authority: str) -> Iterator[Finding]:
    about = manifest.description

    def finding(level: Level, message: str, key: str, advice: str) -> Finding:
        return Finding(level, message, f"release {manifest.name}", "", key, "", advice)

    again = "Complete release.toml, then publish again."
    if manifest.authority in _EXAMPLES:
        yield finding(
            Level.ERROR,
            f"Its identifiers begin with ivo://{manifest.authority}/, an example.",
            "authority",
            "Set [site] authority, then publish again.",
        )
    elif manifest.authority != authority:
        yield finding(
            Level.WARNING,
            f"Its naming authority is {manifest.authority}, not that of the site.",
            "authority",
            "This registry will claim to manage it: only one registry may.",
        )
    if manifest.coverage is None:
        yield finding(
            Level.ERROR,
            "It was published before coverage was kept.",
            "",
            "Publish it again: its record then tells where and when.",
        )
    if not about.description:
        yield finding(Level.ERROR, "It has no description.", "description", again)
    for key, value in (
        ("creators", about.creators),
        ("subjects", about.subjects),
        ("licence", about.licence or about.terms),
        ("reference_url", about.reference_url),
        ("doi", about.doi),
    ):
        if not value:
            yield finding(Level.WARNING, f"It has no {key}.", key, again)


def _relations(registry: PublishingRegistry) -> Iterator[Finding]:
    """Yield relations that lead nowhere: no XML schema finds these."""
    resources = [r.resource for r in registry.records().records if r.resource]
    known = {resource.identifier for resource in resources}
    for resource in resources:
        named = [resource.publisher]
        named += [name for _, names in resource.relationships for name in names]
        for name in named:
            if name.ivo_id and name.ivo_id not in known:
                yield Finding(
                    Level.ERROR,
                    f"It names {name.ivo_id}, of which there is no record.",
                    resource.identifier,
                )


def _documents(registry: PublishingRegistry, schemas: XmlSchemas) -> Iterator[Finding]:
    """Yield what the XML schemas have against the answers of the registry."""
    requests = [
        *_REQUESTS,
        *(
            (
                ("verb", "GetRecord"),
                ("metadataPrefix", "ivo_vor"),
                ("identifier", record.identifier),
            )
            for record in registry.records().records
        ),
    ]
    for request in requests:
        place = request[-1][1]
        for fault in schemas.faults(oai_document(registry, Parameters(request))):
            yield Finding(Level.ERROR, fault, place)


def _missing(key: str, meaning: str) -> Finding:
    return Finding(Level.ERROR, f"It is empty: give {meaning}.", FILE_NAME, keyword=key)


def _wrong(key: str, value: str, message: str, advice: str = "") -> Finding:
    return Finding(Level.ERROR, message, FILE_NAME, "", key, value, advice)
