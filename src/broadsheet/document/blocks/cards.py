"""KPI cards: a value with its changes, a sparkline and a status word."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.models.reports import CardItem, CardsBlock
from broadsheet.definitions.sharing import least_groups
from broadsheet.document.changes import Base, base_of, changes, ranges_of, status
from broadsheet.document.context import USUAL_SPAN, Context
from broadsheet.document.formats import format_of
from broadsheet.document.material import BlockData
from broadsheet.document.reading import Point, Reading, Spot
from broadsheet.document.tree import Attainment, Card, Cards, Section, Spark
from broadsheet.metrics.question import Question
from broadsheet.periods import GRAINS, Grain, Period, span


def ask(block: CardsBlock, context: Context) -> tuple[Question, ...]:
    """What the readers' own rows tell; then, where a card wants it, what those of everyone do."""
    return (ask_own(block, context), *_ask_everyone(block, context))


def _ask_everyone(block: CardsBlock, context: Context) -> Iterator[Question]:
    """The totals by unit; with what else narrows the cards, so that whoever answers can refuse it."""
    wanted: dict[tuple[Grain, Period], dict[str, None]] = {}
    for item in block.kpis:
        if item.everyone:
            unit = (item.period or block.period or context.report.period).grain
            wanted.setdefault((unit, _period(item, block, context)), {})[item.kpi] = None
    where = (*context.report.where, *block.where)
    for (unit, period), kpis in wanted.items():
        yield Question(tuple(kpis), (period,), where=where, everyone=unit)


def ask_own(block: CardsBlock, context: Context) -> Question:
    """Each card's period, the periods it is compared with, and those of its sparkline."""
    scenarios, periods = context.scenarios(block), []
    for item in block.kpis:
        period = _period(item, block, context)
        periods += [period, *context.formers(period, scenarios), *_course(block, period, context)]
    return Question(
        kpis=context.with_plans((item.kpi for item in block.kpis), scenarios),
        buckets=tuple(dict.fromkeys(periods)),
        where=(*context.report.where, *block.where),
    )


def tell(block: CardsBlock, data: BlockData, context: Context) -> Section:
    """The cards; below them is explained what is undefined, and what is not told of everyone."""
    assert data.answer is not None  # noqa: S101  (the caller looked)
    reading = Reading(data.answer, context)
    everyone = tuple(Reading(each.answer, context) for each in data.further if each.answer)
    cards = tuple(_card(item, block, reading, everyone) for item in block.kpis)
    undefined = tuple(
        context.say("block_undefined", label=card.label, reason=card.figure.reason)
        for card in cards
        if card.figure.value is None
    )
    courses = {_course(block, _period(item, block, context), context) for item in block.kpis} - {()}
    note = (
        " ".join((context.say("cards_note"), *_codes(cards, context)))
        if any(c.changes for c in cards)
        else ""
    )
    if len(courses) == 1 and any(card.spark for card in cards):
        course = courses.pop()
        note = f"{note} {context.say('cards_spark', span=_span(course, context))}".strip()
    remarks = (*undefined, *_untold(cards, data.further, context))
    return Section(id="", title="", caption="", body=Cards(cards, note), remarks=remarks)


def _untold(cards: tuple[Card, ...], further: tuple[BlockData, ...], context: Context) -> Iterator[str]:
    """Why cards do not tell the value of everyone that they were to."""
    for each in further:
        if each.failure:
            yield context.say("failed", reason=each.failure)
        for card in cards:
            if each.answer and card.kpi in each.answer.withheld:
                least = context.numbers.decimal(least_groups(context.settings))
                yield context.say("everyone_withheld", label=card.label, count=least)


def _codes(cards: tuple[Card, ...], context: Context) -> tuple[str, ...]:
    """What the codes of the bases stand for, so that page one needs no other page: PL plan, PY last year."""
    labels = context.words.labels
    used = {(change.label, change.scenario) for card in cards for change in card.changes}
    coded = [
        f"{labels[f'code_{each}']} {labels[each]}"
        for each in ("plan", "last_year")
        if (labels[f"code_{each}"], each) in used
    ]
    return (labels["comma"].join(coded) + labels["stop"],) if coded else ()


def _period(item: CardItem, block: CardsBlock, context: Context) -> Period:
    return context.resolve(item.period or block.period)


