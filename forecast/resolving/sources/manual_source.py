"""`manual`: says where a person is to look."""

from forecast.model import Question
from forecast.resolving.sources.contract import Source
from forecast.resolving.sources.settings import Key, lint

_KEYS = {
    "where": Key(kind="text", example='where = "the ministry\'s list of treaties"', required=True)
}


def check(question: Question) -> None:
    """Refuse settings that would not work."""
    lint(question, _KEYS)


SOURCE = Source(check=check, find=None)
