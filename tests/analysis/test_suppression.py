"""Hidden cells: none can be calculated from what is printed, checked by trying every table that could be meant."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.analysis.suppression import Edge, Hidden, grid, hidden, line

K = 5


def shown(counts: Sequence[int], total: int) -> list[str]:
    """A column as a reader sees it, the total last."""
    edges = line([(count,) for count in counts], (total,))
    return signs(edges, hidden(edges, K))


def signs(edges: Sequence[Edge], away: Hidden) -> list[str]:
    return [
        str(edge.counts[0]) if i not in away.cells else "<5" if away.told and 0 < edge.counts[0] < K else "*"
        for i, edge in enumerate(edges)
    ]


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ([9, 8, 7], ["9", "8", "7", "24"]),
        ([9, 8, 3], ["9", "*", "<5", "20"]),
        ([9, 3, 4, 0], ["9", "<5", "<5", "0", "16"]),
        # 1 + 1: two of which each has at least one person give themselves away.
        ([9, 1, 1], ["*", "<5", "<5", "11"]),
        # 4 + 4 as well: neither can be more.
        ([12, 9, 4, 4], ["12", "*", "<5", "<5", "29"]),
        # 1 beside 5: the one can be no less, the other neither.
        ([20, 5, 1], ["*", "5", "<5", "26"]),
        ([3, 0], ["<5", "0", "<5"]),
        ([1, 5], ["<5", "5", "*"]),
        # Four cells with somebody in them, in all fewer than five: each must be 1, so not even that is said.
        ([1, 1, 1, 1, 0], ["*", "*", "*", "*", "0", "*"]),
    ],
)
def test_a_small_cell_takes_another_with_it(counts: list[int], printed: list[str]) -> None:
    assert shown(counts, sum(counts)) == printed


def test_in_two_dimensions_every_row_and_column_has_a_second_one() -> None:
    cells = [[3, 20, 30], [40, 7, 9], [50, 60, 70]]
    edges = square(cells)
    assert signs(edges, hidden(edges, K))[:9] == ["<5", "*", "30", "*", "*", "9", "50", "60", "70"]
    assert not [edge for i, edge in enumerate(edges) if edge.total and i in hidden(edges, K).cells]


def square(cells: Sequence[Sequence[int]]) -> list[Edge]:
    rows, columns = [(sum(row),) for row in cells], [(sum(column),) for column in zip(*cells, strict=True)]
    return grid([[(count,) for count in row] for row in cells], rows, columns, (sum(map(sum, cells)),))


def test_figures_of_one_row_are_hidden_together() -> None:
    edges = line([(9, 40), (3, 30), (20, 20)], (32, 90))
    assert hidden(edges, K).cells == {0, 1}


def test_nothing_small_hides_nothing() -> None:
    assert hidden(square([[5, 9], [0, 7]]), K) == Hidden(frozenset())
    assert hidden(line([], (0,)), K) == Hidden(frozenset())


def balances(edges: Sequence[Edge]) -> np.ndarray:
    """What a reader may add up: one equation per row and column, over all cells; each comes to 0."""
    nodes = sorted({node for edge in edges for node in (edge.tail, edge.head)})
    return np.array([[(edge.head == node) - (edge.tail == node) for edge in edges] for node in nodes])


def could_be(edges: Sequence[Edge], away: Hidden) -> np.ndarray:
    """Every table (a row each) that agrees with all that is printed, hidden counts up to 14."""
    meant = {"<5": range(1, K), "*": range(K if away.told else 1, 15)}
    ranges = [meant.get(sign) or [int(sign)] for sign in signs(edges, away)]
    tables = np.array(np.meshgrid(*ranges, indexing="ij")).reshape(len(edges), -1)
    return tables[:, (balances(edges) @ tables == 0).all(axis=0)].T


def safe(edges: Sequence[Edge]) -> None:
    counts = np.array([edge.counts[0] for edge in edges])
    assert (balances(edges) @ counts == 0).all()
    found = hidden(edges, K)
    away = found.cells
    assert {i for i, count in enumerate(counts) if 0 < count < K} <= away
    for i in away:
        others = sorted(away - {i})
        equations = balances(edges)
        # Adding and subtracting lines alone never isolates a cell …
        assert np.linalg.matrix_rank(equations[:, [i, *others]]) == np.linalg.matrix_rank(
            equations[:, others]
        )
    # … and knowing that “<5” means 1 to 4 and “hidden” 5 or more does not help either.
    if (
        len(edges) < 20
        and counts.max() < 15
        and math.prod(10 if counts[i] >= K else 4 for i in away) <= 50_000
    ):
        tables = could_be(edges, found)
        assert all(len(set(tables[:, i])) > 1 for i in away)


@given(st.lists(st.integers(0, 7), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_no_cell_of_a_column_can_be_calculated(counts: list[int]) -> None:
    safe(line([(count,) for count in counts], (sum(counts),)))


@given(st.integers(1, 3), st.data())
@settings(max_examples=200, deadline=None)
def test_no_cell_of_a_table_can_be_calculated(columns: int, data: st.DataObject) -> None:
    row = st.lists(st.integers(0, 7), min_size=columns, max_size=columns)
    safe(square(data.draw(st.lists(row, min_size=1, max_size=3))))


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_large_tables_too(data: st.DataObject) -> None:
    row = st.lists(st.integers(0, 40), min_size=6, max_size=6)
    safe(square(data.draw(st.lists(row, min_size=8, max_size=8))))
