"""The page: one file that harms nobody and says what the document says."""

import base64
import hashlib
import re
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from forecast.model import Entry, Forecast, Question, Resolution
from forecast.reading.probabilities import read_probability
from forecast.reporting import page
from forecast.reporting.choice import Choice
from forecast.reporting.document import Document, Grid, document
from forecast.reporting.pictures import plots
from forecast.reporting.record import gather
from forecast.reporting.report import report
from forecast.reporting.safely import clean
from forecast.store.connection import open_store
from forecast.store.load import load
from forecast.store.rows import Recording

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
START = datetime(2024, 1, 1, tzinfo=UTC)
VOID = {"meta", "link", "img", "br", "hr", "input", "base"}
#: What each of these would do if it were not text.
HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style></script></svg><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)' x=\"",
    "{{ 7 * 7 }}{% for x in y %}{# #}${1}",
    "right \u202eto left\u202c \u2067and\u2069 \u200fback",
    "\x1b[31mred\x1b]8;;https://example.org\x07 bell\x08\x7f\x9b2J",
    "W" * 4096,
    "👩‍👩‍👧‍👦 שלום عليكم \ufeff e\u0301\u0301",
    "javascript:alert(1) https://example.org/?a=1&amp;b=<2>",
    "]]> --> <!-- &lt;b&gt; \\u003c \\",
)


def entry(number, said, outcome, *, title="", tags=("economy",), note="", days=30):
    """A resolved question, with what each forecaster said: {name: (probability, …)}."""
    opened = START + timedelta(days=number)
    identifier = f"question-{number}"
    question = Question(
        id=identifier,
        title=title or f"Will the thing number {number} happen?",
        opened_at=opened,
        deadline=opened + timedelta(days=days),
        tags=tags,
    )
    forecasts = [
        forecast(identifier, name, opened + timedelta(days=after), value, note)
        for name, values in said.items()
        for after, value in enumerate(values)
    ]
    resolution = Resolution(question=identifier, outcome=outcome, known_at=question.deadline)
    return Entry(question=question, forecasts=tuple(forecasts), resolution=resolution)


def forecast(identifier, name, at, said, note):
    read = read_probability(str(said))
    return Forecast(
        question=identifier,
        forecaster=name,
        made_at=at,
        probability=read.probability,
        words=read.words,
        low=read.low,
        high=read.high,
        lexicon=read.lexicon,
        note=note,
    )


def ordinary(n, names=("ann",)):
    """A record of `n` questions by each of the names, of all shades of probability."""
    shades = ("3%", "unlikely", "0.55", "70%", "very likely", "98%")
    return [
        entry(
            number,
            {name: (shades[(number + len(name)) % 6], "60%") for name in names},
            "yes" if number % 3 else "no",
            tags=("economy", "china") if number % 2 else ("sports",),
            note="because of this and that",
        )
        for number in range(n)
    ]


def hostile():
    """A record whose every free text is hostile."""
    return [
        entry(
            number,
            {text[:200]: ("unlikely", "80%")} if number % 2 else {HOSTILE[0]: ("10%",)},
            "yes" if number % 3 else "no",
            title=text,
            tags=(text[:200].replace(",", ""),),
            note=f"{text}\n\n{text}",
        )
        for number, text in enumerate(HOSTILE * 3)
    ]


RECORDS = {
    "empty": list,
    "short": lambda: ordinary(4),
    "long": lambda: ordinary(120),
    "several": lambda: ordinary(36, ("ann", "bob")) + ordinary(40, ("cleo",))[36:],
    "hostile": hostile,
}


@cache
def documented(name: str, factor: int = 1, **choice) -> Document:
    """The document of one of the records."""
    with tempfile.TemporaryDirectory() as folder:
        connection = open_store(Path(folder) / "tracker.db", create=True)
        load(connection, RECORDS[name](), Recording(at=NOW, by="login"))
        chosen = Choice(**choice)
        found = document(report(gather(connection, NOW, chosen), NOW, chosen), factor)
        connection.close()
    return found


@cache
def written(name: str, factor: int = 1) -> str:
    """The page of one of the records."""
    return page.page_text(documented(name, factor))


