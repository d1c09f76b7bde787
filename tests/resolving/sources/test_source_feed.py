"""`feed`: an entry in which given words appear."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import ask, find, is_answered

from forecast.resolving.sources.contract import SourceError

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Senate news</title><link>https://example.org</link><description>News</description>
<lastBuildDate>{built}</lastBuildDate>
<item><title>Senate adjourns</title><pubDate>Mon, 04 Jan 2027 09:00:00 +0100</pubDate>
  <description>Until February.</description></item>
<item><title>Treaty of Peace</title><pubDate>Tue, 15 Dec 2026 16:30:00 -0500</pubDate>
  <description>&lt;p&gt;The &lt;b&gt;Senate&lt;/b&gt; has &lt;i&gt;ratified&lt;/i&gt; it.&lt;/p&gt;
  </description></item>
<item><title>Senate debates treaty</title><pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate></item>
</channel></rss>"""
BUILT = "Wed, 06 Jan 2027 06:00:00 GMT"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Treaties</title><id>urn:x</id>
<updated>2026-06-03T10:00:00Z</updated>
<entry><title type="html">Peace &amp;amp; trade</title><id>urn:1</id>
  <published>2026-05-01T10:00:00Z</published><updated>2026-06-02T10:00:00Z</updated>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">ratified <b>now</b></div>
  </content>
</entry>
<entry><title>Peace</title><id>urn:2</id><updated>2026-05-02T10:00:00+02:00</updated>
  <summary>signed</summary></entry>
</feed>"""
RATIFIED = {"words": ("senate", "RATIFIED")}


def test_an_entry_of_rss() -> None:
    """All the words in title and summary, its markup read as text; the entry's own instant."""
    found = find(ask("feed", RATIFIED), RSS.format(built=BUILT))
    known = datetime(2026, 12, 15, 21, 30, tzinfo=UTC)
    assert ("yes", known, "") == (found.outcome, found.known_at, found.caveat)
    assert datetime(2027, 1, 6, 6, tzinfo=UTC) == found.as_of
    expected = "Treaty of Peace (2026-12-15 21:30 UTC): The Senate has ratified it."
    assert expected == found.excerpt


def test_an_entry_of_atom() -> None:
    """Of a changed entry nobody knows which words it had before: it is of all that time."""
    found = find(ask("feed", {"words": ("peace & trade", "ratified now")}), ATOM)
    assert ("yes", datetime(2026, 6, 2, 10, tzinfo=UTC)) == (found.outcome, found.known_at)
    assert "" == found.caveat
    later = ask("feed", {"words": ("ratified",)}, opened="2026-06-01")
    assert "may have come true before 2026-06-01" in find(later, ATOM).caveat
    assert datetime(2026, 6, 3, 10, tzinfo=UTC) == found.as_of


def test_words_must_stand_in_one_entry() -> None:
    """Not one here, one there; and as whole words."""
    assert (
        None is find(ask("feed", {"words": ("adjourns", "ratified")}), RSS.format(built="")).outcome
    )
    assert None is find(ask("feed", {"words": ("ratif",)}), RSS.format(built="")).outcome


def test_silence_proves_nothing() -> None:
    """Unless the file says so, and the feed reaches to the deadline, and back to the start."""
    body = RSS.format(built=BUILT)
    silent = {"words": ("rejected",)}
    assert None is find(ask("feed", silent), body).outcome
    said = find(ask("feed", {**silent, "otherwise": "no"}), body)
    assert ("no", "") == (said.outcome, said.caveat)
    assert (
        None
        is find(
            ask("feed", {**silent, "otherwise": "no"}),
            body,
            fetched_at=datetime(2026, 12, 30, tzinfo=UTC),
        ).outcome
    )


def test_entries_that_dropped_out_are_missed() -> None:
    """A feed keeps the newest only: what was before its oldest, nobody knows."""
    body = RSS.format(built=BUILT).replace("Thu, 01 Jan 2026", "Sun, 01 Feb 2026")
    found = find(ask("feed", {"words": ("rejected",), "otherwise": "no"}), body)
    assert "no" == found.outcome
    assert "the feed's oldest entry is of 2026-02-01" in found.caveat


def test_an_entry_without_a_date_has_a_caveat() -> None:
    """It may be old."""
    body = "<rss version='2.0'><channel><item><title>Senate ratified</title></item></channel></rss>"
    found = find(ask("feed", RATIFIED), body, fetched_at=datetime(2026, 5, 4, tzinfo=UTC))
    assert ("yes", None) == (found.outcome, found.known_at)
    assert "the entry has no date" in found.caveat


def test_other_kinds_of_questions() -> None:
    """A choice by `then`; a date by the entry's."""
    body = RSS.format(built=BUILT)
    choice = {"type": "choice", "options": ("Ratified", "Rejected")}
    question = ask("feed", {**RATIFIED, "then": "Ratified"}, **choice)  # type: ignore[arg-type]
    assert "Ratified" == find(question, body).outcome
    date = ask("feed", RATIFIED, type="date", timezone="Asia/Kathmandu")
    assert "2026-12-16" == find(date, body).outcome


