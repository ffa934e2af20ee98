"""Calendar arithmetic: periods and their labels, comparison periods, schedules' slots.

Everything here is a function of its arguments: the moment (`as_of`) is handed in, texts are made elsewhere.
"""

from broadsheet.periods.calendar import Calendar
from broadsheet.periods.elapsed import Note, NoteCode
from broadsheet.periods.labels import parse_label
from broadsheet.periods.period import Comparison, Kind, Period, RollingUnit, all_time, between, unit_of
from broadsheet.periods.slots import Schedule, Slot, Weekday, due, next_slots
from broadsheet.periods.spec import PeriodSpec, parse_spec
from broadsheet.periods.units import GRAINS, Grain
from broadsheet.periods.windows import buckets, current_to_date, last_closed, rolling, span

__all__ = [
    "GRAINS",
    "Calendar",
    "Comparison",
    "Grain",
    "Kind",
    "Note",
    "NoteCode",
    "Period",
    "PeriodSpec",
    "RollingUnit",
    "Schedule",
    "Slot",
    "Weekday",
    "all_time",
    "between",
    "buckets",
    "current_to_date",
    "due",
    "last_closed",
    "next_slots",
    "parse_label",
    "parse_spec",
    "rolling",
    "span",
    "unit_of",
]
