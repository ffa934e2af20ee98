from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from broadsheet.definitions.models.themes import Theme
from broadsheet.document.panels import Panel
from broadsheet.document.tree import Chart, Event
from broadsheet.rendering.charts.boxes import Box, spread
from broadsheet.rendering.charts.draw import compose, draw, for_screen, page_size, png
from broadsheet.rendering.charts.hatching import hatching
from broadsheet.rendering.charts.notation import scenario_ink
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.theme import chart_style
from broadsheet.rendering.typefaces import FOLDER
from rendering.sample import (
    BULLETS,
    COLUMNS,
    FORECAST,
    LINE,
    MULTIPLES,
    RANKED,
    STACKED,
    TIERS,
    series,
    variance,
)

STYLE = chart_style(Theme())
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG = "International wholesale of marine safety equipment & apparel $5"
UP_AND_DOWN = (5, -3, -8, None, 4, 2, -1, 0, 9, None, 3, -6)

CHARTS = {
    "columns": COLUMNS,
    "tiers": TIERS,
    "tiers of one column": Chart(
        "bar",
        ("W24",),
        (series("AC", "actual", (5,)), series("PL", "plan", (7,))),
        "k",
        variances=(variance("ΔPL", (5,), (7,), 1), variance("ΔPL %", (5,), (7,), None)),
    ),
    "tiers of nothing": Chart(
        "bar",
        MONTHS,
        (series("AC", "actual", (0,) * 12), series("PL", "plan", (0,) * 12)),
        "k",
        variances=(
            variance("ΔPL", (0,) * 12, (0,) * 12, 1),
            variance("ΔPL %", (None,) * 12, (1,) * 12, None),
        ),
    ),
    "tiers up and down": Chart(
        "bar",
        MONTHS,
        (series("AC", "actual", UP_AND_DOWN), series("PL", "plan", (2e9,) * 12)),
        LONG,
        variances=(
            variance(LONG, UP_AND_DOWN, (2e9,) * 12, 0.2),
            variance(LONG, UP_AND_DOWN, (-2,) * 12, None),
        ),
    ),
    "bullets": BULLETS,
    "bullets with long names": replace(
        BULLETS, bullets=tuple(replace(bullet, label=LONG) for bullet in BULLETS.bullets)
    ),
    "bullets of nothing and less": replace(
        BULLETS,
        bullets=tuple(replace(BULLETS.bullets[0], part=part) for part in (0.0, -0.4, 1e9)),
    ),
    "panels": MULTIPLES,
    "panels of lines": replace(MULTIPLES, kind="line", zero_based=False),
    "many panels with long names": replace(
        MULTIPLES,
        panels=tuple(replace(panel, name=LONG, text="999,999,999,999") for panel in MULTIPLES.panels * 3),
    ),
    "one panel of nothing": replace(
        MULTIPLES,
        panels=(Panel("A", "–", None, (series("AC", "actual", (None,) * 11),)),),
    ),
    "panels up and down": replace(
        MULTIPLES,
        categories=MONTHS,
        panels=tuple(Panel(name, "0", None, (series("AC", "actual", UP_AND_DOWN),)) for name in ("A", "B")),
    ),
    "events": replace(
        FORECAST, events=tuple(Event(at, mark) for at, mark in zip((1, 1, 1, 5, 11), "ABCDE", strict=True))
    ),
    "events on a line": replace(LINE, events=(Event(0, "A"), Event(12, "B"))),
    "many events in one column": replace(COLUMNS, events=tuple(Event(3, mark) for mark in "ABCDEFGHIJKL")),
    "forecast": FORECAST,
    "forecast line": replace(FORECAST, kind="line", variances=()),
    "forecast without a range": replace(FORECAST, band=()),
    "nothing but a forecast": replace(
        FORECAST,
        categories=("Jul",),
        highlight=None,
        ahead=1,
        variances=(),
        band=((1, 9),),
        series=(series("FC", "forecast", (5,)),),
    ),
    "nothing but a forecast line": replace(
        FORECAST,
        kind="line",
        categories=("Jul",),
        highlight=0,
        ahead=1,
        variances=(),
        band=((1, 9),),
        series=(series(LONG, "forecast", (5,)),),
    ),
    "line": LINE,
    "stacked": STACKED,
    "ranked": RANKED,
    "one point": Chart("bar", ("W24",), (series("AC", "actual", (5,)), series("PL", "plan", (7,))), "k"),
    "one point line": Chart("line", ("W24",), (series("AC", "actual", (5,)),), "k", highlight=0),
    "all zero": Chart("bar", MONTHS, (series("AC", "actual", (0,) * 12),), "k"),
    "all zero ranked": Chart("ranked", MONTHS, (series("AC", "actual", (0,) * 12),), "k"),
    "nothing known": Chart("line", MONTHS, (series("AC", "actual", (None,) * 12),), "k"),
    "flat": Chart("line", MONTHS, (series("AC", "actual", (5,) * 12),), "k", zero_based=False),
    "up and down": Chart(
        "bar",
        MONTHS,
        (series("AC", "actual", UP_AND_DOWN), series("PL", "plan", (2,) * 12)),
        "k",
        highlight=11,
    ),
    "gaps": Chart("line", MONTHS, (series("AC", "actual", UP_AND_DOWN),), "k", highlight=11),
    "huge": Chart(
        "bar", MONTHS, (series("AC", "actual", [99_999_999_999 * (i + 1) for i in range(12)]),), "€"
    ),
    "sixty days": Chart(
        "bar",
        tuple(f"2026-{day:03d}" for day in range(60)),
        (series("AC", "actual", [(day * 37) % 50 + 10 for day in range(60)]),),
        "k",
        highlight=59,
    ),
    "seven lines": Chart(
        "line",
        MONTHS,
        tuple(series(f"{i} {LONG}", "member", [50 + i * 0.1 + j % 3 for j in range(12)]) for i in range(7)),
        "k",
    ),
    "parts below zero": Chart(
        "stacked",
        MONTHS,
        (series(LONG, "member", range(1, 13)), series("Returns", "member", [-1] * 12)),
        "k",
        totals=tuple(str(i) for i in range(12)),
    ),
    "ranked both ways": Chart(
        "ranked",
        (LONG, "B", "C", f"{LONG} 2", "E"),
        (
            series("AC", "actual", (9, 4, 0, None, -7)),
            series("PL", "plan", (4, None, 2, 3, -9)),
            series("PY", "last_year", (5, 3, None, 2, -5)),
        ),
        LONG,
        tones=("good", "neutral", "muted", "bad", "bad"),
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _prepared():
    prepare()


def text_boxes(chart, width="half", style=STYLE):
    """What matplotlib itself says about the extents of all texts, in millimeters."""
    canvas = compose(chart, style, page_size(chart, width, style))
    boxes = []
    for text in canvas.figure.texts:
        extent = text.get_window_extent()
        scale = 25.4 / canvas.figure.dpi
        left, bottom, right, top = (edge * scale for edge in (extent.x0, extent.y0, extent.x1, extent.y1))
        # Line boxes reach over accents and under commas; ink is what must not touch.
        boxes.append((text.get_text(), Box(left, bottom + 0.2, right, top - 0.4)))
    return canvas, boxes


def assert_tidy(chart, width="half", style=STYLE):
    canvas, boxes = text_boxes(chart, width, style)
    page = Box(0, 0, canvas.width, canvas.height)
    for index, (text, box) in enumerate(boxes):
        assert box.within(page, tolerance=0.2), text
        clashes = [other for other, place in boxes[index + 1 :] if box.overlaps(place)]
        assert not clashes, (text, clashes)


@pytest.mark.parametrize("width", ["half", "full"])
@pytest.mark.parametrize("name", CHARTS)
def test_labels_never_overlap_and_stay_inside(name, width):
    assert_tidy(CHARTS[name], width)


numbers = st.one_of(st.none(), st.floats(-1e12, 1e12, allow_nan=False))
names = st.text(st.characters(codec="latin-1", exclude_categories=("C",)), min_size=1, max_size=60)


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data(), kind=st.sampled_from(["line", "bar", "stacked", "ranked"]))
def test_no_data_makes_labels_overlap(data, kind):
    categories = tuple(data.draw(st.lists(names, min_size=1, max_size=14)))
    values = st.lists(numbers, min_size=len(categories), max_size=len(categories))
    scenario = "member" if kind == "stacked" else "actual"
    chart = Chart(
        kind,
        categories,
        (
            series(data.draw(names), scenario, data.draw(values)),
            series(data.draw(names), "member" if kind == "stacked" else "plan", data.draw(values)),
        ),
        data.draw(names),
        highlight=data.draw(st.integers(0, len(categories) - 1)),
        zero_based=data.draw(st.booleans()),
    )
    assert_tidy(chart)


def test_current_value_and_last_category_are_always_told():
    _, boxes = text_boxes(CHARTS["sixty days"])
    texts = [text for text, _ in boxes]
    assert texts.count("43.00") == 1
    assert "2026-059" in texts


def test_a_zero_is_not_written_over_the_taller_column_behind_it():
    shown = (
        series("AC", "actual", (3, 0, 0, 4), "{:.0f}"),
        series("PY", "last_year", (2, 7, 0, 5), "{:.0f}"),
    )
    _, boxes = text_boxes(Chart("bar", MONTHS[:4], shown, "k", highlight=3))
    assert [text for text, _ in boxes].count("0") == 1, "only where nothing stands behind it"


def test_several_lines_have_values_at_their_ends_and_extremes_only():
    courses = ((41, 38, 40, 42, 39, 31), (28, 22, 27, 29, 26, 19))
    lines = tuple(series(f"{course[0]}", "member", course, "{:.0f}") for course in courses)
    _, boxes = text_boxes(Chart("line", MONTHS[:6], lines, "%"), "full")
    numbers = {text for text, _ in boxes} & {str(value) for course in courses for value in course}
    assert numbers == {"41", "42", "31", "28", "29", "19"}


def test_a_narrow_run_of_weeks_names_its_month_without_the_year():
    chart = replace(COLUMNS, groups=(("December 2025", 2), ("January 2026", 11)))
    _, boxes = text_boxes(chart, "two_thirds")
    assert {"December", "January 2026"} <= {text for text, _ in boxes}


def test_long_names_are_shortened_to_the_room_they_have():
    _, boxes = text_boxes(CHARTS["ranked both ways"])
    shortened = [text for text, _ in boxes if text.startswith("International") and text.endswith("…")]
    assert len(shortened) >= 2


def test_bars_grow_from_zero_in_proportion():
    chart = Chart("bar", ("A", "B"), (series("AC", "actual", (10, 40)),), "k", zero_based=True)
    (path,) = re.findall(
        r'<path d="([^"]+)"[^>]*style="fill: #404040', draw(chart, STYLE, (90, 50), "").svg.decode()
    )
    heights = []
    for bar in path.split("z")[:-1]:
        ys = [float(y) for _, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", bar)]
        heights.append(max(ys) - min(ys))
    assert heights[1] / heights[0] == pytest.approx(4, rel=1e-3)


def test_hatching_stays_inside_its_bar():
    bar = Box(3.3, 1.1, 7.9, 22.4)
    lines = list(hatching(bar))
    assert len(lines) > 20
    for start, end in lines:
        assert end[0] - start[0] == pytest.approx(end[1] - start[1])
        assert Box(start[0], start[1], end[0], end[1]).within(bar, tolerance=1e-9)


def test_a_forecast_is_hatched_and_a_plan_is_empty():
    expected, planned = (scenario_ink(STYLE, role) for role in ("forecast", "plan"))
    assert (expected.fill, planned.fill) == (STYLE.paper, STYLE.paper)
    assert (bool(expected.hatch), bool(planned.hatch)) == (True, False)
    chart = Chart("bar", ("May", "Jun"), (series("FC", "forecast", (5, 7)),), "k")
    solid = Chart("bar", ("May", "Jun"), (series("AC", "actual", (5, 7)),), "k")
    hatched, filled = (
        sum(Image.open(BytesIO(png(one, STYLE, (60, 40)))).convert("L").histogram()[:128])
        for one in (chart, solid)
    )
    assert 0 < hatched < 0.7 * filled, "paper shows between the lines"


def test_in_a_small_picture_the_second_tier_gives_way():
    texts = [text.get_text() for text in compose(TIERS, STYLE, (86, 54)).figure.texts]
    assert [name in texts for name in ("ΔPL, € k", "ΔPY %")] == [True, False]
    assert "ΔPY %" in [text.get_text() for text in compose(TIERS, STYLE, (86, 90)).figure.texts]


def test_variances_are_drawn_at_the_scale_that_the_caption_tells():
    actual, planned = (10.0, 20.0, 30.0), (9.0, 22.0, 30.0)
    chart = Chart(
        "bar",
        ("A", "B", "C"),
        (series("AC", "actual", actual), series("PL", "plan", planned)),
        "k",
        variances=(variance("ΔPL, k", actual, planned, 5),),
    )
    svg = draw(chart, STYLE, page_size(chart, "full", STYLE), "").svg.decode()

    def heights(color):
        *_, path = re.findall(rf'<path d="([^"]+)"[^>]*style="fill: {color}', svg)
        bars = [
            [float(y) for _, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", bar)] for bar in path.split("z")[:-1]
        ]
        return [max(ys) - min(ys) for ys in bars]

    columns, (better,), (worse,) = (
        heights(color) for color in (STYLE.actual, STYLE.favorable, STYLE.unfavorable)
    )
    assert better / (1.0 * 5) == pytest.approx(columns[0] / 10, rel=1e-3)
    assert worse / (2.0 * 5) == pytest.approx(columns[1] / 20, rel=1e-3)


def test_a_fan_opens_from_the_last_actual_value():
    """Its corners are the last value, the lower ends, and the upper ends on the way back."""
    chart = replace(FORECAST, kind="line", variances=())
    svg = draw(chart, STYLE, (180, 60), "").svg.decode()
    (fan,) = re.findall(rf'<path d="([^"]+)"[^>]*style="fill: {STYLE.hairline}', svg)
    corners = [(float(x), float(y)) for x, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", fan)]
    assert len(corners) == 8
    assert corners[0] == corners[-1], "it starts where the actual line ends"
    widths = [high[1] - low[1] for low, high in zip(corners[1:4], reversed(corners[4:7]), strict=True)]
    spans = [high - low for low, high in chart.band[-3:]]
    assert [width / widths[0] for width in widths] == pytest.approx(
        [span / spans[0] for span in spans], rel=1e-3
    )


def test_panels_share_one_scale():
    svg = draw(MULTIPLES, STYLE, page_size(MULTIPLES, "full", STYLE), "").svg.decode()
    paths = re.findall(rf'<path d="([^"]+)"[^>]*style="fill: {STYLE.actual}', svg)
    heights = []
    for path in paths:
        ys = [float(y) for _, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", path.split("z")[-2])]
        heights.append(max(ys) - min(ys))
    values = [panel.series[0].values[-1] for panel in MULTIPLES.panels]
    assert [height / heights[0] for height in heights] == pytest.approx(
        [v / values[0] for v in values], rel=1e-3
    )


def test_text_stays_text_and_dollars_are_not_formulas():
    chart = Chart("ranked", ("Deal $a_1$ & <b>",), (series("AC", "actual", (5,)),), "k")
    drawing = draw(chart, STYLE, (180, 30), "message")
    assert "Deal $a_1$ &amp; &lt;b&gt;" in drawing.svg.decode()
    assert drawing.alt == "message"


def test_same_chart_gives_same_bytes():
    for chart in (COLUMNS, RANKED):
        assert draw(chart, STYLE, (180, 60), "").svg == draw(chart, STYLE, (180, 60), "").svg
        assert png(chart, STYLE, (96, 54)) == png(chart, STYLE, (96, 54))


def test_picture_is_opaque_and_has_the_asked_size():
    picture = Image.open(BytesIO(png(COLUMNS, STYLE, (96, 54), dpi=254)))
    assert picture.size == (960, 540)
    assert "transparency" not in picture.info
    assert picture.convert("RGB").getpixel((3, 100)) == (255, 255, 255)


def test_gray_print_keeps_the_scenarios_apart():
    picture = Image.open(BytesIO(png(COLUMNS, STYLE, (180, 56), dpi=100))).convert("L")
    row = [picture.getpixel((x, picture.height // 2 + 10)) for x in range(picture.width)]
    assert {min(row), 255} < {*row}
    assert any(150 < shade < 180 for shade in row), "last year"


def test_screen_version_holds_texts_to_their_measured_width():
    svg = for_screen(draw(LINE, STYLE, (90, 50), "").svg).decode()
    font = TTFont(FOLDER / "SourceSans3-Semibold.ttf")
    glyphs = font.getBestCmap()
    width = (
        sum(font["hmtx"][glyphs[ord(letter)]][0] for letter in "W24") / font["head"].unitsPerEm * STYLE.size
    )
    (length,) = re.findall(r'font-weight: 600[^>]*textLength="([\d.]+)"[^>]*>W24<', svg)
    assert float(length) == pytest.approx(width, rel=0.05)
    assert svg.count("textLength") == svg.count("<text ")


@given(
    wanted=st.lists(st.floats(0, 50), min_size=1, max_size=10),
    gap=st.floats(0.5, 4.5),
)
def test_spread_keeps_order_gap_and_bounds(wanted, gap):
    placed = spread(wanted, gap, 0, 50)
    assert all(-1e-9 <= y <= 50 + 1e-9 for y in placed)
    ordered = sorted(zip(wanted, placed, strict=True))
    for (one, low), (other, high) in pairwise(ordered):
        assert one == other or high - low >= gap - 1e-9
    steps = sorted(placed)
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(steps))
