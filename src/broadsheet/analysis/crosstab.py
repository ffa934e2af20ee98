"""Contingency tables: totals, shares, and whether rows and columns are associated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from broadsheet.analysis.chi_square import chi_square_tail

Matrix = tuple[tuple[float, ...], ...]

ALPHA = 0.05
"""Below this p-value an association is stated."""
SMALL_EXPECTED = 5.0
"""Cochran's rule: the test needs expected counts of at least 5 in 80 % of the cells, and 1 in each."""
NOTABLE_RESIDUAL = 2.0


@dataclass(frozen=True)
class Association:
    """Pearson's chi-square test of independence.

    `cramers_v` runs from 0 (none) to 1 (full). `reliable` is False where expected counts are too small for
    the test to be read (more than 20 % of the cells under 5, or one under 1): there is then no verdict.
    """

    chi_square: float
    df: int
    p: float
    cramers_v: float
    smallest_expected: float
    reliable: bool

    @property
    def associated(self) -> bool | None:
        """The verdict at 5 %; None where the test cannot be read."""
        return self.p < ALPHA if self.reliable else None


@dataclass(frozen=True)
class Contingency:
    """Counts of units by two attributes, each unit in exactly one cell: counts[row][column] >= 0."""

    counts: Matrix

    def __post_init__(self) -> None:
        if not self.counts or any(len(row) != len(self.counts[0]) for row in self.counts):
            raise ValueError("A contingency table has rows of equal length.")
        if any(not 0 <= cell < math.inf for row in self.counts for cell in row):
            raise ValueError("A count is a number from 0 on.")

    @cached_property
    def row_totals(self) -> tuple[float, ...]:
        """The sum of every row."""
        return tuple(sum(row) for row in self.counts)

    @cached_property
    def column_totals(self) -> tuple[float, ...]:
        """The sum of every column."""
        return tuple(sum(column) for column in zip(*self.counts, strict=True))

    @cached_property
    def total(self) -> float:
        """All units."""
        return sum(self.row_totals)

    @cached_property
    def expected(self) -> Matrix:
        """The counts if rows and columns were independent: row total × column total ÷ total."""
        return tuple(
            tuple(row * column / self.total if self.total else 0.0 for column in self.column_totals)
            for row in self.row_totals
        )

    def shares(self, base: Literal["row", "column", "total"]) -> tuple[tuple[float | None, ...], ...]:
        """Every count as a fraction of its row, its column or everything; None where that base is 0."""
        return tuple(
            tuple(cell / whole if whole else None for cell, whole in zip(row, wholes, strict=True))
            for row, wholes in zip(self.counts, self._bases(base), strict=True)
        )

    def _bases(self, base: Literal["row", "column", "total"]) -> Matrix:
        match base:
            case "row":
                return tuple((total,) * len(self.column_totals) for total in self.row_totals)
            case "column":
                return (self.column_totals,) * len(self.row_totals)
            case "total":
                return ((self.total,) * len(self.column_totals),) * len(self.row_totals)

    @cached_property
    def residuals(self) -> tuple[tuple[float | None, ...], ...]:
        """Adjusted standardized residuals: how many standard errors a count lies off its expected value.

        (n − e) ÷ √(e (1 − row share) (1 − column share)); None where that is 0. Source: S. J. Haberman,
        Biometrics 29 (1973) 205.
        """
        return tuple(
            tuple(self._residual(r, c) for c in range(len(self.column_totals)))
            for r in range(len(self.row_totals))
        )

    def notable(self, row: int, column: int) -> Literal["more", "fewer"] | None:
        """Whether a cell holds more or fewer units than chance would give: |residual| >= 2, expected >= 5."""
        residual = self.residuals[row][column]
        if (
            residual is None
            or self.expected[row][column] < SMALL_EXPECTED
            or abs(residual) < NOTABLE_RESIDUAL
        ):
            return None
        return "more" if residual > 0 else "fewer"

    @cached_property
    def association(self) -> Association | None:
        """The test over the rows and columns that hold units; None with fewer than two of either."""
        rows = [row for row, total in enumerate(self.row_totals) if total]
        columns = [column for column, total in enumerate(self.column_totals) if total]
        smaller = min(len(rows), len(columns)) - 1
        if smaller < 1:
            return None
        pairs = [(self.counts[r][c], self.expected[r][c]) for r in rows for c in columns]
        statistic = math.fsum((count - expected) ** 2 / expected for count, expected in pairs)
        df = (len(rows) - 1) * (len(columns) - 1)
        smallest = min(expected for _, expected in pairs)
        small = sum(expected < SMALL_EXPECTED for _, expected in pairs)
        return Association(
            chi_square=statistic,
            df=df,
            p=chi_square_tail(statistic, df),
            cramers_v=min(1.0, math.sqrt(statistic / (self.total * smaller))),
            smallest_expected=smallest,
            reliable=smallest >= 1 and small <= 0.2 * len(pairs),
        )

    def _residual(self, row: int, column: int) -> float | None:
        expected = self.expected[row][column]
        if not expected:
            return None
        rest = (1 - self.row_totals[row] / self.total) * (1 - self.column_totals[column] / self.total)
        return (self.counts[row][column] - expected) / math.sqrt(expected * rest) if rest > 0 else None
