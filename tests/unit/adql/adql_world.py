"""A small archive for queries: a catalogue, its tables in DuckDB, and the rows as such.

The rows are the truth that results are compared with; hidden index columns are filled
from the public ones as a release does it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np
from astropy.coordinates import Latitude, Longitude
from astropy.units import deg
from cdshealpix.nested import lonlat_to_healpix

from gammavo.adql import Catalog, CompiledQuery, translate
from gammavo.model.columns import (
    Column,
    Datatype,
    Schema,
    SkyPosition,
    SkyRegion,
    Synonyms,
    Table,
)
from gammavo.model.regions import unit_vector

__all__ = ["ENGINE_TYPES", "World", "create_table", "make_world", "with_index"]

Row = dict[str, Any]

ENGINE_TYPES: Mapping[Datatype, str] = {
    Datatype.BOOLEAN: "BOOLEAN",
    Datatype.SMALLINT: "SMALLINT",
    Datatype.INTEGER: "INTEGER",
    Datatype.BIGINT: "BIGINT",
    Datatype.REAL: "FLOAT",
    Datatype.DOUBLE: "DOUBLE",
    Datatype.VARCHAR: "VARCHAR",
    Datatype.UNICODE: "VARCHAR",
    Datatype.REGION: "VARCHAR",
    Datatype.TIMESTAMP: "TIMESTAMP",
    Datatype.POINT: "DOUBLE[]",
    Datatype.CIRCLE: "DOUBLE[]",
    Datatype.POLYGON: "DOUBLE[]",
}

PRODUCTS = Synonyms(
    "product_term",
    {
        "event": ("event-list",),
        "event-list": ("event-list",),
        "image": ("image",),
        "map": ("image", "cube"),
    },
)
"""What a query may write, and the terms of the rows that it means."""


def _column(name: str, datatype: Datatype, *more: str | None, **other: Any) -> Column:
    unit, ucd = (*more, None, None)[:2]
    return Column(name, datatype, f"The {name}", unit=unit, ucd=ucd, **other)


OBSERVATIONS = Table(
    "gamma.observations",
    "Pointings",
    (
        _column("obs_id", Datatype.BIGINT, None, "meta.id;meta.main"),
        _column("target", Datatype.VARCHAR, None, "meta.id;src"),
        _column("telescope", Datatype.UNICODE, None, "instr.tel"),
        _column("s_ra", Datatype.DOUBLE, "deg", "pos.eq.ra;meta.main"),
        _column("s_dec", Datatype.DOUBLE, "deg", "pos.eq.dec;meta.main"),
        _column("exposure", Datatype.DOUBLE, "s", "time.duration"),
        _column("n_tel", Datatype.SMALLINT),
        _column("n_events", Datatype.INTEGER, None, "meta.number"),
        _column("started", Datatype.TIMESTAMP, None, "time.start"),
        _column("s_region", Datatype.REGION, None, "pos.outline"),
        _column("dataproduct_type", Datatype.VARCHAR, synonyms=PRODUCTS),
        _column("product_term", Datatype.VARCHAR, hidden=True),
        _column("size", Datatype.BIGINT, "byte", "phys.size"),
    ),
    positions=(SkyPosition("s_ra", "s_dec"),),
    regions=(SkyRegion("s_region", largest=math.radians(2.5)),),
)
EVENTS = Table(
    "gamma.events",
    "Photons",
    (
        _column("event_id", Datatype.BIGINT, None, "meta.id"),
        _column("obs_id", Datatype.BIGINT, None, "meta.id.parent"),
        _column("ra", Datatype.DOUBLE, "deg", "pos.eq.ra;meta.main"),
        _column("dec", Datatype.DOUBLE, "deg", "pos.eq.dec;meta.main"),
        _column("energy", Datatype.REAL, "TeV", "em.energy"),
        _column("multiplicity", Datatype.INTEGER),
        _column("lags", Datatype.DOUBLE, arraysize="2"),
    ),
    positions=(SkyPosition("ra", "dec"),),
)
SOURCES = Table(
    "gamma.sources",
    "Known sources",
    (
        _column("name", Datatype.VARCHAR, None, "meta.id;meta.main"),
        _column("ra", Datatype.DOUBLE, "deg", "pos.eq.ra"),
        _column("dec", Datatype.DOUBLE, "deg", "pos.eq.dec"),
        _column("flux", Datatype.DOUBLE, "erg.s**-1.cm**-2", "phot.flux"),
        _column("r95", Datatype.REAL, "deg"),
        _column("Odd Name", Datatype.INTEGER),
        _column("comment", Datatype.UNICODE),
        _column("pos", Datatype.POINT, "deg", "pos.eq"),
    ),
    positions=(SkyPosition("ra", "dec"),),
)
DETAILS = Table(
    "gamma.details",
    "More about each pointing",
    (
        _column("obs_id", Datatype.BIGINT),
        _column("quality", Datatype.INTEGER),
        _column("analyst", Datatype.VARCHAR),
    ),
)
COLUMNS = Table(
    "tap_schema.columns",
    "All columns",
    (
        _column("table_name", Datatype.VARCHAR),
        _column("column_name", Datatype.VARCHAR),
        _column("datatype", Datatype.VARCHAR),
        _column("size", Datatype.INTEGER),
        _column("indexed", Datatype.INTEGER),
    ),
)
NUMBERS = Table(
    "numbers",
    "Edges of the number line",
    (
        _column("id", Datatype.INTEGER),
        _column("small", Datatype.SMALLINT),
        _column("n", Datatype.INTEGER),
        _column("big", Datatype.BIGINT),
        _column("r", Datatype.REAL),
        _column("x", Datatype.DOUBLE),
        _column("word", Datatype.VARCHAR),
        _column("moment", Datatype.TIMESTAMP),
        _column("flag", Datatype.BOOLEAN),
    ),
)
UPLOAD = Table(
    "TAP_UPLOAD.mine",
    "Uploaded",
    (_column("ra", Datatype.DOUBLE), _column("dec", Datatype.DOUBLE)),
)


@dataclass(frozen=True, slots=True)
class World:
    """A catalogue, an engine with its tables, and the rows by the tables' names."""

    catalog: Catalog
    engine: duckdb.DuckDBPyConnection
    rows: Mapping[str, Sequence[Row]] = field(repr=False)

    def compile(self, text: str, **options: Any) -> CompiledQuery:
        return translate(text, self.catalog, **{"max_rows": None, **options})

    def ask(self, text: str, **options: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query; the types must be those that it declares."""
        compiled = self.compile(text, **options)
        cursor = self.engine.execute(compiled.sql)
        declared = [_stored(column) for column in compiled.columns]
        assert [str(entry[1]) for entry in cursor.description] == declared, compiled.sql
        return cursor.fetchall()

    def values(self, text: str, **options: Any) -> list[Any]:
        """Return the one column of a query."""
        return [value for (value,) in self.ask(text, **options)]

    def value(self, expression: str) -> Any:
        """Return what an expression is in the first row of the table of numbers."""
        (value,) = self.values(f"SELECT {expression} AS v FROM numbers WHERE id = 1")
        return value


def with_index(table: Table, rows: Sequence[Row]) -> list[Row]:
    """Return the rows with their hidden columns, sorted as a release sorts them."""
    done = [dict(row) for row in rows]
    for position in table.positions:
        for row in done:
            lon, lat = row[position.longitude], row[position.latitude]
            known = lon is not None and lat is not None
            vector = unit_vector(lon, lat) if known else (None, None, None)
            row[position.x], row[position.y], row[position.z] = vector
            row[position.healpix] = _healpix(lon, lat) if known else None
    for region in table.regions:
        for row in done:
            names = (region.x, region.y, region.z, region.radius)
            if row[region.column] is None:
                row.update(dict.fromkeys(names))
                continue
            lon, lat, radius = map(float, row[region.column].split()[-3:])
            values = (*unit_vector(lon, lat), math.radians(radius))
            row.update(zip(names, values, strict=True))
    if table.positions:
        key = table.positions[0].healpix
        done.sort(key=lambda row: (row[key] is None, row[key] or 0))
    return done


def _healpix(longitude: float, latitude: float) -> int:
    where = Longitude([longitude], deg), Latitude([latitude], deg)
    return int(lonlat_to_healpix(*where, 29)[0])


def create_table(
    engine: duckdb.DuckDBPyConnection, schema: str, table: Table, rows: Sequence[Row]
) -> None:
    """Create a table with all its columns, and fill it."""
    where = f'"{schema}".' if schema else ""
    if schema:
        engine.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    local = table.name.removeprefix(f"{schema}.")
    columns = ", ".join(
        f'"{column.name}" {_stored(column)}' for column in table.all_columns
    )
    engine.execute(f'CREATE TABLE {where}"{local}" ({columns})')
    if rows:
        marks = ", ".join("?" for _ in table.all_columns)
        names = [column.name for column in table.all_columns]
        engine.executemany(
            f'INSERT INTO {where}"{local}" VALUES ({marks})',
            [[row[name] for name in names] for row in rows],
        )


def _stored(column: Column) -> str:
    kind = ENGINE_TYPES[column.datatype]
    return f"{kind}[]" if column.arraysize not in {None, "1"} else kind


def make_world() -> World:
    """Return the archive; it is the same every time."""
    chance = random.Random(20260131)
    tables = {
        "gamma": (OBSERVATIONS, EVENTS, SOURCES, DETAILS),
        "tap_schema": (COLUMNS,),
        "": (NUMBERS,),
        "TAP_UPLOAD": (UPLOAD,),
    }
    rows: dict[str, list[Row]] = {
        "gamma.observations": _observations(chance),
        "gamma.events": _events(chance),
        "gamma.sources": _sources(chance),
        "gamma.details": [
            {"obs_id": i, "quality": i % 3 or None, "analyst": f"Dr. {'AB'[i % 2]}"}
            for i in range(10, 40, 2)
        ],
        "tap_schema.columns": [
            {
                "table_name": table.name,
                "column_name": column.name,
                "datatype": column.datatype.value.lower(),
                "size": len(column.name),
                "indexed": int(column.name == "obs_id"),
            }
            for table in (OBSERVATIONS, EVENTS, SOURCES)
            for column in table.public_columns
        ],
        "numbers": _numbers(),
        "TAP_UPLOAD.mine": [{"ra": 83.0, "dec": 22.0}, {"ra": None, "dec": 1.0}],
    }
    engine = duckdb.connect()
    for schema, members in tables.items():
        for table in members:
            rows[table.name] = with_index(table, rows[table.name])
            create_table(engine, schema, table, rows[table.name])
    catalog = Catalog(
        [Schema(name, "For tests", members) for name, members in tables.items()]
    )
    return World(catalog, engine, rows)


def _maybe(chance: random.Random, value: Any) -> Any:
    return None if chance.random() < 0.15 else value


def _observations(chance: random.Random) -> list[Row]:
    rows = []
    for number in range(1, 61):
        known = chance.random() > 0.1
        ra, dec = 83.6 + chance.gauss(0, 3), 22.0 + chance.gauss(0, 3)
        product = chance.choice(
            ["event", "EVENT-list", "image", "cube", "pulsar", None]
        )
        rows.append(
            {
                "obs_id": number,
                "target": _maybe(chance, chance.choice(["Crab", "Mrk 421", "PKS%_1"])),
                "telescope": _maybe(
                    chance, chance.choice(["H.E.S.S.", "Çağ", "MAGIC"])
                ),
                "s_ra": ra if known else None,
                "s_dec": dec if known else None,
                "exposure": _maybe(
                    chance, chance.choice([0.0, 900.0, 1680.5, 1800.25])
                ),
                "n_tel": _maybe(chance, chance.randint(2, 5)),
                "n_events": _maybe(chance, chance.randint(0, 9000)),
                "started": _maybe(
                    chance,
                    datetime(2020, 1, 1) + timedelta(hours=7 * number),  # noqa: DTZ001
                ),
                "s_region": f"CIRCLE ICRS {ra} {dec} {chance.choice([0.5, 2.5])}"
                if known
                else None,
                "dataproduct_type": product,
                "product_term": {"event": "event-list", "EVENT-list": "event-list"}.get(
                    product or "", product
                ),
                "size": _maybe(chance, 10 ** chance.randint(1, 12)),
            }
        )
    return rows


def _events(chance: random.Random) -> list[Row]:
    return [
        {
            "event_id": number,
            "obs_id": _maybe(chance, chance.randint(1, 70)),
            "ra": 83.6 + chance.gauss(0, 2),
            "dec": 22.0 + chance.gauss(0, 2),
            "energy": _maybe(chance, float(np.float32(chance.lognormvariate(0, 1)))),
            "multiplicity": chance.randint(2, 4),
            "lags": _maybe(chance, [chance.random(), 1.0]),
        }
        for number in range(300)
    ]


def _sources(chance: random.Random) -> list[Row]:
    rows = []
    for number in range(40):
        ra, dec = chance.uniform(0, 360), math.degrees(math.asin(chance.uniform(-1, 1)))
        if number < 12:
            ra, dec = 83.6 + chance.gauss(0, 1), 22.0 + chance.gauss(0, 1)
        rows.append(
            {
                "name": f"S{number:02}",
                "ra": ra,
                "dec": dec,
                "flux": chance.lognormvariate(-25, 1),
                "r95": _maybe(chance, float(np.float32(chance.uniform(0.01, 2)))),
                "Odd Name": number,
                "comment": _maybe(
                    chance, chance.choice(["it's", "100%", "a_b", "ß\\x"])
                ),
                "pos": [ra, dec],
            }
        )
    return rows


def _numbers() -> list[Row]:
    names = ("id", "small", "n", "big", "r", "x", "word", "moment", "flag")
    noon = datetime(2026, 1, 31, 12)  # noqa: DTZ001 - times of the archive have no zone
    low, high = -(2**31), 2**31 - 1
    lowest, highest = -(2**63), 2**63 - 1
    return [
        dict(zip(names, values, strict=True))
        for values in (
            (1, 7, -7, 10, 0.5, 2.5, "12", noon, True),
            (2, -32768, low, lowest, -0.5, -2.5, "12abc", noon, False),
            (3, 32767, high, highest, 1.5, 1e300, " 1e3 ", None, None),
            (4, 0, 0, 0, 0.0, 0.0, "", datetime(1969, 7, 20, 20, 17, 40), True),  # noqa: DTZ001
            (5, None, None, None, None, None, None, None, None),
            (6, 3, 3, -3, 2.25, -1e-300, "Ünïcode", noon + timedelta(days=1), False),
            (7, 3, 4, 5, 2.25, 1e16, 'it\'s "so"', noon, True),
        )
    ]
