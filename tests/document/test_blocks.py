"""What blocks ask and tell, from hand-made answers."""

from __future__ import annotations

import pytest

from broadsheet.document.blocks import questions
from broadsheet.document.tree import Cards, Chart, Notice, Section, Table, Text
from broadsheet.errors import Absent
from broadsheet.metrics.question import EMPTY, OTHER, Question, Top
from broadsheet.periods import Period, parse_label
from document.build import CALENDAR, CATALOG, WEEK, Data, context, report, section

N = "\u202f"
TEAMS = {"Export": 251e3, "South": 384e3, "North": 471e3, OTHER: 940e3}


def asked(block: dict[str, object], **more: object) -> Question:
    ((question,),) = questions(report(block, **more), WEEK, CATALOG, CALENDAR)
    return question


def labels(question: Question) -> list[str]:
    return [bucket.label for bucket in question.buckets]


def table(told: Section) -> list[list[str]]:
    assert isinstance(told.body, Table)
    heads = [f"{head.text} {head.sub}".strip() for head in told.body.heads]
    return [heads, *([f"{cell.mark}{cell.text}" for cell in row.cells] for row in told.body.rows)]


def test_cards_ask_for_their_periods_comparisons_and_sparkline() -> None:
    cards = {"kpis": ["won", {"kpi": "win_rate", "period": {"rolling": "4 weeks"}}], "span": "3 weeks"}
    question = asked(cards, compare=["plan", "last_year"])
    assert question.kpis == ("won", "win_rate", "plan")
    assert labels(question) == [
        "2026-W24",
        "2025-W24",
        "2026-W22",
        "2026-W23",
        "4w.to.2026-06-14",
        "4w.to.2025-06-15",
    ]


def test_plan_that_does_not_reach_the_dimension_is_not_asked_for() -> None:
    assert "plan" not in asked({"table": {"rows": "team", "kpis": ["won"]}}, compare="plan").kpis
    assert "plan" not in asked({"kpis": ["won"]}, compare="plan", where={"team": "North"}).kpis


def test_time_charts_ask_for_last_year_unit_by_unit() -> None:
    question = asked(
        {"chart": "bar", "kpis": ["won"], "by": "month", "span": "2 months"}, compare="last_year"
    )
    assert labels(question) == ["2026-05", "2026-06", "2025-05", "2025-06-01..2025-06-14"]
    assert question.buckets[1].clipped


def test_tables_and_crosstabs_ask_for_totals_of_their_own() -> None:
    question = asked({"table": {"rows": "team", "kpis": ["win_rate"], "top": 5}})
    assert question.levels == (("team",), ())
    assert question.top == Top("team", "win_rate", 5)
    crosstab = asked({"crosstab": {"rows": "segment", "columns": "outcome", "count": "deals"}})
    assert crosstab.levels == (("segment", "outcome"), ("segment",), ("outcome",), ())


def test_card() -> None:
    values = {2026: 2_046_000.0, 2025: 1_940_000.0}
    told = section(
        {"kpis": ["won", {"kpi": "win_rate", "label": "Rate"}, "cycle"], "compare": ["plan", "last_year"]},
        {
            "won": lambda period: values[period.end.year],
            "plan": lambda _: 2_300_000.0,
            "win_rate": lambda _: (5 / 8, 8),
            "cycle": lambda _: None,
        },
        pending={"cycle": 3},
    )
    assert isinstance(told.body, Cards)
    assert told.body.note.startswith("Rows: base and change against it. PL plan, PY last year.")
    won, rate, cycle = told.body.cards
    assert (won.figure.text, won.status, won.status_text) == (f"€2.05{N}M", "off_track", "Off track")
    assert [(c.label, c.base.text, c.relative.text) for c in won.changes] == [
        ("PL", f"2.30{N}M", f"−11.0{N}%"),
        ("PY", f"1.94{N}M", f"+5.5{N}%"),
    ]
    assert won.spark is not None
    assert (len(won.spark.values), won.spark.reference) == (13, 2_300_000.0)
    # Wilson, Newcombe's formula by hand for 5 of 8: 0.3057 to 0.8632.
    assert rate.caption == f"5 of 8, 95 % interval 31–86{N}%, low base"
    assert rate.status is None
    assert (cycle.figure.text, cycle.figure.value, cycle.spark) == ("–", None, None)
    assert told.remarks == (
        "Sales cycle is undefined: the base is 0.",
        "Sales cycle: 3 rows are still open and not in the figure.",
    )


