"""Wilson intervals against the values printed by Newcombe, Statistics in Medicine 17 (1998) 857, table I."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.analysis.proportion import wilson


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


def test_a_quarter_of_a_thousand() -> None:
    low, high = wilson(250, 1000)
    assert (round(low * 100, 1), round(high * 100, 1)) == (22.4, 27.8)


@given(st.integers(1, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_interval_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    hits, total = pair
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total <= high <= 1
    mirrored = wilson(total - hits, total)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)


@pytest.mark.parametrize(("hits", "total"), [(1, 0), (-1, 4), (5, 4)])
def test_no_proportion_is_refused(hits: int, total: int) -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        wilson(hits, total)
