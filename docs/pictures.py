"""Makes docs/pictures/ and the quotations in docs/reading-a-report.md: `python docs/pictures.py`.

From the questions that come with the project, and from a published data set: 92 days of
precipitation in Niamey, 2016, forecast in four ways (ECMWF, CC BY 4.0, by way of the R package
reliabilitydiag). Its table is needed beside the checkout; without it nothing is written.
"""

import csv
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forecast.model import Entry, Forecast, Question, Resolution
from forecast.questionfile import parsing
from forecast.reporting.choice import Choice
from forecast.reporting.document import Chapter, Document, document
from forecast.reporting.pictures.plots import chart_svg, write_plot
from forecast.reporting.record import gather
from forecast.reporting.report import report
from forecast.store.connection import open_store
from forecast.store.load import load
from forecast.store.rows import Recording

REPOSITORY = Path(__file__).parents[1]
PICTURES = REPOSITORY / "docs" / "pictures"
PAGE = REPOSITORY / "docs" / "reading-a-report.md"
ARTICLE = REPOSITORY / "questions" / "china-russia-2022.toml"
NIAMEY = REPOSITORY.parent / "shared" / "vectors" / "niamey" / "precip_Niamey_2016.csv"
NOW = datetime(2023, 4, 1, tzinfo=UTC)
_QUOTED = re.compile(r"(<!-- quoted: (\w+) (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Write the pictures and the quotations."""
    if not NIAMEY.exists():
        sys.exit(f"no {NIAMEY}: nothing written")
    PICTURES.mkdir(exist_ok=True)
    article = _document(parsing.read(ARTICLE), "Washington Institute for Defense & Security")
    rain = _document(list(_rain()))
    named = {one.forecaster: one for one in rain.chapters}
    write_plot(article, PICTURES / "article.svg")
    write_plot(rain, PICTURES / "niamey.svg")
    _write("niamey-emos.svg", named["EMOS"], "reliability")
    _write("niamey-ens-log-odds.svg", named["ENS"], "reliability", "log-odds")
    _write("niamey-emos-course.svg", named["EMOS"], "course")
    chapters = {**named, "article": article.chapters[0]}
    text = _QUOTED.sub(lambda found: _quotation(found, chapters), PAGE.read_text("utf-8"))
    PAGE.write_text(text, "utf-8")


def _rain() -> Iterator[Entry]:
    """Make each day of the table a question: will there be precipitation?"""
    with NIAMEY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
            before, after = day - timedelta(days=1), day + timedelta(days=1)
            name = f"rain-{row['date']}"
            question = Question(
                id=name,
                title=f"Will it rain in Niamey on {row['date']}?",
                opened_at=before,
                deadline=after,
            )
            said = tuple(
                Forecast(question=name, forecaster=by, made_at=before, probability=float(row[by]))
                for by in ("Logistic", "EMOS", "ENS", "EPC")
            )
            outcome = "yes" if float(row["obs"]) else "no"
            answer = Resolution(question=name, outcome=outcome, known_at=after)
            yield Entry(question=question, forecasts=said, resolution=answer)


def _document(entries: list[Entry], forecaster: str = "") -> Document:
    """Report on questions, in a tracker that is thrown away."""
    choice = Choice(forecaster=forecaster, cluster="event")
    with tempfile.TemporaryDirectory(prefix="forecast-docs-") as folder:
        path = Path(folder) / "forecast.db"
        with closing(open_store(path, create=True)) as connection:
            load(connection, entries, Recording(at=NOW, by="docs"))
            gathered = gather(connection, NOW, choice)
    return document(report(gathered, NOW, choice))


def _write(name: str, chapter: Chapter, chart: str, axis: str = "linear") -> None:
    text = chart_svg(chapter, chart, axis=axis, themed=False)
    (PICTURES / name).write_text(text + "\n", "utf-8")


def _quotation(found: "re.Match[str]", chapters: dict[str, Chapter]) -> str:
    """Quote a part of a report: its verdict, or a section's sentences and tables."""
    start, forecaster, key, end = found.groups()
    chapter = chapters[forecaster]
    if key == "verdict":
        return f"{start}> {chapter.verdict}\n{end}"
    (section,) = [one for one in chapter.sections if one.key == key]
    lines = [f"> {sentence}\n" for sentence in section.sentences]
    for grid in section.grids:
        rows = [grid.head, ["---"] * len(grid.head), *grid.rows]
        lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return f"{start}{chr(10).join(lines)}\n{end}"


if __name__ == "__main__":
    main()
