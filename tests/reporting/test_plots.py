"""Pictures: they hold what the report holds, harm no page, and are the same every time."""

import math
import re
import struct
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from forecast.model import ForecastError, NotReadable
from forecast.reporting.parts import Chapter, Document
from forecast.reporting.pictures import looks, plots
from forecast.reporting.pictures.plots import chart_svg, write_plot
from forecast.reporting.pictures.scales import scale
from forecast.reporting.report import Looked
from forecast.reporting.slices import CoursePoint
from forecast.scoring.calibration import calibration_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'&<![CDATA[ ]]>",
    "$x^2$ and \\frac{1}{2}",
    "abc\u202eevil\x1b[31m\x00\ufffe\ud800",
    "x" * 4096,
    "😀 👩‍👩‍👧 时毅宏 مرحبا",
]


def chapter(p=None, y=None, name="ann", provisional=False, ids="q", n_questions=None):
    """Give a chapter of as many forecasts, with what the pictures look at."""
    if p is None:
        p = [0.1] * 20 + [0.5] * 10 + [0.9] * 20
        y = [0] * 17 + [1] * 3 + [1, 0] * 5 + [1] * 16 + [0] * 4
    day = datetime(2026, 1, 1, tzinfo=UTC)
    course = [
        CoursePoint(day + timedelta(days=n), n, 0.2 + 1 / (n + 9), 0.15, min(n, 20))
        for n in range(1, min(len(p), 200) + 1)
    ]
    looked = [
        Looked(f"{ids}{i}", one, bool(came))
        for i, (one, came) in enumerate(sorted(zip(p, y, strict=True)))
    ]
    standing = SimpleNamespace(
        forecaster=name,
        calibration=calibration_of(p, y, draws=99),
        looked=looked,
        course=course,
        summary=SimpleNamespace(n_questions=n_questions or len(p), base_rate=0.46),
    )
    return Chapter(name, "verdict", provisional, (), standing)


def document(*chapters):
    return Document("Report", "", (), None, "", tuple(chapters), 1)


def parsed(text):
    return ElementTree.fromstring(text)


def dots(text):
    """Give the points of a picture: place, radius and what they say."""
    return [
        (float(one.get("cx")), float(one.get("cy")), float(one.get("r")), one[0].text)
        for one in parsed(text).iter(f"{SVG}circle")
    ]


@pytest.fixture
def folder(tmp_path):
    """An empty folder; in the one above matplotlib may keep its list of fonts."""
    path = tmp_path / "pictures"
    path.mkdir()
    return path


@pytest.mark.parametrize("chart", plots.CHARTS)
def test_a_picture_has_a_text_alternative(chart):
    """It is an image with a title and a description, both its own."""
    root = parsed(chart_svg(chapter(), chart))
    title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert "img" == root.get("role")
    assert f"{title.get('id')} {told.get('id')}" == root.get("aria-labelledby")
    assert "ann" in title.text
    assert "n = 50" in told.text or "50 forecasts" in told.text


def test_the_description_says_what_is_seen():
    """Ends of the curve, and how many points lie outside the band, in the report's own figures."""
    one = chapter([0.2] * 40 + [0.8] * 40, [1] * 30 + [0] * 10 + [1] * 38 + [0] * 2)
    told = parsed(chart_svg(one, "reliability")).find(f"{SVG}desc").text
    assert "Reliability diagram of 80 forecasts by ann" in told
    assert "from 75.0 % where 20 % was said to 95.0 % where 80 % was said" in told
    assert "2 of 2 points, 80 of 80 forecasts, lie outside the 90 % band" in told


