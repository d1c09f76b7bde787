"""Following a page that has moved, so far and no further."""

import pytest
from misbehaving_server import Asked, always, answer, fetcher, name_hosts, serving

from forecast.resolving.sources.contract import SourceError


def failure(url: str, **limits: object) -> str:
    """Give the line that a fetch fails with."""
    with pytest.raises(SourceError) as caught:
        fetcher(**limits).fetch(url, {})  # type: ignore[arg-type]
    return str(caught.value)


def counting_down(asked: Asked) -> None:
    """Redirect from /3 to /2 to /1 to /0."""
    left = int(asked.path[1:])
    asked.say(answer(b"there") if not left else answer(status="302 Found", Location=f"{left - 1}"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    """The document says where it came from in the end."""

    def behave(asked: Asked) -> None:
        moved = answer(b"moved", status=f"{status} Moved", Location="/b?x=1")
        asked.say(moved if asked.path == "/a" else answer(b"there"))

    with serving(behave) as server:
        document = fetcher().fetch(server.url("/a"), {})
    assert (b"there", server.url("/b?x=1")) == (document.body, document.url)


def test_five_redirects_are_followed_and_no_sixth() -> None:
    """The sixth redirect is a failure."""
    with serving(counting_down) as server:
        assert b"there" == fetcher().fetch(server.url("/5"), {}).body
        assert f"{server.url('/6')} redirects more than 5 times" == failure(server.url("/6"))
        assert ["/5", "/4", "/3", "/2", "/1", "/0", "/6", "/5", "/4", "/3", "/2", "/1"] == (
            server.paths
        )


def test_loops_end() -> None:
    """A page that leads to itself is a failure."""
    with serving(always(answer(status="302 Found", Location="/"))) as server:
        assert f"{server.url()} redirects more than 5 times" == failure(server.url())


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("file:///etc/passwd", "file:/etc/passwd: only http:// and https:// addresses are fetched"),
        ("ftp://x.example/", "ftp://x.example/: only http:// and https:// addresses are fetched"),
        ("javascript:alert(1)", "javascript:alert(1): only http:// and https:// addresses"),
        ("data:text/plain,no", "data:text/plain,no: only http:// and https:// addresses"),
        ("http://me:pw@x.example/", "http://x.example/: it holds a user name or a password"),
        ("http://x.example:99999/", "http://x.example:99999/: there is no port 99999"),
        ("http://[::1", "http://[::1, which is not an address"),
        ("http://x.exam\tple/", "which is not an address"),
    ],
)
def test_redirects_out_of_the_web_are_refused(location: str, problem: str) -> None:
    """A redirect may lead to what may be asked in the first place, and to nothing else."""
    with serving(always(answer(status="302 Found", Location=location))) as server:
        line = failure(server.url("/a"))
    assert line.startswith(f"{server.url('/a')} redirects to ")
    assert problem in line
    assert line.isprintable()
    assert "pw" not in line


def test_redirects_to_nowhere_are_failures() -> None:
    """A redirect says where to."""
    with serving(always(answer(status="302 Found"))) as server:
        line = failure(server.url("/a"))
    assert f"{server.url('/a')} answered 302, a redirect, without saying where to" == line


def test_a_failure_after_a_redirect_names_both() -> None:
    """Who reads of the failure sees the address of the question file, and the one that failed."""

    def behave(asked: Asked) -> None:
        gone = answer(status="410 Gone")
        asked.say(gone if asked.path == "/b" else answer(status="307 So", Location="b"))

    with serving(behave) as server:
        line = failure(server.url("/a"))
    assert f"{server.url('/a')} redirects to {server.url('/b')}, which answered 410" == line


def test_headers_stay_with_the_host_they_are_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """To another origin, none of the resolver's headers goes along, and none comes back."""
    name_hosts(monkeypatch, one=[["127.0.0.1"]], two=[["127.0.0.1"]])

    def behave(asked: Asked) -> None:
        host = asked.headers["host"].partition(":")[0]
        onward = {
            ("one.example", "/"): "/same",
            ("one.example", "/same"): server.url("/other", "two.example"),
            ("two.example", "/other"): server.url("/back", "one.example"),
        }.get((host, asked.path))
        asked.say(answer(status="302 Found", Location=onward) if onward else answer(b"end"))

    with serving(behave) as server:
        headers = {"Authorization": "Bearer $TOKEN", "X-Key": "mine", "User-Agent": "me"}
        one = fetcher(environment={"TOKEN": "hunter2"})
        assert b"end" == one.fetch(server.url("/", "one.example"), headers, trusted=True).body
    sent = [
        (asked.path, asked.headers.get("authorization"), asked.headers.get("x-key"))
        for asked in server.asked
    ]
    assert [
        ("/", "Bearer hunter2", "mine"),
        ("/same", "Bearer hunter2", "mine"),
        ("/other", None, None),
        ("/back", None, None),
    ] == sent
    assert "me" == server.asked[1].headers["user-agent"]
    assert server.asked[2].headers["user-agent"].startswith("forecast-tracker/")


def test_another_port_is_another_origin() -> None:
    """A header for one port of a host is not for another."""
    with (
        serving(always(answer(b"end"))) as second,
        serving(always(answer(status="302 Found", Location=second.url()))) as first,
    ):
        fetcher().fetch(first.url(), {"X-Key": "mine"})
    assert "mine" == first.asked[0].headers["x-key"]
    assert "x-key" not in second.asked[0].headers
