"""Commands about data: site, release description, check, ingest, verify, query."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gammavo.archive.verify import verify
from gammavo.cli.app import HERE, JsonOption, SiteOption, app, messages, print_json
from gammavo.cli.previews import PreviewsOption, make_previews
from gammavo.cli.reports import print_reports, progress, report_rows
from gammavo.formats import ResultStream, find_format
from gammavo.model.errors import ConflictError, UsageError
from gammavo.model.observations import Level
from gammavo.site import Site, create_site

Folder = Annotated[Path, typer.Argument(help="Folder of DL3 files.")]
Description = Annotated[
    Path | None,
    typer.Option("--description", help="release.toml to use instead of the folder's."),
]


@app.command("init")
def init_site(
    site: Annotated[Path, typer.Argument(help="Folder to make.")],
) -> None:
    """Make a site folder with a commented gammavo.toml."""
    path = create_site(site)
    messages.print(
        f"Made {path}. Next: gammavo ingest FOLDER --site {site}", markup=False
    )


@app.command("init-release")
def init_release(folder: Folder) -> None:
    """Write a commented draft of release.toml beside the data."""
    from gammavo.dl3 import describe, description_toml, find_runs  # noqa: PLC0415 - late: needs astropy

    path = folder / "release.toml"
    if path.exists():
        raise ConflictError(f"{path} exists already.", advice="Edit it.")
    inventory = find_runs(folder)
    text = description_toml(describe(folder, inventory), inventory)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.",
            advice="Write a description elsewhere and give it with --description.",
        ) from error
    messages.print(
        f"Wrote {path}. Complete it, then: gammavo ingest {folder}", markup=False
    )


@app.command("check")
def check(
    folder: Folder, description: Description = None, as_json: JsonOption = False
) -> None:
    """Check the DL3 files of a folder; exit 1 if a run has an error."""
    from gammavo.dl3 import describe, find_runs, load_description, read_run  # noqa: PLC0415 - late: needs astropy

    inventory = find_runs(folder)
    release = (
        load_description(description) if description else describe(folder, inventory)
    )
    reports = [inventory.report]
    with progress(quiet=as_json) as advance:
        for number, files in enumerate(inventory.runs, 1):
            reports.append(read_run(folder, files, release).report)
            advance("runs", number, len(inventory.runs))
    if as_json:
        print_json(report_rows(reports))
    else:
        print_reports(reports)
    if any(report.level is Level.ERROR for report in reports):
        raise typer.Exit(1)


@app.command("ingest")
def ingest(
    folder: Folder,
    site: SiteOption = HERE,
    release: Annotated[
        str | None, typer.Option("--release", help="Name of the release.")
    ] = None,
    description: Description = None,
    processes: Annotated[
        int, typer.Option("--processes", min=1, help="Processes that read files.")
    ] = os.cpu_count() or 1,
    previews: PreviewsOption = True,
    as_json: JsonOption = False,
) -> None:
    """Publish the DL3 files of a folder; a running server shows them at once.

    Previews are made afterwards; what is interrupted is resumed by 'gammavo previews'.
    """
    from gammavo.archive.publish import PublishOptions, publish  # noqa: PLC0415 - late: needs astropy

    opened = Site.open(site)
    with progress(quiet=as_json) as advance:
        result = publish(
            opened.archive,
            folder,
            PublishOptions(
                authority=opened.config.site.authority,
                name=release,
                description=description,
                processes=processes,
                on_progress=advance,
            ),
        )
    manifest = result.manifest
    if as_json:
        document = asdict(manifest)
        document["reports"] = report_rows(result.reports)
        print_json(document)
        sys.stdout.flush()
    else:
        print_reports(result.reports)
        messages.print(
            f"Release {manifest.name} version {manifest.version} is in force: "
            f"{manifest.counts['runs']} runs, {manifest.counts['events']} events "
            f"in ivoa.obscore and {manifest.schema}.events",
            markup=False,
        )
    if previews:
        with progress(quiet=as_json) as advance:
            make_previews(opened, manifest.name, processes, advance)


@app.command("releases")
def releases(site: SiteOption = HERE, as_json: JsonOption = False) -> None:
    """List all releases of the site with their versions and states."""
    rows = [
        {
            "name": status.manifest.name,
            "version": status.manifest.version,
            "state": str(status.state),
            "runs": status.manifest.counts["runs"],
            "events": status.manifest.counts["events"],
            "created": status.manifest.created,
            "title": status.manifest.description.title,
        }
        for status in Site.open(site).archive.releases()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(
            f"{row['name']} {row['version']}  {row['state']:10}  {row['runs']} runs  "
            f"{row['events']} events  {row['created']}  {row['title']}"
        )


@app.command("withdraw")
def withdraw(name: str, site: SiteOption = HERE) -> None:
    """Take a release out of the catalogue; its files stay on disk."""
    Site.open(site).archive.withdraw(name)
    messages.print(f"Release {name} is withdrawn.", markup=False)


@app.command("verify")
def verify_releases(site: SiteOption = HERE, as_json: JsonOption = False) -> None:
    """Compare every file of the releases in force with its SHA-256; exit 1 if wrong."""
    archive = Site.open(site).archive
    results = [
        result
        for manifest in archive.in_force()
        for result in verify(archive, manifest)
    ]
    faults = [result for result in results if result.fault]
    if as_json:
        print_json([asdict(result) for result in results])
    else:
        for result in faults:
            messages.print(
                f"{result.release}: {result.path} {result.fault}", markup=False
            )
        messages.print(f"{len(results)} files, {len(faults)} with faults", markup=False)
    if faults:
        raise typer.Exit(1)


@app.command("query")
def query(
    adql: Annotated[str, typer.Argument(help="Query in ADQL 2.1.")],
    site: SiteOption = HERE,
    form: Annotated[
        str, typer.Option("--format", help="csv, tsv, json, votable …")
    ] = "csv",
    max_rows: Annotated[
        int | None, typer.Option("--max-rows", min=0, help="Cut the result here.")
    ] = None,
) -> None:
    """Run a query on the site's releases, without a server."""
    output = find_format(form)
    service = Site.open(site)
    result = service.queries(service.base_url("127.0.0.1", 8000)).query(
        adql, max_rows=max_rows, seconds=3600
    )
    stream = ResultStream(
        result.columns, result.batches(), overflow=lambda: result.overflow
    )
    for block in output.write(stream):
        sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()
    if result.overflow:
        messages.print(f"The result was cut after {max_rows} rows.", style="yellow")


@app.command("simulate")
def simulate_release(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    runs: Annotated[int, typer.Option("--runs", min=1, help="Number of runs.")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same files.")] = 1,
    events_per_run: Annotated[
        int | None,
        typer.Option(
            "--events-per-run", min=0, help="Instead of what the fluxes give."
        ),
    ] = None,
) -> None:
    """Write a simulated DL3 release: known sources, analytic instrument responses."""
    from gammavo.dl3 import simulate  # noqa: PLC0415 - late: needs astropy

    with progress(quiet=False) as advance:
        summary = simulate(
            folder,
            runs=runs,
            seed=seed,
            events_per_run=events_per_run,
            on_progress=lambda done, total: advance("simulate", done, total),
        )
    messages.print(f"Wrote {summary.runs} runs, {summary.events} events", markup=False)
