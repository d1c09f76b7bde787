"""How long before: `30d`, `36h`, `2w`."""

import re
from datetime import timedelta

from forecast.model import NotReadable
from forecast.reading.quoting import collapsed, quoted

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def read_duration(text: str) -> timedelta:
    """Read a length of time in hours, days or weeks.

    Parameters
    ----------
    text : str

    Returns
    -------
    timedelta

    Raises
    ------
    NotReadable
        If it is anything else, nothing at all, or longer than a century.

    Examples
    --------
    >>> read_duration("30d")
    datetime.timedelta(days=30)
    """
    typed = collapsed(text)
    match = re.fullmatch(r"([0-9]{1,6}) ?([hdw])", typed.lower())
    if match and int(match[1]) > 0:
        length = timedelta(**{_UNITS[match[2]]: int(match[1])})
        if length <= timedelta(days=36_525):
            return length
    raise NotReadable(f"{quoted(typed)} is not a length of time: write 30d, 36h or 2w")


def show_duration(length: timedelta) -> str:
    """Write a length of time as `read_duration` reads it.

    Parameters
    ----------
    length : timedelta
        Of whole hours.

    Returns
    -------
    str

    Examples
    --------
    >>> show_duration(timedelta(weeks=2)), show_duration(timedelta(hours=36))
    ('14d', '36h')
    """
    hours = length // timedelta(hours=1)
    return f"{hours}h" if hours % 24 else f"{hours // 24}d"
