"""Periods, days and moments in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broadsheet.document.language import Wording
from broadsheet.periods import Period

if TYPE_CHECKING:
    from babel import Locale


@dataclass(frozen=True)
class Dates:
    """Dates in the ways of a locale, moments in a time zone.

    Plain `en` means English for the world (8–14 June 2026); `en-US` puts the month first.
    """

    locale: str
    timezone: str
    words: Wording

    def day(self, day: date) -> str:
        """A date: 14 June 2026."""
        from babel.dates import format_date

        return format_date(day, "long", locale=self._locale)

    def weekday(self, day: date) -> str:
        """A near date: Fri 19 June."""
        return f"{self._format(day, 'EEE').rstrip('.')} {self._skeleton(day, 'MMMMd')}"

    def short(self, day: date) -> str:
        """A date in a column: 14 Jun 2026."""
        from babel.dates import format_date

        return format_date(day, "medium", locale=self._locale)

    def short_moment(self, instant: datetime) -> str:
        """An instant in a column, in its own zone: 14 Jun 2026, 17:40."""
        return self.words.say("day_time", day=self.short(instant.date()), time=f"{instant:%H:%M}")

    def days(self, first: date, last: date) -> str:
        """A run of days, what they share said once: 8–14 June 2026."""
        if first == last:
            return self.day(first)
        differ = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        patterns = self._locale.interval_formats["yMMMd"][differ]
        start, end = (re.sub(r"(?<!M)MMM(?!M)", "MMMM", part) for part in patterns)
        # A thin space around the dash, in some locales, is not in every font.
        return (self._format(first, start) + self._format(last, end)).replace("\u2009", " ")

    def name(self, period: Period) -> str:
        """A period in a few words: W24, June 2026, Q2 2026, 13 weeks to 14 June 2026."""
        match period.kind:
            case "day":
                return self.day(period.start)
            case "week":
                return self.words.say("week", number=f"{period.start.isocalendar().week:02}")
            case "month":
                return self._skeleton(period.start, "yMMMM")
            case "quarter":
                number = (period.start.month + 2) // 3
                return self.words.say("quarter_year", number=number, year=period.start.year)
            case "year":
                return self._skeleton(period.start, "y")
            case "to_date":
                return self.words.say("to_date", name=self._unit(period))
            case "rolling":
                return self.words.say("to_day", name=self._unit(period), day=self.day(period.last_day))
            case "range" | "all":
                return self.days(period.start, period.last_day)
            case _:
                return period.label

    def full(self, period: Period) -> str:
        """A period with its days where the name does not tell them: W24, 8–14 June 2026."""
        if period.kind not in ("week", "fiscal_year", "fiscal_quarter", "rolling", "to_date"):
            return self.name(period)
        name = self._unit(period) if period.kind == "rolling" else self.name(period)
        return self.words.say("named_days", name=name, days=self.days(period.start, period.last_day))

    def within(self, period: Period) -> str:
        """A period as adverb: in W24, on 14 June 2026, between 3 and 9 June 2026."""
        match period.kind:
            case "day":
                return self.words.say("within.day", name=self.name(period))
            case "rolling":
                return self.words.say("within.rolling", name=self.name(period))
            case "range" | "all" if period.days > 1:
                first, last = self.day(period.start), self.day(period.last_day)
                return self.words.say("within.range", first=first, last=last)
            case "range" | "all":
                return self.words.say("within.day", name=self.name(period))
            case "week" | "month" | "quarter" | "year" as unit:
                return self.words.say(f"within.{unit}", name=self.name(period))
            case _:
                return self.words.say("within.part", name=self.name(period))

    def tick(self, bucket: Period) -> str:
        """A bucket below an axis: W24, Jun, Q2, 2026; the part of a unit bears an asterisk."""
        mark = "*" if bucket.clipped else ""
        match bucket.kind:
            case "day":
                return f"{bucket.start.day}{mark}"
            case "month":
                return self._format(bucket.start, "MMM").rstrip(".") + mark
            case "quarter":
                return self.words.say("quarter", number=(bucket.start.month + 2) // 3) + mark
            case "fiscal_quarter":
                return bucket.label.partition("-")[2] + mark
            case _:
                return self.name(bucket) + mark

    def group(self, bucket: Period) -> str:
        """What stands below a run of ticks: the month of days and weeks, the year of months and quarters."""
        match bucket.kind:
            case "day":
                return self._skeleton(bucket.start, "yMMMM")
            case "week":
                year, week, _ = bucket.start.isocalendar()
                return self._skeleton(date.fromisocalendar(year, week, 4), "yMMMM")
            case "month" | "quarter":
                return self._skeleton(bucket.start, "y")
            case "fiscal_quarter":
                return bucket.label.partition("-")[0]
            case _:
                return ""

    def part(self, part: str, number: int) -> str:
        """A part of the calendar by its number: Mon, Jun, 14:00; other numbers as they are."""
        match part:
            case "weekday" if 1 <= number <= 7:
                return self._format(date(2024, 1, number), "EEE").rstrip(".")  # that month began on a Monday
            case "month" if 1 <= number <= 12:
                return self._format(date(2024, number, 1), "LLL").rstrip(".")
            case "quarter":
                return self.words.say("quarter", number=number)
            case "hour":
                return f"{number:02}:00"
            case _:
                return str(number)

    def moment(self, instant: datetime) -> str:
        """An instant in the local zone, which is named: Mon 15 June 2026, 05:40 CEST."""
        local = instant.astimezone(ZoneInfo(self.timezone))
        weekday = self._format(local.date(), "EEE").rstrip(".")
        time, zone = f"{local:%H:%M}", self._zone(local)
        return self.words.say("moment", weekday=weekday, day=self.day(local.date()), time=time, zone=zone)

    def clock(self, instant: datetime, day: date) -> str:
        """The local time of an instant, with its date where it is not that of `day`."""
        local = instant.astimezone(ZoneInfo(self.timezone))
        time = f"{local:%H:%M}"
        return (
            time if local.date() == day else self.words.say("day_time", day=self.day(local.date()), time=time)
        )

    @cached_property
    def _locale(self) -> Locale:
        from babel import Locale

        return Locale.parse("en_GB" if self.locale == "en" else self.locale.replace("-", "_"))

    def _unit(self, period: Period) -> str:
        """The unit that a to-date period is a part of, or the length of a rolling one."""
        if period.kind == "rolling":
            return self.words.count(f"grain.{period.of}", period.count, str(period.count))
        if period.of is None or period.of.startswith("fiscal"):
            return period.label.partition(".")[0]
        return self.name(Period(period.start, period.end, period.of, period.label))

    def _zone(self, local: datetime) -> str:
        name = local.tzname() or ""
        if name.isalpha():
            return name
        return re.sub(r"^([+-])(\d\d):?(\d\d)?$", r"UTC\1\2:\3", f"{local:%z}")

    def _skeleton(self, day: date, skeleton: str) -> str:
        from babel.dates import format_skeleton

        return format_skeleton(skeleton, day, locale=self._locale)

    def _format(self, day: date, pattern: str) -> str:
        from babel.dates import format_date

        return format_date(day, pattern, locale=self._locale)
