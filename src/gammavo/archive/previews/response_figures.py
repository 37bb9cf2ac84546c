"""The figures of instrument responses."""

from __future__ import annotations

import numpy as np

from gammavo.dl3.hdu import Hdu
from gammavo.dl3.quicklook import Migration, ResponseCurves, RunView, response_view
from gammavo.formats.figures import Axis, Curve, Figure, Raster

__all__ = ["response_figure"]

_DECADES = 6
_NAMES = {
    "aeff": "Effective area",
    "edisp": "Energy dispersion",
    "psf": "Point spread function",
    "bkg": "Background rate",
    "rad_max": "Radius of the cut",
}


def response_figure(view: RunView, role: str, hdu: Hdu) -> Figure | None:
    """Draw a response; None if its form is not known or it is empty.

    Raises
    ------
    UnusableFileError
        Its axes and values do not fit together.
    """
    found = response_view(role, hdu)
    title = f"{_NAMES[role]}, run {view.obs_id}"
    match found:
        case None:
            return None
        case Migration():
            return _migration(title, found)
        case ResponseCurves():
            return _curves(title, found, hdu)


def _curves(title: str, found: ResponseCurves, hdu: Hdu) -> Figure | None:
    values = np.concatenate([curve for _, curve in found.curves])
    good = values[np.isfinite(values) & (values > 0)]
    if not len(good):
        return None
    largest = float(good.max())
    if found.logarithmic:
        low = max(float(good.min()), largest * 10.0**-_DECADES)
        y = Axis(found.quantity, found.unit, 0.5 * low, 2 * largest, True)
    else:
        y = Axis(found.quantity, found.unit, 0.0, 1.15 * largest)
    kind = "True" if found.true_energy else "Reconstructed"
    ends = float(found.energy[0]), float(found.energy[-1])
    if not ends[0] < ends[1]:
        return None
    curves = tuple(
        Curve(
            "" if offset is None else f"{offset:.2f}° off axis",
            found.energy,
            np.where(np.isfinite(curve) & (curve > 0), curve, np.nan),
            number,
        )
        for number, (offset, curve) in enumerate(found.curves)
    )
    return Figure(
        title,
        Axis(f"{kind} energy", "TeV", *ends, True),
        y,
        curves,
        _caption(hdu),
        {"offsets": [offset for offset, _ in found.curves]},
        low_legend=found.quantity == _NAMES["aeff"],
    )


def _migration(title: str, found: Migration) -> Figure | None:
    if not np.isfinite(found.density).any():
        return None
    energy, migration = found.energy_edges, found.migration_edges
    scale = Axis("Probability density / largest", "", 0.0, 1.0)
    at = "" if found.offset is None else f"At {found.offset:.2f}° off axis. "
    caption = f"{at}Each column is divided by its largest value."
    return Figure(
        title,
        Axis("True energy", "TeV", float(energy[0]), float(energy[-1]), True),
        Axis(
            "Reconstructed / true energy",
            "",
            max(float(migration[0]), 0.0),
            min(float(migration[-1]), 3.0),
        ),
        (
            Raster("density", found.density, scale, energy, migration),
            Curve("", energy[[0, -1]], np.ones(2), None, dashed=True),
        ),
        (caption,),
        {"offset": found.offset},
    )


def _caption(hdu: Hdu) -> tuple[str, ...]:
    """Return what the header says of the form of the response."""
    words = [str(hdu.get(name) or "") for name in ("HDUCLAS3", "HDUCLAS4")]
    text = ", ".join(word.lower() for word in words[:1] if word)
    form = words[1]
    return (f"{form} ({text})." if text else f"{form}.",) if form else ()
