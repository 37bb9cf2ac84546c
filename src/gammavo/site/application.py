"""The ASGI application of a site: Django with the shortest possible stack."""

from __future__ import annotations

from typing import Any, Final

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.urls import URLPattern, path

from gammavo import portal
from gammavo.protocols import ROUTES
from gammavo.site.adapter import ProtocolAdapter
from gammavo.site.service import Site

__all__ = ["build_application"]


_LOGGING: Final = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "filters": {
        "faults": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: bool(record.exc_info),
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Answers of 400 and more are said to the client; our own faults log themselves.
        "django.request": {"filters": ["faults"]},
        "python_multipart": {"level": "CRITICAL"},
    },
}


class _Urls:
    """What Django calls a URLconf, built for one site."""

    def __init__(self, patterns: list[URLPattern]) -> None:
        self.urlpatterns = patterns


def build_application(site: Site, base_url: str) -> Any:
    """Return the ASGI application of a site; one site a process.

    Parameters
    ----------
    site
        The site.
    base_url
        Where users reach it; a path in it is stripped by the proxy.

    Raises
    ------
    InternalError
        A release cannot be opened.
    """
    context = site.context(base_url)
    engine = site.config.engine
    adapter = ProtocolAdapter(
        context,
        concurrent=engine.concurrent_queries,
        waiting=engine.waiting_queries,
        open_results=engine.open_results,
    )
    patterns = [path(route.path, adapter.view(route)) for route in ROUTES]
    patterns += portal.urlpatterns(
        portal.PageContext(
            title=site.config.site.title,
            base_url=base_url,
            contact=site.config.site.contact,
            queries=context.queries,
        )
    )
    settings.configure(
        # Addresses in answers come from the settings, never from the Host header.
        ALLOWED_HOSTS=["*"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=4 * 2**20,
        DEBUG=False,
        INSTALLED_APPS=["gammavo.portal"],
        LOGGING=_LOGGING,
        MIDDLEWARE=[],
        ROOT_URLCONF=_Urls(patterns),
        SECURE_CONTENT_TYPE_NOSNIFF=True,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
            }
        ],
        USE_TZ=True,
    )
    django.setup()
    return ASGIHandler()
