"""The tail of the chi-square distribution, in closed form."""

from __future__ import annotations

import math


def chi_square_tail(statistic: float, df: int) -> float:
    """The probability that a chi-square variable with `df` degrees of freedom is at least `statistic`.

    For whole `df` the upper incomplete gamma function is a finite sum: Abramowitz and Stegun, Handbook of
    Mathematical Functions, 26.4.4 (odd) and 26.4.5 (even). Raises ValueError unless df >= 1, statistic >= 0.
    """
    if df < 1 or not statistic >= 0:
        raise ValueError(f"No chi-square tail for {statistic} with {df} degrees of freedom.")
    if statistic == 0:
        return 1.0
    if math.isinf(statistic):
        return 0.0
    half = statistic / 2
    odd = df % 2 / 2
    # Summed as logarithms: the powers alone would overflow for tables with thousands of rows.
    terms = (
        math.exp((step + odd) * math.log(half) - half - math.lgamma(step + odd + 1))
        for step in range(df // 2)
    )
    return min(1.0, math.fsum(terms) + (math.erfc(math.sqrt(half)) if odd else 0.0))