def _course(block: CardsBlock, period: Period, context: Context) -> tuple[Period, ...]:
    """The units of the sparkline: as wanted, else as many as usual of the card's own unit."""
    if block.span is not None:
        return span(block.span[0], block.span[1], period, context.calendar)
    grain = next((grain for grain in GRAINS if grain == period.kind and not period.clipped), None)
    return span(USUAL_SPAN[grain], grain, period, context.calendar) if grain else ()


def _card(item: CardItem, block: CardsBlock, reading: Reading, everyone: tuple[Reading, ...]) -> Card:
    context, kpi = reading.context, item.kpi
    definition, period = context.kpis[kpi], _period(item, block, context)
    scenarios, spot = context.scenarios(block), Spot(period)
    point = reading.point(kpi, spot)
    plan = base_of(reading, kpi, spot, "plan") if "plan" in scenarios else None
    course = _course(block, period, context)
    goal = plan[1].value if plan and (not course or course[-1] == period) else definition.target
    attainment = _attainment(item, point, plan, reading) if plan and item.bullet else None
    standing = status(definition, point.value, plan[1].value if plan else None)
    return Card(
        kpi=kpi,
        label=item.label or definition.label,
        figure=reading.figure(kpi, point),
        caption=context.words.listed(
            (*_caption(kpi, point, period, reading), *_everyone(item, spot, everyone))
        ),
        changes=changes(reading, kpi, spot, scenarios),
        spark=None if attainment else _spark(kpi, course, goal, reading),
        status=standing,
        status_text=context.words.labels[standing] if standing else "",
        format=format_of(definition, context.settings.currency),
        attainment=attainment,
    )


def _attainment(item: CardItem, point: Point, plan: Base, reading: Reading) -> Attainment | None:
    """The figure as a part of its plan or goal; None where that is no part: undefined, zero or negative."""
    context, definition, (code, base) = reading.context, reading.context.kpis[item.kpi], plan
    if point.value is None or base.value is None or base.value <= 0 or point.value < 0:
        return None
    alt = context.say(
        "bullet_alt",
        label=item.label or definition.label,
        value=context.numbers.value(point.value, definition),
        share=context.numbers.percent(point.value / base.value),
        base=context.words.told(code, context.numbers.value(base.value, definition)),
    )
    return Attainment(point.value / base.value, ranges_of(definition), alt)


def _everyone(item: CardItem, spot: Spot, told: tuple[Reading, ...]) -> Iterator[str]:
    """The value of everyone, where it may be told; without a slice the card's own is that already."""
    for reading in told:
        if item.everyone and reading.asked(item.kpi, spot.period):
            figure, words = reading.figure(item.kpi, reading.point(item.kpi, spot)), reading.context.words
            text = reading.context.with_base(figure.text, low=figure.low_base)
            yield words.told(words.labels["everyone"], text)


def _caption(kpi: str, point: Point, period: Period, reading: Reading) -> tuple[str, ...]:
    """What the number is: its period where it is not the report's, its base, how sure it is."""
    context = reading.context
    parts = [] if period == context.period else [context.dates.name(period)]
    pair, interval = reading.proportion(kpi, point), reading.interval_text(kpi, point)
    if pair:
        hits, total = (context.numbers.decimal(count) for count in pair)
        parts.append(context.say("of_base", hits=hits, total=total))
    elif (point.n and point.value not in (None, point.n)) or reading.divides_by_nothing(point):
        parts.append(reading.n_text(point))
    if interval:
        parts.append(context.say("interval", range=interval))
    if reading.low(kpi, point):
        parts.append(context.words.labels["low_base"])
    return tuple(parts)


def _spark(kpi: str, course: tuple[Period, ...], goal: float | None, reading: Reading) -> Spark | None:
    context, definition = reading.context, reading.context.kpis[kpi]
    values = tuple(reading.point(kpi, Spot(bucket)).value for bucket in course)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    first, last, low, high = (
        context.numbers.value(value, definition) for value in (known[0], known[-1], min(known), max(known))
    )
    alt = context.say(
        "spark_alt",
        label=definition.label,
        span=_span(course, context),
        first=first,
        last=last,
        low=low,
        high=high,
    )
    return Spark(values, goal, alt)


def _span(course: tuple[Period, ...], context: Context) -> str:
    return context.say("span", count=context.span_text(course), period=context.dates.name(course[-1]))
