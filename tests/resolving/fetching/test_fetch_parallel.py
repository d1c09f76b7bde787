"""Many look-ups at once, one at a time for each host, and none twice."""

import threading
import time
from collections.abc import Callable

import pytest
from misbehaving_server import Asked, always, answer, fetcher, name_hosts, serving

from forecast.model import InvalidField
from forecast.resolving.fetching.once import Once
from forecast.resolving.fetching.parallel import in_parallel
from forecast.resolving.fetching.troubles import NotAsked
from forecast.resolving.sources.contract import Document, SourceError


def slowly(asked: Asked) -> None:
    """Answer with the path, after a little while."""
    time.sleep(0.05)
    asked.say(answer(asked.path.encode()))


def test_one_host_is_asked_one_thing_at_a_time() -> None:
    """Whatever the threads, requests to one host do not overlap."""
    one = fetcher()
    with serving(slowly) as server:
        tasks = [
            (f"group {number}", lambda n=number: one.fetch(server.url(f"/{n}"), {}).body)
            for number in range(8)
        ]
        results = dict(in_parallel(tasks))
        assert 1 == server.busiest
    assert {number: f"/{number}".encode() for number in range(8)} == results


def test_redirects_take_turns_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect to another host waits for its turn there, and holds none of its own meanwhile."""
    hosts = {name: [["127.0.0.1"]] for name in ("one", "two")}
    name_hosts(monkeypatch, **hosts)

    def cross(asked: Asked) -> None:
        time.sleep(0.02)
        name, _, path = asked.path[1:].partition("/")
        other = {"one": "two", "two": "one"}[name]
        there = servers[other].url(f"/{other}/end", f"{other}.example")
        asked.say(answer(b"end") if path == "end" else answer(status="302 So", Location=there))

    one = fetcher()
    with serving(cross) as first, serving(cross) as second:
        servers = {"one": first, "two": second}
        tasks = [
            (
                name + str(n),
                lambda s=server, m=name, n=n: (
                    one.fetch(s.url(f"/{m}/{n}", f"{m}.example"), {}).body
                ),
            )
            for n in range(4)
            for name, server in servers.items()
        ]
        assert [b"end"] * 8 == [result for _, result in in_parallel(tasks)]  # and no deadlock
        assert (1, 1) == (first.busiest, second.busiest)


def test_eight_hosts_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight hosts are asked at the same time, and no ninth."""
    name_hosts(monkeypatch, **{f"host{number}": [["127.0.0.1"]] for number in range(12)})
    one = fetcher()
    all_there = threading.Barrier(8)

    def together(asked: Asked) -> None:
        if int(asked.path[1:]) < 8:
            all_there.wait(5)
        asked.say(answer(b"ok"))

    with serving(together) as server:
        tasks = [
            (f"host{n}", lambda n=n: one.fetch(server.url(f"/{n}", f"host{n}.example"), {}).body)
            for n in range(12)
        ]
        assert [b"ok"] * 12 == [result for _, result in in_parallel(tasks)]
        assert 8 == server.busiest


def test_results_come_as_they_are_there() -> None:
    """What is quick is there, and can be written down, while something slow is under way."""
    seen = threading.Event()
    tasks: list[tuple[str, Callable[[], object]]] = [
        ("slow", lambda: seen.wait(5)),
        ("quick", lambda: "quick"),
    ]
    results = in_parallel(tasks)
    assert (1, "quick") == next(results)
    seen.set()
    assert [(0, True)] == list(results)


def test_the_tasks_of_a_host_are_done_in_order() -> None:
    """One after the other, as they were given; the host with most begins first."""
    begun: list[tuple[str, int]] = []
    tasks = [
        (host, lambda h=host, n=n: begun.append((h, n)))
        for host, number in (("few", 2), ("many", 5), ("two", 2))
        for n in range(number)
    ]
    assert [None] * 9 == [result for _, result in in_parallel(tasks, at_once=1)]
    expected = [
        (host, n) for host, number in (("many", 5), ("few", 2), ("two", 2)) for n in range(number)
    ]
    assert expected == begun


def test_a_failure_is_one_result_among_others() -> None:
    """A task that fails takes no other with it, not even by a fault in somebody's program."""

    def fail(error: BaseException) -> Callable[[], object]:
        def task() -> object:
            raise error

        return task

    tasks = [
        ("a", fail(NotAsked("not again"))),
        ("a", fail(InvalidField("resolver.path", "is wrong"))),
        ("a", fail(KeyError("row\n1"))),
        ("a", fail(SystemExit(1))),
        ("a", lambda: "fine"),
    ]
    results = [result for _, result in in_parallel(tasks)]
    assert [
        (NotAsked, "not again"),
        (SourceError, "resolver.path: is wrong"),
        (SourceError, "a fault in the source: KeyError: 'row\\n1'"),
        (SourceError, "a fault in the source: SystemExit: 1"),
        (str, "fine"),
    ] == [(type(result), str(result)) for result in results]