class Read(HTMLParser):
    """A page as a parser reads it; what it cannot put together is a fault."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.n_titles = 0
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        #: Text in `script`, in `style`, and all the rest.
        self.inside: dict[str, list[str]] = {"script": [], "style": [], "": []}
        #: Tables, of rows, of cells; lists that open are left out.
        self.tables: list[list[list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.n_titles += tag == "title" and "svg" not in self.open
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        kind = self.open[-1] if self.open and self.open[-1] in self.inside else ""
        self.inside[kind].append(data)
        if self.open and ("td" in self.open or "th" in self.open) and "ul" not in self.open:
            self.tables[-1][-1][-1] += data

    @property
    def text(self) -> str:
        """All that is to be read, with single blanks."""
        return spaced("".join(self.inside[""]))

    def values(self, attribute):
        """What an attribute says wherever it stands."""
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]

    def count(self, tag):
        return [name for name, _ in self.elements].count(tag)


@cache
def read(name: str, factor: int = 1) -> Read:
    return Read(written(name, factor))


def spaced(text):
    return " ".join(text.split())


def sentences_of(found):
    """Every sentence of a document."""
    yield from (found.title, found.asked_for, found.scale * bool(found.overview), *found.funnel)
    yield found.nothing
    for chapter in found.chapters:
        yield from (chapter.forecaster, chapter.verdict, chapter.brief)
        for section in chapter.sections:
            yield from (section.heading, section.explanation, *section.sentences)


every_record = pytest.mark.parametrize("name", RECORDS)


@every_record
def test_page_is_well_formed(name):
    """What is opened is closed, in order; every reference has its target, every id is its own."""
    found = read(name)
    assert ([], []) == (found.faults, found.open)
    ids = found.values("id")
    assert sorted(set(ids)) == sorted(ids)
    links = [link.removeprefix("#") for link in found.values("href")]
    labels = [one for labels in found.values("aria-labelledby") for one in labels.split()]
    assert set() == {*links, *labels} - set(ids)


@every_record
def test_page_has_one_outline(name):
    """One title, a language, and headings that skip no level."""
    found = read(name)
    assert (1, 1, ["en"]) == (found.count("h1"), found.n_titles, found.values("lang"))
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert [] == [(one, following) for one, following in pairwise(levels) if following > one + 1]


@every_record
def test_page_allows_its_own_style_and_script_alone(name):
    """The policy names the hashes of what stands in the page; nothing else is to allow."""
    found = read(name)
    assert (1, 1) == (len(found.inside["style"]), len(found.inside["script"]))
    style, script = (
        base64.b64encode(hashlib.sha256(found.inside[kind][0].encode()).digest()).decode()
        for kind in ("style", "script")
    )
    expected = (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "base-uri 'none'; form-action 'none'"
    )
    policies = [
        attrs["content"] for tag, attrs in found.elements if "http-equiv" in attrs and tag == "meta"
    ]
    assert [expected] == policies
    assert [] == found.values("style")


@every_record
def test_page_fetches_nothing(name):
    """No element that loads, no address outside the page, no handler in an attribute."""
    found = read(name)
    loading = {"img", "link", "iframe", "object", "embed", "form", "base", "video", "audio"}
    assert set() == loading & {tag for tag, _ in found.elements}
    assert [] == found.values("src") + found.values("action") + found.values("srcset")
    assert [] == [link for link in found.values("href") if not link.startswith("#")]
    assert [] == [key for _, attrs in found.elements for key in attrs if key.startswith("on")]
    assert [] == re.findall(r"url\(|@import|https?:", found.inside["style"][0])


@pytest.mark.parametrize("factor", [1, 2])
@every_record
def test_page_says_every_sentence(name, factor):
    """Sentences, headings and explanations are the document's, word for word."""
    text = read(name, factor).text
    found = [spaced(clean(sentence)) for sentence in sentences_of(documented(name, factor))]
    assert [] == [sentence for sentence in found if sentence not in text]


@pytest.mark.parametrize("factor", [1, 2])
@every_record
def test_page_shows_every_cell(name, factor):
    """Tables are the document's, cell for cell, in order; rows may open to their questions."""
    found = documented(name, factor)
    grids = [grid for one in found.chapters for part in one.sections for grid in part.grids]
    if len(found.chapters) > 1:
        grids = [found.overview, *grids]
    expected = [
        [[spaced(clean(cell)) for cell in row] for row in (grid.head, *grid.rows)] for grid in grids
    ]
    shown = [
        [[spaced(cell) for cell in row[: len(grid.head)]] for row in table]
        for grid, table in zip(grids, read(name, factor).tables, strict=True)
    ]
    assert expected == shown


def test_page_of_one_forecaster_has_the_overview_as_a_strip():
    """One row is no table; its figures stand below the verdict."""
    found = documented("long").overview
    strip = re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", written("long"))
    assert list(zip(found.head[1:], found.rows[0][1:], strict=True)) == strip


def test_page_says_the_verdict_first():
    """Before the record, and the record before the scores."""
    found, text = documented("long"), read("long").text
    marks = (found.chapters[0].verdict, found.funnel[0], "over the time each forecast stood")
    places = [text.index(mark) for mark in marks]
    assert sorted(places) == places


def test_page_harms_nobody():
    """Hostile text is text: the same kinds of elements as ever, and nothing that steers."""
    harmless = {tag for name in ("long", "several") for tag, _ in read(name).elements}
    assert set() == {tag for tag, _ in read("hostile").elements} - harmless
    assert written("hostile") == clean(written("hostile"))
    assert "49" not in {cell for table in read("hostile").tables for row in table for cell in row}


