"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["JobsConfig"]


class JobsConfig(AppConfig):
    """Jobs: one table."""

    name = "gammavo.jobs"
    label = "jobs"
