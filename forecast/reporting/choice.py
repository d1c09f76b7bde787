"""What a report is asked to look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forecast.model import Question

#: What inference counts once: questions of one event, of one article, or each by itself.
CLUSTERS = ("event", "article", "none")
WEIGHTINGS = ("time", "planned", "first", "final")
#: What a report can be divided by.
DIVISIONS = ("tag", "year", "horizon")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a report is asked to look at; everything, unless said.

    Parameters
    ----------
    forecaster : str
        Report this one alone.
    against : str
        And set this one beside, on the questions both have forecast.
    questions : frozenset of str
        Ids; empty for all.
    tags : frozenset of str
        Questions with all of these.
    since, until : datetime or None
        Questions whose deadline lies from `since` to `until`.
    include_early : bool
        Whether questions that resolved before a deadline still ahead count.
    backdated : bool
        Whether forecasts count that were recorded more than a day after they were made.
    before_deadline : timedelta or None
        Look at calibration so long before the deadline, instead of at first forecasts.
    cluster : {"event", "article", "none"}
        Which questions inference counts as one.
    weighting : {"time", "planned", "first", "final"}
        Of the headline score, and of every division.
    lexicon : str
        Key of the lexicon by which what was said in words is read again; empty for as recorded.
    you : str
        Who is reading, and is spoken to as "you"; empty for nobody.
    """

    forecaster: str = ""
    against: str = ""
    questions: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    include_early: bool = False
    backdated: bool = True
    before_deadline: timedelta | None = None
    cluster: str = "event"
    weighting: str = "time"
    lexicon: str = ""
    you: str = ""

    def takes(self, question: Question) -> bool:
        """Whether a question is among those asked for."""
        return (
            (not self.questions or question.id in self.questions)
            and self.tags <= set(question.tags)
            and (self.since is None or question.deadline >= self.since)
            and (self.until is None or question.deadline <= self.until)
        )
