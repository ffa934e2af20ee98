"""Questions in, answers out: plan all of them together, ask once, evaluate each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import pandas as pd

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.scope import WHOLE, Scope
from broadsheet.errors import Absent, BroadsheetError, MissingError, RefusedError, UnavailableError
from broadsheet.metrics.cells import Cells, cells
from broadsheet.metrics.cubes import cube
from broadsheet.metrics.everyone import asked, told
from broadsheet.metrics.inquiry import Inquiry
from broadsheet.metrics.listing import listing, read_rows, select_rows
from broadsheet.metrics.permitted import inspect, witness
from broadsheet.metrics.plan import Need, Scan, plan
from broadsheet.metrics.question import Answer, Answers, Question, Rows, Statement
from broadsheet.metrics.roster import counted_members, roster
from broadsheet.metrics.sizes import Known
from broadsheet.metrics.source import Context, Result, Source
from broadsheet.metrics.unique import ask
from broadsheet.periods import Calendar


def answer(
    questions: Sequence[Question],
    catalog: Catalog,
    calendar: Calendar,
    source: Source,
    as_of: datetime,
    scope: Scope = WHOLE,
) -> Answers:
    """Answer all questions with few statements; `as_of` is aware, rows that end later are still open.

    Only rows that `scope` permits are read, but for totals of `everyone`. Raises RefusedError where that cannot be
    told of the rows of a fact, where an answer holds others, or where a total of everyone may not be told: then there
    are no answers at all.

    A question that cannot be asked is left out. When a statement fails, every question is asked on its own,
    so that only those that need it lack an answer. The reasons are in `failures`. Raises
    UnavailableError when the source cannot be asked at all.
    """
    context = Context(catalog, calendar, source, as_of, scope)
    inquiries: dict[int, Inquiry] = {}
    answers: dict[int, Answer] = {}
    failures: dict[int, str] = {}
    for index, question in enumerate(questions):
        with _failing(failures, index):
            inquiries[index] = Inquiry(question, context)
    everyone = {index: inquiries.pop(index) for index in list(inquiries) if questions[index].everyone}
    try:
        found, trail = _together(inquiries, context)
        answers = dict(zip(inquiries, found, strict=True))
    except (UnavailableError, RefusedError):
        raise
    except BroadsheetError:
        trail = []
        for index, inquiry in inquiries.items():
            with _failing(failures, index):
                answers[index], statements = _alone(inquiry, context)
                trail += statements
    for index, inquiry in everyone.items():
        with _failing(failures, index):
            answers[index], statements = _of_everyone(inquiry.question, context)
            trail += [replace(each, questions=(index,)) for each in statements]
    ordered = tuple(answers.get(index) for index in range(len(questions)))
    return Answers(ordered, tuple(trail), dict(sorted(failures.items())))


@contextmanager
def _failing(failures: dict[int, str], index: int) -> Iterator[None]:
    try:
        yield
    except (UnavailableError, RefusedError):
        raise
    except BroadsheetError as error:
        failures[index] = f"{str(error).rstrip('.')}. {error.remedy}".strip()


def _of_everyone(question: Question, context: Context) -> tuple[Answer, list[Statement]]:
    """What may be told of everybody's rows: the one place where they are read for readers of a slice."""
    if context.scope == WHOLE:
        return Answer(replace(question, kpis=()), {}), []
    totals, groups = asked(question, context)
    whole = replace(context, scope=WHOLE)
    wanted = [each for each in (totals, groups) if each.kpis]
    found, trail = _together({index: Inquiry(each, whole) for index, each in enumerate(wanted)}, whole)
    answer_ = told(question, found[0], found[1] if groups.kpis else None, context)
    inspect(answer_, context)
    return answer_, trail


def _alone(inquiry: Inquiry, context: Context) -> tuple[Answer, list[Statement]]:
    """The answer to one question; of KPIs whose table or column is not there it says so, and answers the others."""
    question = inquiry.question
    try:
        (found,), trail = _together({0: inquiry}, context)
    except MissingError:
        missing = {kpi: lost for kpi in question.kpis if (lost := _missing(kpi, question, context))}
        if not missing:
            raise
        known = tuple(kpi for kpi in question.kpis if kpi not in missing)
        found, trail = _answered(question, known, context)
        return replace(found, question=question, missing=missing), trail
    return found, trail


def _missing(kpi: str, question: Question, context: Context) -> Absent | None:
    """The table or column for want of which a KPI has no data, or the rows that it lists cannot be told."""
    rows = question.rows if kpi == question.kpis[0] else None
    try:
        _together({0: Inquiry(replace(question, kpis=(kpi,), top=None, rows=rows), context)}, context)
    except MissingError as error:
        return error.absent
    return None


