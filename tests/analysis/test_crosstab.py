"""Contingency tables against printed tables and worked examples, and laws that hold for any counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.analysis.chi_square import chi_square_tail
from broadsheet.analysis.crosstab import Contingency

# General Social Survey 2000, gender by party; worked in A. Agresti, An Introduction to Categorical Data
# Analysis, 2nd edition (2007), tables 2.5 and 2.6.
PARTY = Contingency(((762, 327, 468), (484, 239, 477)))

tables = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 400), min_size=shape[1], max_size=shape[1]).map(tuple),
        min_size=shape[0],
        max_size=shape[0],
    ).map(lambda rows: Contingency(tuple(rows)))
)


@pytest.mark.parametrize(
    ("df", "p", "critical"),
    [
        (1, 0.05, 3.841),
        (1, 0.01, 6.635),
        (2, 0.05, 5.991),
        (3, 0.95, 0.352),
        (5, 0.001, 20.515),
        (10, 0.05, 18.307),
        (29, 0.10, 39.087),
        (30, 0.05, 43.773),
        (100, 0.05, 124.342),
    ],
)
def test_tail_against_the_printed_table(df: int, p: float, critical: float) -> None:
    assert chi_square_tail(critical, df) == pytest.approx(p, rel=2e-3)


def test_tail_at_its_ends() -> None:
    assert chi_square_tail(0, 3) == 1
    assert chi_square_tail(1e6, 5000) == 0
    assert chi_square_tail(5000, 5000) == pytest.approx(0.5, abs=0.01)
    with pytest.raises(ValueError, match="degrees of freedom"):
        chi_square_tail(1, 0)


def test_worked_example() -> None:
    test = PARTY.association
    assert test is not None
    assert test.chi_square == pytest.approx(30.07, abs=0.005)
    assert test.df == 2
    assert test.p < 0.0001
    assert test.associated is True
    assert PARTY.expected[0] == pytest.approx((703.7, 319.6, 533.7), abs=0.05)
    assert PARTY.residuals[0] == pytest.approx((4.50, 0.70, -5.32), abs=0.005)
    assert [PARTY.notable(0, column) for column in range(3)] == ["more", None, "fewer"]


def test_v15_without_the_correction_for_two_by_two() -> None:
    # V15 of the specification; with Yates' correction the statistic would be 15.04.
    test = Contingency(((30, 10), (20, 40))).association
    assert test is not None
    assert test.chi_square == pytest.approx(16.67, abs=0.005)
    assert test.cramers_v == pytest.approx(0.408, abs=0.0005)


def test_small_expected_counts_give_no_verdict() -> None:
    # Fisher's tea tasting: eight cups, every expected count is 2.
    tea = Contingency(((3, 1), (1, 3)))
    assert tea.association is not None
    assert tea.association.chi_square == pytest.approx(2.0)
    assert tea.association.associated is None
    assert tea.notable(0, 0) is None


def test_empty_rows_and_columns_do_not_count() -> None:
    padded = Contingency(((762, 0, 327, 468), (0, 0, 0, 0), (484, 0, 239, 477)))
    assert padded.association == PARTY.association
    assert padded.shares("row")[1] == (None, None, None, None)
    assert padded.residuals[1][1] is None


@pytest.mark.parametrize("counts", [((5, 9),), ((5,), (9,)), ((0, 0), (0, 0)), ((5, 0), (9, 0))])
def test_one_row_or_column_has_no_test(counts: tuple[tuple[int, ...], ...]) -> None:
    assert Contingency(counts).association is None


@pytest.mark.parametrize("counts", [(), ((1, 2), (3,)), ((1, -1), (1, 1)), ((math.nan, 1), (1, 1))])
def test_what_is_no_table_is_refused(counts: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"A (count|contingency)"):
        Contingency(counts)


@given(tables)
def test_totals_expected_and_shares_agree(table: Contingency) -> None:
    assert sum(table.row_totals) == sum(table.column_totals) == table.total
    for row, total in enumerate(table.row_totals):
        assert sum(table.expected[row]) == pytest.approx(total)
        shares = [share for share in table.shares("row")[row] if share is not None]
        assert sum(shares) == pytest.approx(1 if total else 0)


@given(tables, st.integers(2, 7))
def test_turning_and_scaling(table: Contingency, factor: int) -> None:
    turned = Contingency(tuple(zip(*table.counts, strict=True)))
    larger = Contingency(tuple(tuple(cell * factor for cell in row) for row in table.counts))
    one, other, scaled = table.association, turned.association, larger.association
    assert (one is None) == (other is None) == (scaled is None)
    if one is None or other is None or scaled is None:
        return
    assert (other.chi_square, other.df, other.p) == pytest.approx((one.chi_square, one.df, one.p))
    assert scaled.chi_square == pytest.approx(factor * one.chi_square, abs=1e-9)
    assert scaled.cramers_v == pytest.approx(one.cramers_v, abs=1e-9)
    assert 0 <= one.p <= 1
    assert 0 <= one.cramers_v <= 1


@given(st.lists(st.integers(0, 90), min_size=4, max_size=4))
def test_two_by_two_residual_squared_is_the_statistic(cells: list[int]) -> None:
    table = Contingency(((cells[0], cells[1]), (cells[2], cells[3])))
    if table.association is not None:
        assert (table.residuals[0][0] or 0) ** 2 == pytest.approx(table.association.chi_square, abs=1e-9)
