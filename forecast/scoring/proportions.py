"""How often something came true, and within which limits that leaves the true share."""

from forecast.model import InvalidField


def share_interval(came_true: float, n: float, *, level: float = 0.95) -> tuple[float, float]:
    r"""Give the exact interval of a share (Clopper and Pearson 1934).

    The ends are the quantiles of beta distributions,
    :math:`B(\alpha/2; k, n-k+1)` and :math:`B(1-\alpha/2; k+1, n-k)`; it never covers less than
    it promises. Counts need not be whole, so that questions that hang together may count as what
    they are worth.

    Parameters
    ----------
    came_true, n : float
        How many came true, of how many: 0 <= came_true <= n, 0 < n.
    level : float
        Between 0 and 1.

    Returns
    -------
    (float, float)

    Raises
    ------
    InvalidField
        A ValueError; the counts are no counts.

    References
    ----------
    Clopper, C. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in
    the case of the binomial. Biometrika 26, 404-413.

    Examples
    --------
    >>> [round(end, 4) for end in share_interval(5, 9)]
    [0.212, 0.863]
    >>> share_interval(0, 3)[0], share_interval(3, 3)[1]
    (0.0, 1.0)
    """
    if not 0 <= came_true <= n or n <= 0:
        raise InvalidField("came_true", f"{came_true} of {n} is no share")
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = betaincinv(came_true, n - came_true + 1, tail) if came_true > 0 else 0.0
    high = betaincinv(came_true + 1, n - came_true, 1 - tail) if came_true < n else 1.0
    return float(low), float(high)
