"""What every block of a report shares: its period, its comparisons, its words and number formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from broadsheet.definitions.models.blocks import Block
from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.settings import Settings
from broadsheet.document.dates import Dates
from broadsheet.document.language import Wording, wording
from broadsheet.document.numbers import Formatter, is_count
from broadsheet.metrics.question import EMPTY, OTHER
from broadsheet.periods import Calendar, Comparison, Grain, Period, PeriodSpec, between, buckets, span

Former = Literal["previous", "last_year"]
FORMER: tuple[Former, ...] = get_args(Former)

USUAL_SPAN: Mapping[str, int] = {
    "day": 14,
    "week": 13,
    "month": 13,
    "quarter": 9,
    "year": 5,
    "fiscal_quarter": 9,
    "fiscal_year": 5,
}
"""How far back a view by time goes when the author does not say."""


PARTS: Mapping[str, tuple[int, int]] = {
    "quarter": (1, 4),
    "month": (1, 12),
    "weekday": (1, 7),
    "day": (1, 31),
    "hour": (0, 23),
}
"""The first and the last number of the parts of the calendar that have a fixed order."""


@dataclass(frozen=True)
class Context:
    """The ground that all blocks stand on; `locale` is the edition's, `texts` translates what members are called."""

    report: Report
    period: Period
    calendar: Calendar
    settings: Settings
    kpis: Mapping[str, Kpi]
    dimensions: Mapping[str, Dimension]
    locale: str
    texts: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def words(self) -> Wording:
        """The document's texts."""
        return wording(self.locale)

    @cached_property
    def numbers(self) -> Formatter:
        """The document's number formats."""
        return Formatter(self.locale, self.settings.currency)

    @cached_property
    def dates(self) -> Dates:
        """The document's date formats."""
        return Dates(self.locale, self.calendar.timezone, self.words)

    def say(self, message: str, **values: object) -> str:
        """A text by its id."""
        return self.words.say(message, **values)

    def absent(self, kind: Literal["table", "column"], names: Iterable[str]) -> str:
        """That there are no data because tables or columns are not there."""
        return self.say(f"missing_{kind}", **{kind: self.words.listed(names)})

    def fact(self, label: str, text: str, kpi: Kpi) -> str:
        """A figure with its name: Won amount of €2.05 M, 282 qualified leads, Win rate 35.9 %."""
        if is_count(kpi):
            return self.say("fact.count", value=text, label=self.words.inside(label))
        return self.say("fact.money" if kpi.unit == "money" else "fact.other", value=text, label=label)

    def with_base(self, text: str, *, low: bool) -> str:
        """A figure in a sentence, with its mark where it rests on few rows: 50.0 % (low base)."""
        return self.say("of_low_base", text=text, mark=self.words.labels["low_base"]) if low else text

    def resolve(self, spec: PeriodSpec | None) -> Period:
        """A block's own period, which ends where the report's does; the report's without one."""
        if spec is None:
            return self.period
        return spec.at(self.calendar.instant(self.period.end), self.calendar)

    def scenarios(self, block: Block) -> tuple[Scenario, ...]:
        """What the block is compared with, each once, in the author's order."""
        wanted = self.report.compare if block.compare is None else block.compare
        return tuple(dict.fromkeys(wanted))

    def former(self, period: Period, scenario: Scenario) -> Comparison | None:
        """The period that a period is compared with; None for the plan and for all time."""
        if scenario == "previous":
            return period.previous(self.calendar)
        return period.last_year(self.calendar) if scenario == "last_year" else None

    def formers(self, period: Period, scenarios: Iterable[Scenario]) -> tuple[Period, ...]:
        """The periods that a period is compared with."""
        found = (self.former(period, scenario) for scenario in scenarios)
        return tuple(comparison.period for comparison in found if comparison is not None)

    def plan_of(self, kpi: str) -> str | None:
        """The KPI that holds the plan, where the catalog knows it."""
        plan = self.kpis[kpi].plan
        return plan if plan in self.kpis else None

    def with_plans(self, kpis: Iterable[str], scenarios: Iterable[Scenario]) -> tuple[str, ...]:
        """The KPIs and, where plan is among the scenarios, their plans; each once."""
        names = list(kpis)
        if "plan" in scenarios:
            names += [plan for plan in map(self.plan_of, names) if plan]
        return tuple(dict.fromkeys(names))

    def forecast_of(self, kpi: str) -> tuple[str, ...]:
        """The KPIs that hold the forecast and, where known, the ends of its range."""
        forecast = self.kpis[kpi].forecast
        return tuple(name for name in (forecast.kpis if forecast else ()) if name in self.kpis)

    def timeline(self, period: Period, grain: Grain, wanted: tuple[int, Grain] | None) -> tuple[Period, ...]:
        """The buckets of a view by time: the wanted span, else the period's own parts, else a usual span."""
        if wanted is not None:
            return span(wanted[0], wanted[1], period, self.calendar)
        parts = buckets(period, grain, self.calendar)
        return parts if len(parts) > 1 else span(USUAL_SPAN[grain], grain, period, self.calendar)

    def whole(self, timeline: tuple[Period, ...], period: Period) -> Period:
        """The period that the timeline makes up."""
        if (timeline[0].start, timeline[-1].end) == (period.start, period.end):
            return period
        return between(timeline[0].start, timeline[-1].end)

    def span_text(self, timeline: tuple[Period, ...]) -> str:
        """How many units a timeline has: 13 weeks."""
        count = len(timeline)
        return self.words.count(f"grain.{timeline[-1].kind}", count, self.numbers.decimal(count))

    def member(self, dimension: str, raw: str, others: int = 0) -> str:
        """A member as printed."""
        if raw == OTHER:
            return self.say("other", count=self.numbers.decimal(others))
        definition = self.dimensions[dimension]
        if raw == EMPTY:
            return definition.empty or self.say("empty")
        if definition.part is not None and raw not in definition.labels and raw.isdecimal():
            return self.dates.part(definition.part, int(raw))
        label = definition.labels.get(raw, raw)
        return self.texts.get(label, label)

    def natural(self, dimension: str) -> tuple[str, ...]:
        """The declared order of a dimension's members; empty where there is none."""
        definition = self.dimensions[dimension]
        declared = tuple(band.label for band in definition.bands) or definition.order
        first, last = PARTS.get(definition.part or "", (0, -1))
        return declared or tuple(str(number) for number in range(first, last + 1))
