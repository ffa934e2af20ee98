"""Stories and digests: what happened, why by members that add up, what next with owner and day."""

from __future__ import annotations

from typing import Any

import pytest

from broadsheet.document.blocks import questions
from broadsheet.document.tree import Document, Story, Table
from broadsheet.metrics.question import EMPTY
from broadsheet.periods import Period
from document.build import CALENDAR, CATALOG, WEEK, Data, document, report

N = "\u202f"
CARDS = {"kpis": ["won", "win_rate"], "span": "4 weeks"}
TEAMS = {"Export": (251e3, 560e3), "South": (384e3, 410e3), "North": (471e3, 460e3), "Coast": (538e3, 520e3)}
SEGMENTS = {"new": (822e3, 975e3), "old": (822e3, 975e3)}
MEMBERS = {"team": list(TEAMS), "segment": list(SEGMENTS)}


def won(period: Period, member: str | None = None) -> float:
    """By member, this week and before."""
    side = 0 if period == WEEK else 1
    return (TEAMS | SEGMENTS)[member][side] if member else sum(each[side] for each in TEAMS.values())


def rate(period: Period, member: str | None = None) -> tuple[float, int]:
    """Before 30 of 100 in the North and 50 of 100 in the South; now 60 of 200 and 20 of 50."""
    now = {None: (80, 250), "North": (60, 200), "South": (20, 50)}
    before = {None: (80, 200), "North": (30, 100), "South": (50, 100)}
    hits, total = (now if period == WEEK else before)[member]
    return hits / total, total


DATA: Data = {"won": won, "win_rate": lambda *_: (0.35, 40), "stale": lambda *_: (14, 14)}


def told(
    story: dict[str, Any], data: Data = DATA, members: Any = MEMBERS, **more: Any
) -> tuple[Document, Story]:
    more = {"compare": ["previous"], **more}
    made = document(report(CARDS, {"story": story}, **more), data, members)
    body = made.sections[1].body
    assert isinstance(body, Story)
    return made, body


def texts(body: Story, head: str) -> list[str]:
    (part,) = (part for part in body.parts if part.head == head)
    return [" / ".join(filter(None, (line.text, line.note))) for line in part.lines]


def test_a_story_asks_by_each_dimension_and_counts_its_lists() -> None:
    of = report(
        {"kpis": ["won"]}, {"story": {"by": ["team", "segment"], "actions": [{"list": "stale", "by": "fri"}]}}
    )
    by_team, by_segment, lists = questions(of, WEEK, CATALOG, CALENDAR)[1]
    assert (by_team.kpis, by_team.dimensions, by_team.levels) == (("won",), ("team",), (("team",), ()))
    assert by_segment.dimensions == ("segment",)
    assert [bucket.label for bucket in by_team.buckets] == ["2026-W24", "2026-W23"]
    assert (lists.kpis, lists.dimensions) == (("stale",), ())


def test_the_dimension_that_holds_most_is_told_with_parts_that_add_up() -> None:
    made, body = told({"by": ["segment", "team"]})
    assert texts(body, "What happened") == [f"Won amount of €1.64{N}M: €306{N}k (15.7{N}%) below W23."]
    assert texts(body, "Why") == [
        f"Export: €309{N}k below W23, more than the whole difference.",
        f"South: €26.0{N}k below W23.",
        f"2 others together: €29.0{N}k above W23.",
    ]
    assert made.headline == f"Won amount of €1.64{N}M in W24, 15.7{N}% below W23: Export −€309{N}k"
    why = body.parts[1]
    assert why.remark == "Parts by team add up; they prove no cause."
    assert [(span.text, span.tone) for span in why.lines[0].spans if span.strong] == [(f"€309{N}k", "bad")]


def test_many_members_are_told_together_and_rows_without_one_stay_unexplained() -> None:
    amounts = {"a": 40e3, "b": 9e3, "c": 5e3, "d": 4e3, "e": 2e3, EMPTY: 10e3}
    data = {
        "won": lambda period, member=None: (amounts[member] if member else 70e3) if period == WEEK else 0.0,
        "win_rate": lambda *_: None,
    }
    _, body = told({"by": "team"}, data, {"team": list(amounts)})
    assert texts(body, "Why") == [
        f"a: €40.0{N}k above W23, 57{N}% of the difference.",
        "b: €9,000 above W23.",
        f"3 others together: €11.0{N}k above W23.",
        f"Not explained, without team: €10.0{N}k above W23.",
    ]


def test_a_rate_is_explained_in_points() -> None:
    members = {"team": ["North", "South"]}
    made, body = told(
        {"kpi": "win_rate", "by": "team"},
        {"win_rate": rate, "won": won},
        members,
        compare="previous",
        headline="win_rate",
    )
    assert texts(body, "Why") == [
        f"South adds −6.2{N}pp, 78{N}% of the difference, with 40.0{N}% against 50.0{N}%.",
        f"North adds −1.8{N}pp, with 30.0{N}% against 30.0{N}%.",
    ]
    assert made.headline == f"Win rate 32.0{N}% in W24, 8.0{N}pp below W23: South −6.2{N}pp"


