"""Charts by structure: labels never overlap, whatever the data; what is drawn is what the numbers say."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from broadsheet.document.diagrams import (
    Answers,
    Axis,
    Cumulative,
    Diverging,
    Dot,
    Dots,
    Funnel,
    Heat,
    Scatter,
    Stage,
    Step,
    Waterfall,
)
from broadsheet.document.tree import Chart, Variance
from broadsheet.rendering.charts.answers import inks_of
from broadsheet.rendering.charts.draw import draw, page_size
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.theme import contrast
from rendering.sample import RANKED, series, texts
from rendering.test_charts import LONG, STYLE, assert_tidy

ARABIC = "مبيعات المعدات البحرية في المنطقة الشمالية"


@pytest.fixture(scope="module", autouse=True)
def _prepared():
    prepare()


def total(label, value):
    return Step(label, value, *texts((value,), "{:,.0f}"), "total")


def step(label, value, tone=None, share=""):
    tone = tone or ("good" if value > 0 else "bad" if value < 0 else "neutral")
    return Step(label, value, *texts((value,), "{:+,.0f}"), "change", tone, share)


def waterfall(start, steps, relative=False, share_head="of the change"):
    end = start + sum(one.value for one in steps)
    change = step("Actual", end - start)
    bars = (total("Plan, W24", start), *steps, total("Actual, W24", end))
    return Waterfall(bars, "€ k", change, relative, share_head)


TEAMS = tuple(
    step(name, value, share=f"{value / -2.54:.0f} %")
    for name, value in (("Export", -309), ("Online", 52), ("South", -26), ("Coast", 18), ("North", 11))
)
FLOWS = (step("New deals", 410), step("Pulled in", 360), step("Lost", -520), step("Won", -1_020, "muted"))


def tier(label, values, times=1.0):
    tones = tuple("good" if (v or 0) > 0 else "bad" if (v or 0) < 0 else "neutral" for v in values)
    return Variance(label, tuple(values), texts(values, "{:+,.1f}"), tones, times)


GAPS = (-188, 11, 22, -6, -2, 1, -12)
PARTS = (-20.2, 2.6, 7.3, -2.7, -1.2, 0.8, -20.0)


def funnel(*counts, names=("Qualified", LONG, ARABIC, "Won"), young=0):
    stages = []
    for at, count in enumerate(counts):
        passed = f"{count / counts[at - 1] if counts[at - 1] else 0:.0%}" if at else ""
        change = "−6.0 pp vs PY" if at else ""
        first = f"{count / counts[0] if counts[0] else 0:.1%}"
        stages.append(
            Stage(names[at], count, f"{count:,.0f}", passed, change, "bad", first, young, f"{young:,}")
        )
    return Funnel(tuple(stages), ("Step", "Number", "of the first", "of the one before", "too young"))


def cumulative(names, values, classes=False):
    whole = sum(value or 0 for value in values) or 1.0
    shares = tuple(accumulate((value or 0) / whole for value in values))
    printed = tuple(f"{share:,.0%}" for share in shares)
    heads = ("Revenue of marine safety equipment", "cumulative")
    reached = next((at for at, share in enumerate(shares, 1) if share >= 0.8), None)
    parts = (tuple(names), tuple(values), texts(values, "{:,.0f}"), shares, printed)
    return Cumulative(*parts, "€ k", heads, 0.8, "80 %", reached, classes)


def diverging(names, values, percent=True):
    parts = tuple(f"{value or 0:+,.1f}" for value in values) if percent else ()
    heads = ("Won amount of the whole year, € k", "ΔPL %" if percent else "")
    return Diverging(tuple(names), tuple(values), texts(values), tier("ΔPL, € k", values), parts, heads)


def scatter(points, names=None):
    names = names or [f"{at} {LONG}" for at in range(len(points))]
    dots = tuple(
        Dot(name, x, y, f"{x:.1f}", f"{y:.1f}", 1.0) for name, (x, y) in zip(names, points, strict=True)
    )
    ends = ("12,345,678.9", "98,765,432.1")
    return Scatter(dots, Axis(LONG, 0.5, "0.5", ends), Axis(LONG, 0.5, "€1,234,567", ends))


def dots(names, values, labels=("First response, median", "90 % within", "99 % within")):
    printed = tuple(texts(row) for row in values)
    return Dots(tuple(names), labels[: len(values[0])], tuple(map(tuple, values)), printed, "working hours")


def heat(rows, heads, values, unit="€ k"):
    shades = tuple(tuple(None if v is None else min(5, abs(int(v)) % 6) for v in row) for row in values)
    printed = tuple(texts(row, "{:,.0f}") for row in values)
    return Heat(tuple(rows), tuple(heads), tuple(map(tuple, values)), printed, shades, unit)


def answers(names, shares, of=("very bad", "bad", "neither", "good", "very good"), below=2, above=2):
    printed = tuple(tuple(f"{share:.0%}" for share in row) for row in shares)
    counts = tuple(f"{9_999 * at:,}" for at in range(len(names)))
    good = tuple(f"{sum(row[len(of) - above :]):.0%}" for row in shares)
    return Answers(tuple(names), of, shares, printed, below, above, good, counts, (" + ".join(of), "Answers"))


SPREAD = (0.05, 0.1, 0.2, 0.4, 0.25)
HOURS = tuple(f"{hour}:00" for hour in range(24))
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CHARTS = {
    "answers": answers(
        ("Delivery", LONG, ARABIC), ((0.05, 0.1, 0.2, 0.4, 0.25), (0.4, 0.6, 0, 0, 0), (0, 0, 0, 0, 1))
    ),
    "answers, two": answers(("A",), ((0.5, 0.5),), (LONG, LONG), 1, 1),
    "answers, all neutral": answers(("A",), ((1.0,),), ("neither",), 0, 0),
    "pareto": cumulative(RANKED.categories, (742, 431, 322, 214, 168, 121, 48)),
    "pareto of one": cumulative((LONG,), (5,)),
    "pareto of zeros and gaps": cumulative((LONG, ARABIC), (0, None)),
    "pareto with a negative part": cumulative(("A", "B"), (9e9, -3e9)),
    "histogram": cumulative(("up to 2 days", "3 to 7 days", "more"), (120, 80, 21), classes=True),
    "diverging": diverging(("Online", "Coast", ARABIC, LONG), (52, 18, -26, -309)),
    "diverging one way": diverging(("A", "B"), (-5, -309), percent=False),
    "diverging of zeros": diverging((LONG, "B"), (0, None)),
    "diverging, huge": diverging((LONG, "$<b>"), (9e11, -9e11)),
    "scatter": scatter([(0.1 * at, (at * 37) % 11 / 10) for at in range(12)]),
    "scatter of one": scatter([(0.5, 0.5)]),
    "scatter of equals": scatter([(3.0, -2.0)] * 30, [ARABIC] * 30),
    "scatter, crowded": scatter([((at * 29) % 31 / 900, (at * 17) % 23 / 900) for at in range(60)]),
    "dots": dots(("Phone", LONG, ARABIC), ((0.5, 2.2), (3.1, 14.0), (None, 9e9))),
    "dots of three": dots(("Phone", "Chat"), ((0.5, 2.2, 8), (-3, 1, 4))),
    "dots of nothing": dots(("Phone",), ((None, None),)),
    "heat": heat(HOURS, DAYS, [[hour * day % 97 for day in range(7)] for hour in range(24)], ""),
    "heat too narrow for its values": heat(DAYS, HOURS, [[9e8 + at for at in range(24)]] * 7),
    "heat of one": heat((LONG,), (LONG,), [[-5]]),
    "cohort": heat(DAYS[:3], DAYS[:3], [[9, 5, 3], [8, 4, None], [7, None, None]], "% of the first age"),
    "funnel": funnel(430.0, 335.0, 275.0, 156.0, young=1_234_567),
    "funnel of zeros": funnel(0.0, 0.0, 0.0),
    "funnel of huge numbers": funnel(98_765_432_101.0, 12_345_678_901.0, 1.0, 0.0),
    "funnel of one step": funnel(5.0),
    "ranked with differences": replace(
        RANKED, variances=(tier("ΔPL, € k", GAPS), tier("ΔPL %", PARTS, None))
    ),
    "ranked with one tier": replace(RANKED, variances=(tier("ΔPL, € k", GAPS),)),
    "ranked and all on plan": replace(RANKED, variances=(tier("ΔPL, € k", (0,) * 7),)),
    "ranked with long names and huge differences": Chart(
        "ranked",
        (LONG, ARABIC, "C"),
        (series("AC", "actual", (9e9, None, -7e9)), series("PL", "plan", (4e9, None, 3e9))),
        LONG,
        variances=(tier(LONG, (5e9, None, -1e10)), tier("ΔPL %", (125.0, None, None), None)),
    ),
    "waterfall on its base": waterfall(2_300, TEAMS, relative=True),
    "waterfall": waterfall(5_280, FLOWS, share_head=""),
    "waterfall through zero": waterfall(
        -50, (step(LONG, -70, share="10 %"), step(ARABIC, 180, share="90 %"))
    ),
    "waterfall below zero": waterfall(-900, (step("A", -70), step("B", 50))),
    "waterfall upwards on its base": waterfall(9_000, (step("A", 12), step("B", 8)), relative=True),
    "waterfall without steps": waterfall(5, ()),
    "waterfall of zeros": waterfall(0, (step("A", 0),)),
    "waterfall of huge values": waterfall(99_999_999_999, (step(LONG, -12_345_678_901, share="−1,234 %"),)),
}


@pytest.mark.filterwarnings("ignore:Glyph")  # Arabic needs further typefaces; boxes need none
@pytest.mark.parametrize("width", ["third", "half", "full"])
@pytest.mark.parametrize("name", CHARTS)
def test_labels_never_overlap_and_stay_inside(name, width):
    assert_tidy(CHARTS[name], width)


@pytest.mark.filterwarnings("ignore:Glyph")
def test_nor_where_lines_begin_at_the_right(monkeypatch):
    monkeypatch.setattr("rendering.test_charts.STYLE", replace(STYLE, right_to_left=True))
    for chart in CHARTS.values():
        assert_tidy(chart)


names = st.text(st.characters(codec="latin-1", exclude_categories=("C",)), min_size=1, max_size=60)
amounts = st.floats(-1e9, 1e9, allow_nan=False)


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    start=amounts,
    steps=st.lists(st.builds(step, names, amounts, share=st.sampled_from(["", "−1,234 %"])), max_size=8),
    relative=st.booleans(),
)
def test_no_waterfall_makes_labels_overlap(start, steps, relative):
    assert_tidy(waterfall(start, tuple(steps), relative))


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data(), make=st.sampled_from([cumulative, diverging, scatter, dots, heat]))
def test_no_diagram_makes_labels_overlap(data, make):
    rows = data.draw(st.lists(names, min_size=1, max_size=10))
    values = data.draw(st.lists(st.one_of(st.none(), amounts), min_size=len(rows), max_size=len(rows)))
    if make is scatter:
        chart = scatter([(value or 0.0, (value or 1.0) % 7) for value in values], rows)
    elif make is dots:
        chart = dots(rows, [(value, value) for value in values], (data.draw(names), data.draw(names)))
    elif make is heat:
        chart = heat(rows, rows, [values] * len(rows), data.draw(names))
    else:
        chart = make(rows, values)
    assert_tidy(chart)


def spans(svg, color):
    """From where to where the bars of a color go, in millimeters, from top to bottom."""
    found = []
    for path in re.findall(rf'<path d="([^"]+)"[^>]*style="fill: {color}', svg):
        for bar in path.split("z")[:-1]:
            points = [(float(x), float(y)) for x, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", bar)]
            xs = [x * 25.4 / 72 for x, _ in points]
            found.append((min(y for _, y in points), min(xs), max(xs)))
    return [(left, right) for _, left, right in sorted(found)]


def svg_of(chart):
    return draw(chart, STYLE, page_size(chart, "full", STYLE), "").svg.decode()


def test_steps_begin_where_the_one_before_ended_and_totals_at_zero():
    svg = svg_of(CHARTS["waterfall"])
    (zero, start), (also_zero, end) = spans(svg, STYLE.actual)
    assert zero == also_zero
    (new, pulled), (lost,) = spans(svg, STYLE.favorable), spans(svg, STYLE.unfavorable)
    assert new[0] == pytest.approx(start, abs=0.01)
    assert pulled[0] == pytest.approx(new[1], abs=0.01)
    assert lost[1] == pytest.approx(pulled[1], abs=0.01)
    assert (new[1] - new[0]) / (start - zero) == pytest.approx(410 / 5_280, abs=0.002)
    assert (end - zero) / (start - zero) == pytest.approx(4_510 / 5_280, abs=0.002)


def test_on_its_base_the_last_bar_is_the_whole_change():
    svg = svg_of(CHARTS["waterfall on its base"])
    export, _, whole = spans(svg, STYLE.unfavorable)
    assert export[1] == pytest.approx(whole[1], abs=0.01), "both end at the zero line"
    assert (whole[1] - whole[0]) / (export[1] - export[0]) == pytest.approx(254 / 309, abs=0.002)
    assert "2,046" in svg
    assert not spans(svg, STYLE.actual)


def test_tiers_beside_ranked_bars_have_the_scale_of_the_bars():
    svg = svg_of(CHARTS["ranked with one tier"])
    boats, *_ = spans(svg, STYLE.unfavorable)
    # The first swatch of the key is in the color of actual values, too, and stands above the bars.
    bar = spans(svg, STYLE.actual)[1]
    assert (boats[1] - boats[0]) / (bar[1] - bar[0]) == pytest.approx(188 / 742, abs=0.002)


def test_the_values_of_a_heat_map_stand_on_colors_that_let_them_be_read():
    assert len(STYLE.heat) == len(STYLE.on_heat) == 6
    assert all(contrast(one, other) >= 4.5 for one, other in zip(STYLE.heat, STYLE.on_heat, strict=True))


@pytest.mark.filterwarnings("ignore:Glyph")
def test_numbers_of_every_diagram_stay_text():
    told = {
        "pareto": "742",
        "diverging": "−309",
        "scatter": "€1,234,567",
        "dots": "14.00",
        "heat": ">96<",
        "funnel": "335",
    }
    for name, number in told.items():
        assert number in svg_of(CHARTS[name]), name


@pytest.mark.filterwarnings("ignore:Glyph")
def test_the_same_diagram_gives_the_same_bytes():
    for name in ("pareto", "scatter", "heat", "dots", "diverging one way", "waterfall"):
        assert svg_of(CHARTS[name]) == svg_of(CHARTS[name])


def test_only_names_that_have_room_are_set():
    svg = svg_of(scatter([(3.0, -2.0)] * 30, ["North"] * 30))
    assert 1 <= svg.count(">North<") <= 4


def test_answers_can_be_read_on_their_colors_and_sum_to_the_whole():
    chart = CHARTS["answers"]
    for fill, text in inks_of(STYLE, chart):
        assert contrast(fill, text) >= 4.5
    svg = svg_of(answers(("A",), ((0.1, 0.2, 0.3, 0.4),), ("1", "2", "3", "4"), 1, 2))
    worst, best = spans(svg, STYLE.unfavorable_text)[-1], spans(svg, STYLE.favorable)[-1]
    assert (best[1] - best[0]) / (worst[1] - worst[0]) == pytest.approx(4, rel=0.01)
