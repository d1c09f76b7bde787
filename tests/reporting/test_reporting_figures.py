"""Every number in any form is the one of `--json`, rounded: parsed out of each and compared."""

import html
import json
import re
from html.parser import HTMLParser

import pytest
from made_records import full, reported

from forecast.cli.output import _plain
from forecast.reading.probabilities import percent
from forecast.reporting import shapes
from forecast.reporting.document import document
from forecast.reporting.markdown import markdown_text
from forecast.reporting.page import page_text
from forecast.reporting.terminal import report_text

SCALES = pytest.mark.parametrize("scale", ["half", "original"])


def shown(value, digits=3):
    return "–" if value is None else f"{value:.{digits}f}"


def pct(value):
    return f"{value * 100:.1f} %"


def expected_tables(one):
    """The cells of each section's table, made from a forecaster's JSON alone; notes left out."""
    own = one["calibration"]
    return {
        "calibration": [
            *(
                [name, *(shown(own[name.lower() + end]) for end in ("", "_expected", "_p95"))]
                for name in ("Brier", "miscalibration")
            ),
            *([name, shown(own[name]), "–", "–"] for name in ("discrimination", "uncertainty")),
        ],
        "reliability": [
            [
                *(percent(point["probability"]), str(point["n"])),
                *(pct(point[name]) for name in ("recalibrated", "band_low", "band_high")),
            ]
            for point in own["curve"]
        ],
        "bins": [
            [
                f"{percent(row['low'])[:-2]}-{percent(row['high'])}",
                percent(row["mean_probability"]),
                f"{round(row['frequency'] * row['n'])} of {row['n']}",
            ]
            for row in own["bins"]
        ],
        **{name: [parted(part) for part in one[name]] for name in ("tags", "years")},
        "horizons": [
            [f"{part['name'][:-1]} days before", *parted(part)[1:]] for part in one["horizons"]
        ],
        "words": [
            [
                *(part["name"], " to ".join(map(percent, part["covers"]))),
                percent(part["expected"] / part["n"]),
                *(f"{part['came_true']} of {part['n']}", shown(part["brier"])),
            ]
            for part in one["words"]
        ],
        "calls": [
            [kind, call["id"], percent(call["first"]), percent(call["final"]), call["outcome"],
             shown(call["brier"])]
            for kind, some in (("best", one["calls"][:3]), ("worst", one["calls"][:-4:-1]))
            for call in some
        ],
        "scores": scored(one),
    }  # fmt: skip


def parted(part):
    return [
        *(part["name"], str(part["n"]), shown(part["brier"]), shown(part["skill"])),
        *(shown(part["expected"], 1), str(part["came_true"])),
    ]


def scored(one):
    names = {"brier": "Brier, time (headline)", "brier_planned": "Brier, planned"}
    names |= {"brier_first": "Brier, first", "brier_final": "Brier, final"}
    names |= {"log_score": "logarithmic", "skill": "skill"}
    return [[name, shown(one[key])] for key, name in names.items()]


def courses(one):
    """Every row that the table over time may show."""
    return [
        [
            *(point["closed_at"][:10], str(point["n"])),
            *(shown(point["cumulative"]), shown(point["rolling"]), str(point["n_rolling"])),
        ]
        for point in one["course"]
    ]


def from_document(report):
    return [
        {section.key: [list(row) for row in section.grids[0].rows] for section in parts}
        for parts in (
            [part for part in chapter.sections if part.grids] for chapter in report.chapters
        )
    ]


def from_markdown(report):
    found = []
    keys = {part.heading: part.key for one in report.chapters for part in one.sections}
    key = None
    for line in markdown_text(report).splitlines():
        if line.startswith("## "):
            found.append({})
        elif line.startswith("### "):
            key = keys[line.removeprefix("### ").removesuffix(" (provisional)")]
        elif line.startswith("| ") and found:
            cells = re.split(r" \| ", line[2:-2])
            found[-1].setdefault(key, []).append(
                [html.unescape(re.sub(r"\\(.)", r"\1", cell)).strip() for cell in cells]
            )
    return [{key: rows[2:] for key, rows in one.items()} for one in found]


