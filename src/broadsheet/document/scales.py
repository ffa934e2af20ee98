"""One scale per unit: charts built alike and similar in size share it, all others say that theirs is their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from broadsheet.document.context import Context
from broadsheet.document.tree import Chart, Diagram, Section

SIMILAR = 0.4
"""Charts share a scale while the smallest fills so much of it: in a smaller part it could not be read."""

Reach = tuple[float, float]


def on_one_scale(sections: Sequence[Section], context: Context) -> tuple[Section, ...]:
    """The sections with shared scales where that is possible, and with a note in the caption where not."""
    builds: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, section in enumerate(sections):
        build = _build(section)
        if build:
            builds[build].append(index)
    reaches = {index: reach for like in builds.values() for index, reach in _shared(sections, like).items()}
    scales: dict[str, set[Reach | int]] = defaultdict(set)
    for index, section in enumerate(sections):
        scales[_unit(section)].add(reaches.get(index, index))
    scales.pop("", None)
    return tuple(
        _noted(section, reaches.get(index), len(scales.get(_unit(section), ())) > 1, context)
        for index, section in enumerate(sections)
    )


def _noted(section: Section, reach: Reach | None, differs: bool, context: Context) -> Section:
    if isinstance(section.body, Chart) and reach is not None:
        section = replace(section, body=replace(section.body, reach=reach))
    if not differs:
        return section
    return replace(section, caption=context.words.listed((section.caption, context.say("caption_own_scale"))))


def _unit(section: Section) -> str:
    """What the lengths of a drawing stand for; empty for numbers of things, which are not of one kind."""
    form = getattr(section.body, "format", None) if isinstance(section.body, Chart | Diagram) else None
    return "" if form is None else form.unit or ("%" if form.kind == "percent" else "")


def _build(section: Section) -> tuple[object, ...]:
    """What decides on how many millimeters a value is long; nothing where no other chart could be alike."""
    chart, unit = section.body, _unit(section)
    if not isinstance(chart, Chart) or not unit or chart.kind == "ranked" or not chart.zero_based:
        return ()
    return unit, section.width, len(chart.variances), bool(chart.events), bool(chart.groups)


def _shared(sections: Sequence[Section], like: Sequence[int]) -> dict[int, Reach]:
    """The common reach of charts that are built alike, where they are similar in size."""
    bodies = [section.body for section in (sections[index] for index in like)]
    reaches = [_reach(body) for body in bodies if isinstance(body, Chart)]
    low, high = min(low for low, _ in reaches), max(high for _, high in reaches)
    if len(like) < 2 or any(top - bottom < SIMILAR * (high - low) for bottom, top in reaches):
        return {}
    return dict.fromkeys(like, (low, high))


def _reach(chart: Chart) -> Reach:
    """The lowest and highest value that is drawn, zero included."""
    ends = [(0.0, 0.0), *(pair for pair in chart.band if pair is not None)]
    for beside in zip(*(series.values for series in chart.series), strict=True):
        values = [value or 0.0 for value in beside]
        if chart.kind == "stacked":
            values = [sum(min(value, 0.0) for value in values), sum(max(value, 0.0) for value in values)]
        ends.append((min(values), max(values)))
    return min(low for low, _ in ends), max(high for _, high in ends)
