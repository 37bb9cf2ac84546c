"""The table of jobs; only the store reads and writes it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

__all__ = ["JobRow"]


class JobRow(models.Model):
    """One job; the columns are those of :class:`gammavo.jobs.states.Job`."""

    # Counts up: of two jobs created in the same millisecond it knows the later one.
    number: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    job_id: models.CharField[str, str] = models.CharField(max_length=32, unique=True)
    type: models.CharField[str, str] = models.CharField(max_length=64)
    session: models.CharField[str, str] = models.CharField(max_length=64)
    owner: models.CharField[str, str] = models.CharField(max_length=64)
    phase: models.CharField[str, str] = models.CharField(max_length=16)
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    queued: models.DateTimeField[datetime | None, datetime | None] = (
        models.DateTimeField(null=True)
    )
    started: models.DateTimeField[datetime | None, datetime | None] = (
        models.DateTimeField(null=True)
    )
    ended: models.DateTimeField[datetime | None, datetime | None] = (
        models.DateTimeField(null=True)
    )
    destruction: models.DateTimeField[datetime, datetime] = models.DateTimeField(
        db_index=True
    )
    execution_duration: models.IntegerField[int, int] = models.IntegerField()
    parameters = models.JSONField()
    run_id: models.CharField[str, str] = models.CharField(max_length=64)
    results = models.JSONField()
    error = models.JSONField(null=True)
    attempts: models.IntegerField[int, int] = models.IntegerField()
    version: models.IntegerField[int, int] = models.IntegerField()

    class Meta:
        """Name and indexes of the table."""

        db_table = "jobs"
        indexes: ClassVar = [
            models.Index(fields=["session", "type"], name="jobs_session"),
            models.Index(fields=["owner"], name="jobs_owner"),
            models.Index(fields=["phase", "queued"], name="jobs_phase"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.job_id}: {self.phase}"
