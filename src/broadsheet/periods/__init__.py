"""Calendar arithmetic: periods and their labels, comparison periods, schedules' slots.

Everything here is a function of its arguments: the moment (`as_of`) is handed in, texts are made elsewhere.
"""

from broadsheet.periods.calendar import Calendar, Weekday
from broadsheet.periods.deadlines import Deadline, parse_deadline
from broadsheet.periods.elapsed import Note, NoteCode
from broadsheet.periods.hours import Hours, WorkingHours, parse_hours, parse_special_day
from broadsheet.periods.labels import parse_label
from broadsheet.periods.period import Comparison, Kind, Period, RollingUnit, all_time, between, unit_of
from broadsheet.periods.rhythm import DayOff, DayRule, Schedule, parse_day, parse_offset
from broadsheet.periods.roster import Roster, days_roster, hours_roster
from broadsheet.periods.slots import Slot, due, next_slots, slot_of, upcoming
from broadsheet.periods.spec import PeriodSpec, parse_spec
from broadsheet.periods.units import GRAINS, Grain
from broadsheet.periods.windows import buckets, current_to_date, last_closed, rolling, span

__all__ = [
    "GRAINS",
    "Calendar",
    "Comparison",
    "DayOff",
    "DayRule",
    "Deadline",
    "Grain",
    "Hours",
    "Kind",
    "Note",
    "NoteCode",
    "Period",
    "PeriodSpec",
    "RollingUnit",
    "Roster",
    "Schedule",
    "Slot",
    "Weekday",
    "WorkingHours",
    "all_time",
    "between",
    "buckets",
    "current_to_date",
    "days_roster",
    "due",
    "hours_roster",
    "last_closed",
    "next_slots",
    "parse_day",
    "parse_deadline",
    "parse_hours",
    "parse_label",
    "parse_offset",
    "parse_spec",
    "parse_special_day",
    "rolling",
    "slot_of",
    "span",
    "unit_of",
    "upcoming",
]
