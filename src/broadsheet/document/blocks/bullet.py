"""Bullets: where KPIs stand to their plans or goals, whatever their units."""

from __future__ import annotations

from broadsheet.definitions.models.bullets import BulletBlock
from broadsheet.document.bullets import Bullet, Bullets
from broadsheet.document.changes import changes, phrase, ranges_of
from broadsheet.document.context import Context
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.tree import Section
from broadsheet.metrics.question import Answer, Question


def ask(block: BulletBlock, context: Context) -> Question:
    """The KPIs and their plans in the block's period."""
    where = (*context.report.where, *block.where)
    return Question(
        context.with_plans(block.bullet.kpis, ("plan",)), (context.resolve(block.period),), where=where
    )


def tell(block: BulletBlock, answer: Answer, context: Context) -> Section:
    """The bullets under the sentence about the one that is farthest on the wrong side."""
    reading, period = Reading(answer, context), context.resolve(block.period)
    bullets = tuple(_bullet(kpi, Spot(period), reading) for kpi in block.bullet.kpis)
    title = _title(block, bullets, context)
    told = [f"{bullet.label} {bullet.text}" for bullet in bullets]
    told += [f"{bullet.change.label} {bullet.change.base.text}" for bullet in bullets if bullet.change]
    caption = (context.say("bullet_caption"), context.dates.full(period))
    labels = context.words.labels
    return Section(
        id="",
        title=title,
        caption=context.words.listed(caption),
        body=Bullets(bullets, labels["code_actual"], labels["code_plan"]),
        alt=context.say(
            "alt_members", kind=context.say("chart_alt.bullet"), title=title, facts=context.words.listed(told)
        ),
        remarks=tuple(
            context.say("block_undefined", label=context.kpis[kpi].label, reason=reading.reason(point))
            for kpi in block.bullet.kpis
            if (point := reading.point(kpi, Spot(period))).value is None
        ),
    )


def _bullet(kpi: str, spot: Spot, reading: Reading) -> Bullet:
    definition, point = reading.context.kpis[kpi], reading.point(kpi, spot)
    change = next(iter(changes(reading, kpi, spot, ("plan",))), None)
    base = change.base.value if change else None
    return Bullet(
        label=definition.label,
        value=point.value,
        text=reading.figure(kpi, point).text,
        change=change,
        part=point.value / base if point.value is not None and base is not None and base > 0 else None,
        ranges=ranges_of(definition),
    )


def _title(block: BulletBlock, bullets: tuple[Bullet, ...], context: Context) -> str:
    """How many have reached their base, and which is farthest from it."""
    known = [
        (kpi, bullet, bullet.change)
        for kpi, bullet in zip(block.bullet.kpis, bullets, strict=True)
        if bullet.part is not None and bullet.change is not None
    ]
    missed = [(kpi, bullet, change) for kpi, bullet, change in known if change.tone == "bad"]
    facts = {
        "hits": context.numbers.decimal(len(known) - len(missed)),
        "total": context.numbers.decimal(len(known)),
    }
    if not missed:
        return context.say("bullet_met", **facts)
    kpi, bullet, change = max(missed, key=lambda item: abs((item[1].part or 0.0) - 1))
    told = phrase(context, context.kpis[kpi], change)
    return context.say("bullet_missed", label=bullet.label, change=told, **facts)