@pytest.mark.parametrize(
    ("course", "compare", "title"),
    [
        ([3, 4, 5, 6], [], f"Won amount rose to €600{N}k in W24, the highest of 4 weeks"),
        ([6, 5, 4, 3], [], f"Won amount fell to €300{N}k in W24, the lowest of 4 weeks"),
        ([3, 6, 4, 5], ["plan"], f"Won amount above plan in 2 of 4 weeks, by €50.0{N}k in W24"),
        ([6, 3, 5, 4], ["plan"], f"Won amount below plan in 2 of 4 weeks, by €50.0{N}k in W24"),
        ([3, 6, 4, 5], [], f"Won amount of €500{N}k in W24, between €300{N}k and €600{N}k over 4 weeks"),
        ([5, 5, 5, 5], [], f"Won amount of €500{N}k in W24, unchanged over 4 weeks"),
    ],
)
def test_time_chart_says_what_its_course_shows(course: list[int], compare: list[str], title: str) -> None:
    def won(period: Period) -> float:
        return course[period.start.isocalendar().week - 21] * 100_000

    block = {"chart": "bar", "kpis": ["won"], "by": "week", "span": "4 weeks", "compare": compare}
    told = section(block, {"won": won, "plan": lambda _: 450_000.0})
    assert told.title == title
    assert isinstance(told.body, Chart)
    assert told.body.categories == ("W21", "W22", "W23", "W24")
    assert told.body.groups == (("May 2026", 2), ("June 2026", 2))
    assert told.body.series[0].texts == tuple(str(value * 100) for value in course)
    assert told.body.unit == f"€{N}k"
    assert [series.scenario for series in told.body.series] == ["actual", *compare]
    assert f"first €{course[0] * 100}{N}k (W21), last €{course[-1] * 100}{N}k (W24)" in told.alt


@pytest.mark.parametrize(
    ("plan", "times", "note"),
    [
        (480e3, 5.0, "variance drawn at 5 times the scale of the values"),
        (250e3, 0.5, "variance drawn at 0.5 times the scale of the values"),
        (400e3, 2.0, "variance drawn at 2 times the scale of the values"),
    ],
)
def test_columns_stand_beside_their_plan_in_a_tier_of_round_scale(
    plan: float, times: float, note: str
) -> None:
    told = section(
        {"chart": "bar", "kpis": ["won"], "by": "week", "span": "2 weeks", "compare": ["plan", "last_year"]},
        {"won": lambda period: 500e3 if period == WEEK else 460e3, "plan": lambda _: plan},
    )
    assert isinstance(told.body, Chart)
    (tier,) = told.body.variances
    assert tier.label == f"ΔPL, €{N}k"
    assert tier.values == (460e3 - plan, 500e3 - plan)
    assert (tier.times, told.caption.endswith(note)) == (times, True)


def test_tiers_are_colored_by_what_is_good() -> None:
    told = section(
        {
            "chart": "bar",
            "kpis": ["cost"],
            "by": "week",
            "span": "3 weeks",
            "compare": "plan",
            "variance": ["relative", "absolute"],
        },
        {"cost": lambda period: (80e3, 100e3, 125e3)[period.start.isocalendar().week - 22]},
    )
    assert isinstance(told.body, Chart)
    percent, amount = told.body.variances
    assert (percent.label, percent.times, percent.texts) == ("ΔGoal %", None, ("−20.0", "±0.0", "+25.0"))
    assert (amount.label, amount.texts) == (f"ΔGoal, €{N}k", ("−20.0", "±0.0", "+25.0"))
    assert percent.tones == amount.tones == ("good", "neutral", "bad")
    assert [series.label for series in told.body.series] == ["AC", "Goal"]


def test_no_tier_without_a_base_or_where_none_is_wanted() -> None:
    block = {"chart": "bar", "kpis": ["won"], "by": "week", "span": "2 weeks"}
    for more in ({"compare": "plan"}, {"compare": []}, {"compare": "last_year", "variance": []}):
        told = section({**block, **more}, {"won": lambda _: 5.0})
        assert isinstance(told.body, Chart)
        assert told.body.variances == ()
        assert "variance" not in told.caption


