"""Is a value other than its forerunners, or does it vary as they do? The limits of a chart of individual values.

Shewhart's limits for single values lie 2.66 mean moving ranges from the mean: within them a value is what the process
gives by itself. They need no model of how the values are spread, and a slow drift does not widen them as it does a
standard deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

ENOUGH = 8
"""With fewer forerunners the limits mean little."""
REACH = 2.66
"""3 / 1.128, the expected range of two values of a normal distribution in its standard deviations."""


def natural_limits(values: Sequence[float]) -> tuple[float, float] | None:
    """Between which values the next one lies if nothing has changed; None of fewer than eight."""
    if len(values) < ENOUGH:
        return None
    middle = sum(values) / len(values)
    ranges = [abs(after - before) for before, after in pairwise(values)]
    reach = REACH * sum(ranges) / len(ranges)
    return middle - reach, middle + reach