def test_a_mean_is_explained_by_means_and_numbers_and_a_median_is_not() -> None:
    members = {"team": ["North", "South"]}
    # Before 10 days in 10 deals and 20 in 30, 17.5 in the mean; now 10 in 30 and 30 in 10, 15.
    means = {None: (15, 40), "North": (10, 30), "South": (30, 10)}
    before = {None: (17.5, 40), "North": (10, 10), "South": (20, 30)}

    def days(period: Period, member: str | None = None) -> tuple[float, int]:
        return (means if period == WEEK else before)[member]

    story = {"kpi": "cycle", "by": "team"}
    _, body = told(story, {"won": won, "cycle": days}, members)
    # The middle of both means is 16.25. South: 0.5 x 10 + (25 - 16.25) x -0.5; North: (10 - 16.25) x 0.5.
    assert texts(body, "Why")[0] == (
        f"North adds −3.1{N}days, more than the whole difference, with 10.0{N}days against 10.0{N}days."
    )
    assert texts(body, "Why")[1] == f"South adds +0.6{N}days, with 30.0{N}days against 20.0{N}days."
    means[None] = (12, 40)
    _, body = told(story, {"won": won, "cycle": days}, members)
    assert texts(body, "Why") == ["Not available: the change of Sales cycle is not the sum of parts by Team."]


@pytest.mark.parametrize(
    ("story", "data", "reason"),
    [
        ({}, DATA, "the report names no dimension for it"),
        (
            {"by": "team"},
            {**DATA, "won": lambda period, *_: 1.0 if period == WEEK else None},
            "Won amount has no base to compare with",
        ),
        ({"by": "team"}, {**DATA, "won": lambda *_: 1.0}, "Won amount did not change"),
        (
            {"by": "team"},
            {**DATA, "won": lambda period, member=None: won(period, member) * (2 if member else 1)},
            "the change of Won amount is not the sum of parts by Team",
        ),
    ],
)
def test_no_cause_is_invented(story: dict[str, Any], data: Data, reason: str) -> None:
    made, body = told(story, data)
    assert texts(body, "Why") == [f"Not available: {reason}."]
    assert body.cause is None
    assert "Export" not in made.headline


def test_actions_have_owner_and_day_and_empty_lists_are_left_out() -> None:
    actions = [
        {"do": "Clear the bank guarantee.", "owner": "Ingrid Solberg", "by": "wed"},
        {"list": "stale", "by": "5 workdays"},
    ]
    _, body = told({"actions": actions})
    assert texts(body, "What next") == [
        "Clear the bank guarantee. / Ingrid Solberg, by Wed 17 June",
        "14 stale deals: Close it. / Sales operations, by Fri 19 June",
    ]
    _, body = told({"actions": actions[1:]}, {**DATA, "stale": lambda *_: (0, 0)})
    assert texts(body, "What next") == ["Not available: the report names no action."]


def test_a_quiet_week_says_so() -> None:
    _, body = told({}, {"won": lambda *_: 1.0, "win_rate": lambda *_: None})
    assert texts(body, "What happened") == ["No KPI moved by as much as 1 % against its base."]


def test_a_digest_has_a_row_per_area_with_the_member_behind_the_change() -> None:
    areas = [
        {"area": "Sales", "kpi": "won", "by": ["team"], "more": "Sales weekly"},
        {"area": "Deals", "kpi": "win_rate"},
    ]
    made = document(report({"digest": areas, "span": "4 weeks"}, compare=["previous"]), DATA, MEMBERS)
    (section,) = made.sections
    assert isinstance(section.body, Table)
    rows = [[f"{cell.mark}{cell.text}" for cell in row.cells] for row in section.body.rows]
    assert section.title == "Digest"
    assert rows == [
        [
            "Sales",
            f"€1.64{N}M",
            f"▼−15.7{N}%",
            "",
            "",
            f"Export −€309{N}k against W23",
            "Sales weekly",
        ],
        ["Deals", f"35.0{N}%", f"±0.0{N}pp", "", "", "–", ""],
    ]
    assert all(row.cells[3].spark for row in section.body.rows)


def test_the_news_of_a_digest_are_how_many_areas_are_on_track_and_the_worst_first() -> None:
    areas = [
        {"area": "Sales", "kpi": "won", "by": ["team"]},
        {"area": "Costs", "kpi": "cost", "by": ["team"]},
    ]
    costs = {"Export": (90e3, 40e3), "South": (30e3, 28e3), "North": (5e3, 5e3), "Coast": (5e3, 5e3)}

    def cost(period: Period, member: str | None = None) -> float:
        side = 0 if period == WEEK else 1
        return costs[member][side] if member else sum(each[side] for each in costs.values())

    asked = report({"digest": areas, "span": "4 weeks"}, compare=["plan", "previous"])
    made = document(asked, {**DATA, "cost": cost}, MEMBERS)
    assert made.headline == f"0 of 1 areas are on track; off track: Costs (Export +€50.0{N}k)"
    assert made.subject == "Sales weekly W24: 0 of 1 areas are on track"
    titled = asked.model_copy(update={"title": "Weekly digest for all who lead"})
    long = document(titled, {**DATA, "cost": cost}, MEMBERS)
    assert long.subject == "W24: 0 of 1 areas are on track"
    assert made.preheader.startswith(
        f"Costs of €130{N}k, 30.0{N}% above the goal. Sales of €1.64{N}M, 15.7{N}%"
    )
    body = made.sections[0].body
    assert isinstance(body, Table)
    assert [(card.label, card.figure.text, card.caption) for card in body.cards] == [
        ("Sales", f"€1.64{N}M", f"Won amount · Export −€309{N}k against W23"),
        ("Costs", f"€130{N}k", f"Cost · Export +€50.0{N}k against W23"),
    ]
