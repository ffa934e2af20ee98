"""Checks of KPIs over members: their dimensions exist, every part reaches them, figures are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from broadsheet.definitions.checks.dimensions import paths_to, reaches
from broadsheet.definitions.checks.kpis import key_of, leaves
from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.formula import Moved, Term
from broadsheet.definitions.members import Across, Members
from broadsheet.definitions.models.filters import ColumnRef, Firsts, is_number
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Formula
from broadsheet.definitions.steps import Earlier, Running
from broadsheet.errors import Place, Problem, did_you_mean


def check_members(draft: Draft) -> Iterator[Finding]:
    """Members are those of known dimensions, which every KPI of theirs reaches, and are compared by numbers."""
    for name, kpi in draft.catalog.kpis.items():
        subject, term = Subject("kpi", name), _term(kpi)
        if isinstance(term, Members):
            place = draft.place(subject, key_of(kpi), "each")
            problems = [*_unknown(draft, term.each, place), *_figures(draft, subject, term)]
            for problem in problems or _gaps(draft, name, term, place):
                yield subject, problem
        elif isinstance(term, Across):
            for problem in _unknown(draft, term.over or (), draft.place(subject, "over")):
                yield subject, problem


def _term(kpi: Kpi) -> Term | None:
    measure = kpi.measure
    return measure.term if isinstance(measure, Formula) else None


def _unknown(draft: Draft, dimensions: tuple[str, ...], place: Place) -> Iterator[Problem]:
    for dimension in dimensions:
        if not draft.defines("dimension", dimension):
            remedy = did_you_mean(dimension, draft.names("dimension"))
            yield error("unknown-dimension", place, f"“{dimension}” is not a dimension", remedy)


def _figures(draft: Draft, subject: Subject, term: Members) -> Iterator[Problem]:
    for key, where in (("where", term.where), ("of", term.of)):
        for condition in where:
            for value in condition.values:
                if not isinstance(value, ColumnRef | Firsts) and not is_number(value):
                    what = f"{condition.path} is the figure of a member, the condition compares it with “{value}”"
                    remedy = "Write a number without quotes, or {kpi: name} for another KPI of the member."
                    yield error("condition-type", draft.key_place(subject, key, condition.path), what, remedy)


def _gaps(draft: Draft, name: str, term: Members, place: Place) -> Iterator[Problem]:
    facts = {draft.catalog.fact_of(leaf): leaf for used in term.uses for leaf in leaves(draft, used) or ()}
    if not facts and all(leaves(draft, used) == () for used in term.uses):
        what = f"the members of {name} have no rows: no KPI there is measured on a fact"
        yield error("members-rows", place, what, "Compare a KPI of each member that counts or sums rows.")
    for fact, leaf in facts.items():
        for dimension in term.each:
            if dimension in draft.catalog.dimensions and not reaches(draft, fact, dimension):
                what = f"{name} looks at each {dimension}, to which fact {fact} of {leaf} has no path"
                known = sorted(other for other in draft.catalog.dimensions if reaches(draft, fact, other))
                paths = ", ".join(f"{other}.{path}" for other, path in paths_to(draft, dimension))
                remedy = (
                    f"Paths to {dimension}: {paths or 'none'}. "
                    f"From {fact} one reaches: {', '.join(known) or 'no dimension'}."
                )
                yield error("unreachable-dimension", place, what, remedy)


def check_moves(draft: Draft) -> Iterator[Finding]:
    """Other days than those of a period have no period before; members are not told apart day by day."""
    for name, kpi in draft.catalog.kpis.items():
        subject, term = Subject("kpi", name), _term(kpi)
        what = remedy = ""
        if isinstance(term, Moved) and not isinstance(term.step, Earlier):
            former = _part(draft, (term.kpi,), _is_earlier)
            if former is not None:
                what = f"{name} reads other days than those of a period, but {former} the period before"
                remedy = f"Turn them around: shift by 1 period a KPI that reads other days, such as {name}."
        if isinstance(term, Moved) and _is_daily(term):
            crowd = _part(draft, (term.kpi,), lambda part: isinstance(part, Members))
            if crowd is not None:
                what = (
                    f"{name} shows the days of a period, on which the members of {crowd} are not told apart"
                )
                remedy = "Leave out take: the value is then that at the end of the period."
        if what:
            yield subject, error("moved-part", draft.place(subject, key_of(kpi)), what, remedy)


def _is_earlier(term: Term | None) -> bool:
    return isinstance(term, Moved) and isinstance(term.step, Earlier)


def _is_daily(term: Term | None) -> bool:
    return isinstance(term, Moved) and isinstance(term.step, Running) and term.step.take != "last"


def _part(draft: Draft, names: tuple[str, ...], meant: Callable[[Term | None], bool]) -> str | None:
    """The first of some KPIs, or of what they are made of, whose term is meant."""
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop(0)
        kpi = draft.catalog.kpis.get(name)
        if kpi is None or name in seen:
            continue
        seen.add(name)
        if meant(_term(kpi)):
            return name
        waiting += kpi.measure.uses if isinstance(kpi.measure, Formula) else ()
    return None
