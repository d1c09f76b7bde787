"""What goes wrong with a look-up, and how it is told: in one line that steers no terminal."""

from forecast.resolving.sources.contract import SourceError

#: Longer addresses, and longer words of other people, are cut.
LONGEST = 200


class Failed(Exception):
    """An attempt failed; the client makes a `SourceError` of it.

    Attributes
    ----------
    problem : str
        Goes on from the address: `answered 503`, or with a colon `: there is no host x.example`.
    again : bool
        Whether it may be different a little later.
    dead : bool
        Whether it speaks against the host, not only against this address.
    come_back : float, optional
        In how many seconds the server wants to be asked again.
    skipped : bool
        Nothing was asked at all.
    at : str
        The address that failed, where it is not the first; set on the way up.
    """

    def __init__(
        self,
        problem: str,
        *,
        again: bool = False,
        dead: bool = False,
        come_back: float | None = None,
        skipped: bool = False,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.again = again
        self.dead = dead
        self.come_back = come_back
        self.skipped = skipped
        self.at = ""


class NotAsked(SourceError):
    """Its host has failed too often, or taken too long, in this run: this source was not asked."""


def harmless(text: str) -> str:
    r"""Show what could steer a terminal as an escape, and everything in one line.

    Examples
    --------
    >>> harmless("a\x1b[31m\nb")
    'a\\x1b[31m\\nb'
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text
    )


def shortened(text: str, longest: int = LONGEST) -> str:
    """Cut long text, and make it harmless.

    Examples
    --------
    >>> shortened("http://x.example/" + "a" * 100, 20)
    'http://x.example/aa…'
    """
    text = harmless(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def lasting(seconds: float) -> str:
    """Say a time in the unit that fits, never less than it is.

    Examples
    --------
    >>> lasting(90), lasting(3600), lasting(90_000), lasting(1_000_000)
    ('90 s', '60 minutes', '25 hours', '12 days')
    """
    for unit, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{-(-seconds // unit):.0f} {name}"
    return f"{-(-seconds // 1):.0f} s"


def times(number: int) -> str:
    """Say how often.

    Examples
    --------
    >>> times(2), times(3), times(7)
    ('twice', 'three times', '7 times')
    """
    return {2: "twice", 3: "three times"}.get(number, f"{number} times")