def from_terminal(report):
    found, key = [], None
    names = [chapter.forecaster for chapter in report.chapters]
    keys = {part.heading: part.key for one in report.chapters for part in one.sections}
    for line in report_text(report, everything=True).splitlines():
        heading = line.removesuffix(" (provisional)")
        if line in names:
            found.append({})
        elif heading in keys:
            key = keys[heading]
        elif found and key:
            cells = re.split(r"  +", line.strip())
            found[-1].setdefault(key, []).append(cells)
    return found


class Tables(HTMLParser):
    """The tables of a page by section, a list of cells for each row."""

    def __init__(self):
        super().__init__()
        self.found, self.key, self.cell, self.skipped = [{}], None, None, 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "section" and (given.get("class") or "").startswith("part "):
            self.key = given["class"].split()[1]
            if self.key in self.found[-1]:
                self.found.append({})
            self.found[-1][self.key] = []
        elif tag == "tr" and self.key:
            self.found[-1][self.key].append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.key and self.found[-1][self.key]:
            self.found[-1][self.key][-1].append(" ".join(self.cell.split()))
            self.cell = None
        elif tag == "section":
            self.key = None


def from_page(report):
    parser = Tables()
    parser.feed(page_text(report))
    return parser.found


def agree(expected, found):
    """Whether each expected row stands among those found; texts and lists of ids may follow."""
    return [row for row in expected if not any(row == other[: len(row)] for other in found)]


@SCALES
@pytest.mark.parametrize("form", [from_document, from_markdown, from_terminal, from_page])
def test_numbers_of_every_form_are_those_of_the_json(db, form, scale):
    """All sections of three forecasters, one of whom is wordy; rows of calls but for the ids."""
    full(db)
    figures = reported(db, now=reported(db).now.replace(year=2031))
    shaped = json.loads(json.dumps(shapes.report(figures, scale), default=_plain))
    tables = form(document(figures, shapes.SCALES[scale]))
    assert 3 == len(shaped["forecasters"]) == len(tables)
    for one, found in zip(shaped["forecasters"], tables, strict=True):
        for key, expected in expected_tables(one).items():
            if key == "years" and len(expected) < 2:
                continue
            rows = found.get(key, [])
            if form is from_page and key == "calls":  # ids open to more there
                expected = [[kind, *rest] for kind, _, *rest in expected]
                rows = [[row[0], *row[2:]] for row in rows]
            assert [] == agree(expected, rows), key
            assert len(expected) <= len(rows), key
        every = courses(one)
        times = [row for row in found["course"] if re.match(r"\d{4}-", row[0])]
        assert (min(len(every), 12), []) == (len(times), agree([r[:5] for r in times], every))


@SCALES
def test_sentences_of_every_form_are_the_same(db, scale):
    """Every sentence of the document stands in each form, whatever folds or marks it."""
    full(db)
    report = document(reported(db), shapes.SCALES[scale])
    marked = re.sub(r"\\(.)", r"\1", markdown_text(report))
    forms = [
        report_text(report, everything=True),
        html.unescape(marked),
        html.unescape(re.sub(r"<[^>]+>", "", page_text(report))),
    ]
    forms = [" ".join(form.split()) for form in forms]
    sentences = [*report.funnel, report.scale]
    for chapter in report.chapters:
        sentences.append(chapter.verdict)
        for section in chapter.sections:
            sentences += [*section.sentences, section.explanation]
    for sentence in filter(None, sentences):
        assert [True] * 3 == [sentence in form for form in forms], sentence


@SCALES
def test_sentences_have_the_numbers_of_the_json(db, scale):
    """The headline, its interval, what was expected, slope and p-value."""
    full(db)
    figures = reported(db)
    chapters = document(figures, shapes.SCALES[scale]).chapters
    for chapter, one in zip(chapters, shapes.report(figures, scale)["forecasters"], strict=True):
        own = one["calibration"]
        said = " ".join(sentence for section in chapter.sections for sentence in section.sentences)
        assert f"{one['n_questions']} questions, Brier {one['brier']:.3f}" in said
        if one["brier_interval"]:
            low, high = one["brier_interval"]
            assert f"(95 % interval {low:.3f} to {high:.3f})" in said
        assert f"{one['expected']:.1f} of {own['n']} were expected" in said
        assert f"{one['came_true'] or 'none'} did" in said
        assert f"{own['n']} questions: {own['verdict']}" in chapter.verdict
        if own["slope"] is not None:
            assert f"slope {own['slope']:.2f}" in chapter.verdict