def test_a_part_of_a_month_is_no_record() -> None:
    block = {"chart": "line", "kpis": ["won"], "by": "month", "span": "5 months", "compare": []}
    told = section(block, {"won": lambda period: period.days * 1_000.0})
    assert told.title == f"Won amount of €31.0{N}k in May 2026, between €28.0{N}k and €31.0{N}k over 4 months"
    assert "* only the days inside the period" in told.remarks


def test_ranked_chart_names_the_leader_and_keeps_other_last() -> None:
    told = section(
        {"chart": "ranked", "kpis": ["won"], "by": "team", "compare": []},
        {"won": lambda _, team=None: TEAMS[team] if team else sum(TEAMS.values())},
        {"team": [*TEAMS]},
        other_members=7,
    )
    assert told.title == f"Largest by won amount: North with €471{N}k, 23{N}% of the total"
    assert isinstance(told.body, Chart)
    assert told.body.categories == ("North", "South", "Export", "Other (7)")
    assert told.remarks == ("“Other” stands for 7 further members, computed from their rows.",)


def test_a_goal_is_not_called_a_plan() -> None:
    # The goal of the cost is 100 k a week: two weeks lie above it, the last among them.
    costs = {"2026-W21": 120e3, "2026-W22": 80e3, "2026-W23": 90e3, "2026-W24": 110e3}
    told = section(
        {"chart": "line", "kpis": ["cost"], "by": "week", "span": "4 weeks", "compare": ["plan"]},
        {"cost": lambda period, *_: costs[period.label]},
    )
    assert told.title == f"Cost above the goal in 2 of 4 weeks, by €10.0{N}k in W24"


def test_a_rate_of_low_base_never_leads() -> None:
    rates = {"Export": (1.0, 4), "South": (0.45, 60), "North": (0.4, 90)}
    told = section(
        {"chart": "ranked", "kpis": ["win_rate"], "by": "team", "compare": []},
        {"win_rate": lambda _, team=None: rates[team] if team else (0.44, 154)},
        {"team": [*rates]},
    )
    assert told.title == f"Highest win rate: South with 45.0{N}%, 44.0{N}% overall, low base set aside"
    rates["Export"] = (0.3, 4)
    lower = section(
        {"chart": "ranked", "kpis": ["win_rate"], "by": "team", "compare": []},
        {"win_rate": lambda _, team=None: rates[team] if team else (0.41, 154)},
        {"team": [*rates]},
    )
    assert lower.title == f"Highest win rate: South with 45.0{N}%, 41.0{N}% overall", "it was not passed over"


def test_the_largest_of_those_shown_is_not_called_the_largest_of_all() -> None:
    # Among the others, one may have lost more than North won: their sum does not tell.
    won = {"Export": 251e3, "South": 384e3, "North": 471e3, OTHER: 940e3}
    before = {"Export": 240e3, "South": 410e3, "North": 371e3, OTHER: 940e3}

    def value(period: Period, team: str | None = None) -> float:
        values = won if period == WEEK else before
        return values[team] if team else sum(values.values())

    def title(top: dict[str, object], members: list[str]) -> str:
        block = {"table": {"rows": "team", "kpis": ["won"], **top}, "compare": ["previous"]}
        return section(block, {"won": value}, {"team": members}, other_members=4).title

    largest = f"Largest difference in won amount: North, €100{N}k above W23"
    assert title({"top": 3, "rest": "other"}, [*won]) == f"{largest} (of the 3 shown)"
    assert title({"top": 3, "rest": "hide"}, [*won][:3]) == f"{largest} (of the 3 shown)"
    assert title({"top": 4, "rest": "hide"}, [*won][:3]) == largest, "all are shown"
    assert title({}, [*won][:3]) == largest


def test_stacked_chart() -> None:
    block = {"chart": "stacked", "kpis": ["deals"], "by": "week", "split": "team", "span": "2 weeks"}
    counts = {"North": 30.0, "South": 10.0}
    told = section(block, {"deals": lambda _, team=None: counts.get(team, 40.0)}, {"team": [*counts]})
    assert isinstance(told.body, Chart)
    assert [(part.label, part.texts) for part in told.body.series] == [
        ("North", ("30", "30")),
        ("South", ("10", "10")),
    ]
    assert told.body.totals == ("40", "40")
    assert told.title == f"Largest by decided deals: North with 30, 75{N}% of the total"


