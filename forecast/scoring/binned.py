"""Decompositions of the Brier score by bins of probability, as other programs publish them.

They depend on the bins chosen, which `corp` does not; so each gives the bins along with the terms.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField
from forecast.scoring.arrays import FloatArray, as_edges, bin_of, sum_by
from forecast.scoring.tallies import Tallies, mean_brier, pooled, total_weight


@dataclass(frozen=True, slots=True, eq=False)
class BinTable:
    """The bins of a decomposition that hold any forecast; all of shape (b,).

    Parameters
    ----------
    low, high : ndarray of float
        A bin holds what is above `low` up to and including `high`; the first its `low`, too.
        Both are the probability itself where each probability is its own bin.
    weight, weight_true : ndarray of float
        The weight of the forecasts in it, and the part that came true.
    mean_probability, frequency : ndarray of float
        What was said on average, and the share that came true.
    """

    low: FloatArray
    high: FloatArray
    weight: FloatArray
    weight_true: FloatArray
    mean_probability: FloatArray
    frequency: FloatArray


@dataclass(frozen=True, slots=True)
class Murphy:
    """A mean Brier score in three terms by bins, and two for what the bins leave out.

    score = reliability - resolution + uncertainty + within_variance - within_covariance

    Parameters
    ----------
    score : float
        The mean Brier score, of the forecasts as they are.
    reliability : float
        Mean squared distance of mean probability and frequency of a bin; lower is better.
    resolution : float
        Mean squared distance of the frequency of a bin from the base rate; higher is better.
    uncertainty : float
        r (1 - r) for the base rate r.
    within_variance, within_covariance : float
        Of the probabilities in a bin, and twice that of these with the outcomes; 0 where all
        forecasts of a bin agree.
    bins : BinTable
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float
    bins: BinTable

    @property
    def generalised_resolution(self) -> float:
        """Resolution and what goes on inside bins: score = reliability - this + uncertainty."""
        return self.resolution - self.within_variance + self.within_covariance


@dataclass(frozen=True, slots=True)
class BiasCorrected:
    """Murphy's three terms with their bias taken off; the sum of the three is as it was.

    Parameters
    ----------
    reliability, resolution : float
        May be less than 0, as estimates of what is near 0 must be at times.
    uncertainty : float
        May be more than 1/4, for the same reason.
    share : float
        Of the correction that was made: 1, unless the terms were to be bounded.
    n_single : int
        Bins of a single forecast, whose bias nobody can tell; they stay uncorrected.
    bins : BinTable
    """

    reliability: float
    resolution: float
    uncertainty: float
    share: float
    n_single: int
    bins: BinTable


def murphy(tallies: Tallies, bins: npt.ArrayLike | None = 10) -> Murphy:
    r"""Decompose the mean Brier score by bins into reliability, resolution and uncertainty.

    .. math::
       \text{reliability} = \sum_b w_b (\bar p_b - f_b)^2 / W, \quad
       \text{resolution} = \sum_b w_b (f_b - r)^2 / W, \quad
       \text{uncertainty} = r (1 - r)

    for bins of weight :math:`w_b`, mean probability :math:`\bar p_b` and frequency :math:`f_b`.
    The three are the Brier score only where the forecasts of a bin agree; else the variance of
    the probabilities within bins, less twice their covariance with the outcomes, is the rest.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.
    bins : int, array_like of float or None
        How many equal bins, or their edges; None makes each distinct probability a bin.
        Bins are closed on the right, (a, b]; the first holds its left end, too.

    Returns
    -------
    Murphy

    Raises
    ------
    InvalidField
        A ValueError; no weight, or edges that leave forecasts out.

    References
    ----------
    Murphy, A. H. (1973). A new vector partition of the probability score. Journal of Applied
    Meteorology 12, 595-600. Stephenson, D. B., Coelho, C. A. S. and Jolliffe, I. T. (2008). Two
    extra components in the Brier score decomposition. Weather and Forecasting 23, 752-757.

    Examples
    --------
    >>> from forecast.scoring.tallies import tally
    >>> terms = murphy(tally([0.1, 0.3, 0.8, 0.8], 1, [0, 0, 1, 1]), bins=2)
    >>> round(terms.reliability, 12), terms.resolution, terms.uncertainty
    (0.04, 0.25, 0.25)
    >>> round(terms.within_variance, 12), terms.within_covariance, round(terms.score, 12)
    (0.005, 0.0, 0.045)
    """
    total_weight(tallies)
    rows = pooled(tallies)
    table, place = binned(rows, bins)
    total, true = rows.weight.sum(), rows.weight_true.sum()
    rate, contrary = true / total, rows.weight_false.sum() / total
    inside = rows.probability - table.mean_probability[place]
    surplus = rows.weight_true - rows.weight * table.frequency[place]
    return Murphy(
        score=mean_brier(rows),
        reliability=float(
            (table.weight * (table.mean_probability - table.frequency) ** 2).sum() / total
        ),
        resolution=float((table.weight * (table.frequency - rate) ** 2).sum() / total),
        uncertainty=float(rate * contrary),
        within_variance=float((rows.weight * inside**2).sum() / total),
        within_covariance=float(2 * (inside * surplus).sum() / total),
        bins=table,
    )


