"""Charts of names and numbers that nobody expects: nothing overlaps, leaves the sheet, or breaks the drawing."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.bullets import Bullets
from broadsheet.document.panels import Multiples
from broadsheet.document.tree import Chart
from broadsheet.rendering.charts.draw import draw, page_size
from broadsheet.rendering.charts.measure import gaps_allowed
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.theme import chart_style
from rendering.sample import BULLETS, COLUMNS, FORECAST, LINE, MULTIPLES, RANKED, STACKED, TIERS
from rendering.test_charts import assert_tidy

STYLE = chart_style(Theme())
KINDS = {
    "columns": COLUMNS,
    "tiers": TIERS,
    "forecast": FORECAST,
    "forecast line": replace(FORECAST, kind="line", variances=()),
    "line": LINE,
    "stacked": STACKED,
    "ranked": RANKED,
    "panels": MULTIPLES,
    "bullets": BULLETS,
}
NAMES = {
    "sixty characters": "Wholesale of marine safety equipment, apparel and small boats",
    "one long word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter",
    "markup": "<b>Sales</b> & \"more\" 'quoted' </text>",
    "formula": r"$\frac{1}{2}$ $100 x_1^2 \n",
    "accents": "Ünïcødé, Łódź, Đà Nẵng, Ångström and İstanbul",
    "pictures": "🚤 Boats 🎉 & 👩‍👩‍👧 families 🇩🇪",
    "right to left": "مبيعات القوارب والمعدات البحرية في جميع المناطق والقنوات",
    "spaces": "   ",
}
NUMBERS = {
    "nothing known": lambda value, index: None,
    "all zero": lambda value, index: 0.0,
    "all negative": lambda value, index: -abs(value or 1.0),
    "both sides": lambda value, index: (value or 1.0) * (-1) ** index,
    "huge": lambda value, index: 9.99e17 * (index + 1),
    "tiny beside huge": lambda value, index: 1e-9 if index else 1e15,
    "one point": lambda value, index: value if index == 0 else None,
}


@pytest.fixture(scope="module", autouse=True)
def _prepared() -> None:
    prepare()


def renamed(chart, name):
    """Every text that comes from data replaced."""
    if isinstance(chart, Multiples):
        return replace(chart, unit=name, panels=tuple(replace(panel, name=name) for panel in chart.panels))
    if isinstance(chart, Bullets):
        return replace(chart, bullets=tuple(replace(bullet, label=name) for bullet in chart.bullets))
    return replace(
        chart,
        unit=name,
        categories=tuple(f"{name}{index}" for index in range(len(chart.categories))),
        groups=tuple((name, count) for _, count in chart.groups),
        series=tuple(replace(series, label=name) for series in chart.series),
    )


def counted_anew(chart, number):
    """Every number replaced, and its text with it."""

    def one(series):
        values = tuple(number(value, index) for index, value in enumerate(series.values))
        return replace(series, values=values, texts=tuple("–" if v is None else f"{v:,.2f}" for v in values))

    if isinstance(chart, Multiples):
        panels = tuple(
            replace(
                panel,
                series=tuple(one(series) for series in panel.series),
                text=one(panel.series[0]).texts[-1],
            )
            for panel in chart.panels
        )
        return replace(chart, panels=panels)
    if isinstance(chart, Bullets):
        parts = (number(bullet.part, index) for index, bullet in enumerate(chart.bullets))
        return replace(
            chart,
            bullets=tuple(
                replace(b, part=part, text=f"{part}") for b, part in zip(chart.bullets, parts, strict=True)
            ),
        )
    variances = tuple(
        replace(tier, values=new.values, texts=new.texts)
        for tier in chart.variances
        for new in [one(replace(chart.series[0], values=tier.values))]
    )
    totals = tuple("999,999,999,999,999.99" for _ in chart.totals)
    return replace(
        chart,
        series=tuple(one(series) for series in chart.series),
        variances=variances,
        totals=totals,
        band=(),
    )


@pytest.mark.parametrize("width", ["half", "full"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_any_name_stays_in_its_place(kind, name, width):
    chart = renamed(KINDS[kind], NAMES[name])
    with gaps_allowed():
        assert_tidy(chart, width)
    svg = draw(chart, STYLE, page_size(chart, width, STYLE), "").svg
    assert ElementTree.fromstring(svg).tag.endswith("svg")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("kind", KINDS)
def test_any_number_stays_in_its_place(kind, number):
    assert_tidy(counted_anew(KINDS[kind], NUMBERS[number]), "half")


@pytest.mark.parametrize("width", ["third", "half", "two_thirds", "full"])
@pytest.mark.parametrize("kind", KINDS)
def test_charts_fit_every_width_in_both_directions(kind, width):
    for right_to_left in (False, True):
        assert_tidy(KINDS[kind], width, replace(STYLE, right_to_left=right_to_left))


@pytest.mark.parametrize("kind", KINDS)
def test_one_category_is_enough(kind):
    chart = KINDS[kind]
    if isinstance(chart, Chart):
        chart = replace(
            chart,
            categories=chart.categories[:1],
            series=tuple(replace(s, values=s.values[:1], texts=s.texts[:1]) for s in chart.series),
            variances=tuple(
                replace(t, values=t.values[:1], texts=t.texts[:1], tones=t.tones[:1]) for t in chart.variances
            ),
            groups=(),
            highlight=0,
            totals=chart.totals[:1],
            band=(),
            ahead=0,
        )
    assert_tidy(chart, "half")


def test_a_legend_is_drawn_only_beside_the_marks():
    """Up to three series are named and valued where they end: no legend apart from the drawing."""
    for chart in (COLUMNS, LINE, FORECAST):
        svg = draw(chart, STYLE, page_size(chart, "full", STYLE), "").svg.decode()
        assert all(f">{series.label}<" in svg for series in chart.series)