@pytest.mark.parametrize("chart", plots.CHARTS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_inert(chart, name):
    """Whatever people are called, the picture is XML that runs, loads and turns around nothing."""
    text = chart_svg(chapter(name=name, ids=name), chart)
    tags = {one.tag.removeprefix(SVG) for one in parsed(text).iter()}
    assert set() == tags - {
        *("svg", "title", "desc", "g", "path", "text", "circle", "defs", "clipPath", "rect", "use")
    }
    assert [] == [
        (key, value)
        for one in parsed(text).iter()
        for key, value in one.attrib.items()
        if key.startswith("on") or key == "style" or (key == "href" and value[0] != "#")
    ]
    assert None is re.search("[\u202e\x00-\x09\x0b-\x1f\ufffe\ud800]", text)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("ending", plots.ENDINGS)
def test_hostile_names_are_drawn_as_they_are(ending, tmp_path):
    """A file with such names is written too, and `$x^2$` is no formula in it."""
    path = tmp_path / f"all{ending}"
    write_plot(document(*[chapter(name=name) for name in HOSTILE]), path)
    if ending == ".svg":
        shown = [one.text for one in parsed(path.read_bytes()).iter(f"{SVG}text")]
        assert "$x^2$ and \\frac{1}{2}" in shown
        assert "<script>alert(1)</script>" in shown


def test_a_page_can_hold_it():
    """No style attribute or sheet, no id twice, and colours that follow the page."""
    kinds = [("reliability", "linear"), ("reliability", "log-odds"), ("course", "linear")]
    texts = [
        chart_svg(chapter(name=name), chart, axis=axis)
        for name in ("ann", "bob")
        for chart, axis in kinds
    ]
    ids = [one for text in texts for one in re.findall(r' id="([^"]+)"', text)]
    assert len(ids) == len(set(ids))
    for text in texts:
        assert "style" not in text
        assert set() == set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', text))
        assert 'fill="var(--ink, #1f2429)"' in text


@pytest.mark.parametrize("ending", plots.ENDINGS)
def test_the_same_report_is_the_same_file(ending, tmp_path):
    """No date, no random id: the bytes are equal."""
    files = [tmp_path / f"{name}{ending}" for name in "ab"]
    for path in files:
        write_plot(document(chapter()), path)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_every_point_of_the_curve_is_there():
    """With its forecast, its number, its recalibrated value and its questions."""
    one = chapter([0.2, 0.2, 0.4, 0.7] * 3, [0, 1, 0, 1] * 3)
    said = [text for *_, text in dots(chart_svg(one, "reliability"))]
    assert 3 == len(said)
    assert said[0].startswith("Said 20 %, n = 6; recalibrated 33.3 %; band ")
    assert [f"q{i}" for i in range(6)] == said[0].partition(": q")[2].join(["q", ""]).split(", ")


def test_larger_points_are_more_forecasts():
    """The area is as the number, so that 40 forecasts do not look like 4."""
    one = chapter([0.2] * 10 + [0.8] * 40, [0] * 10 + [1] * 40)
    small, large = (radius for *_, radius, _ in dots(chart_svg(one, "reliability")))
    assert math.isclose(4.0, (large / small) ** 2, rel_tol=0.01)


def test_thousands_of_forecasts_stay_small():
    """All of them are counted in points that do not lie upon each other; none is left out."""
    p = [(i + 0.5) / 3000 for i in range(3000)]
    text = chart_svg(chapter(p, [i % 3 == 0 for i in range(3000)]), "reliability")
    said = [told for *_, told in dots(text)]
    assert 3000 == sum(int(re.search(r"n = (\d+)", one)[1]) for one in said)
    assert len(said) <= 250
    assert len(text) < 60_000


@pytest.mark.parametrize("axis", ["linear", "log-odds"])
def test_the_middle_is_in_the_middle(axis):
    """A forecast of 50 % that came true half of the time stands in the centre of the diagram."""
    one = chapter([0.5] * 10 + [0.0, 1.0], [1, 0] * 5 + [0, 1])
    low, middle, high = dots(chart_svg(one, "reliability", axis=axis))
    assert math.isclose(middle[0], (low[0] + high[0]) / 2, abs_tol=0.02)
    assert math.isclose(middle[1], (low[1] + high[1]) / 2, abs_tol=0.02)


def test_log_odds_are_as_far_as_evidence():
    """From 1 % to 10 % is as far as from 90 % to 99 %, and further than from 40 % to 50 %."""
    place = scale("log-odds").place
    assert math.isclose(place(0.1) - place(0.01), place(0.99) - place(0.9))
    assert math.isclose(math.log(3), place(0.75))
    assert place(0.1) - place(0.01) > place(0.5) - place(0.4)


def test_certainty_stands_at_the_edge_and_is_marked():
    """0 and 100 % are infinitely far away on log odds: rings beyond everything else."""
    place = scale("log-odds").place
    assert place(0.0) < place(1e-300) <= place(0.001) < place(0.999) <= place(1 - 1e-16) < place(1)
    text = chart_svg(chapter([0.0, 0.5, 1.0], [0, 1, 1]), "reliability", axis="log-odds")
    assert "○ exactly 0 or 100 %" in text
    rings = '<g fill="var(--paper, #ffffff)" stroke="var(--accent, #0072b2)"><circle'
    assert rings in text
    assert rings not in chart_svg(chapter([0.0, 0.5, 1.0], [0, 1, 1]), "reliability")


def test_ticks_of_log_odds():
    """The axis names what people say there."""
    text = chart_svg(chapter(), "reliability", axis="log-odds")
    shown = {one.text for one in parsed(text).iter(f"{SVG}text")}
    ticks = {"0", "0.1", "1", "5", "10", "25", "50", "75", "90", "95", "99", "99.9", "100"}
    assert set() == ticks - shown


def test_short_records_are_marked():
    """Provisional is written into the picture, which travels without its report."""
    assert ">50 forecasts, provisional<" in chart_svg(chapter(provisional=True), "reliability")
    assert ">50 forecasts<" in chart_svg(chapter(), "reliability")


def test_the_course_never_shows_a_point_without_its_number():
    """Each point says how many questions it rests on, and so do the marks below."""
    text = chart_svg(chapter(), "course")
    said = [told for *_, told in dots(text)]
    assert 50 == len(said)
    assert "2026-01-02: 0.300 so far, n = 1" == said[0]
    assert "2026-02-20: 0.217 so far, n = 50; 0.150 for the last 20" == said[-1]
    assert ">n = 50<" in text
    doubled = [told for *_, told in dots(chart_svg(chapter(), "course", factor=2))]
    assert "2026-01-02: 0.600 so far, n = 1" == doubled[0]


def test_questions_of_one_day_are_one_point():
    """Within a day there is no order in which the score could have moved."""
    one = chapter()
    day = one.standing.course[0].closed_at
    one.standing.course[:] = [replace(point, closed_at=day) for point in one.standing.course]
    assert 1 == len(dots(chart_svg(one, "course")))


def test_without_forecasts_there_is_no_picture():
    """Nothing to draw is an empty text, and not an empty diagram."""
    assert "" == chart_svg(chapter([], [], n_questions=12), "reliability")
    assert "" == chart_svg(chapter([], []), "course")


@pytest.mark.parametrize(("p", "y"), [([0.3] * 12, [0] * 12), ([0.0] * 12, [1] * 12)])
@pytest.mark.parametrize("axis", ["linear", "log-odds"])
def test_one_distinct_forecast_can_be_drawn(p, y, axis):
    """Its band has a width all the same."""
    assert 1 == len(dots(chart_svg(chapter(p, y), "reliability", axis=axis)))


def test_png_is_good_enough_for_print(tmp_path):
    """300 dots per inch, and as many points wide as its text was set for."""
    path = tmp_path / "plot.PNG"
    write_plot(document(chapter()), path)
    content = path.read_bytes()
    width, _ = struct.unpack(">II", content[16:24])
    assert round((looks.WIDTH + 24) / 72 * 300) == pytest.approx(width, abs=1)
    (per_metre,) = struct.unpack(">I", content.partition(b"pHYs")[2][:4])
    assert 300 == round(per_metre * 0.0254)


def test_a_file_is_drawn_in_plain_colours(tmp_path):
    """Any viewer can show it: it has its own size, paper and colours."""
    path = tmp_path / "plot.svg"
    write_plot(document(chapter()), path)
    text = path.read_text("utf-8")
    assert "var(" not in text
    assert {"374pt"} == {parsed(text).get("width")}
    assert "#ffffff" in text


def test_at_most_six_forecasters(tmp_path):
    """Of more, those with most forecasts; and it is said so."""
    chapters = [chapter([0.2, 0.7] * n, [0, 1] * n, name=f"forecaster {n}") for n in range(6, 14)]
    path = tmp_path / "plot.svg"
    write_plot(document(*chapters), path)
    shown = [one.text for one in parsed(path.read_bytes()).iter(f"{SVG}text")]
    assert [f"forecaster {n}" for n in range(8, 14)] == [
        text for text in shown if text.startswith("forecaster ")
    ]
    assert "6 of 8 forecasters: those with most forecasts" in shown


@pytest.mark.parametrize("name", ["plot", "plot.pdf", "plot.svg.gz"])
def test_other_endings_are_refused(name, folder):
    """The ending says the kind; one that is not known is named."""
    with pytest.raises(NotReadable, match=re.escape(r"a picture ends in .svg or .png")):
        write_plot(document(chapter()), folder / name)
    assert [] == list(folder.iterdir())


def test_other_axes_and_charts_are_refused():
    """And it is said which there are."""
    with pytest.raises(NotReadable, match="linear, log-odds"):
        chart_svg(chapter(), "reliability", axis="cubic")
    with pytest.raises(NotReadable, match="reliability, course"):
        chart_svg(chapter(), "pie")


@pytest.mark.parametrize("chapters", [[], [chapter([0.2] * 9, [0] * 9)]])
def test_without_a_record_there_is_no_file(chapters, folder):
    """Under ten questions there are no rates, and so no diagram of them."""
    with pytest.raises(ForecastError, match="ten resolved questions"):
        write_plot(document(*chapters), folder / "plot.svg")
    assert [] == list(folder.iterdir())


def test_a_file_is_replaced_whole_or_not_at_all(folder, monkeypatch):
    """When writing breaks off the picture that was there is there, and nothing else."""
    path = folder / "plot.svg"
    path.write_text("earlier", "utf-8")

    def full(self, content):
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            write_plot(document(chapter()), path)
    assert [("plot.svg", "earlier")] == [(p.name, p.read_text()) for p in folder.iterdir()]
    write_plot(document(chapter()), path)
    assert path.read_text("utf-8").startswith("<?xml")


def test_nobody_elses_settings_change_or_are_changed():
    """A person's own matplotlib style does not reach the picture, nor ours their other plots."""
    import matplotlib

    before = chart_svg(chapter(), "reliability")
    with matplotlib.rc_context({"font.size": 30, "axes.grid": False}):
        assert before == chart_svg(chapter(), "reliability")
        assert 30 == matplotlib.rcParams["font.size"]
