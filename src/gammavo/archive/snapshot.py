"""A snapshot: the releases in force at one moment, ready to be queried.

The views of a snapshot join the releases to one ``ivoa.obscore``, with the words for
product types and the addresses of files that this site uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from gammavo.adql import Catalog, ComputedColumn, StoredTable, translate
from gammavo.archive.datalink import has_links, links_select, responses_select
from gammavo.archive.descriptions import (
    described_ivoa_table,
    described_links,
    release_description,
)
from gammavo.archive.engines.duckdb import DuckDBEngine, EngineLimits
from gammavo.archive.manifest import Manifest
from gammavo.archive.statistics import (
    ShownWord,
    largest_value,
    published_statistics,
)
from gammavo.archive.store import Archive
from gammavo.archive.tables import (
    ACCESS_PATH,
    COMPUTED_COLUMNS,
    release_tables,
    stored_obscore,
    to_arrow,
)
from gammavo.archive.tap_schema import tap_schema_tables
from gammavo.model.columns import Column, Datatype, Schema, Table
from gammavo.model.datalink import LINKS, RESPONSES
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import LATER_COLUMNS, OBSCORE_HEA
from gammavo.model.statistics import TableStatistics
from gammavo.model.tap_schema import TAP_SCHEMA
from gammavo.model.vocabularies import EVENT_BUNDLE, EVENT_LIST

__all__ = [
    "ProductSpelling",
    "Snapshot",
    "check_release",
    "open_snapshot",
    "stored_prefix",
]


class ProductSpelling(StrEnum):
    """Which document's words ``dataproduct_type`` shows.

    ``OBSCORE``: ``event`` (ObsCore 1.1, what validators know); ``VOCABULARY``:
    ``event-list`` (the IVOA vocabulary); ``EXTENSION``: ``hea-event-list`` (the draft
    high-energy extension).
    """

    OBSCORE = "event"
    VOCABULARY = "event-list"
    EXTENSION = "hea-event-list"


_WORDS: Final = {
    ProductSpelling.OBSCORE: {EVENT_LIST: "event"},
    ProductSpelling.VOCABULARY: {
        EVENT_LIST: "event-list",
        EVENT_BUNDLE: "event-bundle",
    },
    ProductSpelling.EXTENSION: {EVENT_LIST: EVENT_LIST, EVENT_BUNDLE: EVENT_BUNDLE},
}

_TYPES_SHOWN: Final = {
    ProductSpelling.VOCABULARY: "Product type in the words of the IVOA vocabulary: "
    "event-list, event-bundle, response-function (see dataproduct_subtype)",
    ProductSpelling.EXTENSION: "Product type in the words of the high-energy extension: "
    "hea-event-list, hea-event-bundle, response-function (see dataproduct_subtype)",
}
"""Descriptions of ``dataproduct_type`` where it does not show what ObsCore 1.1 has."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What queries see.

    Parameters
    ----------
    releases
        Manifests of the releases in force, by name.
    schemas
        All published schemas, ``tap_schema`` last.
    catalog
        The same for the compiler.
    engine
        Runs compiled queries.
    statistics
        Of the columns of the tables that have been looked at, by name of the table.
    """

    releases: tuple[Manifest, ...]
    schemas: tuple[Schema, ...]
    catalog: Catalog
    engine: DuckDBEngine
    statistics: Mapping[str, TableStatistics]


def open_snapshot(
    archive: Archive,
    *,
    limits: EngineLimits,
    base_url: str,
    spelling: ProductSpelling,
) -> Snapshot:
    """Open the releases that are in force now.

    Raises
    ------
    InternalError
        The catalogue, a manifest or a release file is damaged.
    """
    manifests = archive.in_force()
    folders = {m.name: archive.folder(m.name, m.version) for m in manifests}
    return _open(manifests, folders, limits, base_url, spelling)


def check_release(folder: Path, manifest: Manifest, *, temporary: Path) -> None:
    """Open a release that was built and query each of its tables, before it is in force.

    Raises
    ------
    InternalError
        It cannot be opened or read.
    """
    limits = EngineLimits(memory="256MB", threads=1, temporary=temporary)
    snapshot = _open(
        (manifest,), {manifest.name: folder}, limits, "", ProductSpelling.OBSCORE
    )
    for schema in snapshot.schemas:
        for table in schema:
            adql = f"SELECT TOP 1 * FROM {table.name}"  # noqa: S608 - checked names
            compiled = translate(adql, snapshot.catalog, max_rows=1)
            for _ in snapshot.engine.execute(compiled.sql, seconds=60).batches():
                pass
    snapshot.engine.close()


def _open(
    releases: tuple[Manifest, ...],
    folders: Mapping[str, Path],
    limits: EngineLimits,
    base_url: str,
    spelling: ProductSpelling,
) -> Snapshot:
    schemas = published_schemas(releases, spelling)
    own = {manifest.schema for manifest in releases}
    definitions = [
        f'CREATE SCHEMA "{schema.name}"' for schema in schemas if schema.name not in own
    ]
    tables = tap_schema_tables(schemas)
    views = _views(releases, base_url, spelling)
    definitions += views.values()
    # What no release has is there, and empty.
    tables += [
        (table.schema_name, table.local_name, to_arrow([], table.all_columns))
        for table in (OBSCORE, OBSCORE_HEA, RESPONSES, LINKS)
        if table.name not in views
    ]
    engine = DuckDBEngine(
        attachments=[
            (_attachment(m), folders[m.name] / "release.duckdb") for m in releases
        ],
        tables=tables,
        definitions=definitions,
        limits=limits,
    )
    statistics = published_statistics(releases, _shown_words(spelling))
    stored = _stored_tables(releases, base_url, spelling)
    catalog = Catalog(schemas, stored=stored)
    return Snapshot(releases, schemas, catalog, engine, statistics)


def published_schemas(
    releases: Sequence[Manifest], spelling: ProductSpelling
) -> tuple[Schema, ...]:
    """Declare all schemas: ObsCore, one for each release, ``TAP_SCHEMA``."""
    ivoa = Schema(
        "ivoa",
        "Tables that IVOA standards define: observations as ObsCore with the "
        "high-energy extension, of all releases together.",
        (
            described_ivoa_table(_obscore(releases, spelling), releases),
            described_ivoa_table(OBSCORE_HEA, releases),
            _responses(releases),
        ),
    )
    datalink = Schema(
        "datalink",
        "Links from products to what belongs to them, as in DataLink 1.1.",
        (described_links(LINKS),),
    )
    own = [
        Schema(m.schema, release_description(m), release_tables(m)) for m in releases
    ]
    return (ivoa, datalink, *own, TAP_SCHEMA)


def _obscore(releases: Sequence[Manifest], spelling: ProductSpelling) -> Table:
    """Return ObsCore as it is here: the words, and where there is more than ASCII."""
    unicode_columns = {
        name for manifest in releases for name in manifest.unicode_columns
    }

    def declared(column: Column) -> Column:
        if column.name == "dataproduct_type" and spelling in _TYPES_SHOWN:
            return replace(column, description=_TYPES_SHOWN[spelling])
        if column.name in unicode_columns and column.datatype is Datatype.VARCHAR:
            return replace(column, datatype=Datatype.UNICODE)
        return column

    return replace(
        OBSCORE,
        columns=tuple(declared(c) for c in OBSCORE.columns),
        regions=tuple(
            replace(region, largest=largest_value(releases, OBSCORE, region.radius))
            for region in OBSCORE.regions
        ),
    )


def _responses(releases: Sequence[Manifest]) -> Table:
    """Return ``ivoa.response``, whose regions are those of ObsCore."""
    (region,) = RESPONSES.regions
    largest = largest_value(releases, OBSCORE, OBSCORE.regions[0].radius)
    table = replace(RESPONSES, regions=(replace(region, largest=largest),))
    return described_links(table)


def _attachment(manifest: Manifest) -> str:
    # No schema can have this name, so that "x.events" is never ambiguous.
    return f"release:{manifest.schema}"


def _stored_tables(
    releases: Sequence[Manifest], base_url: str, spelling: ProductSpelling
) -> dict[str, StoredTable]:
    """Return the tables that queries read where they are, by their names.

    A view of them takes the engine longer, a millisecond of a small query's five. That of
    several releases together is needed.
    """
    stored = {
        table.name: StoredTable(_attachment(m), table.local_name)
        for m in releases
        for table in release_tables(m)
    }
    if len(releases) == 1:
        (release,) = releases
        schema = _attachment(release)
        computed = _computed_columns(release, base_url, spelling)
        stored[OBSCORE.name] = StoredTable(schema, OBSCORE.local_name, computed)
        if not _absent(release):
            stored[OBSCORE_HEA.name] = StoredTable(schema, OBSCORE_HEA.local_name)
    return stored


def _views(
    releases: Sequence[Manifest], base_url: str, spelling: ProductSpelling
) -> dict[str, str]:
    """Return the statements that make the views, by the name of the table.

    All names in them are checked ones.
    """
    linked = [m for m in releases if has_links(m)]
    selects = {
        OBSCORE.name: [_obscore_select(m, base_url, spelling) for m in releases],
        OBSCORE_HEA.name: [_extension_select(m) for m in releases],
        RESPONSES.name: [
            responses_select(m, stored_prefix(m), base_url) for m in linked
        ],
        LINKS.name: [
            links_select(m, f"{stored_prefix(m)}links", base_url) for m in linked
        ],
    }
    views = {}
    for name, parts in selects.items():
        if parts:
            schema, _, local = name.rpartition(".")
            union = " UNION ALL ".join(parts)
            views[name] = f'CREATE VIEW "{schema}"."{local}" AS {union}'
    return views


def _absent(manifest: Manifest) -> frozenset[str]:
    """Return the columns of the extension that a release of former times has not."""
    return LATER_COLUMNS - manifest.statistics.get(OBSCORE_HEA.local_name, {}).keys()


def _extension_select(manifest: Manifest) -> str:
    absent = _absent(manifest)
    items = [
        f'NULL AS "{column.name}"' if column.name in absent else f'"{column.name}"'
        for column in OBSCORE_HEA.columns
    ]
    source = f"{stored_prefix(manifest)}{OBSCORE_HEA.local_name}"
    return f"SELECT {', '.join(items)} FROM {source}"  # noqa: S608 - no user text


def stored_prefix(manifest: Manifest) -> str:
    """Return what stands before the names of a release's tables in SQL."""
    return f'"{_attachment(manifest)}".'


