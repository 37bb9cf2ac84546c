"""The ASGI application of a site: protocols beside Django's pages."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.management import call_command
from django.urls import URLPattern

from gammavo import portal
from gammavo.archive.workers import WorkerPool
from gammavo.model.errors import GammavoError
from gammavo.protocols import ROUTES, Context, SodaJob, TapJob
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

    def __init__(self) -> None:
        self.urlpatterns: list[URLPattern] = []


class SiteApplication:
    """The site as the ASGI server sees it: what begins and ends with it, and requests.

    Attributes
    ----------
    failure
        Why the site could not begin, None if it could.
    """

    def __init__(
        self,
        context: Context,
        batch_workers: WorkerPool,
        answers: ProtocolApplication,
    ) -> None:
        self.failure: GammavoError | None = None
        self._context = context
        self._batch_workers = batch_workers
        self._answers = answers
        self._loop: asyncio.AbstractEventLoop | None = None

    def end_waits(self) -> None:
        """Answer those who wait for jobs now: the server is told to stop; any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._context.jobs.release)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live through the server's beginning and end."""
        if scope["type"] == "http":
            await self._answers(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._loop = asyncio.get_running_loop()
        try:
            await self._context.workers.start()
            await self._batch_workers.start()
            await self._context.jobs.start()
        except GammavoError as error:
            self.failure = error
            await self._batch_workers.close()
            await self._context.workers.close()
            await send({"type": "lifespan.startup.failed", "message": ""})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._context.jobs.stop()
        await self._batch_workers.close()
        await self._context.workers.close()
        await send({"type": "lifespan.shutdown.complete"})


def _set_up_django(site: Site, urls: _Urls, base_url: str) -> None:
    settings.configure(
        # Addresses in answers come from the settings, never from the Host header.
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": site.database},
        DEBUG=False,
        INSTALLED_APPS=["gammavo.jobs", "gammavo.portal"],
        LOGGING=_LOGGING,
        # Pages are reached below the path of the public address, which a proxy strips.
        FORCE_SCRIPT_NAME=urlsplit(base_url).path.rstrip("/") or None,
        LANGUAGES=portal.LANGUAGES,
        LANGUAGE_CODE="en",
        LANGUAGE_COOKIE_NAME="gammavo_language",
        MIDDLEWARE=[],
        ROOT_URLCONF=urls,
        SECURE_CONTENT_TYPE_NOSNIFF=True,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                # The publisher's own come first: templates/portal/home.html …
                "DIRS": [site.folder / "templates"],
            }
        ],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


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
    urls = _Urls()
    _set_up_django(site, urls, base_url)
    site.temporary.mkdir(parents=True, exist_ok=True)
    batch_workers = site.batch_workers(base_url)
    tap = site.tap_settings()
    queries = site.queries(base_url)
    workers = site.workers(base_url)
    context = Context(
        queries=queries,
        workers=workers,
        jobs=site.jobs(
            [TapJob(batch_workers, tap), SodaJob(batch_workers, tap.limits)]
        ),
        base_url=base_url,
        tap=tap,
        files=site.file_settings(),
        started=datetime.now(UTC),
        registry=site.registry(queries),
    )
    urls.urlpatterns += portal.portal_urls(site.pages(base_url, queries, workers))
    limits = TransferLimits(
        body=site.config.tap.upload_bytes,
        folder=site.temporary,
        open_results=site.config.engine.open_results,
    )
    answers = ProtocolApplication(context, ROUTES, ASGIHandler(), limits)
    return SiteApplication(context, batch_workers, answers)
