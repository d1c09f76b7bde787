"""Question files: TOML that people write, diff and review, to records and back.

One error at a time, with file, line and the nearest right word; places still open (`"?"`) are
listed all at once. `parse(dump(entries))` gives the same entries; comments a person wrote in a
file are not kept.
"""

from forecast.questionfile.dumping import dump
from forecast.questionfile.parsing import Draft, parse, parse_draft, read, read_bytes
from forecast.questionfile.tables import QuestionFileError

__all__ = ["Draft", "QuestionFileError", "dump", "parse", "parse_draft", "read", "read_bytes"]
