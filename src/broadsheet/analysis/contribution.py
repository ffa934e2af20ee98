"""Contributions: what each member of a dimension adds to the change of a total. They add up to it exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NOBODY = ""
"""The key of rows that have no member: what they add is not explained by the dimension."""


@dataclass(frozen=True)
class Contribution:
    """A member's own value and base (None where it has none), and what it adds to the change of the total."""

    member: str
    value: float | None
    base: float | None
    amount: float


@dataclass(frozen=True)
class Split:
    """A change by the members of one dimension, largest amounts first.

    `unexplained` is what has no member; with `rates`, values and bases are rates, and amounts parts of their change.
    """

    dimension: str
    change: float
    parts: tuple[Contribution, ...]
    unexplained: float = 0.0
    rates: bool = False

    @property
    def exact(self) -> bool:
        """Whether all of it adds up to the change, save for the rounding of binary fractions."""
        amounts = [self.unexplained, *(part.amount for part in self.parts)]
        reach = max(abs(self.change), *map(abs, amounts))
        return abs(self.change - sum(amounts)) <= 1e-6 * reach

    @property
    def leading(self) -> Contribution | None:
        """The member that moved the total most in the direction in which it went."""
        same = [part for part in self.parts if part.amount * self.change > 0]
        return max(same, key=lambda part: abs(part.amount), default=None)

    @property
    def held(self) -> float:
        """How much of all that moved, up and down, the leading member holds: from 0 to 1."""
        moved = abs(self.unexplained) + sum(abs(part.amount) for part in self.parts)
        return abs(self.leading.amount) / moved if self.leading and moved else 0.0


Fraction = tuple[float, float]
"""Numerator and denominator."""


def of_amounts(
    dimension: str, change: float, values: Mapping[str, float], bases: Mapping[str, float]
) -> Split:
    """The split of a sum or count: a member adds its own difference; one that is missing on a side has 0 there."""
    parts = [
        Contribution(name, values.get(name), bases.get(name), values.get(name, 0.0) - bases.get(name, 0.0))
        for name in dict.fromkeys((*values, *bases))
    ]
    return _split(dimension, change, parts)


def of_rates(
    dimension: str, change: float, values: Mapping[str, Fraction], bases: Mapping[str, Fraction]
) -> Split:
    """The split of a rate Σp/Σq: by how the member's own rate moved, and by how its weight did.

    With weights w = q/Σq, rates r = p/q and means of both sides w̄, r̄, R̄, a member adds w̄·Δr + (r̄ - R̄)·Δw.
    Since weights add up to 1 on both sides, R̄ changes no sum, and the members add up to the change. A member
    without a rate on one side has that of the other side there: it adds by its weight alone.
    """
    whole, former = _whole(values), _whole(bases)
    if not whole[1] or not former[1]:
        return Split(dimension, change, ())
    middle = (whole[0] / whole[1] + former[0] / former[1]) / 2
    parts = []
    for name in dict.fromkeys((*values, *bases)):
        weight, before = _weight(values.get(name), whole), _weight(bases.get(name), former)
        rate, other = _rate(values.get(name)), _rate(bases.get(name))
        now, then = (other if rate is None else rate), (rate if other is None else other)
        if now is None or then is None:
            continue
        amount = (weight + before) / 2 * (now - then) + ((now + then) / 2 - middle) * (weight - before)
        parts.append(Contribution(name, rate, other, amount))
    return _split(dimension, change, parts, rates=True)


def against_goal(dimension: str, change: float, values: Mapping[str, Fraction], goal: float) -> Split:
    """The split of a rate's distance from a goal that holds for every member: weight times own distance."""
    whole = _whole(values)
    parts = [
        Contribution(name, p / q, goal, q / whole[1] * (p / q - goal)) for name, (p, q) in values.items() if q
    ]
    return _split(dimension, change, parts, rates=True)


def clearest(splits: Iterable[Split]) -> Split | None:
    """The split whose leading member holds most; of equals that with fewer members, then the first.

    Splits that do not add up are left out: members that overlap, or rows that the dimension does not reach.
    """
    sound = [split for split in splits if split.exact and split.leading is not None and len(split.parts) > 1]
    return max(sound, key=lambda split: (round(split.held, 9), -len(split.parts)), default=None)


def _split(dimension: str, change: float, parts: list[Contribution], *, rates: bool = False) -> Split:
    moved = [part for part in parts if part.amount and part.member != NOBODY]
    unexplained = sum(part.amount for part in parts if part.member == NOBODY)
    ordered = sorted(moved, key=lambda part: (-abs(part.amount), part.member))
    return Split(dimension, change, tuple(ordered), unexplained, rates)


def _whole(values: Mapping[str, Fraction]) -> Fraction:
    return sum(p for p, _ in values.values()), sum(q for _, q in values.values())


def _weight(value: Fraction | None, whole: Fraction) -> float:
    return value[1] / whole[1] if value else 0.0


def _rate(value: Fraction | None) -> float | None:
    return value[0] / value[1] if value and value[1] else None
