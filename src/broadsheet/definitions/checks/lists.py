"""Checks of lists: their columns exist, blocks list what has a list, and persons are named only where allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.definitions.checks.asks import asks
from broadsheet.definitions.checks.columns import column_type
from broadsheet.definitions.checks.dimensions import reaches
from broadsheet.definitions.checks.kpis import leaves
from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.lists import ListSpec, fields_of
from broadsheet.definitions.models.measures import Formula
from broadsheet.definitions.models.reports import AnyBlock, ListBlock, Report
from broadsheet.definitions.models.stories import StoryBlock
from broadsheet.definitions.walk import Step
from broadsheet.errors import Place, Problem, did_you_mean

_TECHNICAL = re.compile(r"(^|_)(e?_?mail|ip|cookie)(_(address|id))?$")
"""Columns that no list prints (rule C11): addresses of mail and machines, and cookies."""


def check_lists(draft: Draft) -> Iterator[Finding]:
    """Everything a list prints is a column of the KPI's fact, and somebody acts."""
    for name, kpi in draft.catalog.kpis.items():
        subject, measure = Subject("kpi", name), kpi.measure
        if kpi.list is not None and kpi.each is not None:
            yield from _of_members(draft, subject, kpi.list, kpi.each.dimensions)
        if kpi.list is None or isinstance(measure, Formula) or measure.fact not in draft.catalog.facts:
            continue
        yield from _beside(draft, subject, kpi.list, measure.fact)
        for path, place in _paths(draft, subject, kpi.list):
            if path in kpi.list.kpis.values():
                continue
            found = column_type(draft.catalog, measure.fact, path, place)
            if isinstance(found, Problem):
                yield subject, found
            elif _TECHNICAL.search(path.rpartition(".")[2]):
                what = f"the list of {name} would print {path}"
                remedy = "Mail addresses, IP addresses and cookies are never printed: name the row by another column."
                yield subject, error("printed-never", place, what, remedy)
        if kpi.list.owner is None and not (kpi.owner or draft.catalog.settings.owner):
            what = f"the list of {name} does not say who acts"
            remedy = "Write owner: a column under list, or the KPI's owner."
            yield subject, error("missing-key", draft.place(subject, "list"), what, remedy)


def _beside(draft: Draft, subject: Subject, spec: ListSpec, fact: str) -> Iterator[Finding]:
    """The KPIs beside rows are told of a member that each row has."""
    if spec.each is None:
        return
    place = draft.place(subject, "list", "each")
    dimension = draft.catalog.dimensions.get(spec.each)
    if dimension is None:
        if not draft.defines("dimension", spec.each):
            remedy = did_you_mean(spec.each, draft.names("dimension"))
            yield subject, error("unknown-dimension", place, f"“{spec.each}” is not a dimension", remedy)
        return
    classed = dimension.bands or dimension.part or dimension.age
    if (
        classed
        or not reaches(draft, fact, spec.each)
        or draft.catalog.dimension_route(fact, spec.each).bridge
    ):
        what = f"a row of {fact} has no member of dimension {spec.each}"
        remedy = (
            f"Take a dimension with a path for {fact} to a column over links, without bands, part or age."
        )
        yield subject, error("unreachable-dimension", place, what, remedy)
    for head, kpi in spec.kpis.items():
        yield from _told_of(draft, subject, kpi, (spec.each,), draft.place(subject, "list", "kpis", head))


def _of_members(
    draft: Draft, subject: Subject, spec: ListSpec, dimensions: tuple[str, ...]
) -> Iterator[Finding]:
    """A list of members prints their names and KPIs that can be told of each."""
    for path, place in _paths(draft, subject, spec):
        if path in dimensions:
            continue
        if not draft.defines("kpi", path):
            what = f"a list of members prints KPIs and {', '.join(dimensions)}, “{path}” is neither"
            remedy = did_you_mean(path, [*dimensions, *draft.names("kpi")])
            yield subject, error("unknown-kpi", place, what, remedy)
            continue
        yield from _told_of(draft, subject, path, dimensions, place)
    if spec.each is not None:
        what = "`each` and `kpis` belong to lists of rows; a list of members names KPIs under `columns`"
        remedy = "Move the KPIs to `columns` and remove `each`."
        yield subject, error("wrong-value", draft.place(subject, "list", "each"), what, remedy)


