"""Words of estimative probability: which range of probabilities a phrase stands for, and to whom.

The lexicons are data, `lexicons/NAME.toml`, each with its source, and are read when first needed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from forecast.model import NotReadable
from forecast.reading.quoting import quoted

if TYPE_CHECKING:
    ICD203: "Lexicon"

LEXICON_KEYS = ("icd203", "phia", "ipcc", "kent", "survey")
#: Which one is used where none is named.
DEFAULT = "icd203"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a lexicon; numbers in percent.

    Parameters
    ----------
    phrases : tuple of str
        As published, in lower case.
    also : tuple of str
        Forms of them that people write, added by this project.
    low, high, point : float
        The range they cover, and the one number they are taken as.
    source : str
        Where the row comes from, if not from the lexicon's own source.
    """

    phrases: tuple[str, ...]
    also: tuple[str, ...]
    low: float
    high: float
    point: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One published reading of words as probabilities.

    Parameters
    ----------
    key : str
        What options call it.
    name : str
        With its year.
    version : int
        Of this project's table of it; a correction makes a new one.
    author, title, where, url : str
        Where it is published.
    year : int
    points : str
        How the one number for a phrase was chosen.
    note : str
    entries : tuple of Entry
        From the least likely to the most likely.
    by_phrase : mapping of str to Entry
    """

    key: str
    name: str
    version: int
    author: str
    title: str
    where: str
    url: str
    year: int
    points: str
    note: str
    entries: tuple[Entry, ...]
    by_phrase: Mapping[str, Entry] = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """How a record says which reading was used: the name, and the version after the first."""
        return self.name if self.version == 1 else f"{self.name} version {self.version}"

    @property
    def source(self) -> str:
        """Where it is published, in a line."""
        return ", ".join(filter(None, (f"{self.author}: {self.title}", self.where)))

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Each phrase with the lowest and highest percentage it covers."""
        return {phrase: (one.low, one.high) for phrase, one in self.by_phrase.items()}


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase was found to mean; numbers in percent.

    Parameters
    ----------
    point, low, high : float
    lexicon : str
        The label of the table it comes from.
    rule : str
        How it was found.
    odd : str
        What is odd about the phrase; empty where nothing is.
    """

    point: float
    low: float
    high: float
    lexicon: str
    rule: str
    odd: str = ""

    def mirrored(self, rule: str) -> "Sense":
        """Give the sense of the contrary."""
        return replace(
            self, point=100 - self.point, low=100 - self.high, high=100 - self.low, rule=rule
        )


class _Lexicons(Mapping[str, Lexicon]):
    """The lexicons by key, read when first asked for; found by the label of a record as well."""

    def __getitem__(self, name: str) -> Lexicon:
        if name in LEXICON_KEYS:
            return load(name)
        for key in LEXICON_KEYS:
            if load(key).label == name:
                return load(key)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(LEXICON_KEYS)

    def __len__(self) -> int:
        return len(LEXICON_KEYS)


LEXICONS: Mapping[str, Lexicon] = _Lexicons()


def __getattr__(name: str) -> Any:
    """Give `ICD203`, the default, when it is asked for: most commands read no words."""
    if name == "ICD203":
        return load(DEFAULT)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def find_lexicon(name: str) -> Lexicon:
    """Find a lexicon by its key or by the label that a record keeps, in any case.

    Raises
    ------
    NotReadable
        Naming the ones there are.

    Examples
    --------
    >>> find_lexicon("Kent").label, find_lexicon("kent (1964)").key
    ('Kent (1964)', 'kent')
    """
    wanted = " ".join(name.lower().split())
    if wanted in LEXICON_KEYS:
        return load(wanted)
    for lexicon in LEXICONS.values():
        if lexicon.label.lower() == wanted:
            return lexicon
    raise NotReadable(f"{quoted(name)} is no lexicon: known are {', '.join(LEXICON_KEYS)}")


def read_words(text: str, lexicon: Lexicon | None = None) -> tuple[float, float, float] | None:
    """Read words that a lexicon has, with or without a `not`.

    Parameters
    ----------
    text : str
        In any case, with any blanks.
    lexicon : Lexicon, optional
        Which reading of words to use; ICD 203, unless said.

    Returns
    -------
    tuple of float, or None
        Probability, low end, high end; None where the lexicon does not know the words.

    Raises
    ------
    NotReadable
        If they are known words with a `not` that could mean two things.

    Examples
    --------
    >>> read_words("likely")
    (0.675, 0.55, 0.8)
    >>> read_words("Almost certainly not")
    (0.03, 0.01, 0.05)
    >>> read_words("banana") is None
    True
    """
    found = look_up(" ".join(text.lower().split()), lexicon or load(DEFAULT))
    return None if found is None else as_probabilities(found)


def as_probabilities(sense: Sense) -> tuple[float, float, float]:
    """Give probability, low end and high end; 3 % is then exactly the float written 0.03."""
    return sense.point / 100, sense.low / 100, sense.high / 100


def look_up(words: str, lexicon: Lexicon) -> Sense | None:
    """Find words among a lexicon's entries, as they are or with a `not`.

    `not` after a phrase above even, or before `likely` and its like, is the word for the contrary,
    or else mirrors the range.

    Parameters
    ----------
    words : str
        In lower case, with single blanks.
    lexicon : Lexicon

    Returns
    -------
    Sense or None

    Raises
    ------
    NotReadable
        As `read_words`.
    """
    if words in lexicon.by_phrase:
        return entry_sense(words, lexicon)
    leading = words.startswith("not ")
    phrase = words.removeprefix("not ") if leading else words.removesuffix(" not")
    if phrase not in lexicon.by_phrase and leading:
        phrase = phrase.removesuffix(" not")  # "not likely not"
    if phrase not in lexicon.by_phrase:
        return None
    # "not very likely" is "unlikely" to some and "very unlikely" to others; "not unlikely" is
    # "likely" or "even"; "not even odds" is either side.
    if words not in _negations(phrase, lexicon):
        raise two_ways(words)
    return contrary(phrase, lexicon)


def entry_sense(phrase: str, lexicon: Lexicon) -> Sense:
    """Give what a phrase of a lexicon means."""
    one = lexicon.by_phrase[phrase]
    said = f"'{phrase}'"
    if phrase in one.also:
        said += f" as '{one.phrases[0]}'"
    return Sense(one.point, one.low, one.high, lexicon.label, f"{said} in {lexicon.label}")


def contrary(phrase: str, lexicon: Lexicon) -> Sense:
    """Give the contrary of a phrase: the lexicon's own word for it, else the mirror image."""
    head, _, last = phrase.rpartition(" ")
    opposite = antonyms().get(last)
    own = f"{head} {opposite}".strip()
    if opposite and own in lexicon.by_phrase:
        rule = f"'{phrase}' with 'not' as '{own}' in {lexicon.label}"
        return replace(entry_sense(own, lexicon), rule=rule)
    return entry_sense(phrase, lexicon).mirrored(f"'not' mirrors '{phrase}' in {lexicon.label}")


