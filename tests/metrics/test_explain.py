"""How KPIs read on the page that defines them."""

from __future__ import annotations

import pytest

from broadsheet.metrics import describe
from metrics.small import catalog

COLUMNS = {
    "id": "number",
    "opened": "time",
    "closed": "time",
    "status": "text",
    "net": "money",
    "due": "time",
}
HOURS = (
    "median of business hours from deals.opened to closed, less those from pauses.since to until, "
    "rows still open are left out, by closed"
)
CATALOG = catalog(
    {"deals": {"key": "id", "clock": "closed", "columns": COLUMNS}},
    {
        "won": {"label": "Won", "count": "deals", "where": {"status": "won"}},
        "lost": {
            "label": "Lost",
            "count": "deals",
            "where": {"status": ["lost", "dropped"]},
            "clock": "opened",
        },
        "win_rate": {"ratio": ["won", "won + lost"]},
        "tempered": {"formula": "win_rate * 2 - 1"},
        "capped": {"formula": "min(1.2, won / 40) + ceil(won / 3)"},
        "net": {"sum": "deals.net", "where": {"status": {"not": "test"}, "net": {"above": 0}}},
        "p90": {"percentile": {"days": ["deals.opened", "deals.closed"]}, "at": 0.9, "open_rows": "exclude"},
        "in_time": {
            "share": "deals",
            "where": {"closed": {"at_most": {"column": "due"}}},
            "of": {"due": "present"},
        },
        "net_hours": {
            "median": {"business_hours": ["deals.opened", "deals.closed"]},
            "less": ["pauses.since", "pauses.until"],
            "open_rows": "exclude",
        },
        "pipeline": {"balance": "deals.net", "begins": "opened", "ends": "closed"},
    },
)


@pytest.mark.parametrize(
    ("kpi", "lines"),
    [
        (
            "win_rate",
            [
                "Won ÷ (Won + Lost)",
                "Won: count of deals where status is won, by closed",
                "Lost: count of deals where status is lost or dropped, by opened",
            ],
        ),
        (
            "capped",
            [
                "the least of (1.2 and Won ÷ 40) + (Won ÷ 3) rounded up",
                "Won: count of deals where status is won, by closed",
            ],
        ),
        ("net", ["sum of deals.net where status is not test and net > 0, by closed"]),
        (
            "p90",
            ["90% percentile of days from deals.opened to closed, rows still open are left out, by closed"],
        ),
        ("in_time", ["share of deals where closed ≤ due, among those where due is present, by closed"]),
        (
            "net_hours",
            [HOURS],
        ),
        (
            "pipeline",
            ["sum of deals.net, standing at the end of the period (opened before it, not yet closed)"],
        ),
    ],
)
def test_definitions_in_words(kpi: str, lines: list[str]) -> None:
    assert describe(kpi, CATALOG) == lines


def test_a_formula_of_a_formula_names_its_parts_down_to_the_rows() -> None:
    lines = describe("tempered", CATALOG)
    assert lines[:2] == ["(win_rate × 2) − 1", "win_rate: Won ÷ (Won + Lost)"]
    assert [line.split(":")[0] for line in lines[2:]] == ["Won", "Lost"]
