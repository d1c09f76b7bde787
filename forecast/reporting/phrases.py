"""Numbers in words: counts, shares, lengths of time. Pure, and rounded here alone."""

from typing import TYPE_CHECKING

from forecast.reading.probabilities import percent

if TYPE_CHECKING:  # it brings NumPy
    from forecast.scoring.summary import Bin


def p_phrase(p_value: float) -> str:
    """Write a p-value, with more digits where they matter.

    Examples
    --------
    >>> p_phrase(0.0001), p_phrase(0.0099), p_phrase(0.01), p_phrase(0.5)
    ('p = 0.0001', 'p = 0.0099', 'p = 0.01', 'p = 0.50')
    """
    return f"p = {p_value:.4f}" if p_value < 0.01 else f"p = {p_value:.2f}"


def bin_range(row: "Bin") -> str:
    """Name a bin's range.

    Examples
    --------
    >>> from forecast.scoring.summary import Bin
    >>> bin_range(Bin(0.01, 0.03, 5, 0.02, 0.0))
    '1-3 %'
    """
    low, high = (percent(end).removesuffix(" %") for end in (row.low, row.high))
    return f"{low}-{high} %"


def of_phrase(came_true: int, n: int) -> str:
    """Say how many of how many.

    Examples
    --------
    >>> of_phrase(5, 9)
    '5 of 9'
    """
    return f"{came_true} of {n}"


def count(number: int, noun: str) -> str:
    """Say how many: `1 question`, `3 questions`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def share(value: float) -> str:
    """Write a share in whole percent; no more than there is of none and of all.

    Examples
    --------
    >>> share(0.0), share(0.004), share(0.675), share(0.999), share(1.0)
    ('0 %', 'under 1 %', '68 %', 'over 99 %', '100 %')
    """
    shown = f"{value * 100:.0f} %"
    if shown == "0 %" and value > 0:
        return "under 1 %"
    return "over 99 %" if shown == "100 %" and value < 1 else shown


def tenths(value: float) -> str:
    """Write a share in percent, to one digit.

    Examples
    --------
    >>> tenths(0.1234)
    '12.3 %'
    """
    return f"{value * 100:.1f} %"


def length(text: str) -> str:
    """Say a length of time.

    Examples
    --------
    >>> length("30d"), length("1d"), length("36h")
    ('30 days', '1 day', '36 hours')
    """
    return count(int(text[:-1]), {"d": "day", "h": "hour"}[text[-1]])


def days(number: float) -> str:
    """Say how many days; of less than one, hours.

    Examples
    --------
    >>> days(0.01), days(0.5), days(1.2), days(10.0)
    ('1 hour', '12 hours', '1 day', '10 days')
    """
    if number < 1:
        return count(max(round(number * 24), 1), "hour")
    return count(round(number), "day")