def two_ways(words: str) -> NotReadable:
    """Refuse a `not` that people read in two ways."""
    return NotReadable(
        f"{quoted(words)} can be read in two ways: write a number, such as 35%, or words "
        "such as 'unlikely', 'likely', 'very likely not'"
    )


def nearest_words(text: str, lexicon: Lexicon | None = None) -> str | None:
    """Find the known phrase that looks most like what was typed.

    Parameters
    ----------
    text : str
        In any case, with any blanks.
    lexicon : Lexicon, optional
        Which reading of words to use; ICD 203, unless said.

    Returns
    -------
    str or None
        None where nothing looks like it.

    Examples
    --------
    >>> nearest_words("almost certianly not")
    'almost certainly not'
    """
    from difflib import get_close_matches

    lexicon = lexicon or load(DEFAULT)
    known = list(lexicon.by_phrase)
    # With the negations: else the nearest to a misspelt "probably not" would be its opposite.
    known += [n for phrase in lexicon.by_phrase for n in _negations(phrase, lexicon)]
    matches = get_close_matches(" ".join(text.lower().split()), known, n=1)
    return matches[0] if matches else None


def antonyms() -> Mapping[str, str]:
    """Give the words that have a word for their contrary."""
    found = table("rules")["antonyms"]
    return {word: found[word] for word in found if word not in ("rule", "source")}


def _negations(phrase: str, lexicon: Lexicon) -> tuple[str, ...]:
    if lexicon.by_phrase[phrase].low < 50:
        return ()
    return (f"{phrase} not", f"not {phrase}") if phrase in antonyms() else (f"{phrase} not",)


@cache
def load(key: str) -> Lexicon:
    """Read a lexicon's file, or that of `phrases` or `modals`, once."""
    content = dict(table(key))
    entries = tuple(_entry(row) for row in content.pop("entry"))
    by_phrase = {phrase: one for one in entries for phrase in (*one.phrases, *one.also)}
    return Lexicon(entries=entries, by_phrase=by_phrase, **content)


@cache
def table(name: str) -> Mapping[str, Any]:
    """Read a file of `lexicons/`, once."""
    import tomllib
    from importlib.resources import files

    text = (files("forecast.reading") / "lexicons" / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        phrases=tuple(row["phrases"]),
        also=tuple(row.get("also", ())),
        low=row["low"],
        high=row["high"],
        point=row["point"],
        source=row.get("source", ""),
    )
