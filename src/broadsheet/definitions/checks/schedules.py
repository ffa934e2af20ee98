"""Checks of schedules: their zone and holidays are known, their moments exist and go with the period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from broadsheet.definitions.checks.places import unknown_holidays, unknown_zone
from broadsheet.definitions.codes import error, warning
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.reports import Report
from broadsheet.errors import Place, Problem
from broadsheet.periods import next_slots


def check_schedules(draft: Draft) -> Iterator[Finding]:
    """Schedules have a known time zone and country, moments at all, and the rhythm of the period they report."""
    for name, report in draft.reports.items():
        schedule, subject = report.schedule, Subject("report", name)
        if schedule is None:
            continue
        found: list[Problem] = []
        if schedule.timezone is not None:
            found += unknown_zone(schedule.timezone, draft.place(subject, "schedule", "timezone"))
        if schedule.holidays is not None:
            place = draft.place(subject, "schedule", "holidays")
            found += unknown_holidays(
                schedule.holidays, place, "Delete the key and the workspace's holidays count."
            )
        found += _rhythm(report, draft.place(subject, "schedule", "every"))
        if not found:
            found += _moments(report, draft, draft.place(subject, "schedule"))
        yield from ((subject, problem) for problem in found)


def _moments(report: Report, draft: Draft, place: Place) -> Iterator[Problem]:
    assert report.schedule is not None  # noqa: S101  (the caller looked)
    try:
        calendar = draft.catalog.settings.calendar.rules
    except ValueError:
        return  # The settings are wrong, and say so themselves.
    rhythm = report.schedule.rhythm
    if not next_slots(rhythm, report.period, calendar, datetime(2000, 1, 1, tzinfo=UTC), 1):
        what = "the schedule names no day on which anything could go out"
        yield error("schedule-never", place, what, "Look at `days`, `day_off`, `start` and `end`.")


_LENGTHS = ("day", "week", "month", "quarter", "year")


def _rhythm(report: Report, place: Place) -> Iterator[Problem]:
    assert report.schedule is not None  # noqa: S101  (the caller looked)
    every, period = (grain.removeprefix("fiscal_") for grain in (report.schedule.every, report.period.grain))
    if report.period.form == "all":
        what = "the report shows all data, a period without an end that a schedule could wait for"
        yield error(
            "schedule-misfit", place, what, "Delete the schedule and run it on demand, or change the period."
        )
    if report.period.form != "closed" or every == period:
        return
    if _LENGTHS.index(every) < _LENGTHS.index(period):
        what = (
            f"the report is due every {every}, but its period, the last closed {period}, changes less often"
        )
    else:
        what = f"the report is due every {every}, but shows the last closed {period}: several are sent at one time"
    yield warning("schedule-misfit", place, what, f"Write every: {period}, or another period.")