def _told_of(
    draft: Draft, subject: Subject, kpi: str, dimensions: tuple[str, ...], place: Place
) -> Iterator[Finding]:
    """A KPI that is there and can be told of each member of some dimensions."""
    if not draft.defines("kpi", kpi):
        yield (
            subject,
            error("unknown-kpi", place, f"“{kpi}” is not a KPI", did_you_mean(kpi, draft.names("kpi"))),
        )
        return
    for leaf in leaves(draft, kpi) or ():
        fact = draft.catalog.fact_of(leaf)
        for name in dimensions:
            if name in draft.catalog.dimensions and not reaches(draft, fact, name):
                what = f"{kpi} is measured on fact {fact}, which has no path to dimension {name}"
                remedy = f"Add a path for {fact} under its `via`, or take another KPI."
                yield subject, error("unreachable-dimension", place, what, remedy)


def _paths(draft: Draft, subject: Subject, spec: ListSpec) -> Iterator[tuple[str, Place]]:
    for head, path in spec.columns.items():
        yield path, draft.place(subject, "list", "columns", head)
    for key, text in (("reason", spec.reason), ("next_step", spec.next_step)):
        for path in fields_of(text):
            yield path, draft.place(subject, "list", key)
    if spec.owner is not None:
        yield spec.owner, draft.place(subject, "list", "owner")
    for path, _ in spec.order:
        yield path, draft.place(subject, "list", "order")


def check_list_blocks(draft: Draft) -> Iterator[Finding]:
    """Lists are of KPIs that say how, and name persons only to an audience that may see them."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            for kpi, printed, *path in _listed(block):
                definition = draft.catalog.kpis.get(kpi)
                place = draft.place(subject, "blocks", index, *path)
                if definition is not None and definition.list is None:
                    known = [other for other, found in draft.catalog.kpis.items() if found.list is not None]
                    remedy = f"{did_you_mean(kpi, known)} Or give it a list: columns, reason and next_step."
                    yield subject, error("no-list", place, f"KPI {kpi} has no list", remedy)
                elif printed and _of_persons(definition) and (barred := _barred(draft, report)):
                    yield subject, _persons(f"the list of {kpi}", barred, place)


def _of_persons(kpi: Kpi | None) -> bool:
    return kpi is not None and kpi.list is not None and kpi.list.persons


def _listed(block: AnyBlock) -> Iterator[tuple[str, bool, *tuple[Step, ...]]]:
    """The KPIs whose lists a block uses, whether it prints their rows, and where it names them."""
    if isinstance(block, ListBlock):
        yield block.list, True, "list"
    elif isinstance(block, StoryBlock):
        for number, action in enumerate(block.story.actions):
            if action.list is not None:
                yield action.list, False, "story", "actions", number, "list"


def check_persons(draft: Draft) -> Iterator[Finding]:
    """Figures by person stand only in reports for audiences that may see persons."""
    for ask in asks(draft):
        report = draft.reports[ask.subject.name]
        for name, place in ask.axes:
            dimension = draft.catalog.dimensions.get(name)
            if dimension is not None and dimension.persons and (barred := _barred(draft, report)):
                yield ask.subject, _persons(f"dimension {name}", barred, place)


def _barred(draft: Draft, report: Report) -> str:
    """The first audience of a report that may not see persons; a broken one is told elsewhere."""
    known = ((name, draft.audiences.get(name)) for name in report.audiences)
    return next((name for name, audience in known if audience is not None and not audience.persons), "")


def _persons(what: str, audience: str, place: Place) -> Problem:
    text = f"{what} names persons, whom audience {audience} may not see"
    remedy = "Choose something that names nobody, or write persons: true for the audience."
    return error("persons-audience", place, text, remedy)
