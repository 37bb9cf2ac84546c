"""Where the rows are: a file or a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

import pytest

from gammavo.jobs.database import database_settings
from gammavo.model.errors import UsageError


def test_a_file_is_sqlite():
    found = database_settings(Path("/x/jobs.sqlite"))
    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == "/x/jobs.sqlite"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CONN_MAX_AGE"] is None


def test_a_url_is_postgresql():
    found = database_settings(
        "postgresql://me:p%40ss@db.example:5433/vo?sslmode=require"
    )
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "vo")
    assert found["OPTIONS"] == {"sslmode": "require"}
    assert database_settings("postgresql:///vo")["HOST"] == ""


@pytest.mark.parametrize(
    "url",
    ["mysql://h/db", "postgresql://h", "postgresql://h/a/b", "postgresql://h:x/db", ""],
)
def test_an_address_that_cannot_be_understood(url: str):
    with pytest.raises(UsageError, match="address of the database"):
        database_settings(url)
