"""The names of targets that a site knows."""

from __future__ import annotations

from gammavo.adql import text_literal
from gammavo.archive import target_places
from gammavo.portal.context import PageContext
from gammavo.portal.search.names import Names, Position, target_rows_query

__all__ = ["site_names"]


def site_names(portal: PageContext) -> Names:
    """Return the names of all targets of the releases in force."""
    releases = portal.queries.snapshot().releases
    places: dict[str, Position] = {}
    for manifest in releases:
        places |= target_places(portal.queries.archive, manifest)
    targets = [target for m in releases for target in m.description.targets]
    query = target_rows_query(text_literal(portal.event_type))
    return Names(targets, portal.rows.ask(query), places)
