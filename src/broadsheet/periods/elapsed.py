"""What to know of two periods that are compared: notes, and the cut that makes an open one fair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from broadsheet.periods.calendar import DAY, Calendar

NoteCode = Literal["week_53", "leap_day", "lengths", "workdays", "elapsed_workdays", "elapsed_days"]


@dataclass(frozen=True, slots=True)
class Note:
    """A fact about a comparison that the reader is told: the value of this period and of the other one.

    `week_53` and `leap_day`: the labels, since the other year has no such week or day; `lengths`: days, where
    they differ; `workdays`: working days, where they differ; `elapsed_workdays` and `elapsed_days`: how far
    each side of a to-date comparison goes (the other is less where its whole unit was shorter).
    """

    code: NoteCode
    this: int | str
    other: int | str


def lengths(this: tuple[date, date], other: tuple[date, date], calendar: Calendar) -> tuple[Note, ...]:
    """Notes on closed periods, given as half-open dates, that differ in days or in known working days."""
    pairs: list[tuple[NoteCode, int, int]] = [("lengths", _days(*this), _days(*other))]
    if calendar.holidays is not None:
        pairs.append(("workdays", calendar.workdays(*this), calendar.workdays(*other)))
    return tuple(Note(*pair) for pair in pairs if pair[1] != pair[2])


def cut_alike(this: tuple[date, date], whole: tuple[date, date], calendar: Calendar) -> tuple[date, Note]:
    """Where to end a part of `whole` that has run as far as `this`, and the note that says how far that is.

    Counted in working days where the calendar has holidays, else (or before the first working day) in
    calendar days; a shorter whole is taken in full.
    """
    start = whole[0]
    worked = calendar.workdays(*this) if calendar.holidays is not None else 0
    if not worked:
        end = min(start + (this[1] - this[0]), whole[1])
        return end, Note("elapsed_days", _days(*this), _days(start, end))
    end = _after_workdays(worked, _days_off_at_end(this[1], calendar), whole, calendar)
    return end, Note("elapsed_workdays", worked, calendar.workdays(start, end))


def _after_workdays(worked: int, days_off: int, whole: tuple[date, date], calendar: Calendar) -> date:
    """The day after `worked` working days and up to `days_off` of the free days that follow them."""
    day, end = whole
    while day < end:
        if calendar.is_workday(day):
            if not worked:
                break
            worked -= 1
        elif not worked:
            if not days_off:
                break
            days_off -= 1
        day += DAY
    return day


def _days_off_at_end(end: date, calendar: Calendar) -> int:
    """Free days right before `end`: a Sunday's report counts its weekend, so the other side may too."""
    day = end - DAY
    while not calendar.is_workday(day):
        day -= DAY
    return (end - day).days - 1


def _days(start: date, end: date) -> int:
    return (end - start).days
