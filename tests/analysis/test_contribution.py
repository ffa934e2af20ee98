"""Contributions, worked by hand."""

from __future__ import annotations

import pytest

from broadsheet.analysis.contribution import NOBODY, Split, against_goal, clearest, of_amounts, of_rates


def amounts(split: Split) -> dict[str, float]:
    return {part.member: round(part.amount, 9) for part in split.parts}


def test_a_sum_changes_by_what_each_member_changes() -> None:
    split = of_amounts(
        "team", -254, {"South": 384, "Export": 251, "New": 5}, {"South": 410, "Export": 560, "Old": -76}
    )
    assert amounts(split) == {"Export": -309, "Old": 76, "South": -26, "New": 5}
    assert split.exact
    assert split.leading is not None
    assert split.leading.member == "Export"
    assert split.held == pytest.approx(309 / 416)


def test_rows_without_a_member_are_what_the_dimension_leaves_unexplained() -> None:
    split = of_amounts("team", 10, {"a": 8, "b": 1, NOBODY: 4}, {"a": 1, "b": 1, NOBODY: 1})
    assert (amounts(split), split.unexplained, split.exact) == ({"a": 7}, 3, True)
    assert split.held == 0.7


def test_a_rate_changes_by_own_rates_and_by_weights_and_both_add_up() -> None:
    # Before 30 of 100 and 50 of 100, 40 %; now 60 of 200 and 20 of 50, 32 %.
    split = of_rates("queue", -0.08, {"a": (60, 200), "b": (20, 50)}, {"a": (30, 100), "b": (50, 100)})
    # a: weights 0.5 -> 0.8, rate 0.3 -> 0.3: (0.3 - 0.36) x 0.3 = -0.018
    # b: weights 0.5 -> 0.2, rate 0.5 -> 0.4: 0.35 x -0.1 + (0.45 - 0.36) x -0.3 = -0.062
    assert amounts(split) == {"b": -0.062, "a": -0.018}
    assert split.exact


def test_a_member_new_to_a_rate_adds_by_its_weight() -> None:
    # Before 40 of 100; now 40 of 100 and 0 of 100: the rate halves. The middle of both sides is 0.3.
    split = of_rates("queue", -0.2, {"a": (40, 100), "b": (0, 100)}, {"a": (40, 100)})
    # a: (0.4 - 0.3) x -0.5; b: (0 - 0.3) x 0.5
    assert amounts(split) == {"b": -0.15, "a": -0.05}
    assert split.exact
    assert of_rates("queue", 0.1, {"a": (1, 2)}, {}).parts == ()


def test_against_a_goal_each_member_adds_its_weighted_distance() -> None:
    # 50 of 100 and 90 of 100 are 70 %, 20 points below a goal of 90 %.
    split = against_goal("queue", -0.2, {"a": (50, 100), "b": (90, 100), "none": (0, 0)}, 0.9)
    assert amounts(split) == {"a": -0.2}
    assert split.exact


def test_the_clearest_split_adds_up_and_holds_most_in_one_member() -> None:
    even = of_amounts("even", 10, {"a": 5, "b": 5}, {})
    uneven = of_amounts("uneven", 10, {"a": 9, "b": 1}, {})
    overlapping = of_amounts("overlapping", 10, {"a": 10, "b": 4}, {})
    alone = of_amounts("alone", 10, {"a": 10}, {})
    against = of_amounts("against", 10, {NOBODY: 30, "a": -12, "b": -8}, {})
    assert clearest([even, uneven, overlapping, alone, against]) is uneven
    assert against.leading is None
    assert against.held == 0
    assert clearest([overlapping, alone]) is None
    # Of equals, the one with fewer members.
    assert clearest([of_amounts("three", 8, {"a": 4, "b": 2, "c": 2}, {}), even]) is even
