"""Records to rows and back: the one place that knows how a record is spelt in columns."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forecast.model import Article, Bounds, Comment, Forecast, Question, Resolution, Resolver
from forecast.reading.instants import read_stamp, stamp


@dataclass(frozen=True, slots=True)
class Recording:
    """The act of telling the tracker something: when, by whose login, by which clock.

    Parameters
    ----------
    at : datetime
    by : str
    clock : {"system", "set"}
        `set` where the clock was given from outside (`FORECAST_NOW`).
    """

    at: datetime
    by: str
    clock: str = "system"

    def columns(self) -> dict[str, str]:
        """Give the columns every row of the record carries."""
        return {"recorded_at": stamp(self.at), "recorded_by": self.by, "clock": self.clock}


REVISION_COLUMNS = (
    "question_id, title, type, options, unit, bounds, opened_at, deadline, known_by, timezone, "
    "deadline_from, criteria, sources, tags, event, article, resolver"
)
RESOLUTION_COLUMNS = (
    "question_id, outcome, reason, known_at, evidence, note, recorded_at, recorded_by"
)
FORECAST_COLUMNS = (
    "question_id, forecaster, made_at, probability, distribution, words, low, high, lexicon, "
    "note, private, recorded_at, recorded_by"
)


def question_columns(question: Question) -> dict[str, Any]:
    """Spell a question as columns of `revisions`."""
    return {
        "question_id": question.id,
        "title": question.title,
        "type": question.type,
        "options": _array(question.options),
        "unit": question.unit,
        "bounds": _bounds_text(question.bounds),
        "opened_at": stamp(question.opened_at),
        "deadline": stamp(question.deadline),
        "known_by": question.known_by and stamp(question.known_by),
        "timezone": question.timezone,
        "deadline_from": question.deadline_from,
        "criteria": question.criteria,
        "sources": _array(question.sources),
        "tags": _array(question.tags),
        "event": question.event,
        "article": _article_text(question.article),
        "resolver": question.resolver and resolver_text(question.resolver),
    }


def question_from(row: tuple[Any, ...]) -> Question:
    """Read a row of `REVISION_COLUMNS`."""
    (
        id_,
        title,
        type_,
        options,
        unit,
        bounds,
        opened_at,
        deadline,
        known_by,
        timezone,
        deadline_from,
        criteria,
        sources,
        tags,
        event,
        article,
        resolver,
    ) = row
    return Question(
        id=id_,
        title=title,
        type=type_,
        options=_tuple(options),
        unit=unit,
        bounds=_bounds(type_, bounds),
        opened_at=read_stamp(opened_at),
        deadline=read_stamp(deadline),
        known_by=known_by and read_stamp(known_by),
        timezone=timezone,
        deadline_from=deadline_from,
        criteria=criteria,
        sources=_tuple(sources),
        tags=_tuple(tags),
        event=event,
        article=_article(article),
        resolver=_resolver(resolver),
    )


def forecast_columns(forecast: Forecast) -> dict[str, Any]:
    """Spell a forecast as columns of `forecasts`, the forecaster's id aside."""
    distribution = forecast.distribution
    return {
        "question_id": forecast.question,
        "kind": "withdrawal" if forecast.is_withdrawal else "forecast",
        "made_at": stamp(forecast.made_at),
        "probability": forecast.probability,
        "distribution": json.dumps(distribution, ensure_ascii=False) if distribution else None,
        "words": forecast.words,
        "low": forecast.low,
        "high": forecast.high,
        "lexicon": forecast.lexicon,
        "note": forecast.note,
        "private": int(forecast.private),
    }


def forecast_from(row: tuple[Any, ...]) -> Forecast:
    """Read a row of `FORECAST_COLUMNS`."""
    (
        question,
        forecaster,
        made_at,
        probability,
        distribution,
        words,
        low,
        high,
        lexicon,
        note,
        private,
        recorded_at,
        recorded_by,
    ) = row
    pairs = json.loads(distribution) if distribution else ()
    return Forecast(
        question=question,
        forecaster=forecaster,
        made_at=read_stamp(made_at),
        probability=probability,
        distribution=tuple((key, value) for key, value in pairs),
        words=words,
        low=low,
        high=high,
        lexicon=lexicon,
        note=note,
        private=bool(private),
        recorded_at=read_stamp(recorded_at),
        recorded_by=recorded_by,
    )


def resolution_columns(resolution: Resolution) -> dict[str, Any]:
    """Spell a resolution as columns of `resolutions`."""
    return {
        "question_id": resolution.question,
        "outcome": resolution.outcome,
        "reason": resolution.reason,
        "known_at": stamp(resolution.known_at),
        "evidence": _array(resolution.evidence),
        "note": resolution.note,
    }


def resolution_from(row: tuple[Any, ...]) -> Resolution:
    """Read a row of `RESOLUTION_COLUMNS`."""
    question, outcome, reason, known_at, evidence, note, recorded_at, recorded_by = row
    return Resolution(
        question=question,
        outcome=outcome,
        reason=reason,
        known_at=read_stamp(known_at),
        evidence=_tuple(evidence),
        note=note,
        recorded_at=read_stamp(recorded_at),
        recorded_by=recorded_by,
    )


def comment_from(row: tuple[Any, ...]) -> Comment:
    """Read a row of question, author, text, made_at, recorded_at, recorded_by."""
    question, author, text, made_at, recorded_at, recorded_by = row
    return Comment(
        question=question,
        author=author,
        text=text,
        made_at=read_stamp(made_at),
        recorded_at=read_stamp(recorded_at),
        recorded_by=recorded_by,
    )


def resolver_text(resolver: Resolver) -> str:
    """Spell a resolver as text: the same recipe is the same text."""
    fields = {"type": resolver.type, "auto": resolver.auto, "settings": dict(resolver.settings)}
    return json.dumps(fields, ensure_ascii=False)


def _resolver(text: str | None) -> Resolver | None:
    if text is None:
        return None
    fields = json.loads(text)
    settings = (
        (key, tuple(value) if isinstance(value, list) else value)
        for key, value in fields["settings"].items()
    )
    return Resolver(type=fields["type"], auto=fields["auto"], settings=tuple(settings))


def _array(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()


def _bounds_text(bounds: Bounds | None) -> str | None:
    if bounds is None:
        return None
    return json.dumps([stamp(end) if isinstance(end, datetime) else end for end in bounds])


def _bounds(type_: str, text: str | None) -> Bounds | None:
    if text is None:
        return None
    low, high = json.loads(text)
    return (read_stamp(low), read_stamp(high)) if type_ == "date" else (low, high)


def _article_text(article: Article | None) -> str | None:
    if article is None:
        return None
    published = article.published
    fields = {
        "title": article.title,
        "publisher": article.publisher,
        "published": published.isoformat() if published else None,
        "url": article.url,
    }
    return json.dumps({key: value for key, value in fields.items() if value}, ensure_ascii=False)


def _article(text: str | None) -> Article | None:
    if text is None:
        return None
    fields = json.loads(text)
    if "published" in fields:
        fields["published"] = date.fromisoformat(fields["published"])
    return Article(**fields)
