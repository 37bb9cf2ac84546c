"""Tags for runs: ``run_url``, ``about_size``."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat

from gammavo.portal.addresses import run_path
from gammavo.portal.context import PageContext

register = template.Library()


@register.simple_tag(takes_context=True)
def run_url(context: dict[str, Any], release: str, obs_id: str) -> str:
    """Return the path of a run's page, whatever characters its identifier has.

    ``{% url %}`` would leave slashes as they are.
    """
    portal: PageContext = context["portal"]
    return run_path(portal.root, release, obs_id)


@register.filter
def about_size(size: int | None, is_about: bool) -> str:
    """Return a number of bytes for people; ``≈`` before it if it is not exact."""
    if size is None:
        return "–"
    return f"≈ {filesizeformat(size)}" if is_about else filesizeformat(size)
