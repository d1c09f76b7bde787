"""Question files: TOML that people write, diff and review, to records and back.

One error at a time, with file, line and the nearest right word. `parse(dump(entries))` gives the
same entries; comments a person wrote in a file are not kept.
"""

from forecast.questionfile.dumping import dump
from forecast.questionfile.parsing import parse, read
from forecast.questionfile.tables import QuestionFileError

__all__ = ["QuestionFileError", "dump", "parse", "read"]
