"""Pareto, histogram, diverging, scatter, dots, heat and cohort against numbers worked by hand."""

from __future__ import annotations

import pytest

from broadsheet.document.blocks.dots import brief
from broadsheet.document.grid import grid
from broadsheet.document.language import english
from broadsheet.document.tree import Notice
from document.build import WEEK, section

N = "\u202f"
WON = {"A": 50e3, "B": 30e3, "C": 10e3, "D": 6e3, "E": 4e3}


def by_member(values):
    return lambda bucket, member=None: values[member] if member else sum(v or 0 for v in values.values())


def pareto(values=WON, **more):
    spec = {"kpi": "won", "by": "area", **more}
    return section({"pareto": spec}, {"won": by_member(values)}, {"area": list(values)})


def test_a_pareto_chart_counts_the_members_that_make_four_fifths() -> None:
    told = pareto()
    assert told.body.shares == (0.5, 0.8, 0.9, 0.96, 1.0)
    assert (told.body.reached, told.body.limit_text) == (2, f"80{N}%")
    assert told.title == f"Won amount by area: 2 of 5 make 80{N}%"
    assert f"B 30 (80{N}%)" in told.alt
    assert pareto(limit=0.95).body.reached == 4


def test_members_beyond_the_top_are_one_bar_and_still_counted() -> None:
    values = {f"P{at:02}": float(at) * 1e3 for at in range(1, 21)}
    told = pareto(values, top=3)
    assert told.body.names == ("P20", "P19", "P18", "Other (17)")
    assert told.body.values == (20e3, 19e3, 18e3, 153e3)
    assert told.body.shares == (20 / 210, 39 / 210, 57 / 210, 1.0)
    # 20 + 19 + … + 10 = 165 of 210 are 79 %, one more makes 83 %.
    assert told.title == f"Won amount by area: 12 of 20 make 83{N}%"
    assert told.body.reached is None
    assert told.remarks[0] == "“Other” stands for 17 further members, computed from their rows."


def test_a_whole_of_nothing_has_no_parts() -> None:
    assert pareto({"A": 0.0, "B": 0.0}).state == "empty"
    assert pareto({"A": 5e3, "B": -9e3}).state == "empty"


def test_parts_below_zero_take_from_the_cumulative_share() -> None:
    assert pareto({"A": 150e3, "B": -50e3}).body.shares == (1.5, 1.0)


def test_a_histogram_keeps_the_order_of_its_classes() -> None:
    counts = {"lost": 20.0, "open": 30.0, "won": 50.0}
    told = section(
        {"histogram": {"count": "deals", "by": "outcome"}},
        {"deals": by_member(counts)},
        {"outcome": list(counts)},
    )
    assert told.body.names == ("Won", "Lost", "Open")
    assert told.body.shares == (0.5, 0.7, 1.0)
    assert told.body.classes
    assert told.title == f"Decided deals: most in “Won” (50{N}%), half by “Won”"


PLANNED = {"A": 40e3, "B": 40e3, "C": 10e3, "D": 16e3, "E": 4e3}


def test_differences_run_from_the_best_to_the_worst() -> None:
    data = {"won": by_member(WON), "plan": by_member(PLANNED)}
    block = {"diverging": {"kpi": "won", "by": "area", "top": 3}, "compare": "plan"}
    told = section(block, data, {"area": list(WON)})
    assert told.body.names == ("A", "B", "D")
    assert told.body.variance.values == (10e3, -10e3, -10e3)
    assert told.body.variance.tones == ("good", "bad", "bad")
    assert told.body.relative == ("+25.0", "−25.0", "−62.5")
    assert told.body.texts == ("50.0", "30.0", "6.0")
    assert told.body.heads == (f"Won amount, €{N}k", "ΔPL %")
    assert told.remarks[0] == "2 further members differ less and are not shown."
    assert told.caption.endswith("sorted by ΔPL")


def test_rates_differ_in_percentage_points() -> None:
    rates = {"A": (0.4, 100), "B": (0.5, 100)}

    def rate(bucket, member=None):
        return (rates[member][0] - (bucket != WEEK) * 0.1, 100) if member else (0.45, 200)

    told = section(
        {"diverging": {"kpi": "win_rate", "by": "team"}, "compare": "previous"},
        {"win_rate": rate},
        {"team": ["A", "B"]},
    )
    assert told.body.relative == ()
    assert told.body.variance.label == "ΔW23, pp"
    assert told.body.variance.texts == ("+10.0", "+10.0")


def test_nothing_to_compare_with_is_said() -> None:
    block = {"diverging": {"kpi": "deals", "by": "team"}, "compare": "plan"}
    told = section(block, {"deals": lambda *_: 5.0}, {"team": ["A", "B"]})
    assert told.body == Notice("failed", "There is nothing that Decided deals could be compared with.")


