"""What a quick look at a run shows: numbers for pictures, no pictures.

One opening of the files of a run gives a :class:`RunView`; the other modules make of it a
map, a comparison of target and background, distributions, and curves of the responses.
"""

from gammavo.dl3.quicklook.distributions import (
    EnergyDistribution,
    TimeLine,
    energy_distribution,
    time_line,
)
from gammavo.dl3.quicklook.on_off import OnOff, compare_target
from gammavo.dl3.quicklook.response_curves import (
    Migration,
    ResponseCurves,
    response_view,
)
from gammavo.dl3.quicklook.significance import li_ma
from gammavo.dl3.quicklook.sky_map import GridLine, SkyMap, sky_map
from gammavo.dl3.quicklook.view import RunView, open_view

__all__ = [
    "EnergyDistribution",
    "GridLine",
    "Migration",
    "OnOff",
    "ResponseCurves",
    "RunView",
    "SkyMap",
    "TimeLine",
    "compare_target",
    "energy_distribution",
    "li_ma",
    "open_view",
    "response_view",
    "sky_map",
    "time_line",
]
