"""Questions in, answers out: plan all of them together, ask once, evaluate each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from broadsheet.definitions.catalog import Catalog
from broadsheet.errors import BroadsheetError, UnavailableError
from broadsheet.metrics.cells import Cells, cells
from broadsheet.metrics.inquiry import Inquiry
from broadsheet.metrics.plan import Need, Scan, plan
from broadsheet.metrics.question import Answer, Answers, Question, Statement
from broadsheet.metrics.source import Context, Source
from broadsheet.metrics.statements import statement
from broadsheet.periods import Calendar


def answer(
    questions: Sequence[Question], catalog: Catalog, calendar: Calendar, source: Source, as_of: datetime
) -> Answers:
    """Answer all questions with few statements; `as_of` is aware, rows that end later are still open.

    A question that cannot be asked is left out. When a statement fails, every question is asked on its own,
    so that only those that need it lack an answer. The reasons are in `failures`. Raises
    UnavailableError when the source cannot be asked at all.
    """
    context = Context(catalog, calendar, source, as_of)
    inquiries: dict[int, Inquiry] = {}
    answers: dict[int, Answer] = {}
    failures: dict[int, str] = {}
    for index, question in enumerate(questions):
        with _failing(failures, index):
            inquiries[index] = Inquiry(question, context)
    try:
        found, trail = _together(inquiries.values(), context)
        answers = dict(zip(inquiries, found, strict=True))
    except UnavailableError:
        raise
    except BroadsheetError:
        trail = []
        for index, inquiry in inquiries.items():
            with _failing(failures, index):
                (answers[index],), statements = _together((inquiry,), context)
                trail += statements
    ordered = tuple(answers.get(index) for index in range(len(questions)))
    return Answers(ordered, tuple(trail), dict(sorted(failures.items())))


@contextmanager
def _failing(failures: dict[int, str], index: int) -> Iterator[None]:
    try:
        yield
    except UnavailableError:
        raise
    except BroadsheetError as error:
        failures[index] = f"{str(error).rstrip('.')}. {error.remedy}".strip()


def _together(inquiries: Iterable[Inquiry], context: Context) -> tuple[list[Answer], list[Statement]]:
    library = _Library(context)
    library.ask(need for inquiry in inquiries for need in inquiry.needs())
    ranked = [(inquiry, inquiry.rank(library.find)) for inquiry in inquiries]
    library.ask(need for inquiry, ranking in ranked for need in inquiry.later_needs(ranking))
    return [inquiry.answer(library.find, ranking) for inquiry, ranking in ranked], library.trail


class _Library:
    """What has been asked so far, by need."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._cells: dict[Scan, Cells] = {}
        self._scans: dict[Need, tuple[Scan, ...]] = {}
        self.trail: list[Statement] = []

    def ask(self, needs: Iterable[Need]) -> None:
        """Send the statements that are still missing."""
        planned = plan(need for need in needs if need not in self._scans)
        self._scans.update(planned)
        for scan in dict.fromkeys(scan for scans in planned.values() for scan in scans):
            if scan not in self._cells:
                result = self._context.source.query(scan.base.fact, statement(scan, self._context))
                self._cells[scan] = cells(scan, result)
                rows = len(result.frame)
                self.trail.append(Statement(scan.base.fact, result.sql, rows, result.seconds))

    def find(self, need: Need) -> list[Cells]:
        """The cells that answer a need asked before."""
        return [self._cells[scan] for scan in self._scans[need]]