RATES = {"A": 0.2, "B": 0.3, "C": 0.4, "D": 0.5, "E": 0.9}


def scatter(won=WON, **more):
    data = {"won": by_member(won), "win_rate": lambda b, m=None: (RATES[m] if m else 0.4, 100)}
    spec = {"of": "team", "x": "win_rate", "y": "won", **more}
    return section({"scatter": spec}, data, {"team": list(won)})


def test_dots_stand_at_both_values_and_lines_at_the_medians() -> None:
    told = scatter()
    assert (told.body.x.limit, told.body.y.limit) == (0.4, 10e3)
    assert told.body.x.ends == (f"20.0{N}%", f"90.0{N}%")
    assert {dot.name: (dot.x, dot.y) for dot in told.body.dots} == {m: (RATES[m], WON[m]) for m in WON}
    # A: (0.2 - 0.4) / 0.2 and (50 - 10) / 24; E: 0.5 / 0.2 and -6 / 24.
    assert told.body.dots[0].name == "E"
    assert told.body.dots[0].apart == pytest.approx((2.5**2 + 0.25**2) ** 0.5)
    assert told.title == f"E stands apart: won amount of €4,000, win rate 90.0{N}%"
    assert told.caption.endswith("lines: medians")


def test_given_limits_replace_the_medians() -> None:
    told = scatter(limits={"x": 0.35})
    assert (told.body.x.limit, told.body.x.limit_text, told.body.y.limit) == (0.35, f"35.0{N}%", 10e3)
    assert told.caption.endswith("lines: limits")


def test_a_member_of_few_rows_is_drawn_but_not_spoken_of() -> None:
    data = {
        "won": by_member(WON),
        "win_rate": lambda b, m=None: (RATES[m], 3 if m == "E" else 90) if m else 0.4,
    }
    block = {"scatter": {"of": "team", "x": "win_rate", "y": "won"}}
    told = section(block, data, {"team": list(WON)})
    assert told.body.dots[0].name == "E"
    assert told.title.startswith("A stands apart")


def test_members_without_both_figures_are_counted() -> None:
    told = scatter({**WON, "C": None})
    assert len(told.body.dots) == 4
    assert told.remarks[0] == "1 member without both figures is not shown."
    alone = scatter({"A": 5e3})
    assert [dot.apart for dot in alone.body.dots] == [0.0]


def test_dots_of_several_kpis_have_one_scale() -> None:
    data = {"cycle": lambda b, m=None: ({"A": 10.0, "B": 20.0}.get(m, 15.0), 4 if m == "A" else 50)}
    told = section({"dots": {"rows": "team", "kpis": ["cycle", "cycle"]}}, data, {"team": ["A", "B"]})
    assert told.body.names == ("B", "A"), "the largest first"
    assert told.body.values == ((20.0, 20.0), (10.0, 10.0))
    assert told.body.texts[1] == ("10.0", "10.0")
    assert told.body.unit == "days"
    assert "A (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}4)" in told.remarks[0]


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["Time, median", "Time, 90 % within"], ("median", "90 % within")),
        (["Response", "Response, 90 % within"], ("Response", "Response, 90 % within")),
        (["A, median", "B, median"], ("A, median", "B, median")),
        (["Median", "Mean"], ("Median", "Mean")),
    ],
)
def test_labels_say_once_what_they_share(labels, shown) -> None:
    assert brief(labels) == shown


CELLS = {("A", "won"): 60.0, ("A", "lost"): 10.0, ("B", "won"): 0.0, ("B", "lost"): 30.0}


def cells(bucket, *members):
    return sum(value for key, value in CELLS.items() if set(members) <= set(key))


def test_the_darkest_cell_of_a_heat_map_is_its_largest() -> None:
    spec = {"kpi": "deals", "rows": "team", "columns": "outcome"}
    told = section({"heat": spec}, {"deals": cells}, {"team": ["B", "A"], "outcome": ["lost", "won"]})
    assert (told.body.rows, told.body.heads) == (("A", "B"), ("Won", "Lost"))
    assert told.body.values == ((60.0, 10.0), (0.0, 30.0))
    assert told.body.shades == ((5, 1), (0, 3))
    assert told.title == "Highest decided deals: A, Won with 60"
    assert "A 60 · 10" in told.alt


