"""Charts that look ahead, and running totals: what they ask, what they draw and what they say."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.document.blocks import questions
from broadsheet.document.tree import Chart, Section
from broadsheet.periods import Period, parse_label
from document.build import CALENDAR, CATALOG, WEEK, document, report, section

N = "\u202f"
MAY = parse_label("2026-05", CALENDAR)
AHEAD = {"chart": "bar", "kpis": ["signed"], "by": "month", "span": "3 months", "ahead": 2, "compare": "plan"}
FIGURES = {
    "2026-03": (200e3, 210e3), "2026-04": (220e3, 210e3), "2026-05": (260e3, 250e3),
    "2026-06": (None, 260e3), "2026-07": (None, 270e3),
}  # fmt: skip
HOPED = {"2026-06": (240e3, 220e3, 275e3), "2026-07": (290e3, 250e3, 330e3)}
DATA = {
    "signed": lambda period: FIGURES[period.label][0] or 0.0,
    "plan": lambda period: FIGURES[period.label][1],
    "hoped": lambda period: HOPED.get(period.label, (0.0,))[0],
    "feared": lambda period: HOPED.get(period.label, (0.0, 0.0))[1],
    "dreamed": lambda period: HOPED.get(period.label, (0.0, 0.0, 0.0))[2],
}


def told(block: dict[str, object], period: Period = MAY) -> Section:
    return document(report(block), DATA, period=period).sections[0]


def values(chart: Chart) -> dict[str, tuple[float | None, ...]]:
    return {series.label: series.values for series in chart.series}


def test_ahead_asks_for_the_forecast_and_its_range_of_whole_units() -> None:
    ((question,),) = questions(report(AHEAD), MAY, CATALOG, CALENDAR)
    assert question.kpis == ("signed", "plan", "hoped", "feared", "dreamed")
    assert [bucket.label for bucket in question.buckets] == list(FIGURES)


def test_what_is_expected_begins_where_the_period_ends() -> None:
    body = told(AHEAD).body
    assert isinstance(body, Chart)
    assert (body.highlight, body.ahead, body.parting) == (2, 2, ("Actual", "Forecast"))
    assert values(body) == {
        "AC": (200e3, 220e3, 260e3, None, None),
        "FC": (None, None, None, 240e3, 290e3),
        "PL": (210e3, 210e3, 250e3, 260e3, 270e3),
    }
    assert body.band == (None, None, None, (220e3, 275e3), (250e3, 330e3))
    assert body.variances[0].values == (-10e3, 10e3, 10e3, -20e3, 20e3)


def test_caption_and_spoken_form_tell_of_the_forecast() -> None:
    section = told(AHEAD)
    assert (
        "3 months to May 2026, forecast to July 2026, thin lines or shade: probable range" in section.caption
    )
    assert section.alt.endswith(f"Forecast €290{N}k (July 2026).")
    assert "May 2026" in section.title


def test_ahead_of_a_running_month_starts_with_the_next_whole_one() -> None:
    ((question,),) = questions(report({**AHEAD, "compare": []}), WEEK, CATALOG, CALENDAR)
    assert [bucket.label for bucket in question.buckets][-3:] == ["2026-06", "2026-07", "2026-08"]
    assert question.buckets[-3].clipped


def test_a_forecast_that_nobody_made_is_not_drawn_as_zero() -> None:
    body = section(AHEAD, {**DATA, "hoped": lambda _: (0.0, 0)}, period=MAY).body
    assert isinstance(body, Chart)
    assert "FC" not in values(body)


QUARTER = {
    "chart": "bar", "kpis": ["signed"], "by": "month", "period": {"to_date": "quarter"},
    "cumulative": True, "ahead": "end", "compare": "plan",
}  # fmt: skip


def test_running_totals_go_on_as_forecast_to_the_end_of_the_quarter() -> None:
    section = told(QUARTER)
    body = section.body
    assert isinstance(body, Chart)
    assert body.categories == ("Apr", "May", "Jun")
    assert values(body) == {
        "AC": (220e3, 480e3, None),
        "FC": (None, None, 720e3),
        "PL": (210e3, 460e3, 720e3),
    }
    assert body.variances[0].values == (10e3, 20e3, 0.0)
    assert body.band == (), "ends of ranges do not add up"
    assert section.title == f"Signed of €480{N}k in Q2 2026 to date, 4.3{N}% above plan"
    assert section.caption.startswith("Signed, running total")


@pytest.mark.parametrize("label", ["2026-Q1", "2026-04-10..2026-05-20", "2026-Q2"])
def test_a_report_to_date_may_be_made_of_a_whole_quarter_or_of_any_days(label: str) -> None:
    of = report(
        {key: value for key, value in QUARTER.items() if key != "period"}, period={"to_date": "quarter"}
    )
    ((question,),) = questions(of, parse_label(label, CALENDAR), CATALOG, CALENDAR)
    assert question.buckets[-1].end <= date(2026, 7, 1)


def test_a_running_total_ends_where_a_part_is_missing() -> None:
    holes = {**DATA, "signed": lambda period: None if period.label == "2026-04" else 5.0}
    body = section({**QUARTER, "ahead": None}, holes, period=MAY).body
    assert isinstance(body, Chart)
    assert values(body)["AC"] == (None, None)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"kpis": ["signed", "won"]}, "of one KPI by time"),
        ({"chart": "stacked", "split": "team"}, "of one KPI by time"),
        ({"by": "team", "span": None}, "of one KPI by time"),
        ({"ahead": 0}, "greater than or equal to 1"),
    ],
)
def test_only_charts_of_one_kpi_by_time_look_ahead(wrong: dict[str, object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        report({**AHEAD, **wrong})
