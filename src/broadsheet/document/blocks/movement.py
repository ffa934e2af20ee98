"""Movements: what stood at the beginning of a period, what went in and out, and what stands at its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.structure import MovementBlock
from broadsheet.document.context import Context
from broadsheet.document.diagrams import Step, Waterfall
from broadsheet.document.language import begin
from broadsheet.document.numbers import Scale, is_level
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.steps import signed, spoken, total, waterfall
from broadsheet.document.tree import Notice, Section, Tone
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Period, between


@dataclass(frozen=True)
class Way:
    """A balance at both ends of a period, and the signed amounts by which KPIs moved it."""

    start: float
    end: float
    flows: tuple[tuple[str, float], ...]

    @property
    def rest(self) -> float:
        """What the flows do not explain."""
        return self.end - self.start - sum(value for _, value in self.flows)


def ask(block: MovementBlock, context: Context) -> Question:
    """What moved in the period, and what stood at the end of the day before it."""
    period = context.resolve(block.period)
    where = (*context.report.where, *block.where)
    return Question(block.movement.shown, (period, _before(period)), where=where)


def tell(block: MovementBlock, answer: Answer, context: Context) -> Section:
    """The waterfall under the sentence about the two largest steps."""
    spec, period, reading = block.movement, context.resolve(block.period), Reading(answer, context)
    definition, before = context.kpis[spec.of], _before(period)
    for kpi, spot in ((spec.of, Spot(before)), *((kpi, Spot(period)) for kpi in spec.shown)):
        point = reading.point(kpi, spot)
        if point.value is None:
            text = context.say("block_undefined", label=context.kpis[kpi].label, reason=reading.reason(point))
            return Section("", definition.label, "", Notice("failed", text), state="failed")

    def value(kpi: str, spot: Spot) -> float:
        return reading.point(kpi, spot).value or 0.0

    flows = [(kpi, value(kpi, Spot(period))) for kpi in spec.plus]
    flows += [(kpi, -value(kpi, Spot(period))) for kpi in spec.minus]
    way = Way(value(spec.of, Spot(before)), value(spec.of, Spot(period)), tuple(flows))
    scale = context.numbers.scale([way.start, way.end], definition)
    drawn, rest = _drawn(block, way, scale, context)
    title = _title(block, way, period, context)
    start = context.words.inside(context.say("movement_start"))
    caption = (
        definition.label,
        scale.unit,
        context.dates.full(period),
        context.say("waterfall_zero", base=start) if drawn.relative else "",
        "" if rest else context.say("movement_closed"),
    )
    return Section(
        id="",
        title=title,
        caption=context.words.listed(filter(None, caption)),
        body=drawn,
        alt=spoken(drawn, title, context),
        remarks=(rest,) if rest else (),
    )


def _drawn(block: MovementBlock, way: Way, scale: Scale, context: Context) -> tuple[Waterfall, str]:
    """The waterfall, and the remark on what its KPIs do not explain; empty where they explain all."""
    definition = context.kpis[block.movement.of]
    steps = [_step(kpi, value, definition, scale, context) for kpi, value in way.flows if value]
    name = block.movement.rest or context.say("movement_rest")
    rest = replace(signed(name, way.rest, definition, scale, context), tone="muted")
    closed = is_level(rest.text)
    first = total(context.say("movement_start"), way.start, scale, context)
    last = total(context.say("movement_end"), way.end, scale, context)
    drawn = waterfall((first, *steps, *([] if closed else [rest]), last), definition, scale, context)
    return drawn, "" if closed else context.say("movement_remainder", rest=name, amount=rest.text)


def _before(period: Period) -> Period:
    return between(period.start - timedelta(days=1), period.start)


def _step(kpi: str, value: float, stock: Kpi, scale: Scale, context: Context) -> Step:
    """A step is good or bad for the stock; gray where the KPI itself says the contrary, as of deals that are won."""
    step, own = signed(context.kpis[kpi].label, value, stock, scale, context), context.kpis[kpi].good
    wanted: Tone = "neutral" if own == "neutral" else "good" if own == "up" else "bad"
    contrary = "neutral" not in (wanted, step.tone) and wanted != step.tone
    return replace(step, tone="muted") if contrary else step


def _title(block: MovementBlock, way: Way, period: Period, context: Context) -> str:
    definition = context.kpis[block.movement.of]
    facts = []
    for name, value in sorted(way.flows, key=lambda flow: -abs(flow[1]))[:2]:
        kpi = context.kpis[name]
        facts.append(
            context.words.inside(context.fact(kpi.label, context.numbers.value(abs(value), kpi), kpi))
        )
    change = way.end - way.start
    level = is_level(context.numbers.difference(change, definition))
    message = "movement_level" if level else "movement_rose" if change > 0 else "movement_fell"
    return begin(
        context.say(
            message,
            label=definition.label,
            amount=context.numbers.distance(change, definition),
            period=context.dates.within(period),
            facts=context.words.listed(facts),
        )
    )
