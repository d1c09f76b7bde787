"""The report as a document: one content, which terminal, page and Markdown only lay out.

Every number is rounded and every sentence said here, so that no two forms can differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from forecast.reading.lexicon import LEXICONS
from forecast.reporting import divisions, sections
from forecast.reporting import sentences as say
from forecast.reporting.choice import Choice
from forecast.reporting.parts import NONE, Chapter, Document, Grid, Section, figure
from forecast.reporting.report import Report, Standing

__all__ = ["NONE", "Chapter", "Document", "Grid", "Section", "document", "figure"]


def document(figures: Report, factor: int = 1, *, only: str = "") -> Document:
    """Put a report into words and tables.

    Parameters
    ----------
    figures : Report
    factor : int
        1 for Brier scores from 0 to 1, 2 for the original scale from 0 to 2.
    only : {"", "forecaster", "tag", "year", "horizon"}
        Divide by this and show that alone; everything, unless said.
    """
    has_scores = bool(figures.standings)
    return Document(
        title="Calibration report",
        asked_for=_asked_for(figures.choice),
        funnel=tuple(say.funnel_sentences(figures)),
        overview=_overview(figures.standings, factor) if has_scores else None,
        scale=say.scale_sentence(factor),
        chapters=tuple(_chapters(figures, factor, only)),
        factor=factor,
        nothing="" if has_scores else say.nothing_sentence(figures.choice),
        provisional=say.PROVISIONAL,
    )


def _chapters(figures: Report, factor: int, only: str) -> Iterator[Chapter]:
    if only == "forecaster":
        return
    for one in figures.standings:
        chapter = _chapter(one, figures.choice, factor)
        yield replace(chapter, sections=_divided(one, factor, only)) if only else chapter


def _divided(one: Standing, factor: int, only: str) -> tuple[Section, ...]:
    if say.is_short(one):
        too_few = f"{say.count(one.summary.n_questions, 'question')}: too few to divide."
        return (Section(f"{only}s", f"By {only}", (too_few,), first=True),)
    by = {"tag": divisions.tags, "year": divisions.years, "horizon": divisions.horizons}
    found = by[only](one, factor)
    if found is None:
        return (Section(f"{only}s", f"By {only}", ("There is nothing to divide.",), first=True),)
    return (replace(found, first=True),)


def _chapter(one: Standing, choice: Choice, factor: int) -> Chapter:
    found: Sequence[Section | None]
    compared = sections.comparisons(one, choice, factor)
    if say.is_short(one):
        told = (say.short_sentence(one, factor), say.lexicon_sentence(one, factor))
        short = " ".join(filter(None, told))
        found = [sections.short_scores(one, factor), compared, sections.questions(one, factor)]
        return Chapter(
            forecaster=one.forecaster,
            verdict=short,
            provisional=True,
            sections=tuple(section for section in found if section is not None),
            standing=one,
            brief=short,
        )
    found = [
        sections.scores(one, choice, factor),
        compared,
        sections.calibration(one.calibration, factor),
        sections.reliability(one),
        sections.bins(one),
        divisions.course(one, factor),
        divisions.tags(one, factor),
        divisions.years(one, factor) if len(one.years) > 1 else None,
        divisions.horizons(one, factor),
        divisions.words(one, factor),
        sections.lexicons(one, factor),
        sections.habits(one),
        sections.extremes(one, factor),
        sections.advice(one, choice),
    ]
    return Chapter(
        forecaster=one.forecaster,
        verdict=say.verdict_line(one.calibration),
        provisional=say.is_provisional(one.calibration),
        sections=tuple(section for section in found if section is not None),
        standing=one,
    )


def _asked_for(choice: Choice) -> str:
    parts = []
    if choice.against:
        both = f"{choice.forecaster} and {choice.against}"
        parts.append(f"{both}, on the questions both have forecast")
    if choice.tags:
        parts.append(f"tagged {', '.join(sorted(choice.tags))}")
    if choice.questions:
        parts.append(say.count(len(choice.questions), "named question"))
    if choice.since:
        parts.append(f"due since {choice.since.date().isoformat()}")
    if choice.until:
        parts.append(f"due until {choice.until.date().isoformat()}")
    if choice.include_early:
        parts.append("early answers included")
    if not choice.backdated:
        parts.append("backdated forecasts left out")
    if choice.cluster != "event":
        whole = {
            "article": "questions of one article count once",
            "none": "each question counts, whatever it hangs on",
        }
        parts.append(whole[choice.cluster])
    if choice.lexicon:
        parts.append(f"words read by {LEXICONS[choice.lexicon].label}")
    if choice.weighting != "time":
        parts.append(f"weighted by {choice.weighting}")
    return f"Chosen: {'; '.join(parts)}." if parts else ""


def _overview(standings: Sequence[Standing], factor: int) -> Grid:
    head = ("forecaster", "n", "Brier", "planned", "first", "final", "log", "skill", "coverage")
    rows = []
    for one in standings:
        summary = one.summary
        rows.append(
            (
                one.forecaster,
                str(summary.n_questions),
                figure(summary.brier, factor),
                figure(summary.brier_planned, factor),
                figure(summary.brier_first, factor),
                figure(summary.brier_final, factor),
                "infinite" if summary.n_infinite else figure(summary.log_score),
                NONE if say.is_short(one) else figure(summary.skill),
                NONE if summary.coverage is None else say.share(summary.coverage),
            )
        )
    return Grid(head, tuple(rows))