def ferro_fricker(
    tallies: Tallies, bins: npt.ArrayLike | None = 10, *, bounded: bool = False
) -> BiasCorrected:
    r"""Decompose the mean Brier score by bins, corrected for the bias of small numbers.

    With :math:`v = \sum_b n_b f_b (1 - f_b) / (n_b - 1) / n` and
    :math:`u = r (1 - r) / (n - 1)`, for :math:`n_b` of :math:`n` forecasts in a bin:

    .. math::
       \text{reliability} - v, \quad \text{resolution} - v + u, \quad \text{uncertainty} + u

    Parameters
    ----------
    tallies : Tallies
        Of whole weights: counts of forecasts that are independent of each other.
    bins : int, array_like of float or None
        As for `murphy`.
    bounded : bool
        Whether to make only as much of the correction as leaves reliability and resolution at 0
        or above; all three terms by the same share.

    Returns
    -------
    BiasCorrected

    Raises
    ------
    InvalidField
        A ValueError; weights that are no counts, or edges that leave forecasts out.

    Notes
    -----
    R's SpecsVerification bounds the terms, and uncertainty by 1/4, too. So at a base rate of one
    half, where uncertainty is 1/4 already, it corrects nothing at all, and little close by. Here
    uncertainty is not bounded.

    References
    ----------
    Ferro, C. A. T. and Fricker, T. E. (2012). A bias-corrected decomposition of the Brier score.
    Quarterly Journal of the Royal Meteorological Society 138, 1954-1960.

    Examples
    --------
    >>> from forecast.scoring.tallies import tally
    >>> terms = ferro_fricker(tally([0.2] * 5 + [0.8] * 5, 1, [1, 0, 0, 0, 0, 1, 1, 1, 1, 0]))
    >>> round(terms.reliability, 12), round(terms.resolution, 12), round(terms.uncertainty, 12)
    (-0.04, 0.077777777778, 0.277777777778)
    """
    if not (tallies.weight == np.rint(tallies.weight)).all():
        raise InvalidField("weight", "holds one that is no count of forecasts")
    raw = murphy(tallies, bins)
    n, true = raw.bins.weight, raw.bins.weight_true
    variance = true * (1 - raw.bins.frequency)  # n f (1 - f)
    of_bins = float((variance / np.maximum(n - 1, 1)).sum() / n.sum())
    of_all = raw.uncertainty / max(float(n.sum()) - 1, 1)
    share = 1.0
    if bounded:
        for term, taken in ((raw.reliability, of_bins), (raw.resolution, of_bins - of_all)):
            share = min(share, term / taken) if taken > term else share
    return BiasCorrected(
        reliability=raw.reliability - share * of_bins,
        resolution=raw.resolution - share * (of_bins - of_all),
        uncertainty=raw.uncertainty + share * of_all,
        share=share,
        n_single=int((n == 1).sum()),
        bins=raw.bins,
    )


def binned(rows: Tallies, bins: npt.ArrayLike | None) -> tuple[BinTable, npt.NDArray[np.intp]]:
    """Give the bins that hold anything, and for each row which of them holds it."""
    p = rows.probability
    if bins is None:
        low, high, place = p, p, np.arange(p.size)
    else:
        edges = as_edges("bins", bins, p)
        used, place = np.unique(bin_of(edges, p), return_inverse=True)
        low, high = edges[used], edges[used + 1]
    weight, true = sum_by(place, rows.weight, low.size), sum_by(place, rows.weight_true, low.size)
    mean = sum_by(place, rows.weight * p, low.size) / weight
    return BinTable(low, high, weight, true, mean, true / weight), place
