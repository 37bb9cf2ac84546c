"""Commands about the VO registry."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gammavo.cli.app import HERE, JsonOption, SiteOption, app, messages, print_json
from gammavo.cli.reports import print_findings
from gammavo.formats.xml_schemas import (
    REGISTRY_NAMESPACES,
    XmlSchemas,
    schema_places,
)
from gammavo.model.errors import NotFoundError
from gammavo.model.observations import Finding, Level
from gammavo.site import Site
from gammavo.site.registry_check import check_registry

__all__: list[str] = []

_PLACEHOLDER = "http://localhost"
"""Stands for the address of a site that has none yet."""

registry_app = typer.Typer(
    help="The VO registry: be found by everybody.", no_args_is_help=True
)
app.add_typer(registry_app, name="registry")


@registry_app.command("check")
def check(
    site: SiteOption = HERE,
    schemas: Annotated[
        list[Path] | None,
        typer.Option(
            "--schemas",
            help="Folder or zip file with XML schemas (.xsd); may be repeated.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what to do before the site is registered; exit 1 if there is something."""
    opened = Site.open(site)
    base_url = opened.config.site.public_url or _PLACEHOLDER
    opened.temporary.mkdir(parents=True, exist_ok=True)
    registry = opened.registry(opened.queries(base_url), keep_datestamps=False)
    found: list[Finding] = []
    judges = None
    try:
        judges = XmlSchemas(schema_places(schemas or ()), REGISTRY_NAMESPACES)
    except NotFoundError as error:
        text = f"Records are not checked against the XML schemas: {error.message}"
        found.append(Finding(Level.WARNING, text, advice=error.advice))
    found = [*check_registry(opened.config, registry, judges), *found]
    records = len(registry.records().records)
    errors = sum(finding.level is Level.ERROR for finding in found)
    if as_json:
        print_json(
            {
                "records": records,
                "validated": judges is not None,
                "findings": [asdict(finding) for finding in found],
            }
        )
    else:
        print_findings("registry", found)
        how = "valid" if judges and not errors else "checked" if judges else "made"
        messages.print(f"{records} records {how}, {errors} things to do", markup=False)
        if not errors:
            messages.print(
                f"Register {base_url}/oai at http://rofr.ivoa.net.", markup=False
            )
    if errors:
        raise typer.Exit(1)
