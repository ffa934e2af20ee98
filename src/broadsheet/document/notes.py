"""The last page: what the numbers mean, how they were compared, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.filters import ColumnRef, Condition, Filter
from broadsheet.definitions.models.reports import AnyBlock, CardsBlock, TableBlock
from broadsheet.document.blocks import members, table
from broadsheet.document.context import FORMER, Context
from broadsheet.document.lacks import lacking
from broadsheet.document.language import begin
from broadsheet.document.material import Material
from broadsheet.document.numbers import counted_anew
from broadsheet.document.shown import shown_kpis
from broadsheet.document.tree import Body, Definition, Section, Table
from broadsheet.periods import GRAINS, Note, Period


def definitions(material: Material, context: Context) -> tuple[Definition, ...]:
    """Every KPI of the report, once, in order of appearance."""
    names = dict.fromkeys(kpi for block in material.report.blocks for kpi in shown_kpis(block))
    formulas, sources = dict(material.formulas), dict(material.sources)
    return tuple(
        Definition(
            label=kpi.label,
            meaning=kpi.meaning,
            formula=formulas.get(name, ""),
            owner=kpi.owner or material.settings.owner,
            ref=kpi.ref,
            source=sources.get(name, ""),
            good=context.say(f"good.{kpi.good}"),
            edge_cases=kpi.edge_cases,
        )
        for name, kpi in ((name, material.kpis[name]) for name in names if name in material.kpis)
    )


def notes(
    material: Material, sections: tuple[Section, ...], context: Context, changes: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Terms and texts, without the terms that have nothing to say; `changes` are those since the last edition."""
    rules = [context.say("note.low_base", count=context.settings.low_base)]
    found = [
        ("note.data", [_data(material, context)]),
        ("note.quality", _quality(material, context)),
        ("note.changes", [*changes]),
        ("note.completeness", _completeness(material, sections, context)),
        ("note.comparisons", [*_comparisons(context), *_everyone(material, context)]),
        ("note.status", [context.say("note.status_rule")] if _has_plan(context) else []),
        ("note.small_numbers", rules),
        ("note.totals", _totals(material, context)),
        ("note.rounding", [context.say("note.rounded")]),
    ]
    return tuple((context.say(term), context.words.between.join(texts)) for term, texts in found if texts)


def unprinted(body: Body, context: Context) -> tuple[str, ...]:
    """How many of a table's rows are printed, and whether the workbook has the others."""
    if not isinstance(body, Table) or not body.omitted:
        return ()
    printed = sum(row.kind != "total" for row in body.rows)
    shown, count = (context.numbers.decimal(number) for number in (printed, printed + body.omitted))
    attached = "workbook" in context.report.attach and len(body.further) == body.omitted
    return (context.say("rows_workbook" if attached else "rows_first", shown=shown, count=count),)


def scope(material: Material, context: Context) -> str:
    """What is included: conditions, currency, days."""
    permitted = tuple(Condition(name, "in", members) for name, members in material.scope.permitted)
    conditions = described((*permitted, *material.report.where), context)
    return " · ".join(
        (
            *(conditions or [context.say("all_records")]),
            context.settings.currency,
            context.dates.full(context.period),
        )
    )


def described(where: Filter, context: Context) -> list[str]:
    """Conditions in words: Team: Export, South."""
    return [_condition(condition, context) for condition in where]


def _data(material: Material, context: Context) -> str:
    as_of = context.dates.moment(material.as_of)
    if not material.freshness:
        return context.say("note.as_of", as_of=as_of)
    day = material.as_of.astimezone(context.calendar.zone).date()
    loads = context.words.listed(
        f"{name.replace('_', ' ')} {_latest(at, day, context)}" for name, at in material.freshness
    )
    return context.say("note.freshness", as_of=as_of, loads=loads)


def _latest(at: datetime, day: date, context: Context) -> str:
    """When the latest record happened; a fact that knows only days has no time of day to tell."""
    local = at.astimezone(context.calendar.zone)
    if local.time() == time():
        return context.dates.day(local.date())
    return context.dates.clock(at, day)


def _quality(material: Material, context: Context) -> list[str]:
    """What is wrong with the rows behind the figures, each kind of flaw once; or that nothing of it was found."""
    groups: dict[tuple[str, str], list[str]] = {}
    for flaw in material.flaws:
        known = context.dimensions.get(flaw.subject)
        subject = known.label if flaw.kind == "blank" and known else flaw.subject.replace("_", " ")
        fact, count = flaw.fact.replace("_", " "), context.numbers.decimal(flaw.count)
        groups.setdefault((flaw.kind, subject), []).append(f"{fact} {count}")
    texts = [
        context.say(f"flaw.{kind}", subject=subject, counts=context.words.listed(counts))
        for (kind, subject), counts in groups.items()
    ]
    return texts or [context.say("flaw.none")]


