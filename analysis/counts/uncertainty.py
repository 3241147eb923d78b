"""How far a share that was counted can be trusted."""

from __future__ import annotations

from math import nan, sqrt

SMALL_N = 5  # a cell counted from fewer is shown as an anecdote


def used_share(n_used: int, n_total: int, z: float = 1.96) -> tuple[float, float, float]:
    """Share of solutions (or competitions) that used an architecture, with its Wilson interval.

    Args:
        n_used: those with at least one USED claim; 0 <= n_used <= n_total.
        n_total: all that were counted; each counts once, however many documents it has.
        z: standard normal quantile; 1.96 gives about 95 % coverage.

    Returns:
        (low, share, high), fractions in [0, 1]; (0.0, nan, 1.0) when n_total is 0.

    Raises:
        ValueError: if the counts are negative or n_used exceeds n_total.

    Source: E. B. Wilson (1927), JASA 22(158), 209-212.

    >>> [round(x, 3) for x in used_share(8, 10)]
    [0.49, 0.8, 0.943]
    >>> [round(x, 3) for x in used_share(0, 10)]
    [0.0, 0.0, 0.278]
    """
    if n_used < 0 or n_total < 0 or n_used > n_total:
        raise ValueError(f"counts must be 0 <= n_used <= n_total, not {n_used} of {n_total}")
    if n_total == 0:
        return 0.0, nan, 1.0
    share = n_used / n_total
    spread = z * z / n_total
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n_total + spread / (4 * n_total)) / (1 + spread)
    # the formula touches 0 and 1 exactly at the ends; floats miss by a hair
    low = 0.0 if n_used == 0 else max(0.0, centre - half)
    high = 1.0 if n_used == n_total else min(1.0, centre + half)
    return low, share, high
