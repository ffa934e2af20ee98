"""Small cells of a table are hidden together with others, so that none can be calculated from what is printed.

A table with its totals is a circulation: what flows from a row into its cells flows through the columns to the
bottom row, from there to the grand total, and back to the rows. A hidden count can be calculated exactly when no
closed loop of hidden counts runs through it along which one more here is one less there, and every count stays
what its sign says: 1 to k − 1 where “fewer than k” is printed, k or more where a count is only hidden. (Two
solutions of a circulation differ by such loops.) So counts are hidden until each small one lies on a loop; the
least possible ones, and totals last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf

Node = tuple[str, int]
Counts = tuple[int, ...]
TOTAL = 1_000_000
"""A total is hidden only where nothing else helps."""


@dataclass(frozen=True)
class Edge:
    """A cell: one more of its count is one more out of `tail` and one more into `head`.

    `counts` are its numbers of persons, one per figure of the cell.
    """

    tail: Node
    head: Node
    counts: Counts
    total: bool = False


def line(counts: Sequence[Counts], total: Counts) -> list[Edge]:
    """The cells of a table with one row per member and a total: the members first, the total last."""
    rows, column = ("rows", 0), ("column", 0)
    return [*(Edge(rows, column, count) for count in counts), Edge(column, rows, total, total=True)]


def grid(
    cells: Sequence[Sequence[Counts]], rows: Sequence[Counts], columns: Sequence[Counts], total: Counts
) -> list[Edge]:
    """The cells of a table by two dimensions, row by row; then the totals of rows, of columns and of all."""
    edges = [
        Edge(("row", r), ("column", c), counts) for r, row in enumerate(cells) for c, counts in enumerate(row)
    ]
    edges += [Edge(("column", -1), ("row", r), counts, total=True) for r, counts in enumerate(rows)]
    edges += [Edge(("column", c), ("row", -1), counts, total=True) for c, counts in enumerate(columns)]
    return [*edges, Edge(("row", -1), ("column", -1), total, total=True)]


@dataclass(frozen=True)
class Hidden:
    """The indices of hidden cells; with `told`, small ones may be printed as “fewer than k”."""

    cells: frozenset[int]
    told: bool = True


def hidden(edges: Sequence[Edge], smallest: int) -> Hidden:
    """The cells under `smallest` persons, and those that would give them away. Cells without persons are shown.

    Where every cell is so small that even “fewer than k” says too much (four cells of a total under five), all
    cells with persons are hidden without a word.
    """
    found = {i for i, edge in enumerate(edges) if any(0 < count < smallest for count in edge.counts)}
    waiting = deque(sorted(found))
    while waiting:
        index = waiting.popleft()
        for figure, count in enumerate(edges[index].counts):
            loop = _loop(edges, found, index, figure, smallest) if count else frozenset()
            if loop is None:
                return Hidden(frozenset(i for i, edge in enumerate(edges) if any(edge.counts)), told=False)
            # What protects one cell goes on protecting it, whatever else is hidden later.
            waiting.extend(sorted(loop - found))
            found |= loop
    return Hidden(frozenset(found))


def _loop(
    edges: Sequence[Edge], found: set[int], index: int, figure: int, smallest: int
) -> frozenset[int] | None:
    """The cheapest loop through a cell, one more or one less of it; what is hidden already costs nothing."""
    own, best, cost = edges[index], None, inf
    for step, start, end in ((1, own.head, own.tail), (-1, own.tail, own.head)):
        if _can(own.counts[figure], step, smallest):
            price, path = _path(edges, found, (start, end), index, figure, smallest)
            if price < cost:
                best, cost = frozenset({index, *path}), price
    return best


def _path(
    edges: Sequence[Edge], found: set[int], ends: tuple[Node, Node], without: int, figure: int, smallest: int
) -> tuple[float, tuple[int, ...]]:
    """The cheapest way between two nodes over cells that can change by one (Dijkstra)."""
    start, end = ends
    ways: dict[Node, list[tuple[Node, float, int]]] = {}
    for i, edge in enumerate(edges):
        count = edge.counts[figure]
        price = 0.0 if i in found else 1.0 + count + TOTAL * edge.total
        for step, left, right in ((1, edge.tail, edge.head), (-1, edge.head, edge.tail)):
            if i != without and count and _can(count, step, smallest):
                ways.setdefault(left, []).append((right, price, i))
    waiting: list[tuple[float, Node, tuple[int, ...]]] = [(0.0, start, ())]
    seen: set[Node] = set()
    while waiting:
        cost, node, path = heappop(waiting)
        if node == end:
            return cost, path
        if node not in seen:
            seen.add(node)
            for after, price, i in ways.get(node, ()):
                heappush(waiting, (cost + price, after, (*path, i)))
    return inf, ()


def _can(count: int, step: int, smallest: int) -> bool:
    """Whether a hidden count could as well be one more or one less, for all that its sign says."""
    changed = count + step
    return 0 < changed < smallest if count < smallest else changed >= smallest
