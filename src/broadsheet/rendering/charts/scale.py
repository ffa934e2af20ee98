"""A linear scale from values to millimeters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` on the stretch from `start` to `end` millimeters."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where the value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def has_zero(self) -> bool:
        """Whether zero stands on the scale."""
        return self.low <= 0 <= self.high


def present(values: Iterable[float | None]) -> list[float]:
    """The values that exist."""
    return [value for value in values if value is not None]


def value_range(values: Iterable[float | None], zero_based: bool) -> tuple[float, float]:
    """The lowest and highest value to show, never equal; with zero where bars or the chart ask for it."""
    known = present(values)
    if zero_based:
        known.append(0.0)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if low == high:
        return (low, low + 1.0) if low == 0 else (low - abs(low) * 0.1, high + abs(high) * 0.1)
    if not zero_based:
        air = (high - low) * 0.08
        low, high = low - air, high + air
    return low, high
