"""Assembly: settings from one ``gammavo.toml``, URLs, and the ASGI application."""

from gammavo.site.application import SiteApplication, build_application
from gammavo.site.config import SiteConfig, find_site, load_config
from gammavo.site.draft import create_site
from gammavo.site.service import Site

__all__ = [
    "Site",
    "SiteApplication",
    "SiteConfig",
    "build_application",
    "create_site",
    "find_site",
    "load_config",
]