def test_a_feed_for_now_is_not_of_later() -> None:
    """What is dated after the moment of fetching does not count yet."""
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert None is find(ask("feed", RATIFIED), RSS.format(built=BUILT), fetched_at=now).outcome


def test_broken_feeds_are_mended() -> None:
    """An ampersand that is not escaped is the commonest fault of all."""
    body = RSS.format(built=BUILT).replace("Until February.", "Q & A &nbsp; <b>")
    assert "yes" == find(ask("feed", RATIFIED), body).outcome


def test_charsets() -> None:
    """By the declaration, or the header."""
    body = RSS.format(built=BUILT).replace("ratified", "ratifié").replace("UTF-8", "ISO-8859-1")
    question = ask("feed", {"words": ("ratifié",)})
    assert "yes" == find(question, body.encode("latin-1")).outcome
    header = "application/rss+xml; charset=iso-8859-1"
    plain = body.replace(' encoding="ISO-8859-1"', "").encode("latin-1")
    assert "yes" == find(question, plain, content_type=header).outcome


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "it sent nothing"),
        (b"<html><body>Not found</body></html>", "is no feed, neither RSS nor Atom"),
        (b"{}", "is no feed"),
        (b"\x00\x01\x02", "is no feed"),
        (b"<?xml version='1.0' encoding='punycode'?><rss/>", "cannot be read as a feed"),
        (
            b"<rss version='2.0'><channel><a " + b"b='1' " * 5000 + b"></a>",
            "a tag that is too long",
        ),
    ],
)
def test_what_is_no_feed_is_one_clear_line(body: bytes, message: str) -> None:
    """Said what."""
    with pytest.raises(SourceError, match=message) as caught:
        find(ask("feed", RATIFIED), body)
    assert str(caught.value).isprintable()


def test_a_feed_is_never_taken_for_a_name(tmp_path: Path) -> None:
    """What is sent may look like a file's name or an address: it is not opened."""
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS.format(built=BUILT))
    for body in (str(secret), f"file://{secret}", "https://example.org/feed"):
        with pytest.raises(SourceError, match="is no feed"):
            find(ask("feed", RATIFIED), body)


BOMB = (
    "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol0 'lol'>"
    + "".join(f"<!ENTITY lol{n} '{f'&lol{n - 1};' * 10}'>" for n in range(1, 10))
    + "]><rss version='2.0'><channel><item><title>senate ratified &lol9;</title></item>"
    + "</channel></rss>"
)
ENTITY = (
    "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    "<rss version='2.0'><channel><item><title>root &x;</title></item></channel></rss>"
)
START = "<rss version='2.0'><channel>"


def test_other_files_are_not_read() -> None:
    """An entity that names a file stays empty."""
    found = find(ask("feed", {"words": ("root", "nologin")}), ENTITY)
    assert None is found.outcome
    assert "nologin" not in found.excerpt


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BOMB, id="bomb"),
        pytest.param(BOMB + " " * 2_000_000, id="long bomb"),
        pytest.param(START + "<item><description>" + "<a>" * 1_600_000, id="deep"),
        pytest.param(START + "<item><description>" + "<a>" * 300_000, id="less deep"),
        pytest.param(START + "<item><a>" * 100_000, id="items"),
        pytest.param(
            START + "<item><title>a</title></item>" * 30_000 + "</channel></rss>", id="many"
        ),
        pytest.param(
            START
            + f"<item><description>{'&lt;div&gt;' * 400_000}</description></item></channel></rss>",
            id="deep text",
        ),
        pytest.param(START + "<item><title>&" + "<" * 900_000, id="less than"),
        pytest.param("<!" * 400_000, id="declarations"),
        pytest.param(
            START + "<item>&" + ("<a " + " ".join(f"a{n}='1'" for n in range(900)) + ">") * 110,
            id="attributes",
        ),
    ],
)
def test_hostile_feeds_take_seconds(body: str) -> None:
    """They are read, or refused in one line."""
    began = time.perf_counter()
    is_answered(ask("feed", {"words": ("nowhere",)}), body)
    assert time.perf_counter() - began < 20


@given(
    st.binary(max_size=100)
    | st.lists(
        st.sampled_from(
            [
                "<item>",
                "</item>",
                "<title>",
                "</title>",
                "ratified senate",
                "<pubDate>",
                "&",
                "<",
                "</pubDate>",
                "2026-05-01",
                "Mon, 04 May 2026 10:00:00 GMT",
                "<![CDATA[",
                "]]>",
                "<entry>",
                "<updated>",
                "</updated>",
                "<link href='x'/>",
                "99999",
                "<description>",
                "<content type='xhtml'>",
                "<div>",
                "&#x0;",
                "<georss:point>",
                "<enclosure url=''/>",
            ]
        ),
        max_size=20,
    ).map(lambda parts: (START + "".join(parts)).encode())
)
def test_whatever_comes_is_an_answer_or_an_error(body: bytes) -> None:
    """A `SourceError`, and no other."""
    is_answered(ask("feed", {**RATIFIED, "otherwise": "no"}), body)
