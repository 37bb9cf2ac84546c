"""An execution: its limit of time, set before or while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from gammavo.jobs.execution import Execution, StoppedError, TimeIsUpError
from gammavo.jobs.states import JobResult

RESULTS = (JobResult("result", "result.txt", "text/plain"),)


async def work(seconds: float) -> tuple[JobResult, ...]:
    await asyncio.sleep(seconds)
    return RESULTS


def outcome(execution: Execution, job: Coroutine[Any, Any, Any], seconds: int) -> Any:
    async def body() -> Any:
        async with asyncio.timeout(30):
            return await execution.run(job, seconds)

    return asyncio.run(body())


def test_without_a_limit_it_ends_by_itself():
    assert outcome(Execution(), work(0.01), 0) == RESULTS


def test_a_limit_set_as_it_is_about_to_begin_counts():
    execution = Execution()
    execution.limit(1)
    with pytest.raises(TimeIsUpError):
        outcome(execution, work(60), 0)
    execution = Execution()
    execution.limit(0)
    assert outcome(execution, work(1.2), 1) == RESULTS


def test_stopped_before_it_begins_it_never_runs():
    execution = Execution()
    execution.stop()
    with pytest.raises(StoppedError):
        outcome(execution, work(0), 0)
