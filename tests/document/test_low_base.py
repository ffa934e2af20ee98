"""Figures from few rows: marked wherever they are printed, with n and, of proportions, their interval."""

from __future__ import annotations

from broadsheet.document.tree import Cards, Table
from broadsheet.periods import Period
from document.build import Data, section
from document.test_persons import texts

N = "\u202f"
RATES: dict[str, tuple[float | None, int]] = {"North": (0.5, 40), "South": (0.25, 8), "West": (None, 0)}


def rates(_: Period, team: str = "") -> tuple[float | None, int]:
    return RATES.get(team, (0.45, 48))


def subs(block: dict[str, object], data: Data, members: dict[str, list[str]]) -> dict[str, str]:
    told = section({**block, "compare": []}, data, members)
    assert isinstance(told.body, Table)
    return {row.cells[0].text: row.cells[1].sub for row in told.body.rows}


def test_tables_print_n_below_low_and_undefined_figures() -> None:
    found = subs(
        {"table": {"rows": "team", "kpis": ["win_rate"]}}, {"win_rate": rates}, {"team": list(RATES)}
    )
    assert found == {
        "North": "",
        "South": f"7–59{N}%, n\u00a0=\u00a08",
        "West": "n\u00a0=\u00a00",
        "All": "",
    }


def test_an_undefined_card_tells_its_n() -> None:
    told = section(
        {"kpis": ["win_rate", "deals"], "compare": []},
        {"win_rate": lambda _: (None, 0), "deals": lambda _: 9},
    )
    assert isinstance(told.body, Cards)
    assert told.body.cards[0].caption == "n\u00a0=\u00a00"
    assert told.body.cards[0].figure.text == "–"


def test_charts_name_what_rests_on_few_rows() -> None:
    told = section(
        {"chart": "ranked", "kpis": ["win_rate"], "by": "team"}, {"win_rate": rates}, {"team": list(RATES)}
    )
    assert told.remarks == ("Low base, fewer than 10 rows: South (n\u00a0=\u00a08).",)
    line = section(
        {"chart": "line", "kpis": ["win_rate"], "by": "week", "span": "3 weeks", "compare": []},
        {"win_rate": lambda week: (0.5, 4 if week.label == "2026-W23" else 40)},
    )
    assert line.remarks == ("Low base, fewer than 10 rows: W23 (n\u00a0=\u00a04).",)


def test_counts_and_sums_are_facts_however_small() -> None:
    told = section(
        {"chart": "ranked", "kpis": ["deals"], "by": "team"},
        {"deals": lambda *_: (3, 3)},
        {"team": ["North"]},
    )
    assert told.remarks == ()


def test_shares_of_few_cases_are_gray_with_their_interval() -> None:
    cells = {("North", "won"): 3, ("North", "lost"): 5, ("South", "won"): 30, ("South", "lost"): 40}

    def count(_: Period, *members: str) -> tuple[float, int]:
        n = sum(value for key, value in cells.items() if set(members) <= set(key))
        return n, n

    block = {"crosstab": {"rows": "team", "columns": "outcome", "count": "deals", "shares": ["row"]}}
    told = section(block, {"deals": count}, {"team": ["North", "South"], "outcome": ["won", "lost"]})
    assert isinstance(told.body, Table)
    assert [row[0] for row in texts(told)] == ["South", "North", "All"]
    north = told.body.rows[1].cells
    assert [(cell.text, cell.tone, cell.sub) for cell in north[1:3]] == [
        (f"38{N}%", "muted", f"3 · 14–69{N}%"),
        (f"62{N}%", "muted", f"5 · 31–86{N}%"),
    ]
    assert told.body.rows[0].cells[1].tone is None
    assert (
        "Gray: share of fewer than 10 cases, low base; of fewer than 30 with its 95 % Wilson interval."
        in told.remarks
    )