def test_hours_and_weekdays_stand_in_the_order_of_the_calendar() -> None:
    load = {("8", "5"): 3.0, ("14", "1"): 9.0, ("14", "5"): 6.0, ("8", "1"): 1.0}
    data = {"deals": lambda b, *key: sum(n for place, n in load.items() if set(key) <= set(place))}
    spec = {"kpi": "deals", "rows": "hour", "columns": "weekday"}
    told = section({"heat": spec}, data, {"hour": ["14", "8"], "weekday": ["5", "1"]})
    assert (told.body.rows, told.body.heads) == (("08:00", "14:00"), ("Mon", "Fri"))
    assert told.body.values == ((1.0, 3.0), (9.0, 6.0))
    assert told.title == "Highest decided deals: 14:00, Mon with 9"
    german = section({"heat": spec}, data, {"hour": ["8"], "weekday": ["1", "5"]}, locale="de")
    assert german.body.heads == ("Mo", "Fr")


def test_a_heat_map_of_too_many_columns_is_refused() -> None:
    spec = {"kpi": "deals", "rows": "outcome", "columns": "team"}
    members = {"outcome": ["won"], "team": [f"T{at}" for at in range(30)]}
    told = section({"heat": spec}, {"deals": lambda *_: 1.0}, members)
    assert told.state == "failed"
    assert "30 members, more than the 24 columns that fit" in told.body.text


AGES = {
    ("A", "won"): 100.0,
    ("A", "lost"): 60.0,
    ("A", "open"): 45.0,
    ("B", "won"): 80.0,
    ("B", "lost"): 40.0,
}


def cohort(**more):
    def value(bucket, *members):
        return sum(amount for key, amount in AGES.items() if set(members) <= set(key))

    members = {"team": ["A", "B"], "outcome": ["won", "lost", "open"]}
    return section(
        {"cohort": {"kpi": "deals", "start": "team", "age": "outcome", **more}}, {"deals": value}, members
    )


def test_ages_that_are_not_reached_stay_empty() -> None:
    told = cohort()
    assert told.body.values == ((100.0, 60.0, 45.0), (80.0, 40.0, None))
    assert told.body.texts == (("100", "60", "45"), ("80", "40", ""))
    assert told.body.shades[1][2] is None
    assert told.remarks[0] == "Empty: nothing at that age, or not so old yet."


def test_shares_are_those_of_the_first_age_of_each_row() -> None:
    told = cohort(share=True)
    assert told.body.values == ((1.0, 0.6, 0.45), (1.0, 0.5, None))
    assert told.body.texts[1] == (f"100{N}%", f"50{N}%", "")
    assert told.title == f"Highest decided deals: A, Lost with 60{N}%", "the first age is all of them"


GIVEN = {
    ("Phone", "won"): 10.0, ("Phone", "lost"): 30.0, ("Phone", "open"): 60.0,
    ("Mail", "won"): 50.0, ("Mail", "lost"): 25.0, ("Mail", "open"): 25.0,
}  # fmt: skip


def answers(given=GIVEN, **more):
    def value(bucket, *members):
        return sum(count for key, count in given.items() if set(members) <= set(key))

    spec = {"count": "deals", "by": "team", "of": "outcome", "neutral": "lost", **more}
    members = {"team": list(dict.fromkeys(team for team, _ in given)), "outcome": ["won", "lost", "open"]}
    return section({"answers": spec}, {"deals": value}, members)


def test_answers_stand_to_both_sides_of_the_neutral_one() -> None:
    told = answers()
    assert told.body.answers == ("Won", "Lost", "Open")
    assert (told.body.below, told.body.above) == (1, 1)
    assert told.body.names == ("Phone", "Mail"), "the most of the best answer first"
    assert told.body.shares == ((0.1, 0.3, 0.6), (0.5, 0.25, 0.25))
    assert told.body.good == (f"60{N}%", f"25{N}%")
    assert told.body.counts == ("100", "100")
    assert told.title == f"Most Open: Phone with 60{N}%; fewest: Mail with 25{N}%"


def test_an_order_may_begin_with_the_best_answer() -> None:
    told = answers(best="first")
    assert told.body.answers == ("Open", "Lost", "Won")
    assert told.body.names == ("Mail", "Phone")
    assert told.body.shares[0] == (0.25, 0.25, 0.5)


def test_without_neutral_answers_the_better_half_is_good() -> None:
    body = answers(neutral=[]).body
    assert (body.below, body.above, body.heads[0]) == (2, 1, "Open")


def test_rows_without_answers_are_left_out() -> None:
    told = answers({**GIVEN, ("Fax", "won"): 0.0})
    assert told.body.names == ("Phone", "Mail")
    assert answers({("Fax", "won"): 0.0}).state == "empty"
    assert answers({("Phone", "open"): 5.0}).title == f"Phone: 100{N}% Open"


@pytest.mark.parametrize("told", [pareto(), scatter(), cohort(), cohort(share=True), answers()])
def test_every_diagram_has_its_values_for_the_workbook(told) -> None:
    found = grid(told, english().labels)
    assert found is not None
    assert len(found.rows) == len(told.body.lines)
    assert [item.value for item in found.rows[0]] == list(told.body.lines[0])