def _totals(material: Material, context: Context) -> list[str]:
    """The KPIs of the report that are counted anew for every whole."""
    names = dict.fromkeys(kpi for block in material.report.blocks for kpi in shown_kpis(block))
    anew = [kpi for kpi in names if kpi in context.kpis and counted_anew(context.kpis[kpi])]
    overlapping = dict.fromkeys(
        name for data in material.data if data.answer for name in sorted(data.answer.overlapping)
    )
    labels = [context.kpis[kpi].label for kpi in anew]
    labels += [context.say("note.by", label=context.dimensions[name].label) for name in overlapping]
    return [context.say("note.not_additive", labels=context.words.listed(labels))] if labels else []


def _completeness(material: Material, sections: tuple[Section, ...], context: Context) -> list[str]:
    missing = [section.title for section in sections if section.state == "failed"]
    titles = context.say("semicolon").join(missing)
    texts = [context.say("note.missing", titles=titles)] if missing else []
    counts = (lacking(material, context, index) for index in range(len(material.data)))
    return texts + list(dict.fromkeys(text for block in counts for text in block))


def _comparisons(context: Context) -> list[str]:
    scenarios = dict.fromkeys(
        scenario for block in context.report.blocks for scenario in context.scenarios(block)
    )
    texts = [context.say("note.plan")] if "plan" in scenarios else []
    for scenario in FORMER:
        former = context.former(context.period, scenario) if scenario in scenarios else None
        if former is not None:
            texts.append(context.say(f"note.{scenario}", period=context.dates.full(former.period)))
            texts += _remarks(former.notes, begin(context.words.labels[scenario]), context)
    texts += dict.fromkeys(_own_periods(context))
    return [*texts, context.say("note.differences")] if texts else []


def _everyone(material: Material, context: Context) -> Iterator[str]:
    """What “everyone” means, where a card tells it."""
    answers = (each.answer for data in material.data for each in data.every if each.answer)
    if any(answer.question.everyone and answer.question.kpis for answer in answers):
        yield context.say("note.everyone")


def _own_periods(context: Context) -> Iterator[str]:
    """What is to know of the comparisons of cards, tables and ranked charts that have a period of their own."""
    for block in context.report.blocks:
        for period, scenarios in _compared(block, context):
            for scenario in scenarios if period != context.period else ():
                former = context.former(period, scenario)
                if former is not None:
                    whose = (context.dates.name(period), context.words.labels[scenario])
                    yield from _remarks(former.notes, begin(context.words.listed(whose)), context)


def _compared(block: AnyBlock, context: Context) -> Iterator[tuple[Period, tuple[Scenario, ...]]]:
    """The periods whose figures a block prints beside those of other periods, and which others."""
    if isinstance(block, CardsBlock):
        for item in block.kpis:
            yield context.resolve(item.period or block.period), context.scenarios(block)
    elif isinstance(block, TableBlock) and block.table.rows not in GRAINS:
        yield context.resolve(block.period), table.scenarios_of(block, context)
    elif isinstance(block, ChartBlock) and block.by not in GRAINS:
        yield context.resolve(block.period), members.scenarios_of(block, context)


def _remarks(found: Iterable[Note], scenario: str, context: Context) -> Iterator[str]:
    for note in found:
        this, other = (
            context.numbers.decimal(each) if isinstance(each, int) else each
            for each in (note.this, note.other)
        )
        yield context.say(f"note.{note.code}", scenario=scenario, this=this, other=other)


def _has_plan(context: Context) -> bool:
    """Whether a card can bear a status word."""
    return any(
        "plan" in context.scenarios(block) and any(_planned(kpi, context) for kpi in shown_kpis(block))
        for block in context.report.blocks
        if isinstance(block, CardsBlock)
    )


def _planned(kpi: str, context: Context) -> bool:
    return context.plan_of(kpi) is not None or context.kpis[kpi].target is not None


def _condition(condition: Condition, context: Context) -> str:
    dimension = context.dimensions.get(condition.path)
    label = dimension.label if dimension else condition.path
    values = context.words.listed(_value(condition.path, value, context) for value in condition.values)
    return context.say(f"condition.{condition.operator}", label=label, values=values)


def _value(path: str, value: object, context: Context) -> str:
    if isinstance(value, ColumnRef):
        return value.path
    return context.member(path, str(value)) if path in context.dimensions else str(value)