def _shown_words(spelling: ProductSpelling) -> dict[str, ShownWord]:
    """Return what the first two computed columns show for a type of product.

    It is what the SELECT of :func:`_obscore_select` does.
    """
    words = _WORDS[spelling]
    plain = spelling is ProductSpelling.OBSCORE
    others = None if plain else "response-function"
    lists = {EVENT_LIST, EVENT_BUNDLE}
    return {
        "dataproduct_type": lambda term: words.get(term, others),
        "dataproduct_subtype": lambda term: (
            term if plain or term not in lists else None
        ),
    }


def _computed_columns(
    manifest: Manifest, base_url: str, spelling: ProductSpelling
) -> dict[str, ComputedColumn]:
    """Return the columns of one release's ObsCore rows that depend on the site."""
    files = f"{base_url}/files/{manifest.name}/{manifest.version}/"
    cases = " ".join(
        f"WHEN {_literal(term)} THEN {_literal(word)}"
        for term, word in _WORDS[spelling].items()
    )
    # With one branch and NULL otherwise, DuckDB 2.0 finds that LIKE and IN hold for NULL.
    if spelling is ProductSpelling.OBSCORE:
        shown = ("CASE ", f" {cases} WHEN '' THEN '' END")
        subtype = ("", "")
    else:
        others = f"WHEN '' THEN '' {cases} ELSE 'response-function'"
        shown = ("nullif(CASE coalesce(", f", '') {others} END, '')")
        subtype = ("nullif(nullif(", f", '{EVENT_LIST}'), '{EVENT_BUNDLE}')")
    computed = (
        ComputedColumn(shown[0], "product_type", shown[1]),
        ComputedColumn(subtype[0], "product_type", subtype[1]),
        ComputedColumn(f"{_literal(files)} || ", ACCESS_PATH.name),
    )
    return dict(zip(COMPUTED_COLUMNS, computed, strict=True))


def _obscore_select(
    manifest: Manifest, base_url: str, spelling: ProductSpelling
) -> str:
    """Return the SELECT of one release's rows as this site shows them."""
    computed = _computed_columns(manifest, base_url, spelling)
    stored = {column.name for column in stored_obscore()}
    items = [
        f'{computed[column.name].sql(computed[column.name].stored)} AS "{column.name}"'
        if column.name in computed
        else f'"{column.name}"'
        for column in OBSCORE.all_columns
        if column.name in computed or column.name in stored
    ]
    source = f"{stored_prefix(manifest)}obscore"
    return f"SELECT {', '.join(items)} FROM {source}"  # noqa: S608 - no user text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
