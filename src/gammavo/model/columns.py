"""Columns, tables and schemas: each declared once, everything else derived.

The metadata of a column follow VODataService 1.2 and TAP 1.1 section 4
(``TAP_SCHEMA.columns``); the datatypes are those of ADQL 2.1 section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

__all__ = [
    "Column",
    "Datatype",
    "ForeignKey",
    "Schema",
    "SkyPosition",
    "SkyRegion",
    "Synonyms",
    "Table",
    "TimeSystem",
    "find_table",
]


class Datatype(StrEnum):
    """The type of a column's values, by its ADQL 2.1 name.

    Members that are not scalars of SQL: ``POINT``, ``CIRCLE``, ``POLYGON`` are DALI
    arrays of doubles in degrees (ICRS); ``REGION`` is text in STC-S form, as ObsCore
    clients draw it; ``UNICODE`` is text that is not pure ASCII.
    """

    BOOLEAN = "BOOLEAN"
    SMALLINT = "SMALLINT"
    INTEGER = "INTEGER"
    BIGINT = "BIGINT"
    REAL = "REAL"
    DOUBLE = "DOUBLE"
    VARCHAR = "VARCHAR"
    UNICODE = "UNICODE"
    TIMESTAMP = "TIMESTAMP"
    POINT = "POINT"
    CIRCLE = "CIRCLE"
    POLYGON = "POLYGON"
    REGION = "REGION"

    @property
    def is_integer(self) -> bool:
        """Whether values are whole numbers."""
        return self in _INTEGERS

    @property
    def is_numeric(self) -> bool:
        """Whether values can be calculated with."""
        return self in _INTEGERS or self in {Datatype.REAL, Datatype.DOUBLE}

    @property
    def is_text(self) -> bool:
        """Whether values are character strings."""
        return self in {Datatype.VARCHAR, Datatype.UNICODE}

    @property
    def is_geometry(self) -> bool:
        """Whether values are positions or areas on the sky."""
        return self in _GEOMETRIES

    @property
    def votable(self) -> tuple[str, str | None, str | None]:
        """VOTable ``datatype``, ``arraysize`` and DALI ``xtype`` (None: absent)."""
        return _VOTABLE[self]


_INTEGERS = frozenset({Datatype.SMALLINT, Datatype.INTEGER, Datatype.BIGINT})
_GEOMETRIES = frozenset(
    {Datatype.POINT, Datatype.CIRCLE, Datatype.POLYGON, Datatype.REGION}
)
_VOTABLE: Mapping[Datatype, tuple[str, str | None, str | None]] = {
    Datatype.BOOLEAN: ("boolean", None, None),
    Datatype.SMALLINT: ("short", None, None),
    Datatype.INTEGER: ("int", None, None),
    Datatype.BIGINT: ("long", None, None),
    Datatype.REAL: ("float", None, None),
    Datatype.DOUBLE: ("double", None, None),
    Datatype.VARCHAR: ("char", "*", None),
    Datatype.UNICODE: ("unicodeChar", "*", None),
    Datatype.TIMESTAMP: ("char", "*", "timestamp"),
    Datatype.POINT: ("double", "2", "point"),
    Datatype.CIRCLE: ("double", "3", "circle"),
    Datatype.POLYGON: ("double", "*", "polygon"),
    Datatype.REGION: ("char", "*", "adql:REGION"),
}


@dataclass(frozen=True, slots=True)
class TimeSystem:
    """A VOTable 1.4 ``TIMESYS``: what a numeric time is counted from, and how."""

    timescale: str
    refposition: str
    timeorigin: str | None = None


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Other spellings of a controlled vocabulary that queries may use.

    Parameters
    ----------
    column
        Name of the (hidden) column that holds the canonical term of each row.
    terms
        Maps each accepted spelling, in lower case, to the canonical terms it means.
    """

    column: str
    terms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column, with all that the standards want to know about it.

    Parameters
    ----------
    name
        As published, lower case. A name that ADQL reserves needs delimiting.
    datatype
        ADQL type of the values.
    description
        One sentence for people.
    unit
        VOUnits 1.1, None for none.
    ucd, utype
        UCD1+ of list 1.6 and data-model path, None for none.
    xtype
        DALI xtype if it is not the one that ``datatype`` implies.
    principal, indexed, std
        The flags of ``TAP_SCHEMA.columns``.
    required
        Whether NULL is refused when a table is published.
    hidden
        Whether the column serves the engine only: it is in no metadata and not in ``*``.
    frame
        Coordinate system of a position or region ("ICRS"), None for none.
    time
        Time system of a numeric time, None for none.
    synonyms
        Spellings of a vocabulary accepted in comparisons, None for none.
    arraysize
        VOTable arraysize if it is not the one that ``datatype`` implies. A numeric
        column with an arraysize holds lists.
    """

    name: str
    datatype: Datatype
    description: str
    unit: str | None = None
    ucd: str | None = None
    utype: str | None = None
    xtype: str | None = None
    principal: bool = False
    indexed: bool = False
    std: bool = False
    required: bool = False
    hidden: bool = False
    frame: str | None = None
    time: TimeSystem | None = None
    synonyms: Synonyms | None = None
    arraysize: str | None = None

    @property
    def votable(self) -> tuple[str, str | None, str | None]:
        """VOTable ``datatype``, ``arraysize`` and ``xtype`` of this column."""
        datatype, arraysize, xtype = self.datatype.votable
        return datatype, self.arraysize or arraysize, self.xtype or xtype

    def renamed(self, name: str) -> Column:
        """Return the same column under another name."""
        return self if name == self.name else replace(self, name=name)


@dataclass(frozen=True, slots=True)
class SkyPosition:
    """Which columns of a table give the position of a row, and which index it.

    ``longitude`` and ``latitude`` are degrees, ICRS. ``healpix`` is the NESTED HEALPix
    index of order 29 (BIGINT) by which the table is sorted; ``x``, ``y``, ``z`` are the
    unit vector (DOUBLE). The last four are hidden columns.
    """

    longitude: str
    latitude: str
    healpix: str = "hpx29"
    x: str = "x"
    y: str = "y"
    z: str = "z"

    @property
    def index_columns(self) -> tuple[Column, ...]:
        """The hidden columns that a table with this position carries."""
        return (
            Column(
                self.healpix,
                Datatype.BIGINT,
                "HEALPix NESTED index, order 29",
                hidden=True,
            ),
            Column(self.x, Datatype.DOUBLE, "Unit vector, x, ICRS", hidden=True),
            Column(self.y, Datatype.DOUBLE, "Unit vector, y, ICRS", hidden=True),
            Column(self.z, Datatype.DOUBLE, "Unit vector, z, ICRS", hidden=True),
        )


@dataclass(frozen=True, slots=True)
class SkyRegion:
    """Which hidden columns describe the circle that a REGION column holds.

    The centre is the unit vector ``<column>_x``, ``_y``, ``_z``; ``<column>_radius`` is
    in radians. Where the region is NULL, all four are NULL. ``largest`` is a number that
    no radius exceeds, in radians; None if none is known.
    """

    column: str
    largest: float | None = None

    @property
    def x(self) -> str:
        """Column of the centre's x."""
        return f"{self.column}_x"

    @property
    def y(self) -> str:
        """Column of the centre's y."""
        return f"{self.column}_y"

    @property
    def z(self) -> str:
        """Column of the centre's z."""
        return f"{self.column}_z"

    @property
    def radius(self) -> str:
        """Column of the radius in radians."""
        return f"{self.column}_radius"

    @property
    def index_columns(self) -> tuple[Column, ...]:
        """The hidden columns that a table with this region carries."""
        texts = {
            self.x: "Centre of the region, x, ICRS",
            self.y: "Centre of the region, y, ICRS",
            self.z: "Centre of the region, z, ICRS",
            self.radius: "Radius of the region in radians",
        }
        return tuple(
            Column(name, Datatype.DOUBLE, text, hidden=True)
            for name, text in texts.items()
        )


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A join that makes sense: ``columns`` of this table to those of ``target``."""

    target: str
    columns: tuple[tuple[str, str], ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A published table.

    Parameters
    ----------
    name
        Qualified by the schema, e.g. ``ivoa.obscore``.
    columns
        In the order of publication. Hidden index columns of ``positions`` and ``regions``
        are appended by :attr:`all_columns`, not listed here.
    positions
        Columns that hold sky positions; the table is sorted by the first one's HEALPix.
    regions
        Columns of type REGION that can be searched.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    utype: str | None = None
    positions: tuple[SkyPosition, ...] = ()
    regions: tuple[SkyRegion, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    rows: int | None = None

    @property
    def schema_name(self) -> str:
        """The part before the dot."""
        return self.name.rpartition(".")[0]

    @property
    def local_name(self) -> str:
        """The part after the dot."""
        return self.name.rpartition(".")[2]

    @property
    def public_columns(self) -> tuple[Column, ...]:
        """The columns that metadata and ``*`` show."""
        return tuple(column for column in self.columns if not column.hidden)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Every column that is stored, the hidden index columns last."""
        index = [c for p in self.positions for c in p.index_columns]
        index += [c for r in self.regions for c in r.index_columns]
        return self.columns + tuple(index)

    def column(self, name: str) -> Column:
        """Return the stored column of that exact name.

        Raises
        ------
        KeyError
            There is none.
        """
        for column in self.all_columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Schema:
    """A named group of tables, as ``TAP_SCHEMA.schemas`` lists it."""

    name: str
    description: str
    tables: tuple[Table, ...] = field(default=())
    utype: str | None = None

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)


def find_table(schemas: Sequence[Schema], name: str) -> Table | None:
    """Return the table of that qualified name, compared without case, or None."""
    wanted = name.lower()
    for schema in schemas:
        for table in schema:
            if table.name.lower() == wanted:
                return table
    return None
