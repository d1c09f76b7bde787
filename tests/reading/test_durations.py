"""Lengths of time before a deadline."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import NotReadable
from forecast.reading.durations import read_duration, show_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30d", timedelta(days=30)),
        ("36h", timedelta(hours=36)),
        ("2w", timedelta(weeks=2)),
        (" 7 D ", timedelta(days=7)),
        ("001d", timedelta(days=1)),
        ("36525d", timedelta(days=36_525)),
    ],
)
def test_read(text, expected):
    """Hours, days or weeks, up to a century."""
    assert expected == read_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        *("0", "30", "d", "0d", "-1d", "+1d", "1.5d", "1e3d", "30m", "1y", "30d 2h", "36526d"),
        *("9999999h", "999999w", "٣٠d", "30d\0", "∞d"),
    ],
)
def test_not_readable(text):
    """Anything else is refused, and the message says how to write it."""
    with pytest.raises(NotReadable, match="is not a length of time: write 30d, 36h or 2w"):
        read_duration(text)


@given(st.integers(1, 36_525 * 24))
def test_shown_as_read(hours):
    """What is shown is read as the same."""
    length = timedelta(hours=hours)
    assert length == read_duration(show_duration(length))
