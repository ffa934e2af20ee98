"""From an order to a job: the only step of an edition that reads the warehouse, templates, logo and fonts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.locales import language_of
from broadsheet.definitions.models.filters import TIMED
from broadsheet.definitions.models.gate import Gate
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Duration
from broadsheet.definitions.models.reports import FileKind, Report
from broadsheet.definitions.scope import WHOLE, Scope
from broadsheet.document.blocks import questions
from broadsheet.document.material import BlockData, Material
from broadsheet.document.shown import shown_kpis
from broadsheet.errors import UnavailableError, WarehouseError
from broadsheet.metrics.answers import answer
from broadsheet.metrics.explain import describe, spread_text
from broadsheet.metrics.quality import Flaw, Use, flaws, uses
from broadsheet.metrics.question import Answers, Question
from broadsheet.metrics.source import Context
from broadsheet.periods import Period, all_time
from broadsheet.press.brand import load_brand
from broadsheet.press.conditions import questions_of, unmet
from broadsheet.press.former import former_of
from broadsheet.press.gate import of_data
from broadsheet.press.job import Gathered, RenderJob
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.seen import look, usual
from broadsheet.press.starter import load_templates
from broadsheet.warehouse.extent import extent, freshness, last_loaded
from broadsheet.warehouse.extent import last_moment as last_data_moment
from broadsheet.warehouse.warehouse import Warehouse


def gather(press: Press, order: Order, also: tuple[FileKind, ...] = ()) -> Gathered:
    """Ask the warehouse everything the edition needs and close it again before anything is drawn.

    `also` are files wanted beside those that the report attaches.

    Raises UnavailableError when the data source does not answer. A single question that cannot be answered
    becomes a failed block instead.
    """
    workspace, scope = press.workspace, order.permitted
    report = press.report(order.edition.report)
    asked = questions(report, order.period, workspace.catalog, press.calendar)
    shown = tuple(dict.fromkeys(kpi for block in report.blocks for kpi in shown_kpis(block)))
    further = questions_of(report, order.period, press.calendar)
    with press.warehouse() as warehouse:
        wanted = [*(question for block in asked for question in block), *further]
        answers = answer(wanted, workspace.catalog, press.calendar, warehouse, order.as_of, scope)
        context, facts = circumstances(press, warehouse, order.as_of, scope), facts_of(press, report)
        loads = tuple(loads_of(context, facts))
        found = tuple(_flaws(context, warehouse, facts, order.period, wanted))
        gate = gate_of(press, report)
        seen = look(context, shown, loads, order.period, gate)
    start, end = order.period.bounds(press.calendar)
    findings = of_data(seen, usual(press, order), gate, min(end, order.as_of), end - start)
    material = Material(
        edition=order.edition,
        scope=scope,
        report=report,
        period=order.period,
        as_of=order.as_of,
        calendar=press.calendar,
        settings=press.settings,
        kpis=dict(workspace.catalog.kpis),
        dimensions=dict(workspace.catalog.dimensions),
        data=_blocks(asked, answers),
        freshness=loads,
        formulas=tuple((kpi, _formula(kpi, workspace.catalog)) for kpi in shown),
        flaws=found,
        former=former_of(press, order),
        cautions=tuple(each.caution for each in findings if each.caution and each.verdict != "send"),
        texts=_texts(press, order.edition.locale),
        sources=tuple((kpi, _origin(kpi, workspace.catalog)) for kpi in shown),
    )
    unwanted = unmet(material, answers.answers[len(wanted) - len(further) :])
    return Gathered(job_of(press, material, also), answers.trail, seen, findings, unwanted)


def gate_of(press: Press, report: Report) -> Gate:
    """What is looked at before an edition of the report goes out.

    Where it waits for data, what follows at the end of waiting is said there.
    """
    gate, waits = report.gate.over(press.settings.gate), report.schedule and report.schedule.wait_for_data
    if not waits:
        return gate
    then = "hold" if waits.then == "hold" else "banner"
    return gate.model_copy(update={"freshness": gate.freshness.model_copy(update={"then": then})})


def job_of(press: Press, material: Material, also: tuple[FileKind, ...] = ()) -> RenderJob:
    """The job of printing what was gathered, with the templates and the theme as they are now."""
    workspace, report = press.workspace, material.report
    theme = workspace.themes[report.theme or press.settings.theme]
    return RenderJob(
        material=material,
        theme=theme,
        templates=load_templates(workspace.root),
        paper=press.settings.paper,
        brand=load_brand(workspace.root, theme),
        also=tuple(dict.fromkeys((*report.attach, *also))),
        limits=press.settings.limits,
    )


def _texts(press: Press, locale: str) -> Mapping[str, str]:
    """The workspace's own translations into an edition's language."""
    language = press.workspace.languages.get(language_of(locale))
    return language.texts if language is not None else {}


def circumstances(press: Press, warehouse: Warehouse, as_of: datetime, scope: Scope = WHOLE) -> Context:
    """What questions to this workspace's data depend on."""
    return Context(press.workspace.catalog, press.calendar, warehouse, as_of, scope)


