"""The figures of a run: from what a quick look finds to axes and series."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np

from gammavo.archive.previews.response_figures import response_figure
from gammavo.dl3.quicklook import (
    OnOff,
    RunView,
    SkyMap,
    compare_target,
    energy_distribution,
    sky_map,
    time_line,
)
from gammavo.dl3.quicklook.sky_map import tangent_plane
from gammavo.formats.figures import (
    Axis,
    Curve,
    Figure,
    Mark,
    Raster,
    Ring,
    Scatter,
    Series,
    Spans,
    Steps,
    TickLabel,
)

__all__ = ["run_figures"]

_ROOM: Final = 1.15
"""How far an axis reaches beyond the largest value."""

Maker = Callable[[], Figure | None]


def run_figures(view: RunView) -> Iterator[tuple[str, Maker]]:
    """Yield the names of a run's pictures and what makes each of them.

    A maker returns None where the run has nothing to show of that kind.
    """
    yield "counts-map", partial(counts_map_figure, view)
    yield "theta2", partial(theta_squared_figure, view)
    yield "energy", partial(energy_figure, view)
    yield "livetime", partial(livetime_figure, view)
    for role, hdu in view.responses.items():
        yield role, partial(response_figure, view, role, hdu)


def counts_map_figure(view: RunView) -> Figure | None:
    """Draw the events on the sky, with pointing and target marked."""
    found = sky_map(view)
    if found is None or view.centre is None:
        return None
    half = found.half_width
    highest = max(float(found.smooth.max()), 1e-3)
    scale = Axis("Events per pixel", "", 0.0, highest)
    series: list[Series] = [Raster("events", found.smooth, scale)]
    series += [Curve("", g.x, g.y, None) for g in (*found.meridians, *found.parallels)]
    if view.target_position is not None:
        x, y = (
            float(value[0])
            for value in tangent_plane(
                [view.target_position[0]], [view.target_position[1]], view.centre
            )
        )
        if max(abs(x), abs(y)) < half:
            series.append(Ring(view.target or "target", x, y, view.on_radius))
    if view.is_axis:
        series.append(Mark("pointing", 0.0, 0.0, 2))
    side = 60 * 2 * half / found.counts.shape[0]
    return Figure(
        f"Counts map, run {view.obs_id}",
        Axis("Right ascension (ICRS)", "deg", half, -half, ticks=_meridians(found)),
        Axis("Declination (ICRS)", "deg", -half, half, ticks=_parallels(found)),
        tuple(series),
        (
            f"{found.counts.sum()} events in pixels of {side:.2g} arcmin, smoothed "
            f"with a Gaussian of σ = {60 * found.smoothing:.2g} arcmin; "
            f"{found.outside} are outside.",
            _projection_caption(view, any(isinstance(item, Ring) for item in series)),
        ),
        {
            "centre": list(view.centre),
            "target": view.target,
            "target_position": view.target_position and list(view.target_position),
            "events": int(found.counts.sum()),
            "projection": "TAN",
            "frame": "ICRS",
        },
    )


def _projection_caption(view: RunView, has_ring: bool) -> str:
    ring = (
        f" The ring has the radius {view.on_radius:.3f}°: 68 % of a source at 1 TeV."
        if has_ring
        else ""
    )
    return f"Gnomonic projection.{ring}"


def _meridians(found: SkyMap) -> tuple[TickLabel, ...]:
    return tuple(TickLabel(g.at, f"{g.value:g}") for g in found.meridians)


def _parallels(found: SkyMap) -> tuple[TickLabel, ...]:
    return tuple(
        TickLabel(g.at, f"{g.value:+g}".replace("-", "−")) for g in found.parallels
    )


def theta_squared_figure(view: RunView) -> Figure | None:
    """Draw the events around the target by squared distance, with the background."""
    found = compare_target(view)
    if found is None:
        return None
    centres = 0.5 * (found.edges[1:] + found.edges[:-1])
    top = _ROOM * max(float(np.max(found.on + np.sqrt(found.on))), 1.0)
    limit = np.full(2, found.radius**2)
    return Figure(
        f"Events around {view.target or 'the target'}, run {view.obs_id}",
        Axis("Squared distance θ²", "deg²", 0.0, float(found.edges[-1])),
        Axis("Events", "", 0.0, top),
        (
            Steps("background", found.edges, found.off, 0, filled=True),
            Scatter("target", centres, found.on, np.sqrt(found.on), 1),
            Curve("on region", limit, np.array([0.0, top]), 4, dashed=True),
        ),
        _theta_caption(found),
        {
            "n_on": found.n_on,
            "n_off": found.n_off,
            "alpha": found.alpha,
            "excess": found.excess,
            "significance": found.significance,
            "significance_method": "Li & Ma 1983, eq. 17",
            "background": found.method,
            "regions": found.regions,
            "on_radius": found.radius,
        },
    )


def _theta_caption(found: OnOff) -> tuple[str, str]:
    sums = (
        f"Within {found.radius:.3f}°: {found.n_on} on, {found.n_off} off, "
        f"α = {found.alpha:.3f}, excess {found.excess:.1f}, "
        f"{found.significance:.1f} σ (Li & Ma 1983, eq. 17)."
    )
    if found.method == "ring":
        return sums, (
            "Background: ring around the target, flat acceptance assumed; all energies."
        )
    return sums, (
        f"Background: {found.regions} reflected regions; histogram from 3 mirrored "
        "positions; all energies."
    )


def energy_figure(view: RunView) -> Figure | None:
    """Draw how many events there are by reconstructed energy."""
    found = energy_distribution(view)
    if found is None:
        return None
    top = 10 ** (math.log10(float(found.all_events.max())) * 1.05 + 0.1)
    series: list[Series] = [
        Steps("all events", found.edges, found.all_events, 0, filled=True)
    ]
    if found.on_events is not None:
        series.append(Steps("on region of the target", found.edges, found.on_events, 1))
    first, last = float(found.edges[0]), float(found.edges[-1])
    low, high = view.energies
    for name, energy in (("safe energy range", low), ("", high)):
        if energy is not None and first < energy < last:
            ends = np.array([0.5, top])
            series.append(Curve(name, np.full(2, energy), ends, 4, dashed=True))
    return Figure(
        f"Energy distribution, run {view.obs_id}",
        Axis("Reconstructed energy", "TeV", first, last, True),
        Axis("Events per bin", "", 0.5, top, True),
        tuple(series),
        (
            f"{int(found.all_events.sum())} events, 8 bins per decade; not corrected for "
            "the effective area.",
        ),
        {"events": int(found.all_events.sum()), "energy_min": low, "energy_max": high},
    )


def livetime_figure(view: RunView) -> Figure:
    """Draw the rate of events over time, and the good time intervals."""
    found = time_line(view)
    known = found.rate[np.isfinite(found.rate)]
    top = 1.35 * float(known.max()) if len(known) and known.max() > 0 else 1.0
    end = float(found.edges[-1])
    live = 100 * view.livetime / found.ontime if found.ontime > 0 else 0.0
    count = len(found.start)
    margin = 0.02 * end
    return Figure(
        f"Rate and good time intervals, run {view.obs_id}",
        Axis("Time since the begin", found.unit, -margin, end + margin),
        Axis("Rate of events", "Hz", 0.0, top),
        (
            Spans("good time", found.start, found.stop),
            Steps("rate", found.edges, np.nan_to_num(found.rate), 0),
        ),
        (
            f"Begin: MJD {found.origin:.6f} (TT). {count} good time interval"
            f"{'' if count == 1 else 's'}, {found.ontime:.1f} s in all.",
            f"Livetime {view.livetime:.1f} s: {live:.1f} % of them.",
        ),
        {
            "begin_mjd_tt": found.origin,
            "intervals_mjd_tt": np.column_stack([view.start, view.stop]).tolist(),
            "ontime": found.ontime,
            "livetime": view.livetime,
        },
    )
