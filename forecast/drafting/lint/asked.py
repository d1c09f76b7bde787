"""A question as rules look at it: the record, where it came from, and its words read once."""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import cached_property

from forecast.drafting.lint.english import is_english, sentences
from forecast.drafting.lint.times import Mention, mentions
from forecast.model import Entry, Question
from forecast.questionfile.lines import Place
from forecast.reading.instants import day_if_end, read_zone

_MOMENT = timedelta(microseconds=1)
_MOST_READ = 20_000


@dataclass(frozen=True)
class Asked:
    """A question with what was said of it.

    Parameters
    ----------
    entry : Entry
    place : Place
        Where it stands in its file; empty where it comes from a tracker.
    open : frozenset of Place
        What its draft leaves open, within the question.
    """

    entry: Entry
    place: Place = ()
    open: frozenset[Place] = frozenset()

    @property
    def question(self) -> Question:
        """The record; what is open has something in its place."""
        return self.entry.question

    @property
    def id(self) -> str:
        """The question's id."""
        return self.question.id

    @property
    def sources(self) -> list[tuple[int, str]]:
        """The question's sources with their places in the list; without what is open."""
        listed = enumerate(self.question.sources)
        return [(n, source) for n, source in listed if ("sources", n) not in self.open]

    @property
    def title(self) -> str:
        """The question's title."""
        return self.question.title

    @cached_property
    def criteria(self) -> str:
        """The criteria, with every run of blanks made one space; of a book, its beginning."""
        return " ".join(self.question.criteria[:_MOST_READ].split())

    @cached_property
    def zone(self) -> tzinfo:
        """Whose days the question speaks of."""
        return read_zone(self.question.timezone)

    @cached_property
    def last_day(self) -> date:
        """The last day that counts; a deadline at midnight belongs to the day before."""
        return (self.question.deadline - _MOMENT).astimezone(self.zone).date()

    @cached_property
    def ends_with_a_day(self) -> bool:
        """Whether the deadline is the end of a day, not a time of day."""
        midnight = day_if_end(self.question.deadline - _MOMENT, self.zone)
        return bool(midnight or day_if_end(self.question.deadline, self.zone))

    @cached_property
    def first_day(self) -> date:
        """The day on which it opens."""
        return self.question.opened_at.astimezone(self.zone).date()

    @cached_property
    def title_times(self) -> list[Mention]:
        """The days, months and years that its title names."""
        return mentions(self.title)

    @cached_property
    def criteria_times(self) -> list[Mention]:
        """The days, months and years that its criteria name."""
        return mentions(self.criteria)

    @cached_property
    def is_english(self) -> bool:
        """Whether words that are not there can be missed."""
        return is_english(f"{self.title} {self.criteria}")

    @cached_property
    def yes_sentences(self) -> list[str]:
        """The sentences of the criteria that say what counts as yes."""
        return [one for one in sentences(self.criteria) if _says_yes(one)]


def _says_yes(sentence: str) -> bool:
    lowered = sentence.lower()
    return lowered.startswith(("yes if", "yes,", "yes when")) or any(
        phrase in lowered
        for phrase in ("resolve yes", "resolves yes", "resolve as yes", "resolves as yes")
    )