def whole_period(press: Press, report: Report) -> Period:
    """All days for which the facts of a report have events."""
    with press.warehouse() as warehouse:
        first, last = extent(circumstances(press, warehouse, press.clock.now()), facts_of(press, report))
    return all_time(first, last + timedelta(days=1))


def last_moment(press: Press, report: Report, *, planned: bool = False) -> datetime:
    """The end of the last day that the data of a report know of: the “now” of a finished data set.

    With what is `planned` it moves only when the data do.
    """
    catalog = press.workspace.catalog
    leaves = {leaf for block in report.blocks for kpi in shown_kpis(block) for leaf in catalog.leaves(kpi)}
    moments = {
        moment for leaf in leaves for moment in _times(catalog.kpis[leaf], catalog.fact_of(leaf), catalog)
    }
    with press.warehouse() as warehouse:
        context = circumstances(press, warehouse, press.clock.now())
        return last_data_moment(context, facts_of(press, report), sorted(moments), planned=planned)


def _times(kpi: Kpi, fact: str, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """The times (fact, path) that a KPI looks at, beside the fact's clock."""
    times = [kpi.clock]
    if isinstance(kpi.operand, Duration):
        times += [kpi.operand.start, kpi.operand.end]
    if kpi.standing is not None:
        times += [kpi.standing.begins, kpi.standing.ends]
    times += [each.path for each in (*kpi.where, *kpi.base) if each.operator in TIMED]
    yield from ((fact, path) for path in times if path)
    if kpi.conversion is not None:
        into = kpi.conversion.into
        yield into, kpi.conversion.clock or catalog.facts[into].clock


def loads_of(context: Context, facts: Iterable[str]) -> Iterator[tuple[str, datetime]]:
    """How fresh each fact is; one that cannot be read is told by the blocks that need it."""
    for fact in facts:
        try:
            yield from freshness(context, (fact,))
        except UnavailableError:
            raise
        except WarehouseError:
            continue


def _flaws(
    context: Context,
    warehouse: Warehouse,
    facts: Iterable[str],
    period: Period,
    asked: Iterable[Question],
) -> Iterator[Flaw]:
    """What is wrong with the rows of each fact; one that cannot be read is told by the blocks that need it."""
    read = uses(asked, context.catalog)
    for fact in facts:
        try:
            loaded = last_loaded(context, context.catalog.facts[fact].connection)
            yield from flaws(context, fact, read.get(fact, Use()), period, loaded)
            # What cannot be read is counted before it is known whose rows those are.
            for subject, (count, _) in warehouse.unread(fact).items() if context.scope == WHOLE else ():
                yield Flaw("unread", fact, subject.partition(".")[2], count)
        except UnavailableError:
            raise
        except WarehouseError:
            continue


def _blocks(asked: tuple[tuple[Question, ...], ...], answers: Answers) -> tuple[BlockData, ...]:
    """The answers, handed back to the blocks whose questions they answer."""
    found = [
        BlockData(answered, answers.failures.get(index, "")) for index, answered in enumerate(answers.answers)
    ]
    blocks = []
    for questions_ in asked:
        mine, found = found[: len(questions_)], found[len(questions_) :]
        blocks.append(replace(mine[0], further=tuple(mine[1:])) if mine else BlockData(None))
    return tuple(blocks)


def _formula(kpi: str, catalog: Catalog) -> str:
    """How a KPI is computed, with its parts, and over which days its plan is shared out."""
    text, plan = "; ".join(describe(kpi, catalog)), catalog.kpis[kpi].plan
    shared = spread_text(catalog.kpis[plan], catalog) if plan is not None else ""
    return text + shared.replace(", shared out over", "; plan by", 1)


def _origin(kpi: str, catalog: Catalog) -> str:
    """The tables or files that a KPI's rows come from; a view by the name of its fact."""
    facts = dict.fromkeys(catalog.fact_of(leaf) for leaf in catalog.leaves(kpi))
    tables = ((fact, catalog.facts[fact]) for fact in facts)
    return ", ".join(dict.fromkeys(table.table or table.file or fact for fact, table in tables))


def facts_of(press: Press, report: Report) -> tuple[str, ...]:
    """The facts a report's KPIs count or sum."""
    catalog = press.workspace.catalog
    found: dict[str, None] = {}
    for block in report.blocks:
        for kpi in shown_kpis(block):
            found.update(dict.fromkeys(catalog.fact_of(leaf) for leaf in catalog.leaves(kpi)))
    return tuple(found)