def _answered(question: Question, kpis: tuple[str, ...], context: Context) -> tuple[Answer, list[Statement]]:
    """What is left of a question; ranked by what is there, and empty where nothing is."""
    if not kpis:
        frames = {level: pd.DataFrame(columns=["bucket", *level]) for level in question.levels}
        return Answer(question, frames), []
    top = question.top
    if top is not None and _missing(top.kpi, question, context):
        top = replace(top, kpi=kpis[0])
    inquiry = Inquiry(replace(question, kpis=kpis, top=top, rows=question.rows), context)
    (found,), trail = _together({0: inquiry}, context)
    return found, trail


def _together(inquiries: Mapping[int, Inquiry], context: Context) -> tuple[list[Answer], list[Statement]]:
    library = _Library(context)
    library.ask({index: inquiry.needs() for index, inquiry in inquiries.items()})
    ranked = {index: inquiry.rank(library.find) for index, inquiry in inquiries.items()}
    library.ask({index: inquiry.later_needs(ranked[index]) for index, inquiry in inquiries.items()})
    answers = [
        replace(inquiry.answer(library.find, ranked[index]), rows=library.rows(index, inquiry.question))
        for index, inquiry in inquiries.items()
    ]
    for found in answers:
        inspect(found, context)
    return answers, library.trail()


@dataclass
class _Asked:
    """A scan that was sent: what came back, and the questions that it serves."""

    cells: Cells
    result: Result
    questions: set[int] = field(default_factory=set)


class _Library:
    """What has been asked so far, by need; and the rows that were listed."""

    def __init__(self, context: Context) -> None:
        # What these questions follow, and no others: one that cannot be answered is not to spoil the next.
        self._context, self._sizes = replace(context, followed={}), Known(context)
        self._asked: dict[Scan, _Asked] = {}
        self._scans: dict[Need, tuple[Scan, ...]] = {}
        self._listed: list[Statement] = []
        self._vouched: set[str] = set()

    def ask(self, needs: Mapping[int, Iterable[Need]]) -> None:
        """Send the statements that are still missing for the needs of each question."""
        wanted = [(index, need) for index, some in needs.items() for need in some]
        self._vouch(fact for _, need in wanted for fact in need.facts)
        self._scans.update(plan((need for _, need in wanted if need not in self._scans), self._sizes))
        for index, need in wanted:
            for scan in self._scans[need]:
                if scan not in self._asked:
                    result = ask(self._context, scan.base.fact, cube(scan, self._context))
                    self._asked[scan] = _Asked(cells(scan, result), result)
                self._asked[scan].questions.add(index)

    def _vouch(self, facts: Iterable[str]) -> None:
        """Make sure, before anything else is asked of a fact, that only its permitted rows are read."""
        for fact in dict.fromkeys(facts):
            if fact not in self._vouched:
                witness(self._context, fact)
                self._vouched.add(fact)

    def find(self, need: Need) -> list[Cells]:
        """The cells that answer a need asked before."""
        return [self._asked[scan].cells for scan in self._scans[need]]

    def rows(self, index: int, question: Question) -> Rows | None:
        """The rows that a question wants one by one."""
        spec, catalog = self._context.catalog.kpis[question.kpis[0]].list, self._context.catalog
        term = counted_members(question.kpis[0], catalog)
        if term is not None and spec is not None and question.rows is not None:
            return roster(question, term, spec, catalog, partial(self._level, index))
        wanted = listing(question, self._context)
        if wanted is None:
            return None
        result = ask(self._context, wanted.scan.base.fact, select_rows(wanted, self._context))
        self._listed.append(_told(wanted.scan, result, {index}))
        return read_rows(wanted, result, question, self._context, partial(self._level, index))

    def _level(self, index: int, question: Question) -> pd.DataFrame:
        inquiry = Inquiry(question, self._context)
        self.ask({index: inquiry.needs()})
        return inquiry.answer(self.find, None).frames[question.levels[0]]

    def trail(self) -> list[Statement]:
        """The statements in the order in which they were sent."""
        asked = (_told(scan, asked.result, asked.questions) for scan, asked in self._asked.items())
        return [*asked, *self._listed]


def _told(scan: Scan, result: Result, questions: Iterable[int]) -> Statement:
    return Statement(
        fact=scan.base.fact,
        sql=result.sql,
        rows=len(result.frame),
        seconds=result.seconds,
        spans=scan.spans,
        dimensions=scan.dimensions,
        questions=tuple(sorted(questions)),
    )