def test_no_task_is_no_result() -> None:
    """Nothing to do is done."""
    assert [] == list(in_parallel([]))


def test_what_is_broken_off_goes_no_further() -> None:
    """Who no longer wants the results is not made to wait, and begins nothing more."""
    begun: list[int] = []

    def task(number: int) -> int:
        begun.append(number)
        time.sleep(0.01)
        return number

    results = in_parallel([("host", lambda n=n: task(n)) for n in range(1000)])
    next(results)
    results.close()
    time.sleep(0.5)
    done = len(begun)
    time.sleep(0.1)
    assert done == len(begun) < 30


def test_results_wait_for_who_writes_them_down() -> None:
    """No more is fetched ahead than a few results: each may hold megabytes."""
    done: list[int] = []
    results = in_parallel([(f"host{n}", lambda n=n: done.append(n)) for n in range(200)])
    next(results)
    time.sleep(0.2)
    assert len(done) < 25
    assert 199 == len(list(results))


# The same thing twice


def test_a_source_is_fetched_once() -> None:
    """Questions that share a source share its answer, be it a page or a failure."""

    def behave(asked: Asked) -> None:
        asked.say(answer(b"page") if asked.path == "/page" else answer(status="404 No"))

    one = fetcher()
    with serving(behave) as server:
        documents = [one.fetch(server.url("/page"), {"X": "1"}) for _ in range(3)]
        assert documents[0] == documents[1] == documents[2]
        lines = set()
        for _ in range(3):
            with pytest.raises(SourceError) as caught:
                one.fetch(server.url("/gone"), {})
            lines.add(str(caught.value))
        assert {f"{server.url('/gone')} answered 404"} == lines
        assert ["/page", "/gone"] == server.paths


def test_other_headers_are_another_source() -> None:
    """What was fetched with somebody's secret is not handed to somebody without it."""
    one = fetcher(environment={"KEY": "hunter2"})
    with serving(always(answer(b"page"))) as server:
        one.fetch(server.url(), {"X": "1"})
        one.fetch(server.url(), {"X": "2"})
        one.fetch(server.url(), {"X": "$KEY"}, trusted=True)
        with pytest.raises(SourceError, match="only once trusted"):
            one.fetch(server.url(), {"X": "$KEY"}, trusted=False)
        one.fetch(server.url(), {"X": "1"}, trusted=True)  # no secret: the first again
        assert 3 == len(server.asked)


def test_who_asks_at_the_same_time_waits_for_the_answer() -> None:
    """Two threads that want the same page cause one request."""
    one = fetcher()
    with serving(slowly) as server:
        tasks = [(f"group {n}", lambda: one.fetch(server.url(), {}).body) for n in range(8)]
        assert [b"/"] * 8 == [result for _, result in in_parallel(tasks)]
        assert 1 == len(server.asked)


def test_what_is_remembered_has_a_limit() -> None:
    """The oldest documents are forgotten first; a run does not keep all it has seen."""
    made: list[str] = []

    def document(name: str) -> Document:
        from misbehaving_server import NOW

        made.append(name)
        return Document(url=name, fetched_at=NOW, body=bytes(40))

    once = Once(100)
    for name in "abab":
        once.get(name, lambda n=name: document(n))
    once.get("c", lambda: document("c"))
    for name in "cba":
        once.get(name, lambda n=name: document(n))
    assert ["a", "b", "c", "a"] == made
    once.forget()
    once.get("c", lambda: document("c"))
    assert ["a", "b", "c", "a", "c"] == made


def test_a_fault_is_not_waited_for_for_ever() -> None:
    """A fault of the program is everybody's who waits for its result, and is not remembered."""
    once = Once(100)
    for error in (ZeroDivisionError, KeyError):
        with pytest.raises(error):
            once.get("x", lambda e=error: failing(e()))


def failing(error: Exception) -> Document:
    """Raise it."""
    raise error


def test_a_failure_keeps_nothing_alive() -> None:
    """What failed once fails again with the same words, and without what it was busy with."""
    once, errors = Once(100), []
    for _ in range(2):
        with pytest.raises(NotAsked, match="no") as caught:
            once.get("x", lambda: failing(NotAsked("no")))
        errors.append(caught.value)
    assert errors[0] is not errors[1]
