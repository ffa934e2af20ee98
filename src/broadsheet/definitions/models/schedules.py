"""The `schedule:` of a report: when its editions are due, and what happens where that cannot be kept."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from broadsheet.definitions.models.base import Definition, Many
from broadsheet.definitions.models.blocks import Grain
from broadsheet.definitions.models.windows import Elapsed, ElapsedField, parse_elapsed
from broadsheet.periods import Calendar, DayOff, DayRule, Deadline, Schedule, Weekday, parse_day, parse_offset

Rhythm = Grain | Literal["fiscal_quarter", "fiscal_year"]
LONGEST = {"month": 31, "quarter": 92, "year": 366, "fiscal_quarter": 92, "fiscal_year": 366}
PROMPT = timedelta(hours=1)
"""How late an edition may be begun where nothing is made up for."""
RECENT = timedelta(days=7)
"""How old editions may be where all are made up for."""


def _time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        return time.fromisoformat(value)
    raise ValueError(f'“{value}” is not a time of day: write "07:00"')


def _date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"“{value}” is not a date: write 2026-01-31") from None


def _until(value: Any) -> Any:
    if isinstance(value, time | Elapsed):
        return value
    try:
        return _time(value) if ":" in str(value) else parse_elapsed(value)
    except ValueError:
        raise ValueError(
            f'“{value}” is no end of waiting: write a time of day, "11:00", or a length, 4 hours'
        ) from None


def _day(value: Any) -> Any:
    return value if isinstance(value, DayRule) else parse_day(value)


def _offset(value: Any) -> Any:
    return value if isinstance(value, Deadline) else parse_offset(value)


TimeOfDay = Annotated[
    time,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "format": "time of day", "pattern": r"^\d\d:\d\d$"}),
]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Until = Annotated[
    time | Elapsed, BeforeValidator(_until), WithJsonSchema({"type": "string", "format": "end of waiting"})
]
DayOfUnit = Annotated[
    DayRule,
    BeforeValidator(_day),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "day of a month"},
                {"type": "integer"},
                {"type": "object", "format": "day of a month"},
            ]
        }
    ),
]
Offset = Annotated[
    Deadline,
    BeforeValidator(_offset),
    WithJsonSchema({"type": "string", "format": "offset", "pattern": r"^\d+ (work)?days?$"}),
]


class WaitForData(Definition):
    """Whether an edition waits until the data reach the end of its period, and for how long."""

    until: Until = Field(
        description="The end of waiting: a time of day after the due time, or so long after it."
    )
    then: Literal["send", "hold"] = Field(
        default="send",
        description="At the end: send with a caution on the first page, or hold until somebody decides.",
    )

    def deadline(self, due: datetime, calendar: Calendar) -> datetime:
        """The instant from which an edition that was due at `due` waits no longer."""
        if isinstance(self.until, Elapsed):
            return due + timedelta(seconds=self.until.seconds)
        day = due.astimezone(calendar.zone).date()
        ends = (calendar.instant(datetime.combine(day + timedelta(days=n), self.until)) for n in (0, 1))
        return next(end for end in ends if end >= due)


class ScheduleDef(Definition):
    """When an edition is due: the first such moment after its period has ended."""

    every: Rhythm = Field(description="The rhythm; usually that of the period.")
    days: Many[Weekday] = Field(default=(), description="Of every: day or week.")
    day: DayOfUnit | None = Field(
        default=None,
        description="Of every: month or longer: 5, last, first_workday, last_workday, {workday: 3}, "
        "{nth: 2, weekday: tue} or {nth: last, weekday: fri}. A month that has fewer takes its last.",
    )
    offset: Offset | None = Field(
        default=None,
        description="In place of `day`: so long after the end of the month, quarter or year before.",
    )
    at: TimeOfDay | None = Field(
        default=None, description="The time of day at which it is made, such as 07:00."
    )
    arrive_by: TimeOfDay | None = Field(
        default=None,
        description="In place of `at`: the time of day at which it must have arrived. It is begun so much earlier "
        "as former editions took.",
    )
    timezone: str | None = Field(default=None, description="Another zone than the workspace's.")
    holidays: str | None = Field(
        default=None, description="Another country's holidays than the workspace's, such as US or DE-BY."
    )
    day_off: DayOff | None = Field(
        default=None,
        description="Where the day is a holiday or weekend: skip it, or go out on the working day before or after. "
        "Default: it goes out all the same.",
    )
    start: Day | None = Field(default=None, description="Nothing is due before this day.")
    end: Day | None = Field(default=None, description="Nothing is due after this day.")
    catchup: Literal["latest", "all", "none"] = Field(
        default="latest",
        description="After a downtime: the newest edition is made, all are, or none that is more than an hour late.",
    )
    catchup_window: ElapsedField | None = Field(
        default=None,
        description="How late an edition may be to be made after all. Default: the newest at any time; of all, "
        "those of 7 days.",
    )
    overlap: Literal["queue", "skip"] = Field(
        default="queue",
        description="While the edition before is not finished: wait for it, or leave this one out.",
    )
    jitter: ElapsedField | None = Field(
        default=None,
        description="Editions begin within so much after their time, each always at the same distance.",
    )

    wait_for_data: WaitForData | None = Field(
        default=None, description="Wait until the data reach the end of the period."
    )

    @model_validator(mode="after")
    def _fits(self) -> ScheduleDef:
        if (self.at is None) == (self.arrive_by is None):
            raise ValueError('a schedule has a time: `at: "07:00"`, or `arrive_by`, one of the two')
        if self.days and self.every not in ("day", "week"):
            raise ValueError("`days` belongs to every: day or week; a month takes `day`")
        for key in ("day", "offset"):
            if getattr(self, key) is not None and self.every in ("day", "week"):
                raise ValueError(f"`{key}` belongs to every: month, quarter or year; a week takes `days`")
        if self.day is not None and self.offset is not None:
            raise ValueError("`day` and `offset` both name the day: write one of them")
        if self.day is not None and self.day.of == "day" and self.day.nth > LONGEST[self.every]:
            raise ValueError(f"no {self.every.removeprefix('fiscal_')} has a day {self.day.nth}")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"the schedule ends on {self.end}, before it starts on {self.start}")
        return self

    @property
    def rhythm(self) -> Schedule:
        """Its moments; with `arrive_by`, those at which editions must have arrived."""
        at = self.at or self.arrive_by
        assert at is not None  # noqa: S101  (the validator saw to it)
        return Schedule(
            every=self.every,
            at=at,
            days=self.days,
            day=self.day,
            offset=self.offset,
            timezone=self.timezone,
            holidays=self.holidays,
            day_off=self.day_off,
            start=self.start,
            end=self.end,
        )

    @property
    def lateness(self) -> timedelta | None:
        """How late an edition may be and still be made; None for the newest one at any time."""
        if self.catchup_window is not None:
            return timedelta(seconds=self.catchup_window.seconds)
        return {"latest": None, "all": RECENT, "none": PROMPT}[self.catchup]
