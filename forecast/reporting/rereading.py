"""A record whose words are read again by another lexicon: a score should not hang on that."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from forecast.model import NotReadable
from forecast.reading.lexicon import LEXICONS, Lexicon
from forecast.reading.probabilities import Reading, read_probability
from forecast.reporting.record import BoolArray, FloatArray, IntArray, Scored
from forecast.scoring.units import unit_scores


@dataclass(frozen=True, slots=True)
class Reread:
    """A record with what was said in words read again.

    Parameters
    ----------
    lexicon : Lexicon
    scored : Scored
        What the lexicon does not have is as it was.
    unread : ndarray of bool, shape (n_rows,)
        Which rows those are.
    """

    lexicon: Lexicon
    scored: Scored
    unread: BoolArray


@dataclass(frozen=True, slots=True)
class ByLexicon:
    """A forecaster's score with their words read by one lexicon."""

    name: str
    brier: float
    n_reread: int
    n_unreadable: int


@dataclass(frozen=True, slots=True)
class Hanging:
    """How a forecaster's score hangs on the lexicon; Brier by the weighting of the report.

    Parameters
    ----------
    name : str or None
        The lexicon that was asked for; None for as recorded.
    n_in_words : int
        Forecasts that count and were given in words.
    brier, brier_as_recorded : float
        As reported, and with every word as it was read when it was recorded.
    n_reread, n_unreadable : int
        Forecasts read again by the lexicon asked for, and those it does not have.
    by_lexicon : dict of str to ByLexicon
        By the lexicon's key.
    """

    name: str | None
    n_in_words: int
    brier: float
    brier_as_recorded: float
    n_reread: int
    n_unreadable: int
    by_lexicon: dict[str, ByLexicon]

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest score that a lexicon gives."""
        scores = [one.brier for one in self.by_lexicon.values()]
        return min(scores), max(scores)


def rereadings(scored: Scored) -> dict[str, Reread]:
    """Read a record again by every lexicon; nothing where nothing was said in words."""
    if not any(row.lexicon for row in scored.said):
        return {}
    return {key: reread(scored, lexicon) for key, lexicon in LEXICONS.items()}


def reread(scored: Scored, lexicon: Lexicon) -> Reread:
    """Read a record again by one lexicon.

    Vague words, which a draft may have brought in, are read as a draft reads them.
    """
    known: dict[str, Reading | None] = {}
    said, probability = list(scored.said), scored.forecasts.probability.copy()
    unread = np.zeros(len(said), dtype=np.bool_)
    for index, row in enumerate(said):
        if not row.lexicon:
            continue
        if row.words not in known:
            known[row.words] = _reading(row.words, lexicon)
        found = known[row.words]
        if found is None:
            unread[index] = True
            continue
        probability[index] = found.probability
        said[index] = row._replace(
            probability=found.probability,
            low=found.low,
            high=found.high,
            lexicon=found.lexicon or row.lexicon,
        )
    forecasts = replace(scored.forecasts, probability=probability)
    again = replace(
        scored, said=said, forecasts=forecasts, scores=unit_scores(forecasts, scored.lives)
    )
    return Reread(lexicon, again, unread)


def hanging(
    recorded: Scored,
    read: dict[str, Reread],
    chosen: str,
    units: IntArray,
    brier_of: Callable[[Scored], FloatArray],
) -> Hanging | None:
    """Say how the score of some units hangs on the lexicon; None where nothing is in words.

    Parameters
    ----------
    recorded : Scored
    read : dict of str to Reread
    chosen : str
        Key of the lexicon asked for; empty for as recorded.
    units : ndarray of int
    brier_of : callable
        Gives each unit's score by the weighting of the report.
    """
    rows = recorded.rows_of(units)
    in_words = rows[[bool(recorded.said[row].lexicon) for row in rows.tolist()]]
    if not in_words.size or not read:
        return None
    by_lexicon = {
        key: ByLexicon(
            name=one.lexicon.label,
            brier=float(brier_of(one.scored)[units].mean()),
            n_reread=int((~one.unread[in_words]).sum()),
            n_unreadable=int(one.unread[in_words].sum()),
        )
        for key, one in read.items()
    }
    as_recorded = float(brier_of(recorded)[units].mean())
    own = by_lexicon.get(chosen)
    return Hanging(
        name=own.name if own else None,
        n_in_words=int(in_words.size),
        brier=own.brier if own else as_recorded,
        brier_as_recorded=as_recorded,
        n_reread=own.n_reread if own else 0,
        n_unreadable=own.n_unreadable if own else 0,
        by_lexicon=by_lexicon,
    )


def _reading(words: str, lexicon: Lexicon) -> Reading | None:
    try:
        return read_probability(words, lexicon, modals=True)
    except NotReadable:
        return None
