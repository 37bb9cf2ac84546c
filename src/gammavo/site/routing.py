"""From the path of a request to its route."""

from __future__ import annotations

import re
from typing import Final

from gammavo.protocols import Route

__all__ = ["Router"]

_PATTERNS: Final = {"str": r"[^/]+", "path": r".+"}
_VARIABLE: Final = re.compile(r"<(str|path):(\w+)>")


class Router:
    """Finds routes: fixed paths first, then those with variables in their order.

    Parameters
    ----------
    routes
        All routes; paths are written as Django's, with ``str`` and ``path`` variables.
        Of two with the same path the first counts.
    """

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._fixed = {
            f"/{route.path}": route
            for route in reversed(routes)
            if "<" not in route.path
        }
        self._variable = [
            (re.compile(_expression(route.path)), route)
            for route in routes
            if "<" in route.path
        ]

    def find(self, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path with the values of its variables, None for none."""
        route = self._fixed.get(path)
        if route is not None:
            return route, {}
        for expression, candidate in self._variable:
            match = expression.fullmatch(path)
            if match is not None:
                return candidate, match.groupdict()
        return None


def _expression(path: str) -> str:
    parts = _VARIABLE.split(path)
    expression = "/" + re.escape(parts[0])
    for kind, name, fixed in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        expression += f"(?P<{name}>{_PATTERNS[kind]})" + re.escape(fixed)
    return expression