def test_kpis_of_different_units_share_no_chart() -> None:
    told = section({"chart": "line", "kpis": ["won", "win_rate"], "by": "week"}, {"won": lambda _: 1.0})
    assert told.state == "failed"
    assert isinstance(told.body, Notice)
    assert "Won amount and Win rate differ in unit" in told.body.text


def test_table() -> None:
    rates = {"Export": (0.2, 40), "South": (0.5, 8), "North": (0.6, 90), OTHER: (0.3, 50)}
    before = {"Export": 560e3, "South": 410e3, "North": 0.0, OTHER: 900e3}

    def won(period: Period, team: str | None = None) -> float:
        values = TEAMS if period == WEEK else before
        return values[team] if team else sum(values.values())

    told = section(
        {"table": {"rows": "team", "kpis": ["won", "win_rate"], "top": 3}, "compare": ["previous"]},
        {"won": won, "win_rate": lambda _, team=None: rates[team] if team else (0.41, 188)},
        {"team": [*TEAMS]},
        other_members=7,
    )
    assert table(told) == [
        ["Team", f"Won amount €{N}k", "ΔW23 %", "Win rate"],
        ["Export", "251", f"▼−55.2{N}%", f"20.0{N}%"],
        ["South", "384", f"▼−6.3{N}%", f"50.0{N}%"],
        ["North", "471", "–", f"60.0{N}%"],
        ["Other (7)", "940", f"▲+4.4{N}%", f"30.0{N}%"],
        ["All", "2,046", f"▲+9.4{N}%", f"41.0{N}%"],
    ]
    assert isinstance(told.body, Table)
    assert [row.kind for row in told.body.rows] == ["row", "row", "row", "other", "total"]
    assert told.body.rows[1].cells[3].sub == f"22–78{N}%, n\xa0=\xa08"
    assert told.body.rows[1].cells[3].tone == "muted"
    assert [row.cells[1].bar for row in told.body.rows] == pytest.approx(
        [251 / 471, 384 / 471, 1, None, None]
    )
    assert told.title == f"Largest difference in won amount: North, €471{N}k above W23 (of the 3 shown)"


def test_plan_takes_three_columns_where_there_is_room_and_one_where_not() -> None:
    data = {"won": lambda *_: 90e3, "plan": lambda *_: 100e3, "cost": lambda *_: 1.0}

    def heads(kpis: list[str], **more: object) -> list[str]:
        told = section({"table": {"rows": "week", "kpis": kpis, "span": "2 weeks"}, **more}, data)
        return [head.split(" €")[0] for head in table(told)[0][1:]]

    assert heads(["won"], compare=["plan", "last_year"]) == ["Won amount", "PL", "ΔPL", "ΔPL %", "ΔPY %"]
    many = ["won", "cost", "deals", "won_deals", "cycle"]
    assert heads(many, compare="plan")[:3] == ["Won amount", "ΔPL %", "Cost"]


def test_table_by_time_totals_its_own_range() -> None:
    told = section(
        {"table": {"rows": "week", "kpis": ["deals"], "span": "2 weeks"}},
        {"deals": lambda period: 70.0 if period.days > 7 else period.start.day},
    )
    assert table(told) == [["", "Decided deals"], ["W23", "1"], ["W24", "8"], ["All", "70"]]


def test_long_tables_are_cut_and_say_so() -> None:
    teams = [f"Team {number:03}" for number in range(250)]
    told = section({"table": {"rows": "team", "kpis": ["deals"]}}, {"deals": lambda *_: 5.0}, {"team": teams})
    assert isinstance(told.body, Table)
    assert (len(told.body.rows), told.body.omitted, len(told.body.further)) == (21, 230, 230)
    assert told.remarks[0] == "The first 20 of 250 rows."


def test_tables_by_overlapping_members_say_that_rows_do_not_add_up() -> None:
    data, members = {"deals": lambda *_: 50.0}, {"team": ["a", "b"]}
    told = section(
        {"table": {"rows": "team", "kpis": ["deals"]}}, data, members, overlapping=frozenset({"team"})
    )
    assert "A record counts in every row it belongs to: rows do not add up to the total." in told.remarks


# General Social Survey 2000 as worked by Agresti (2007), tables 2.5 and 2.6.
PARTY = {("women", "won"): 762, ("women", "lost"): 327, ("women", "open"): 468,
         ("men", "won"): 484, ("men", "lost"): 239, ("men", "open"): 477}  # fmt: skip


