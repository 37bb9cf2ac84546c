"""Example queries that work on every site with a release (DALI 1.1 section 2.3)."""

from __future__ import annotations

from typing import Final

from gammavo.formats import Example

__all__ = ["EXAMPLES"]

EXAMPLES: Final = (
    Example(
        id="event-lists",
        title="Event lists around the Crab nebula",
        description="Runs whose pointing lies within 3 degrees of a position. The test "
        "on dataproduct_type also understands event-list and hea-event-list.",
        query="SELECT obs_id, target_name, s_ra, s_dec, t_exptime, access_url\n"
        "FROM ivoa.obscore\n"
        "WHERE dataproduct_type = 'event'\n"
        "  AND 1 = CONTAINS(POINT('ICRS', s_ra, s_dec),\n"
        "                   CIRCLE('ICRS', 83.633, 22.014, 3))\n"
        "ORDER BY t_min",
        tables=("ivoa.obscore",),
    ),
    Example(
        id="many-events",
        title="Long runs with many events above 10 TeV",
        description="The high-energy extension adds energies in eV, numbers of events "
        "and the modes of observation to each product.",
        query="SELECT TOP 20 obs_id, target_name, ev_xel, energy_min, energy_max\n"
        "FROM ivoa.obscore NATURAL JOIN ivoa.obscore_hea\n"
        "WHERE dataproduct_subtype = 'hea-event-list'\n"
        "  AND energy_max >= 1e13 AND t_exptime > 1000\n"
        "ORDER BY ev_xel DESC",
        tables=("ivoa.obscore", "ivoa.obscore_hea"),
    ),
    Example(
        id="livetime",
        title="Livetime of each target",
        description="Hours of livetime and number of runs, by target.",
        query="SELECT target_name, COUNT(*) AS runs,\n"
        "  SUM(t_exptime) / 3600 AS livetime_hours\n"
        "FROM ivoa.obscore\n"
        "WHERE dataproduct_type = 'event'\n"
        "GROUP BY target_name\n"
        "ORDER BY livetime_hours DESC",
        tables=("ivoa.obscore",),
    ),
)
