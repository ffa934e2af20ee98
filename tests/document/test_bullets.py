"""Bullets: figures of different units as parts of their plans or goals."""

from __future__ import annotations

import re

import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.bullets import Bullets
from broadsheet.document.tree import Attainment, Cards, Section
from broadsheet.rendering.sparks import bullet
from document.build import section

N = "\u202f"


def told(won: float | None = 1_700_000.0, cost: float = 105_000.0) -> Section:
    return section(
        {"bullet": {"kpis": ["won", "cost"]}},
        {"won": lambda _: won, "plan": lambda _: 2_000_000.0, "cost": lambda _: cost},
    )


def test_each_figure_is_a_part_of_its_plan_or_goal() -> None:
    body = told().body
    assert isinstance(body, Bullets)
    won, cost = body.bullets
    assert (won.text, won.part, won.ranges) == (f"€1.70{N}M", 0.85, (0.90, 0.98))
    assert won.change is not None
    assert (won.change.label, won.change.relative.text, won.change.tone) == ("PL", f"−15.0{N}%", "bad")
    assert cost.part == pytest.approx(1.05)
    assert cost.ranges == pytest.approx((1.10, 1.02)), "less is better"


def test_the_title_counts_and_names_the_farthest() -> None:
    assert told().title == (
        f"0 of 2 figures have reached plan or goal; farthest is Won amount, 15.0{N}% below plan"
    )
    assert told(2_100_000.0, 90_000.0).title == "2 of 2 figures have reached plan or goal"


def test_spoken_form_and_workbook_hold_figures_and_bases() -> None:
    section = told()
    assert f"Won amount €1.70{N}M, Cost €105{N}k, PL 2.00{N}M, Goal 100{N}k" in section.alt
    assert isinstance(section.body, Bullets)
    assert section.body.lines == (("Won amount", 1.7e6, 2e6), ("Cost", 105e3, 100e3))


def test_an_undefined_figure_has_no_bar_and_its_reason_below() -> None:
    section = told(None)
    assert isinstance(section.body, Bullets)
    assert section.body.bullets[0].part is None
    assert section.remarks == ("Won amount is undefined: the base is 0.",)


@pytest.mark.parametrize(
    ("won", "plan", "drawn"),
    [(1.7e6, 2e6, True), (None, 2e6, False), (1.7e6, None, False), (-5.0, 2e6, False), (1.7e6, 0.0, False)],
)
def test_a_card_has_a_bullet_where_its_figure_is_a_part_of_a_plan(
    won: float | None, plan: float | None, drawn: bool
) -> None:
    cards = section(
        {"kpis": [{"kpi": "won", "bullet": True}], "compare": "plan"},
        {"won": lambda _: won, "plan": lambda _: plan},
    ).body
    assert isinstance(cards, Cards)
    (card,) = cards.cards
    assert (card.attainment is not None) == drawn
    if card.attainment is not None:
        assert (card.attainment.part, card.spark) == (0.85, None)
        assert card.attainment.alt == f"Won amount €1.70{N}M, 85.0{N}% of PL: €2.00{N}M"


def test_a_bullet_is_to_scale_and_says_what_it_shows() -> None:
    drawn = bullet(Attainment(0.5, (0.9, 0.98), "Sales <5>, 50 % of PL"), Theme().colors)
    assert "<title>Sales &lt;5&gt;, 50 % of PL</title>" in drawn
    widths = [float(width) for width in re.findall(r"h([\d.]+)v", drawn)]
    assert widths == pytest.approx([120 * 0.9 / 1.25, 120 * 0.08 / 1.25, 120 * 0.5 / 1.25], abs=0.1)
    cut = bullet(Attainment(1e6, (1.1, 1.02), ""), Theme().colors)
    assert max(float(width) for width in re.findall(r"h([\d.]+)v", cut)) == 120