def deals(counts: dict[tuple[str, str], int]) -> Data:
    def value(_: Period, *members: str) -> float:
        return sum(count for key, count in counts.items() if set(members) <= set(key))

    return {"deals": value}


def crosstab(counts: dict[tuple[str, str], int], **more: object) -> Section:
    spec = {
        "rows": "segment",
        "columns": "outcome",
        "count": "deals",
        "shares": ["row"],
        "test": "chi_square",
    }
    names = [list(dict.fromkeys(key[side] for key in counts)) for side in (0, 1)]
    return section({"crosstab": spec | more}, deals(counts), {"segment": names[0], "outcome": names[1]})


def test_crosstab() -> None:
    told = crosstab(PARTY)
    assert told.title == f"Men: 40{N}% Open, 34{N}% overall"
    assert table(told) == [
        ["Segment", "Won", "Lost", "Open", "All"],
        ["women", f"▲49{N}%", f"21{N}%", f"▼30{N}%", f"100{N}%"],
        ["men", f"▼40{N}%", f"20{N}%", f"▲40{N}%", f"100{N}%"],
        ["All", f"45{N}%", f"21{N}%", f"34{N}%", f"100{N}%"],
    ]
    assert isinstance(told.body, Table)
    assert [cell.sub for cell in told.body.rows[0].cells] == ["", "762", "327", "468", "1,557"]
    assert [cell.heat for cell in told.body.rows[0].cells] == [None, 5, 2, 3, None]
    # p = 2.9e-7
    assert told.remarks[0].endswith("would turn up less than once in 1,000,000 times.")
    assert told.remarks[1] == (
        "χ² = 30.1, 2 degrees of freedom, p < 0.001, Cramér’s V = 0.10 (0 none, 1 full). "
        "Smallest expected count 246.4."
    )
    assert "An association does not prove a cause." in told.remarks
    assert "caus" not in told.title


def test_crosstab_says_in_plain_words_how_rare_such_a_table_is() -> None:
    # χ² = 4.60 with one degree of freedom: p = 0.0319, once in 31.3 times.
    told = crosstab({("a", "won"): 50, ("a", "lost"): 50, ("b", "won"): 65, ("b", "lost"): 35})
    assert told.remarks[0] == (
        "Segment and outcome are associated: if they had nothing to do with each other, a table as uneven as this "
        "would turn up about once in 31 times."
    )


def test_crosstab_without_association() -> None:
    told = crosstab({("a", "won"): 50, ("a", "lost"): 50, ("b", "won"): 52, ("b", "lost"): 48})
    assert told.title == "No association shown between segment and outcome (p = 0.78)"
    assert not any("▲" in remark or "cause" in remark for remark in told.remarks)


def test_cells_are_marked_only_in_a_table_that_stands_out_as_a_whole() -> None:
    counts = {(f"s{at}", outcome): 50 for at in range(8) for outcome in ("won", "lost")}
    # One row stands out (adjusted residual 2.06), but of eight that is no news: χ² = 4.2, df 7, p = 0.75.
    told = crosstab(counts | {("s0", "won"): 61, ("s0", "lost"): 39})
    assert told.title.startswith("No association shown")
    assert {cell.mark for row in told.body.rows for cell in row.cells} == {""}


def test_crosstab_of_too_few_gives_no_verdict_and_no_marks() -> None:
    told = crosstab(
        {
            ("a", "won"): 9,
            ("a", "lost"): 1,
            ("b", "won"): 1,
            ("b", "lost"): 9,
            ("c", "won"): 1,
            ("c", "lost"): 1,
        }
    )
    assert told.title == "Too few decided deals to tell whether segment and outcome are associated"
    assert "smallest 1.0" in told.remarks[0]
    assert not any(cell.startswith(("▲", "▼")) for row in table(told) for cell in row)


def test_crosstab_of_overlapping_cases_is_not_tested() -> None:
    def value(_: Period, *members: str) -> float:
        return 30.0 if len(members) == 2 else 45.0 if members else 70.0

    spec = {"rows": "segment", "columns": "outcome", "count": "deals", "test": "chi_square"}
    told = section({"crosstab": spec}, {"deals": value}, {"segment": ["a", "b"], "outcome": ["won", "lost"]})
    assert told.title == f"Won is most frequent: 45 of 70 decided deals (64{N}%)"
    assert told.remarks == (
        "No test: a case may stand in several cells, so the cells do not add up to the total.",
    )


