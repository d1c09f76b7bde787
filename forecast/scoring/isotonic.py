"""Recalibration by isotonic regression: what the forecasts would be had they been calibrated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.scoring.arrays import FloatArray, sum_runs
from forecast.scoring.tallies import Tallies, pooled, total_weight


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Neighbouring probabilities that are recalibrated to one value; all of shape (m,).

    Parameters
    ----------
    low, high : ndarray of float
        The least and the greatest probability in the block.
    frequency : ndarray of float
        The share of the block's weight that came true; strictly increasing.
    weight, weight_true, weight_false : ndarray of float
        Of the block.
    """

    low: FloatArray
    high: FloatArray
    frequency: FloatArray
    weight: FloatArray
    weight_true: FloatArray
    weight_false: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Recalibration:
    """Forecasts beside what they are recalibrated to.

    Parameters
    ----------
    tallies : Tallies
        The forecasts in order of probability, each of the k probabilities once.
    recalibrated : ndarray of float, shape (k,)
        The value for each probability; increasing, from 0 to 1.
    block : ndarray of int, shape (k,)
        The block each probability belongs to, from 0.
    blocks : Blocks
        From low to high.
    """

    tallies: Tallies
    recalibrated: FloatArray
    block: npt.NDArray[np.intp]
    blocks: Blocks


def recalibrate(tallies: Tallies) -> Recalibration:
    r"""Give each probability the frequency that fits it best, higher ones for higher ones.

    The increasing function :math:`c` of the probability that minimises

    .. math:: \sum_k w_k (v_k / w_k - c_k)^2

    for weights :math:`w`, of which :math:`v` came true; the same one is best for every proper
    score. Equal probabilities count as one; neighbours that come true in the wrong order are
    pooled ("pool adjacent violators"), which needs no bins and no choices. The value of a block
    is what came true of it over its weight, and not a running mean: so it is as exact as the
    weights are, be they of very different size.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.

    Returns
    -------
    Recalibration
        O(k) in the number of distinct probabilities, once they are in order.

    Raises
    ------
    InvalidField
        A ValueError; there is no weight.

    References
    ----------
    Ayer, M. et al. (1955). An empirical distribution function for sampling with incomplete
    information. Annals of Mathematical Statistics 26, 641-647. Dimitriadis, T., Gneiting, T. and
    Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers. PNAS 118,
    e2016191118.

    Examples
    --------
    30 % comes true more often than 40 %, so that the two are one block:

    >>> from forecast.scoring.tallies import tally
    >>> fit = recalibrate(tally([0.1, 0.3, 0.3, 0.4, 0.4, 0.9], 1, [0, 1, 0, 0, 0, 1]))
    >>> fit.tallies.probability.tolist(), fit.recalibrated.tolist()
    ([0.1, 0.3, 0.4, 0.9], [0.0, 0.25, 0.25, 1.0])
    >>> fit.block.tolist(), fit.blocks.low.tolist(), fit.blocks.high.tolist()
    ([0, 1, 1, 2], [0.1, 0.3, 0.9], [0.1, 0.4, 0.9])
    """
    total_weight(tallies)
    rows = pooled(tallies)
    starts = _block_starts(rows.weight_true, rows.weight_false)
    ends = np.append(starts[1:], rows.probability.size)
    true = sum_runs(rows.weight_true, starts)
    false = sum_runs(rows.weight_false, starts)
    frequency = true / (true + false)
    blocks = Blocks(
        low=rows.probability[starts],
        high=rows.probability[ends - 1],
        frequency=frequency,
        weight=true + false,
        weight_true=true,
        weight_false=false,
    )
    block = np.repeat(np.arange(starts.size), ends - starts)
    return Recalibration(rows, frequency[block], block, blocks)


def _block_starts(true: FloatArray, false: FloatArray) -> npt.NDArray[np.intp]:
    """Give where each block starts; the frequencies of blocks increase strictly."""
    from scipy.optimize import (
        isotonic_regression,  # imported here: it takes a third of a second
    )

    weight = true + false
    starts: npt.NDArray[np.intp] = isotonic_regression(true / weight, weights=weight).blocks[:-1]
    while True:
        # Frequencies taken afresh may touch or cross by a rounding: then they are one block.
        came, did_not = sum_runs(true, starts), sum_runs(false, starts)
        rises = np.diff(came / (came + did_not)) > 0
        if rises.all():
            return starts
        starts = starts[np.concatenate([[True], rises])]
