"""Tags for files that pages load: ``asset``, ``styles``, ``scripts``, ``icon``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gammavo.portal.context import PageContext

register = template.Library()


@register.simple_tag(takes_context=True)
def asset(context: dict[str, Any], name: str) -> str:
    """Return the address of a file by the name that it has in ``frontend``.

    Raises
    ------
    KeyError
        There is no such file in what was built.
    """
    portal: PageContext = context["portal"]
    return f"{portal.root}/assets/{portal.assets.named[name].served_as}"


@register.simple_tag(takes_context=True)
def styles(context: dict[str, Any], entry: str) -> SafeString:
    """Return the link to the style sheet of an entry point; nothing if it has none."""
    portal: PageContext = context["portal"]
    if f"{entry}.css" not in portal.assets.named:
        return SafeString("")
    return format_html(
        '<link rel="stylesheet" href="{}">', asset(context, f"{entry}.css")
    )


@register.simple_tag(takes_context=True)
def scripts(context: dict[str, Any], entry: str) -> SafeString:
    """Return what loads an entry point; nothing if scripts were not built."""
    portal: PageContext = context["portal"]
    if f"{entry}.js" not in portal.assets.named:
        return SafeString("")
    needed = format_html_join(
        "",
        '<link rel="modulepreload" href="{}/assets/{}">',
        ((portal.root, name) for name in portal.assets.imports[f"{entry}.js"]),
    )
    return needed + format_html(
        '<script type="module" src="{}"></script>', asset(context, f"{entry}.js")
    )


@register.simple_tag(takes_context=True)
def icon(context: dict[str, Any], name: str) -> SafeString:
    """Return an icon of ``frontend/icons.json``, for eyes only; nothing if not built."""
    portal: PageContext = context["portal"]
    if "icons.svg" not in portal.assets.named:
        return SafeString("")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        asset(context, "icons.svg"),
        name,
    )