def test_members_without_a_value_are_shown_by_name() -> None:
    told = section(
        {"table": {"rows": "segment", "kpis": ["deals"], "total": False}, "compare": []},
        {"deals": lambda *_: 5.0},
        {"segment": [EMPTY]},
    )
    assert table(told)[1] == ["(not set)", "5"]


def test_text_has_paragraphs() -> None:
    told = section({"text": "One\nline.\n\n\nTwo."}, {})
    assert told.body == Text(("One line.", "Two."))


@pytest.mark.parametrize(
    "block",
    [
        {"kpis": ["won", "win_rate"]},
        {"chart": "bar", "kpis": ["won"], "by": "week"},
        {"chart": "ranked", "kpis": ["win_rate"], "by": "team"},
        {"chart": "stacked", "kpis": ["deals"], "by": "segment", "split": "team"},
        {"table": {"rows": "team", "kpis": ["win_rate", "won"]}},
        {"table": {"rows": "month", "kpis": ["win_rate", "won"]}},
        {"crosstab": {"rows": "segment", "columns": "outcome", "count": "deals", "test": "chi_square"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("members", [[], ["one"]])
def test_nothing_at_all_is_said_plainly(block: dict[str, object], members: list[str]) -> None:
    nothing = {"won": lambda *_: (0.0, 0), "deals": lambda *_: (0.0, 0), "win_rate": lambda *_: None}
    told = section(block, nothing, dict.fromkeys(("team", "segment", "outcome"), members))
    assert told.state == "empty"
    assert told.body == Notice("empty", "No data for W24, 8–14 June 2026.")


def test_period_of_a_block_ends_with_the_report() -> None:
    month = context(report({"text": "x"})).resolve(
        report({"kpis": ["won"]}, period={"to_date": "month"}).period
    )
    assert month == parse_label("2026-06.to.2026-06-14", CALENDAR)


def test_a_missing_method_is_told_where_its_figure_would_stand() -> None:
    cards = section({"kpis": ["won", "forecast"]}, {"won": lambda _: 1e6})
    assert isinstance(cards.body, Cards)
    assert cards.body.cards[1].figure.text == "–"
    assert cards.remarks == ("Forecast is undefined: its method is not installed.",)
    rows = section(
        {"table": {"rows": "team", "kpis": ["won", "forecast"]}},
        {"won": lambda _, team="": TEAMS.get(team, 1e6)},
        {"team": ["North", "South"]},
    )
    assert [row[-1] for row in table(rows)[1:]] == ["–", "–", "–"]


@pytest.mark.parametrize(
    "block",
    [
        {"kpis": ["forecast"]},
        {"chart": "bar", "kpis": ["forecast"], "by": "team"},
        {"chart": "line", "kpis": ["forecast"], "by": "month", "span": "3 months"},
        {"table": {"rows": "team", "kpis": ["forecast"]}},
    ],
)
def test_a_block_of_nothing_but_a_missing_method_says_so(block: dict[str, object]) -> None:
    told = section(block, {}, {"team": []})
    assert told.state == "empty"
    assert told.body == Notice("empty", "Forecast is undefined: its method is not installed.")


@pytest.mark.parametrize(
    "block",
    [
        {"kpis": ["deals"]},
        {"chart": "bar", "kpis": ["deals"], "by": "team"},
        {"chart": "stacked", "kpis": ["deals"], "by": "month", "split": "team", "span": "2 months"},
        {"chart": "line", "kpis": ["deals"], "by": "month", "span": "3 months"},
        {"table": {"rows": "team", "kpis": ["deals"], "top": 3}},
        {"crosstab": {"rows": "team", "columns": "segment", "count": "deals"}},
        {"list": "stale"},
    ],
)
def test_a_block_without_its_table_or_column_says_so(block: dict[str, object]) -> None:
    label = "Stale deals" if "list" in block else "Decided deals"
    for absent in (Absent("table", "crm.deals"), Absent("column", "closed_at")):
        lost = {"deals": absent, "stale": absent}
        told = section(block, {}, {"team": [], "segment": []}, missing=lost)
        reason = f"no data, {absent.kind} {absent.name} is missing"
        assert told.body == Notice("empty", f"{label} is undefined: {reason}.")
        assert told.state == "empty"