def test_page_isolates_the_direction_of_what_people_wrote():
    """A title from right to left turns nothing around beside it."""
    assert "<bdi>👩‍👩‍👧‍👦 שלום عليكم" in written("hostile")


def test_page_without_scores():
    """An empty record makes a page that says so."""
    found = read("empty")
    assert ([], 0) == (found.tables, found.count("svg"))
    assert documented("empty").nothing in found.text


def test_page_of_a_short_record():
    """Counts and questions, no diagram, no way to sort out rates."""
    found = read("short")
    assert (1, 0) == (len(found.tables), found.count("svg"))
    assert "Will the thing number 3 happen?" in found.text


def test_page_marks_what_is_provisional():
    """Figures of a record too small for words are marked where they stand, and only those."""
    marks = {
        name: len([one for one in read(name).values("class") if one == "mark"]) for name in RECORDS
    }
    cautious = documented("several", forecaster="bob").chapters[0]
    shown = page.page_text(documented("several", forecaster="bob")).count('class="mark"')
    marked = 1 + sum(bool(section.grids) for section in cautious.sections)
    expected = marked if cautious.provisional else 0
    assert (0, 1, expected) == (marks["empty"], marks["short"], shown)


def test_page_of_several_has_contents():
    """Every forecaster is named at the top, with the verdict, and leads to their chapter."""
    found = documented("several")
    top = written("several").partition('<nav class="people"')[2].partition("</nav>")[0]
    links = re.findall(r'href="#([^"]+)"><bdi>([^<]+)</bdi>', top)
    assert links == [
        (f"forecaster-{number}", one.forecaster) for number, one in enumerate(found.chapters, 1)
    ]
    verdicts = [one.standing.calibration.verdict for one in found.chapters]
    assert [True] * len(verdicts) == [verdict in top for verdict in verdicts]


def test_page_draws_what_the_document_asks_for(monkeypatch):
    """A diagram for each section with one, on the axis and the scale asked for."""
    asked = []

    def chart_svg(chapter, chart, *, axis, factor):
        asked.append((chapter.forecaster, chart, axis, factor))
        return f"<svg><title>{chart}</title></svg>"

    monkeypatch.setattr(page, "chart_svg", chart_svg)
    text = page.page_text(documented("long", 2), axis="log-odds")
    assert [("ann", "reliability", "log-odds", 2), ("ann", "course", "log-odds", 2)] == asked
    assert text.index("<title>reliability</title>") < text.index("<title>course</title>")


def test_page_has_diagrams_with_words_for_them():
    """Every picture has a name of its own."""
    pictures = [attrs for tag, attrs in read("long").elements if tag == "svg"]
    assert ["img", "img"] == [attrs["role"] for attrs in pictures]
    assert [True, True] == [bool(attrs["aria-labelledby"]) for attrs in pictures]
    assert plots.chart_svg is page.chart_svg


def test_rows_open_to_their_questions():
    """A row lists its questions by title and id, and says how many it does not list."""
    text = written("long")
    assert "<li><bdi>Will the thing number 7 happen?</bdi> <code>question-7</code></li>" in text
    assert '<li class="note">and 10 more</li>' in text  # of 60 questions by tag


def test_page_of_many_titles_stays_small(monkeypatch):
    """The longer the lists of questions, the fewer of each."""
    monkeypatch.setattr(page, "LISTED_SIZE", 20_000)
    text = page.page_text(documented("long"))
    listed = [text.count("<li><bdi>Will"), written("long").count("<li><bdi>Will")]
    assert sorted(listed) == listed
    assert "and 102 more" in text  # of 120, where 50 are listed otherwise


def test_long_tables_are_thinned(monkeypatch):
    """Of a table with more rows than a page can hold some are left out, and it says so."""
    monkeypatch.setattr(page, "MOST_ROWS", 5)
    assert [0, 2, 4, 6, 9] == page.thinned(range(10))
    assert [0, 1, 2] == page.thinned(range(3))
    assert "5 of 12 rows, taken evenly." in Read(page.page_text(documented("long"))).text


@pytest.mark.parametrize(
    ("head", "ids", "expected"),
    [
        (("tag", "n"), (("a",),), 2),
        (("said", "questions"), (("a",),), 1),
        (("question", "title"), (("a",),), None),
        (("until", "questions"), (), None),
        (("until", "questions"), ((),), None),
    ],
)
def test_opening_column(head, ids, expected):
    """Rows open where they name their questions, else in a column of their own."""
    grid = Grid(head, (("x", "1"),), ids, frozenset({0, 1}))
    assert expected == page.opening_column(grid)
