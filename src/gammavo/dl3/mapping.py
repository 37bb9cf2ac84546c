"""From a run to its rows of ``ivoa.obscore`` and ``ivoa.obscore_hea``.

ObsCore 1.1, the high-energy extension (draft of 2026-08-03), GADF 0.3. A product of a run
is its event list, the bundle of event list and responses if one file holds both, and each
response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from gammavo.dl3.grids import REFERENCE_OFFSET_DEG
from gammavo.dl3.headers import Found
from gammavo.dl3.point_spread import CONTAINMENT_TO_FWHM
from gammavo.dl3.responses import Response
from gammavo.model.observations import Product
from gammavo.model.vocabularies import EVENT_BUNDLE, EVENT_LIST

__all__ = [
    "Row",
    "add_energies",
    "add_resolution",
    "event_products",
    "response_product",
]

HC_TEV_M: Final = 1.239841984332e-18
"""Planck constant times speed of light in TeV m (CODATA 2022, exact)."""

EV_PER_TEV: Final = 1e12
ARCSEC_PER_DEG: Final = 3600.0
FWHM_PER_SIGMA: Final = 2.355

_TERMS: Final = {"bkg": "bkgrate"}
_NAMES: Final = MappingProxyType(
    {
        "aeff": "effective area",
        "edisp": "energy dispersion",
        "psf": "point spread function",
        "bkg": "background rate",
        "rad_max": "directional cut",
    }
)
# UCDs of list 1.6 for what each response gives.
_UCDS: Final = MappingProxyType(
    {
        "aeff": "phys.area",
        "edisp": "instr.dispersion",
        "psf": "instr.det.psf",
        "bkg": "instr.background",
        "rad_max": "phys.angSize",
    }
)
_OF_EVENTS_ONLY: Final = frozenset(
    {
        "s_resolution",
        "s_resolution_min",
        "s_resolution_max",
        "em_res_power",
        "s_calib_status",
        "t_calib_status",
        "em_calib_status",
        "obs_creation_date",
        "em_min",
        "em_max",
    }
)
_OF_EVENTS_ONLY_HEA: Final = frozenset(
    {
        "ev_xel",
        "s_ref_energy",
        "em_ref_energy",
        "s_ref_oaa",
        "em_ref_oaa",
        "energy_min",
        "energy_max",
    }
)


@dataclass(slots=True)
class Row:
    """The values of one product while they are gathered; what is None stays NULL."""

    core: dict[str, Any] = field(default_factory=dict)
    extension: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    def put(self, column: str, value: Any, origin: str = "") -> None:
        """Set a value of ``ivoa.obscore``."""
        self._put(self.core, column, value, origin)

    def put_hea(self, column: str, value: Any, origin: str = "") -> None:
        """Set a value of ``ivoa.obscore_hea``."""
        self._put(self.extension, column, value, origin)

    def put_found(self, column: str, found: Found[Any] | None) -> None:
        """Set a value of ``ivoa.obscore`` that was looked up, if it was found."""
        if found is not None:
            self.put(column, found.value, found.origin)

    def _put(
        self, values: dict[str, Any], column: str, value: Any, origin: str
    ) -> None:
        if value is None:
            return
        values[column] = value
        if origin:
            self.origins[column] = origin

    def product(self, name: str, term: str, path: str, hdu: str) -> Product:
        """Return the product with the values gathered so far."""
        return Product(
            name,
            term,
            path,
            hdu,
            dict(self.core),
            dict(self.extension),
            dict(self.origins),
        )


def add_energies(
    row: Row, low: float | None, high: float | None, origins: tuple[str, str] = ("", "")
) -> None:
    """Set the energy range from its ends in TeV, in eV and as wavelengths in metres.

    The largest energy gives the smallest wavelength. An end that is not a positive number
    stays NULL.
    """
    if low is not None and low > 0:
        row.put_hea("energy_min", EV_PER_TEV * low, origins[0])
        row.put("em_max", HC_TEV_M / low, origins[0])
    if high is not None and high > 0:
        row.put_hea("energy_max", EV_PER_TEV * high, origins[1])
        row.put("em_min", HC_TEV_M / high, origins[1])


def add_resolution(
    row: Row, responses: Sequence[Response], safe: tuple[float, float] | None
) -> None:
    """Set angular and spectral resolution at 1 TeV and 0.5 degrees.

    Parameters
    ----------
    row
        The row of the event list.
    responses
        The responses of the run.
    safe
        Safe energy range in TeV, over which the best and worst resolution are taken.
    """
    for response in responses:
        if response.containment is not None:
            radius = response.containment.at_reference()
            to_fwhm = ARCSEC_PER_DEG * CONTAINMENT_TO_FWHM
            if radius is not None:
                origin = (
                    f"{response.containment.kind}: 1.56 * R68, R68 = {radius:.4f} deg"
                )
                row.put("s_resolution", to_fwhm * radius, origin)
                row.put_hea("s_ref_energy", EV_PER_TEV)
                row.put_hea("s_ref_oaa", REFERENCE_OFFSET_DEG)
            extremes = response.containment.extremes(*safe) if safe else None
            if extremes is not None:
                row.put("s_resolution_min", to_fwhm * extremes[0])
                row.put("s_resolution_max", to_fwhm * extremes[1])
        if response.migration_width is not None:
            width = response.migration_width
            row.put(
                "em_res_power",
                1.0 / (FWHM_PER_SIGMA * width),
                f"EDISP: 1 / (2.355 * sigma), sigma = {width:.4f}",
            )
            row.put_hea("em_ref_energy", EV_PER_TEV)
            row.put_hea("em_ref_oaa", REFERENCE_OFFSET_DEG)


def event_products(
    row: Row, path: str, hdu: str, *, with_responses: bool
) -> tuple[Product, ...]:
    """Return the event list, and the bundle if its file holds responses too."""
    events = row.product("events", EVENT_LIST, path, hdu)
    if not with_responses:
        return (events,)
    return events, row.product("bundle", EVENT_BUNDLE, path, "")


def response_product(row: Row, response: Response) -> Product:
    """Return a response as a product of a run.

    It has the run's coverage of sky and time, and its own of energy.
    """
    own = Row(
        {key: value for key, value in row.core.items() if key not in _OF_EVENTS_ONLY},
        {
            key: value
            for key, value in row.extension.items()
            if key not in _OF_EVENTS_ONLY_HEA
        },
    )
    left_out = _OF_EVENTS_ONLY | _OF_EVENTS_ONLY_HEA
    own.origins = {
        key: origin for key, origin in row.origins.items() if key not in left_out
    }
    own.put("obs_title", f"{row.core['obs_title']}: {_NAMES[response.role]}")
    own.put("o_ucd", _UCDS[response.role])
    own.put("obs_creation_date", response.created)
    if response.energies is not None:
        origin = f"energy axis of {response.hdu}"
        add_energies(own, *response.energies, (origin, origin))
    term = _TERMS.get(response.role, response.role)
    return own.product(response.role, term, response.path, response.hdu)
