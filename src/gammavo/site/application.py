"""The ASGI application of a site: protocols beside Django's pages."""

from __future__ import annotations

from typing import Final

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.urls import URLPattern

from gammavo import portal
from gammavo.model.errors import GammavoError
from gammavo.protocols import ROUTES, Context
from gammavo.site.asgi import (
    ProtocolApplication,
    Receive,
    Scope,
    Send,
    TransferLimits,
)
from gammavo.site.service import Site

__all__ = ["SiteApplication", "build_application"]


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


class SiteApplication:
    """The site as the ASGI server sees it: what begins and ends with it, and requests.

    Attributes
    ----------
    failure
        Why the site could not begin, None if it could.
    """

    def __init__(self, context: Context, answers: ProtocolApplication) -> None:
        self.failure: GammavoError | None = None
        self._context = context
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live through the server's beginning and end."""
        if scope["type"] == "http":
            await self._answers(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._context.workers.start()
        except GammavoError as error:
            self.failure = error
            await send({"type": "lifespan.startup.failed", "message": ""})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._context.workers.close()
        await send({"type": "lifespan.shutdown.complete"})


def build_application(site: Site, base_url: str) -> SiteApplication:
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
    patterns = portal.urlpatterns(
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
    limits = TransferLimits(
        body=site.config.tap.upload_bytes,
        folder=site.temporary,
        open_results=site.config.engine.open_results,
    )
    answers = ProtocolApplication(context, ROUTES, ASGIHandler(), limits)
    return SiteApplication(context, answers)
