"""What was typed, made fit to be compared and to stand in a one-line message."""

from forecast.model import NotReadable

LONGEST = 100
_SHOWN = 60


def collapsed(text: str) -> str:
    """Strip the ends and make every run of blanks, line ends included, one space.

    Parameters
    ----------
    text : str
        As it was typed, of any length.

    Returns
    -------
    str

    Raises
    ------
    NotReadable
        If nothing is left, or if it is too long to be one probability or one date.

    Examples
    --------
    >>> collapsed("  1   in 14 ")
    '1 in 14'
    """
    if len(text) > LONGEST:
        raise NotReadable(f"{quoted(text)} is too long: at most {LONGEST} characters")
    words = " ".join(text.split())
    if not words:
        raise NotReadable("nothing was written")
    return words


def quoted(text: str) -> str:
    r"""Quote what was typed: one line, shortened, without characters that steer a terminal.

    Parameters
    ----------
    text : str
        As it was typed, of any length.

    Returns
    -------
    str

    Examples
    --------
    >>> quoted("banana \n split")
    "'banana split'"
    """
    # Cut before splitting: the input may be megabytes.
    start = " ".join(text[: 4 * _SHOWN].split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in start)
    return f"'{shown[: _SHOWN - 1]}…'" if len(shown) > _SHOWN else f"'{shown}'"
