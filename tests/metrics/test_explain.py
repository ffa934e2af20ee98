"""How KPIs read on the page that defines them."""

from __future__ import annotations

import pytest

from broadsheet.metrics import describe
from broadsheet.metrics.definition import additivity
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
LATE = (
    "share of deals where due < the period’s end and opened < the period’s end and opened ≤ 2 weeks before the "
    "period’s end, standing at the end of the period (opened before it, not yet closed)"
)
LASTING = (
    "mean of days from deals.opened to the end of the period, "
    "standing at the end of the period (opened before it)"
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
        "late": {
            "share": "deals",
            "where": {"due": {"before": "period_end"}, "opened": {"age": {"at_least": "2 weeks"}}},
            "begins": "opened",
            "ends": "closed",
        },
        "lasting": {"mean": {"days": ["deals.opened", "period_end"]}, "begins": "opened", "ends": "never"},
        "value": {"sum": {"product": ["deals.net", "deals.id"]}, "as": "period_end"},
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
            "late",
            [LATE],
        ),
        (
            "lasting",
            [LASTING],
        ),
        ("value", ["sum of deals.net × id, by closed, attributes as at the end of the period"]),
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


MEMBERS = catalog(
    {"deals": {"key": "id", "clock": "closed", "columns": {**COLUMNS, "rep": "text"}}},
    {
        "won": {"label": "Won", "count": "deals", "where": {"status": "won"}},
        "lost": {"label": "Lost", "count": "deals", "where": {"status": "lost"}},
        "net": {"sum": "deals.net"},
        "before": {"label": "Before", "shift": "won", "by": "1 period"},
        "long_before": {"shift": "won", "by": "3 periods"},
        "winners": {"count": {"each": "rep"}, "where": {"won": {"at_least": 1, "top": 0.2}}},
        "first_by_size": {
            "count": {"each": "rep"},
            "where": {"won": {"top": {"below_10": 0.5, "below_90": 0.3, "else": 0.2}}},
        },
        "better": {
            "share": {"each": "rep"},
            "of": {"lost": 0},
            "where": {"won": {"above": {"kpi": "before"}}},
        },
        "typical": {"median": {"each": ["rep", "month"], "kpi": "net"}, "where": {"net": "present"}},
        "rich": {"percentile": {"each": "rep", "kpi": "net"}, "at": 0.9},
        "held": {"top_share": {"each": "rep", "kpi": "net"}, "top": 10},
        "unequal": {"gini": {"each": "rep", "kpi": "net"}},
        "all_reps": {"across": "net", "over": "rep"},
        "everything": {"across": "net", "over": "all"},
        "share_of_reps": {"ratio": ["net", "all_reps"]},
    },
    dimensions={
        "rep": {"label": "Rep", "via": "rep"},
        "month": {"label": "Month of close", "via": "closed", "part": "month"},
    },
)


@pytest.mark.parametrize(
    ("kpi", "line"),
    [
        ("winners", "count over each Rep where Won ≥ 1 and Won is among the first 20% of all"),
        (
            "first_by_size",
            "count over each Rep where Won is among the first 20% of all, 50% of fewer than 10, 30% of fewer than 90",
        ),
        ("better", "share over each Rep where Won > Before, among those where Lost is 0"),
        ("typical", "median of net over each Rep and Month of close where net is present"),
        ("rich", "90% percentile of net over each Rep"),
        ("held", "part of net that the first 10 hold over each Rep"),
        ("unequal", "Gini coefficient of net over each Rep"),
        ("all_reps", "net, all of Rep together"),
        ("everything", "net, everything together"),
        ("before", "Won, in the period before"),
        ("long_before", "Won, 3 periods before"),
    ],
)
def test_members_in_words(kpi: str, line: str) -> None:
    assert describe(kpi, MEMBERS)[0] == line


def test_what_members_are_told_by_follows() -> None:
    assert describe("better", MEMBERS)[1:] == [
        "Lost: count of deals where status is lost, by closed",
        "Won: count of deals where status is won, by closed",
        "Before: Won, in the period before",
    ]


def test_members_do_not_add_up_and_split_by_what_their_facts_reach() -> None:
    assert [additivity(kpi, MEMBERS) for kpi in ("winners", "all_reps", "before", "won")] == [
        "non-additive",
        "non-additive",
        "semi-additive",
        "additive",
    ]
    assert [leaf for leaf, _ in MEMBERS.asked("share_of_reps", ("rep", "month"))] == ["net", "net"]
    assert [level for _, level in MEMBERS.asked("share_of_reps", ("rep", "month"))] == [
        ("rep", "month"),
        ("month",),
    ]
    assert list(MEMBERS.asked("winners", ("month",))) == [("won", ("month", "rep"))]
