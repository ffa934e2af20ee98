"""The trail of an edition: which statement served which block, over which days, with how many rows.

The same definitions, data and moment give the same trail, so it says nothing of seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.reports import Report, block_key
from broadsheet.document.blocks import questions
from broadsheet.document.language import english
from broadsheet.metrics.definition import source_of
from broadsheet.metrics.explain import conditions_text
from broadsheet.metrics.question import Question, Statement
from broadsheet.periods import Calendar, Comparison, Period
from broadsheet.press.order import Order
from broadsheet.press.press import Press


@dataclass(frozen=True)
class Stretch:
    """A period with its bounds in local time and UTC. `role` is period, previous or last_year, else empty."""

    role: str
    label: str
    start: str
    end: str
    start_utc: str
    end_utc: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """On one line."""
        notes = "".join(f" {note}" for note in self.notes)
        return f"{self.label}: {self.start} to {self.end} ({self.start_utc} to {self.end_utc}){notes}"


@dataclass(frozen=True)
class Asked:
    """What a block asks; `statements` are the numbers of those that answered it."""

    number: int
    kind: str
    kpis: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    where: str = ""
    top: str = ""
    periods: tuple[str, ...] = ()
    statements: tuple[int, ...] = ()
    failure: str = ""
    everyone: bool = False

    @property
    def text(self) -> str:
        """The question on one line."""
        if not self.kpis:
            return f"{self.number} {self.kind}: asks nothing"
        parts = [f"{self.number} {self.kind}: {', '.join(self.kpis)}"]
        parts += ["of everyone"] if self.everyone else []
        parts += [f"by {' and '.join(self.dimensions)}"] if self.dimensions else []
        parts += [f"({'; '.join(self.levels)})"] if len(self.levels) > 1 else []
        parts += [f"where {self.where}"] if self.where else []
        return " ".join(parts) + (f", {self.top}" if self.top else "")


@dataclass(frozen=True)
class Traced:
    """A statement; `blocks` are the numbers of those that it served, `days` what it covers."""

    number: int
    fact: str
    source: str
    rows: int
    dimensions: tuple[str, ...]
    days: str
    blocks: tuple[int, ...]
    sql: str

    @property
    def served(self) -> str:
        """The blocks in words."""
        if not self.blocks:
            return "the conditions of the report"
        return f"block{'s' * (len(self.blocks) > 1)} {', '.join(map(str, self.blocks))}"


@dataclass(frozen=True)
class Trail:
    """How the numbers of an edition came about."""

    edition: str
    as_of: str
    as_of_utc: str
    periods: tuple[Stretch, ...]
    blocks: tuple[Asked, ...]
    statements: tuple[Traced, ...]

    @property
    def text(self) -> str:
        """All of it as SQL with comments."""
        head = [f"Edition {self.edition}", f"As of {self.as_of} ({self.as_of_utc})", "", "Periods"]
        head += [f"{f'{item.role} ' if item.role else ''}{item.text}" for item in self.periods]
        head += ["", "Blocks"]
        for block in self.blocks:
            head.append(block.text)
            if block.kpis:
                numbers = ", ".join(map(str, block.statements)) or "none"
                head.append(f"  statements {numbers}; periods {', '.join(block.periods)}")
        parts = ["\n".join(f"-- {line}".rstrip() for text in head for line in text.splitlines() or [""])]
        for item in self.statements:
            told = (
                f"Statement {item.number}, for {item.served}",
                f"{item.source}: {item.rows} rows",
                item.days,
            )
            parts.append("\n".join((*(f"-- {line}" for line in told), f"{item.sql};")))
        return "\n\n".join(parts) + "\n"


def trail_of(
    press: Press, order: Order, statements: Sequence[Statement], failures: Sequence[str] = ()
) -> Trail:
    """The trail of an order; `failures` has one text per question, empty where it was answered."""
    report, catalog = press.report(order.edition.report), press.workspace.catalog
    asked = questions(report, order.period, catalog, press.calendar)
    blocks = asked_of(report, asked, statements, failures)
    return Trail(
        edition=str(order.key),
        as_of=local(order.as_of, press.calendar),
        as_of_utc=utc(order.as_of),
        periods=tuple(_periods(report, order.period, asked, press.calendar)),
        blocks=blocks,
        statements=traced(statements, _asking(asked), catalog, press.calendar),
    )


def traced(
    statements: Sequence[Statement], blocks: Sequence[int], catalog: Catalog, calendar: Calendar
) -> tuple[Traced, ...]:
    """Statements, numbered from 1; `blocks` are the numbers of the blocks behind the questions."""
    return tuple(
        Traced(
            number=number,
            fact=item.fact,
            source=source_of(item.fact, catalog),
            rows=item.rows,
            dimensions=item.dimensions,
            days=_days(item.spans, calendar),
            # Questions beyond those of the blocks are asked for the report's conditions.
            blocks=tuple(dict.fromkeys(blocks[index] for index in item.questions if index < len(blocks))),
            sql=item.sql,
        )
        for number, item in enumerate(statements, start=1)
    )


def compared(period: Period, scenarios: Iterable[str], calendar: Calendar) -> tuple[Stretch, ...]:
    """A period and those that it is compared with."""
    found = [stretch(period, calendar, "period")]
    formers = {"previous": period.previous, "last_year": period.last_year}
    for scenario in scenarios:
        former = formers[scenario](calendar) if scenario in formers else None
        if former is not None:
            found.append(stretch(former.period, calendar, scenario, former))
    return tuple(found)


def stretch(
    period: Period, calendar: Calendar, role: str = "", comparison: Comparison | None = None
) -> Stretch:
    """A period with its bounds."""
    start, end = period.bounds(calendar)
    words = english()
    return Stretch(
        role=role,
        label=period.label,
        start=local(start, calendar),
        end=local(end, calendar),
        start_utc=utc(start),
        end_utc=utc(end),
        notes=tuple(
            words.say(f"note.{note.code}", scenario=role, this=note.this, other=note.other)
            for note in (comparison.notes if comparison else ())
        ),
    )


def local(instant: datetime, calendar: Calendar) -> str:
    """`2026-06-15 07:00 CEST`."""
    return f"{instant.astimezone(calendar.zone):%Y-%m-%d %H:%M %Z}"


def utc(instant: datetime) -> str:
    """`2026-06-15T05:00Z`."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def asked_of(
    report: Report,
    asked: Sequence[tuple[Question, ...]],
    statements: Sequence[Statement],
    failures: Sequence[str],
) -> tuple[Asked, ...]:
    """The blocks of a report, once per question; `failures` has a text per question, or nothing at all."""
    index, found = 0, []
    for number, (block, questions_) in enumerate(zip(report.blocks, asked, strict=True), start=1):
        kind = block_key(block) or "text"
        found += [Asked(number, kind)] if not questions_ else []
        for question in questions_:
            served = _serving(statements, index)
            found.append(_asked(number, kind, question, served, failures[index : index + 1]))
            index += 1
    return tuple(found)


