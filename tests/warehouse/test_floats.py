"""Sums of floats come out alike, whatever order they were added up in."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from broadsheet.metrics.rounding import significant

LINES = 5_000


@pytest.mark.parametrize("seed", range(20))
def test_a_sum_that_ends_on_a_half_is_rounded_alike_in_any_order(seed: int) -> None:
    """Thirteen digits, the last a five: twelve are kept."""
    dice = Random(seed)
    cents = [dice.randrange(10**9) for _ in range(LINES)]
    cents[0] += (10**13 // 4 - sum(cents)) // 10 * 10 + (5 - sum(cents)) % 10
    floats = [each / 1000 for each in cents]
    sums = []
    for _ in range(30):
        dice.shuffle(floats)
        sums.append(sum(floats[1::2]) + sum(floats[::2]))
    assert len(set(sums)) > 1, "their last bits differ"
    assert len(set(significant(np.array(sums), 12).tolist())) == 1
    assert significant(np.array(sums), 12)[0] == (sum(cents) + 5) / 1000
