"""SODA 1.0: parts of event lists, at once (``/soda/sync``) or as jobs (``/soda/async``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from gammavo.archive.workers import Answer, CutoutRequest, WorkerPool
from gammavo.formats import Capability, Interface, capabilities
from gammavo.formats.datalink import SODA_SYNC, cutout_format
from gammavo.jobs import Job, JobFolder, JobParameter, JobResult, JobTimes
from gammavo.model.errors import (
    GammavoError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UsageError,
)
from gammavo.model.selections import Selection
from gammavo.protocols.context import Context, TapLimits
from gammavo.protocols.http import Parameters, Request, Response
from gammavo.protocols.negotiation import Form, described
from gammavo.protocols.refusals import told
from gammavo.protocols.soda_parameters import (
    SODA_PARAMETERS,
    CutoutWish,
    MultiValuedError,
    cutout_wish,
)

__all__ = ["SODA_JOB", "SodaJob", "soda_capabilities", "soda_refusal", "sync_cutout"]

SODA_JOB: Final = "soda"
"""Name of the job type."""

_SODA_ASYNC: Final = "ivo://ivoa.net/std/SODA#async-1.0"
_MOST_LISTS: Final = 100
"""Event lists that one request may cut."""

_MOST_RESULTS: Final = 200
"""Results that a job may have."""

_WORDS: Final = (
    (MultiValuedError, "MultiValuedParamNotSupported"),
    (UsageError, "UsageError"),
    (NotFoundError, "UsageError"),
    (NotAllowedError, "AuthorizationError"),
    (UnavailableError, "ServiceUnavailable"),
)
"""What an error begins with (SODA 1.0 section 4.2); others with ``Error``."""


async def sync_cutout(request: Request, context: Context) -> Response:
    """Send a cut-out: a file, or a tar archive if several ``ID`` are given.

    What does not overlap with the data has status 204 and no body.

    Raises
    ------
    UsageError
        A parameter is missing or wrong.
    NotFoundError
        Nothing is published under an identifier.
    UnavailableError
        It takes too long, or too many others wait.
    """
    wish = _checked(request.parameters)
    wish.check_single()
    (selection,) = wish.selections()
    answer = await context.workers.ask(
        CutoutRequest(
            wish.identifiers,
            selection,
            wish.format,
            context.tap.limits.sync_seconds,
        ),
        client=request.client,
    )
    request.cancellation.register(answer.abandon)
    if not answer.head.media_type:
        return Response(204, {})
    return Response(200, _headers(answer), answer.body)


def _headers(answer: Answer) -> dict[str, str]:
    name = f"{answer.head.name}.{answer.head.extension}"
    return {
        "Content-Type": answer.head.media_type,
        "Content-Disposition": f'attachment; filename="{name}"',
    }


def soda_refusal(error: GammavoError, context: Context) -> Response:
    """Tell an error by a text that begins with a word of SODA 1.0 section 4.2."""
    del context
    return told(error, "text/plain; charset=utf-8", _error_text(error).encode())


def _error_text(error: GammavoError) -> str:
    word = next((word for kind, word in _WORDS if isinstance(error, kind)), "Error")
    return f"{word}: {error}\n"


def _checked(parameters: Parameters) -> CutoutWish:
    """Read parameters, and check what is known without the data.

    Raises
    ------
    UsageError
        A parameter is missing or wrong.
    """
    wish = cutout_wish(parameters)
    cutout_format(wish.format)
    if len(wish.identifiers) > _MOST_LISTS:
        raise UsageError(
            f"A request can cut {_MOST_LISTS} event lists, not {len(wish.identifiers)}.",
            advice="Send several requests.",
        )
    return wish


class SodaJob:
    """The job type of cut-outs: one result for each combination of the parameters.

    Parameters
    ----------
    workers
        Cut out.
    limits
        How long jobs may take and are kept: those of queries.
    """

    name = SODA_JOB
    parameters = SODA_PARAMETERS
    cumulative = SODA_PARAMETERS - {"RESPONSEFORMAT", "FORMAT"}

    def __init__(self, workers: WorkerPool, limits: TapLimits) -> None:
        self._workers = workers
        self._seconds = limits.max_async_seconds
        self.times = JobTimes(
            round(limits.async_seconds),
            round(limits.max_async_seconds),
            timedelta(seconds=limits.retention_seconds),
            timedelta(seconds=limits.max_retention),
        )

    def check(self, parameters: Sequence[JobParameter]) -> None:
        """Look at the parameters.

        Raises
        ------
        UsageError
            One is missing or wrong, or there are too many combinations.
        """
        self._wish(parameters)

    def _wish(self, parameters: Sequence[JobParameter]) -> CutoutWish:
        wish = _checked(
            Parameters((p.name, p.value) for p in parameters if p.file is None)
        )
        if wish.count > _MOST_RESULTS:
            raise UsageError(
                f"A job can have {_MOST_RESULTS} results, not {wish.count}.",
                advice="Send fewer values of each parameter.",
            )
        return wish

    async def run(self, job: Job, folder: JobFolder) -> tuple[JobResult, ...]:
        """Cut out, one combination after the other.

        A combination without a result gets a text that says why (SODA 1.0 section 5).

        Raises
        ------
        UnavailableError
            The service is at its limits.
        """
        wish = self._wish(job.parameters)
        combinations = [
            (identifier, selection)
            for identifier in wish.identifiers
            for selection in wish.selections()
        ]
        results = []
        for number, (identifier, selection) in enumerate(combinations, 1):
            name = "result" if len(combinations) == 1 else f"result_{number}"
            results.append(
                await self._result(
                    identifier, selection, wish.format, job, folder, name=name
                )
            )
        return tuple(results)

    async def _result(
        self,
        identifier: str,
        selection: Selection,
        wanted: str,
        job: Job,
        folder: JobFolder,
        *,
        name: str,
    ) -> JobResult:
        output = folder.outputs / name
        request = CutoutRequest(
            (identifier,), selection, wanted, self._seconds, str(output)
        )
        try:
            answer = await self._workers.ask(request, client=job.owner)
        except (UsageError, NotFoundError) as error:
            return _text_result(folder, name, _error_text(error))
        head = answer.head
        if not head.media_type:
            nothing = "UsageError: the selection does not overlap with the data.\n"
            return _text_result(folder, name, nothing)
        file = f"{name}.{head.extension}"
        output.rename(folder.outputs / file)
        return JobResult(name, file, head.media_type)


def _text_result(folder: JobFolder, name: str, text: str) -> JobResult:
    file = f"{name}.txt"
    (folder.outputs / file).write_text(text, encoding="utf-8")
    return JobResult(name, file, "text/plain")


def soda_capabilities(request: Request, context: Context) -> Response:
    """Describe the service (SODA 1.0 section 2.3)."""
    del request
    soda = f"{context.base_url}/soda"
    entries = [
        Capability(standard, Interface(f"{soda}/{name}", version=version))
        for standard, name, version in (
            (SODA_SYNC, "sync", "1.0"),
            (_SODA_ASYNC, "async", "1.0"),
            ("ivo://ivoa.net/std/VOSI#capabilities", "capabilities", None),
            ("ivo://ivoa.net/std/VOSI#availability", "availability", None),
        )
    ]
    return described(Form.XML, capabilities(entries))
