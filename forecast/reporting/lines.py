"""Lines of text about one question, for a terminal."""

from datetime import datetime
from typing import TYPE_CHECKING

from forecast.model import Comment, Question, Resolution
from forecast.reading.instants import read_zone, show_day, show_instant
from forecast.reading.probabilities import percent
from forecast.store.queries import Tracked

if TYPE_CHECKING:  # the first brings NumPy, which `list` cannot wait for
    from forecast.reporting.record import Said
    from forecast.store.runs import Lookup


def question_row(tracked: Tracked, now: datetime, probability: float | None) -> tuple[str, ...]:
    """Give a question as a row: id, status or answer, closing day, your forecast, title."""
    question = tracked.question
    day = show_day(tracked.closed_at, read_zone(question.timezone))
    said = "" if probability is None else percent(probability)
    return (question.id, status_word(tracked, now), day, said, question.title)


def status_word(tracked: Tracked, now: datetime) -> str:
    """Give the status, for a resolved question its answer.

    A question that is settled says how: `yes`, `no`, `annulled (void)`.
    """
    if tracked.resolution is None:
        return tracked.status(now)
    outcome, reason = tracked.resolution.outcome, tracked.resolution.reason
    return f"{outcome} ({reason})" if reason else outcome


def facts(tracked: Tracked, now: datetime) -> list[str]:
    """Give what is known of a question besides its criteria and what was said of it."""
    question = tracked.question
    zone = read_zone(question.timezone)
    assumed = f", {question.deadline_from}" if question.deadline_from == "assumed" else ""
    found = [
        f"status    {tracked.status(now)}",
        f"opened    {show_instant(question.opened_at, zone)}",
        f"deadline  {show_instant(question.deadline, zone)}{assumed}",
    ]
    if question.known_by:
        found.append(f"known by  {show_instant(question.known_by, zone)}")
    if question.type != "binary":
        found.append(f"type      {_type(question)}")
    for name, values in (("tags", question.tags), ("event", (question.event,))):
        if any(values):
            found.append(f"{name:<9} {', '.join(values)}")
    found += [f"source    {source}" for source in question.sources]
    if question.resolver:
        settings = dict(question.resolver.settings)
        where = settings.get("url") or settings.get("where") or settings.get("command") or ""
        where = " ".join(where) if isinstance(where, tuple) else where
        found.append(f"resolver  {question.resolver.type} {where}".rstrip())
    if question.article:
        article = question.article
        of = [article.publisher, article.published and article.published.isoformat(), article.url]
        found.append("article   " + ", ".join([article.title, *(str(part) for part in of if part)]))
    if tracked.changed_meaning:
        found.append("Note: its meaning was changed after people had forecast it.")
    elif tracked.n_revisions > 1:
        found.append(f"revision  {tracked.n_revisions}")
    return found


def lookup_line(lookup: "Lookup", tracked: Tracked) -> str:
    """Say how a question's source last fared."""
    zone = read_zone(tracked.question.timezone)
    if lookup.failing_since is None:
        return f"looked up {show_instant(lookup.looked_at, zone)}"
    since = show_instant(lookup.failing_since, zone)
    return f"looked up failing since {since}, {lookup.failures} times in a row: {lookup.error}"


def history_lines(history: list["Said"], tracked: Tracked) -> list[str]:
    """Give the forecasts on a question by the time they were made, numbered as recorded."""
    zone = read_zone(tracked.question.timezone)
    by_time = sorted(history, key=lambda said: said.recorded.forecast.made_at)
    return [
        _history_line(said, show_instant(said.recorded.forecast.made_at, zone)) for said in by_time
    ]


def answer_lines(resolutions: list[Resolution], tracked: Tracked) -> list[str]:
    """Give a question's answer, and the answers it superseded."""
    zone = read_zone(tracked.question.timezone)
    found: list[str] = []
    for one in reversed(resolutions):
        reason = f" ({one.reason})" if one.reason else ""
        line = f"{one.outcome}{reason}, known at {show_instant(one.known_at, zone)}"
        if found:
            line = f"(superseded) {line}"
        details = [*one.evidence, *([one.note] if one.note else [])]
        found.append(f"{line}: {'; '.join(details)}" if details else line)
    return found


def comment_lines(comments: list[Comment], tracked: Tracked) -> list[str]:
    """Give the remarks on a question."""
    zone = read_zone(tracked.question.timezone)
    return [f"{show_instant(one.made_at, zone)} {one.author}: {one.text}" for one in comments]


def _history_line(said: "Said", when: str) -> str:
    recorded, made = said.recorded, said.recorded.forecast
    if made.is_withdrawal:
        what = "withdraws"
    elif made.probability is None:
        what = ", ".join(f"{key}: {value:g}" for key, value in made.distribution)
    else:
        what = percent(made.probability)
        if made.lexicon:
            what += f" ('{made.words}')"
    line = f"#{recorded.number} {when} {made.forecaster}: {what}{' (private)' * made.private}"
    if not said.counts and not made.is_withdrawal:
        line += f" [does not count: {said.reason}]"
    elif recorded.retracted_at is not None:
        line += " [retracted later]"
    return f"{line} — {made.note}" if made.note else line


def _type(question: Question) -> str:
    if question.options:
        return f"{question.type}: {', '.join(question.options)}"
    return f"{question.type} {question.unit}".strip()
