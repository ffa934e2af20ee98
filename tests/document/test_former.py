"""What changed since the last edition: figures of its period and definitions, and nothing that is not known."""

from __future__ import annotations

from dataclasses import replace

from broadsheet.document.told import Told
from broadsheet.document.tree import Document
from broadsheet.periods import Period
from document.build import WEEK, document, report

N = "\u202f"
TERM = "Changes since the last edition"
CARDS = {"kpis": ["won", "win_rate", {"kpi": "cost", "period": {"to_date": "quarter"}}], "span": "4 weeks"}


def edition(former: Told | None) -> Document:
    def won(period: Period) -> float:
        return 383e3 if period == WEEK else 258e3

    data = {"won": won, "win_rate": lambda _: (0.35, 40), "cost": lambda _: 9e4}
    return document(report(CARDS, compare="previous"), data, former=former)


def test_an_edition_keeps_its_figures_for_the_period_and_its_definitions() -> None:
    told = edition(None).told
    assert told.period == "2026-W24"
    # The cost is that of a quarter to date, which no later week is compared with.
    assert dict(told.figures) == {"won": 383e3, "win_rate": 0.35}
    assert dict(told.definitions)["Win rate"].startswith("Won of decided.")
    assert TERM not in dict(edition(None).notes)


def test_restated_figures_and_changed_definitions_are_told() -> None:
    now = edition(None).told
    definitions = {**dict(now.definitions), "Win rate": "Something else.", "Margin": "What is left."}
    del definitions["Cost"]
    former = Told("2026-W23", (("won", 250e3), ("win_rate", 0.35)), tuple(definitions.items()))
    assert dict(edition(former).notes)[TERM] == (
        f"Won amount in W23 is now €258{N}k, printed as €250{N}k. "
        "Defined anew: Win rate. New: Cost. No longer shown: Margin."
    )


def test_what_prints_alike_did_not_change() -> None:
    now = edition(None).told
    former = replace(now, period="2026-W23", figures=(("won", 258_049.0), ("win_rate", 0.35)))
    assert dict(edition(former).notes)[TERM] == (
        "No figure and no definition has changed since the edition for W23."
    )


def test_of_an_earlier_edition_only_definitions_can_be_compared() -> None:
    former = replace(edition(None).told, period="2026-W20", figures=(("won", 1.0),))
    assert dict(edition(former).notes)[TERM] == (
        "No figure and no definition has changed since the edition for 2026-W20."
    )
