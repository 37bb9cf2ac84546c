"""Times of UWS: what is read, what is written, what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gammavo.formats.uws_times import read_utc, utc_text
from gammavo.model.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-04", datetime(2026, 5, 4, tzinfo=UTC)),
        ("2026-05-04T13:14", datetime(2026, 5, 4, 13, 14, tzinfo=UTC)),
        ("2026-05-04T13:14:15", datetime(2026, 5, 4, 13, 14, 15, tzinfo=UTC)),
        (" 2026-05-04T13:14:15Z ", datetime(2026, 5, 4, 13, 14, 15, tzinfo=UTC)),
        (
            "2026-05-04 13:14:15.25",
            datetime(2026, 5, 4, 13, 14, 15, 250000, tzinfo=UTC),
        ),
    ],
)
def test_read(text: str, expected: datetime):
    assert read_utc("AFTER", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026",
        "20260504",
        "2026-13-01",
        "2026-02-30T00:00:00",
        "0000-01-01",
        "2026-05-04T25:00:00",
        "2026-05-04T13:14:15+02:00",
        "２026-05-04",
        "2026-W05-1",
    ],
)
def test_refused(text: str):
    with pytest.raises(UsageError, match=r"AFTER is .* which is no time"):
        read_utc("AFTER", text)


def test_written_in_utc():
    summer = timezone(timedelta(hours=2))
    moment = datetime(2026, 5, 4, 13, 14, 15, 250999, tzinfo=summer)
    assert utc_text(moment) == "2026-05-04T11:14:15.250Z"


@given(st.datetimes(datetime.fromisoformat("1000-01-01"), timezones=st.just(UTC)))
def test_what_is_written_can_be_read(moment: datetime):
    milliseconds = moment.microsecond // 1000 * 1000
    assert read_utc("AFTER", utc_text(moment)) == moment.replace(
        microsecond=milliseconds
    )
