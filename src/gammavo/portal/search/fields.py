"""What can be asked for: each field of the form stands on columns of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gammavo.model.columns import Column
from gammavo.model.obscore import OBSCORE
from gammavo.model.obscore_hea import OBSCORE_HEA
from gammavo.model.statistics import ColumnStatistics, TableStatistics
from gammavo.model.vocabularies import EVENT_LIST, PRODUCT_TYPES

__all__ = [
    "ANY",
    "CHOICES",
    "COLUMNS",
    "DEFAULT_PRODUCT",
    "RANGES",
    "ChoiceField",
    "RangeField",
    "statistics_of",
    "useful_ranges",
]

ANY: Final = "any"
"""Value of ``product`` for products of all types."""

DEFAULT_PRODUCT: Final = EVENT_LIST
"""What is looked for if nothing is said: one row for each run."""

COLUMNS: Final[Mapping[str, Column]] = {
    column.name: column for table in (OBSCORE_HEA, OBSCORE) for column in table.columns
}
"""Columns of both tables by name; they share only ``obs_publisher_did``."""

_TABLES: Final = (OBSCORE.name, OBSCORE_HEA.name)


@dataclass(frozen=True, slots=True)
class RangeField:
    """Two numbers between which a column is to be.

    Parameters
    ----------
    name
        Its parameters are ``<name>_min`` and ``<name>_max``.
    column
        Name of the column.
    label
        For people.
    unit
        In which the numbers are given; that of the column if empty.
    factor
        What the numbers are multiplied with to be in the unit of the column.
    """

    name: str
    column: str
    label: Any
    unit: str = ""
    factor: float = 1.0

    @property
    def shown_unit(self) -> str:
        """Unit in which the numbers are given, empty for pure numbers."""
        return self.unit or COLUMNS[self.column].unit or ""

    @property
    def description(self) -> str:
        """What the column is."""
        return COLUMNS[self.column].description


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """Words of which a column is to have one; shown with counts.

    Parameters
    ----------
    name
        Its parameter, which may be given several times.
    column
        Name of the column.
    label
        For people.
    always
        Whether it is shown even if all rows have the same word.
    """

    name: str
    column: str
    label: Any
    always: bool = False

    @property
    def description(self) -> str:
        """What the column is."""
        return COLUMNS[self.column].description

    def word(self, value: str) -> str:
        """Return what a value means for people, if the vocabulary tells it."""
        if self.name != "product" or value not in PRODUCT_TYPES:
            return value
        return gettext(PRODUCT_TYPES[value])


RANGES: Final = (
    RangeField("livetime", "t_exptime", _("Livetime")),
    RangeField("zenith", "zenith_angle", _("Zenith angle")),
    RangeField("events", "ev_xel", _("Events")),
    RangeField("threshold", "energy_min", _("Energy threshold"), "TeV", 1e12),
    RangeField("psf", "s_resolution", _("Angular resolution")),
    RangeField("power", "em_res_power", _("Energy resolving power")),
    RangeField("field", "s_fov", _("Field of view")),
    RangeField("size", "access_estsize", _("Size of the file")),
)

CHOICES: Final = (
    ChoiceField("release", "obs_collection", _("Release"), always=True),
    ChoiceField("object", "target_name", _("Target"), always=True),
    ChoiceField("class", "target_class", _("Class of the target")),
    ChoiceField("facility", "facility_name", _("Facility")),
    ChoiceField("instrument", "instrument_name", _("Instrument"), always=True),
    ChoiceField("product", "dataproduct_subtype", _("Product"), always=True),
    ChoiceField("level", "calib_level", _("Calibration level")),
    ChoiceField("mode", "obs_mode", _("Observation mode")),
    ChoiceField("tracking", "tracking_mode", _("Tracking mode")),
    ChoiceField("scan", "scan_mode", _("Scan mode")),
    ChoiceField("pointing", "pointing_mode", _("Pointing of the telescopes")),
    ChoiceField("analysis", "analysis_mode", _("Analysis")),
    ChoiceField("event_type", "event_type", _("Event type")),
    ChoiceField("rights", "data_rights", _("Rights")),
)


def statistics_of(
    tables: Mapping[str, TableStatistics], column: str
) -> ColumnStatistics | None:
    """Return what is known of a column's values at this site, None if nothing is."""
    for name in _TABLES:
        if found := tables.get(name, {}).get(column):
            return found
    return None


def useful_ranges(
    tables: Mapping[str, TableStatistics],
) -> tuple[tuple[RangeField, float, float], ...]:
    """Return the ranges whose columns have different values, with the extremes."""
    found = []
    for entry in RANGES:
        known = statistics_of(tables, entry.column)
        if known is None or known.minimum is None or known.maximum is None:
            continue
        if known.minimum < known.maximum:
            low, high = known.minimum / entry.factor, known.maximum / entry.factor
            found.append((entry, low, high))
    return tuple(found)
