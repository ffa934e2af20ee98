"""Who suffers from a mistake: everything that uses the broken entry, however far away, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from broadsheet.definitions.checks.asks import asks
from broadsheet.definitions.checks.languages import reading_languages
from broadsheet.definitions.draft import WORKSPACE, Draft, Finding, Kind, Subject
from broadsheet.definitions.members import Across, Members
from broadsheet.definitions.models.blocks import GRAINS
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Formula
from broadsheet.definitions.models.reports import Report
from broadsheet.errors import Problem


def reasons(draft: Draft, findings: Iterable[Finding]) -> dict[Subject, tuple[Problem, ...]]:
    """The errors that make an entry unusable, its own and those of all it uses; sound entries are left out."""
    own: dict[Subject, set[Problem]] = {}
    for subject, problem in findings:
        if problem.severity == "error":
            own.setdefault(subject, set()).add(problem)
    uses = _uses(draft)
    found = {}
    for subject in {**draft.homes, **own}:
        problems = {problem for used in _closure(subject, uses) for problem in own.get(used, ())}
        if problems:
            found[subject] = tuple(sorted(problems))
    return found


def _closure(start: Subject, uses: Mapping[Subject, set[Subject]]) -> set[Subject]:
    found, waiting = {start}, [start]
    while waiting:
        for used in uses.get(waiting.pop(), set()) - found:
            found.add(used)
            waiting.append(used)
    return found


def _parts(kpi: Kpi) -> Iterator[tuple[Kind, str]]:
    """The KPIs and dimensions without which a KPI cannot be computed or compared."""
    measure = kpi.measure
    if isinstance(measure, Formula):
        yield from (("kpi", used) for used in measure.uses)
        term = measure.term
        named = (
            term.each if isinstance(term, Members) else (term.over or ()) if isinstance(term, Across) else ()
        )
        yield from (("dimension", name) for name in named)
    if kpi.plan:
        yield "kpi", kpi.plan
    yield from (("kpi", used) for used in (kpi.forecast.kpis if kpi.forecast else ()))


def _of_report(draft: Draft, report: Report) -> Iterator[tuple[Kind, str]]:
    """What a report as a whole needs."""
    yield from (("audience", name) for name in report.audiences)
    yield "theme", report.theme or draft.catalog.settings.theme
    for language in reading_languages(draft, report):
        if Subject("language", language) in draft.homes:
            yield "language", language
    if report.headline is not None:
        yield "kpi", report.headline


def _named(draft: Draft) -> Iterator[tuple[Subject, Kind, str]]:
    """What KPIs, audiences and reports name."""
    for name, kpi in draft.catalog.kpis.items():
        yield from ((Subject("kpi", name), *used) for used in _parts(kpi))
    for name, audience in draft.audiences.items():
        yield from ((Subject("audience", name), "audience", used) for used in audience.audiences)
    for name, report in draft.reports.items():
        yield from ((Subject("report", name), *used) for used in _of_report(draft, report))


def _uses(draft: Draft) -> dict[Subject, set[Subject]]:
    uses: dict[Subject, set[Subject]] = {subject: {WORKSPACE} for subject in draft.homes}

    def add(user: Subject, kind: Kind, name: str) -> None:
        # A name that no readable file defines may stand in the one that cannot be read.
        used = Subject(kind, name)
        uses[user].add(used if used in draft.homes else Subject(kind))

    for user, kind, used in _named(draft):
        add(user, kind, used)
    for ask in asks(draft):
        for used, _ in ask.kpis:
            add(ask.subject, "kpi", used)
        for used, _ in (*ask.axes, *ask.filters):
            if used not in GRAINS:
                add(ask.subject, "dimension", used)
    return uses
