"""What a person can put right."""


class ForecastError(Exception):
    """Something a person can put right: one line that says what was wrong, where, what to do."""


class NotReadable(ForecastError, ValueError):
    """What was typed cannot be understood, or could be understood in two ways."""


class InvalidField(ForecastError, ValueError):
    """A field of a record holds what it may not.

    Attributes
    ----------
    field : str
        The field's name, as in the record.
    problem : str
        What is wrong with it.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem
