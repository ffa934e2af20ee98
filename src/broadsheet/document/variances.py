"""Variance tiers: how far each column of a chart is from its base, on a scale that can be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from broadsheet.document.changes import Base, direction, fraction, subtract, tone
from broadsheet.document.context import Context
from broadsheet.document.numbers import Scale
from broadsheet.document.reading import Point, Reading
from broadsheet.document.tree import Tone, Variance

TALLEST = 0.45
"""A tier is at most so tall, as a part of the columns."""
STEPS = (1, 2, 5)


def absolute(kpi: str, points: Sequence[Point], bases: Sequence[Base | None], reading: Reading) -> Variance:
    """The differences, `times` the scale of the values: a round number that lets them be seen."""
    context, definition = reading.context, reading.context.kpis[kpi]
    gaps = [subtract(point, base[1]) if base else None for point, base in zip(points, bases, strict=True)]
    scale = context.numbers.scale(gaps, definition)
    if definition.unit == "percent":
        # The unit stands once, in the label.
        scale = replace(scale, unit=context.say("points"))
    texts = tuple("" if gap is None else context.numbers.scaled_difference(gap, scale) for gap in gaps)
    heights = [point.value for point in points] + [base[1].value for base in bases if base]
    unit = scale.unit
    return Variance(
        label=context.words.listed(filter(None, (_name("delta", bases, reading), unit))),
        values=tuple(gaps),
        texts=texts,
        tones=_tones(kpi, gaps, texts, reading),
        times=_times(_reach(heights), _reach(gaps)),
    )


def relative(kpi: str, points: Sequence[Point], bases: Sequence[Base | None], reading: Reading) -> Variance:
    """The differences as a part of their bases, in percent; none where there is no percent (rule C9)."""
    context = reading.context
    parts = [fraction(point, base[1]) if base else None for point, base in zip(points, bases, strict=True)]
    percent = Scale(0.01, 1)
    texts = tuple("" if part is None else context.numbers.scaled_difference(part, percent) for part in parts)
    return Variance(
        label=_name("delta_percent", bases, reading),
        values=tuple(parts),
        texts=texts,
        tones=_tones(kpi, parts, texts, reading),
        times=None,
    )


def tiers(
    kpi: str,
    kinds: Sequence[Literal["absolute", "relative"]],
    points: Sequence[Point],
    bases: Sequence[Base | None],
    reading: Reading,
) -> tuple[Variance, ...]:
    """The wanted tiers; none where there is nothing to compare with."""
    ways = {"absolute": absolute, "relative": relative}
    return tuple(ways[kind](kpi, points, bases, reading) for kind in kinds) if any(bases) else ()


def scale_note(tiers: Sequence[Variance], context: Context) -> str:
    """How the scale of the differences stands to that of the columns; empty where there are none."""
    for tier in tiers:
        if tier.times is not None:
            places = max(0, -math.floor(math.log10(tier.times)))
            times = context.numbers.decimal(tier.times, places)
            return context.say("variance_same" if tier.times == 1 else "variance_scale", times=times)
    return ""


def _name(message: str, bases: Sequence[Base | None], reading: Reading) -> str:
    """ΔPL, ΔPY %: all bases of a tier are of one kind."""
    code = next((base[0] for base in bases if base), "")
    return reading.context.say(message, code=code)


def _tones(
    kpi: str, gaps: Sequence[float | None], texts: Sequence[str], reading: Reading
) -> tuple[Tone, ...]:
    definition = reading.context.kpis[kpi]
    return tuple(tone(definition, direction(gap, text), gap) for gap, text in zip(gaps, texts, strict=True))


def _reach(values: Sequence[float | None]) -> float:
    """From the lowest to the highest value, zero included."""
    known = [value for value in values if value is not None]
    return max([0.0, *known]) - min([0.0, *known])


def _times(columns: float, gaps: float) -> float:
    """The largest of …, 0.5, 1, 2, 5, 10, 20, … with which the tier is low enough."""
    if not columns or not gaps:
        return 1
    room = columns * TALLEST / gaps
    power = 10.0 ** math.floor(math.log10(room))
    return max(step * power for step in STEPS if step * power <= room * (1 + 1e-9))