def _asking(asked: Iterable[tuple[Question, ...]]) -> list[int]:
    """The number of the block behind every question."""
    return [number for number, questions_ in enumerate(asked, start=1) for _ in questions_]


def _serving(statements: Sequence[Statement], question: int) -> tuple[int, ...]:
    return tuple(number for number, item in enumerate(statements, start=1) if question in item.questions)


def _asked(
    number: int, kind: str, question: Question, statements: tuple[int, ...], failures: Sequence[str]
) -> Asked:
    top = question.top
    return Asked(
        number=number,
        kind=kind,
        kpis=question.kpis,
        dimensions=question.dimensions,
        levels=tuple(" and ".join(level) or "total" for level in question.levels),
        where=conditions_text(question.where),
        top=f"top {top.size} by {top.kpi}" if top else "",
        periods=tuple(bucket.label for bucket in question.buckets),
        statements=statements,
        failure="".join(failures),
        everyone=question.everyone is not None,
    )


def _periods(
    report: Report, period: Period, asked: Iterable[tuple[Question, ...]], calendar: Calendar
) -> Iterator[Stretch]:
    """The period and its comparisons, then every other that a block asks for."""
    known = compared(period, report.compare, calendar)
    yield from known
    others = {bucket: None for block in asked for question in block for bucket in question.buckets}
    told = {(item.label, item.start_utc) for item in known}
    for bucket in others:
        found = stretch(bucket, calendar)
        if (found.label, found.start_utc) not in told:
            yield found


def _days(spans: Sequence[tuple[date, date]], calendar: Calendar) -> str:
    """The days that a statement covers: stretches without a gap, with their bounds."""
    if all(start == end for start, end in spans):
        moments = (calendar.instant(day) for day, _ in spans)
        return "standing at " + ", ".join(f"{local(at, calendar)} ({utc(at)})" for at in moments)
    runs: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    told = ", ".join(_bounds(start, end, calendar) for start, end in runs)
    return f"{told}, in {len(spans)} parts" if len(spans) > 1 else told


def _bounds(first: date, after: date, calendar: Calendar) -> str:
    """A stretch of days; the first and last year of the calendar mean that there is no bound."""
    if after.year == date.max.year:
        return "all rows"
    end = calendar.instant(after)
    if first.year == date.min.year:
        return f"everything before {local(end, calendar)} ({utc(end)})"
    start = calendar.instant(first)
    return f"{local(start, calendar)} to {local(end, calendar)} ({utc(start)} to {utc(end)})"
