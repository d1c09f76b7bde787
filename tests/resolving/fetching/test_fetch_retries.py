"""Trying again where that may help, and no longer than is fair to the others."""

import email.utils
from datetime import timedelta
from types import SimpleNamespace

import pytest
from misbehaving_server import NOW, Asked, always, answer, fetcher, in_turn, serving

from forecast.resolving.sources.contract import SourceError

BUSY = answer(status="503 Busy")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Write down how long is waited between attempts, instead of waiting."""
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    return waited


def busy(retry_after: str, **headers: str) -> bytes:
    """Make an answer that says when to come back."""
    return answer(status="429 Slow Down", Retry_After=retry_after, **headers)


def failure(url: str) -> str:
    """Give the line that a fetch fails with, with the usual pauses."""
    with pytest.raises(SourceError) as caught:
        fetcher(backoff=1).fetch(url, {})
    return str(caught.value)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_recovers_is_no_failure(waits: list[float], status: int) -> None:
    """A busy or broken server is asked up to three times, with growing pauses of chance length."""
    bad = answer(status=f"{status} Bad")
    with serving(in_turn(bad, bad, answer(b"at last"))) as server:
        assert b"at last" == fetcher(backoff=1).fetch(server.url(), {}).body
        assert 3 == len(server.asked)
    first, second = waits
    assert 1 <= first <= 2 <= second <= 3


def test_a_server_that_does_not_is_one(waits: list[float]) -> None:
    """After three attempts it is said what came of them."""
    with serving(always(BUSY)) as server:
        assert f"{server.url('/a')} answered 503 three times" == failure(server.url("/a"))
        assert 3 == len(server.asked)
    with serving(in_turn(BUSY, BUSY, answer(status="500 Oh"))) as server:
        line = f"{server.url()} answered 500, at the last of 3 attempts"
        assert line == failure(server.url())
    with serving(in_turn(BUSY, answer(status="404 No"))) as server:
        assert f"{server.url()} answered 404" == failure(server.url())
        assert 2 == len(server.asked)


def test_seconds_to_wait_are_waited(waits: list[float]) -> None:
    """Retry-After is what is waited, where there is that much time."""
    with serving(in_turn(busy("7"), busy("11"), answer(b"thanks"))) as server:
        assert b"thanks" == fetcher().fetch(server.url(), {}).body
    assert [7, 11] == waits


def test_dates_to_wait_for_are_waited_for(waits: list[float]) -> None:
    """A date is understood by the server's clock, else by ours."""
    then = NOW + timedelta(days=999)
    soon = email.utils.format_datetime(then + timedelta(seconds=9), usegmt=True)
    by_its_clock = busy(soon, Date=email.utils.format_datetime(then, usegmt=True))
    by_ours = busy(email.utils.format_datetime(NOW + timedelta(seconds=8), usegmt=True))
    with serving(in_turn(by_its_clock, by_ours, answer(b"thanks"))) as server:
        assert b"thanks" == fetcher().fetch(server.url(), {}).body
    assert [9, 8] == waits


@pytest.mark.parametrize(
    ("retry_after", "told"),
    [
        ("31", "31 s"),
        ("300", "5 minutes"),
        ("7201", "3 hours"),
        ("9999999999", "115741 days"),
        (email.utils.format_datetime(NOW + timedelta(hours=30), usegmt=True), "30 hours"),
    ],
)
def test_who_wants_to_be_left_alone_is(waits: list[float], retry_after: str, told: str) -> None:
    """Where it asks for more patience than there is, it is asked no more, and that is said."""
    with serving(always(busy(retry_after))) as server:
        line = f"{server.url()} answered 429, and wants to be asked again in {told}"
        assert line == failure(server.url())
        assert 1 == len(server.asked)
    assert [] == waits


def test_patience_is_for_all_attempts_together(waits: list[float]) -> None:
    """Thirty seconds in all, not for each."""
    with serving(always(busy("20"))) as server:
        line = f"{server.url()} answered 429 twice, and wants to be asked again in 20 s"
        assert line == failure(server.url())
    assert [20] == waits


@pytest.mark.parametrize(
    "nonsense", ["soon", "-5", "", "1e3", "0", "99999999999999999999999999", "Sun, 99 Foo 2026"]
)
def test_nonsense_is_waited_for_as_usual(waits: list[float], nonsense: str) -> None:
    """A Retry-After that says nothing changes nothing."""
    with serving(in_turn(busy(nonsense), answer(b"well"))) as server:
        assert b"well" == fetcher(backoff=1).fetch(server.url(), {}).body
    (wait,) = waits
    assert 1 <= wait <= 2


def test_a_connection_that_fails_is_tried_again(waits: list[float]) -> None:
    """So is one that breaks off."""
    said = [b"", answer(b"half", length=9), answer(b"whole")]

    with serving(lambda asked: asked.say(said.pop(0))) as server:
        assert b"whole" == fetcher().fetch(server.url(), {}).body
    assert 2 == len(waits)


def test_another_attempt_begins_at_the_beginning(waits: list[float]) -> None:
    """A redirect is followed anew: it may lead elsewhere now."""
    tries = iter(["/bad", "/good"])

    def behave(asked: Asked) -> None:
        if asked.path == "/":
            asked.say(answer(status="302 Found", Location=next(tries)))
        else:
            asked.say(BUSY if asked.path == "/bad" else answer(b"good"))

    with serving(behave) as server:
        assert b"good" == fetcher().fetch(server.url(), {}).body
    assert ["/", "/bad", "/", "/good"] == server.paths


def test_what_will_not_change_is_not_tried_again(waits: list[float]) -> None:
    """Neither too much nor a wrong form is asked for twice."""
    for said in (answer(bytes(2000)), answer(b"x", Content_Encoding="br"), b"nonsense\r\n\r\n"):
        with serving(always(said)) as server, pytest.raises(SourceError):
            fetcher(max_bytes=1000).fetch(server.url(), {})
        assert 1 == len(server.asked)
    assert [] == waits


def test_retries_are_silent(
    waits: list[float], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is printed or logged on the way: the line at the end says it."""
    with serving(always(BUSY)) as server:
        failure(server.url())
    assert ("", "") == capfd.readouterr()
    assert [] == caplog.records
