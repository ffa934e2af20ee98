"""The `period:` of a report: which period it shows at a moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broadsheet.errors import UsageError, did_you_mean
from broadsheet.periods.calendar import Calendar
from broadsheet.periods.labels import parse_label
from broadsheet.periods.period import ROLLING_UNITS, Period, rolling_to, to_date, unit_of
from broadsheet.periods.units import GRAINS, Grain
from broadsheet.periods.windows import current_to_date, last_closed, rolling

_HELP = "write week, month, quarter, year, day, all, {to_date: month} or {rolling: 30 days}"
_LENGTH = re.compile(r"([1-9]\d{0,3}) (day|week|month)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PeriodSpec:
    """The last closed unit (`closed`), the current one `to_date`, the last `count` complete ones, or `all`.

    What `all` covers only the data can tell: whoever holds the warehouse builds that period.
    """

    form: Literal["closed", "to_date", "rolling", "all"]
    grain: Grain
    count: int = 1

    def at(self, as_of: datetime, calendar: Calendar) -> Period:
        """The period meant at `as_of`; at another period's end it is the one that ends with it.

        Raises UsageError for `all`, which no calendar can bound.
        """
        if self.form == "all":
            raise UsageError(
                "the report's period is “all”, which has no calendar",
                "Reports over all data run on demand; give a report with a schedule a period such as week.",
            )
        if self.form == "to_date":
            return current_to_date(self.grain, as_of, calendar)
        if self.form == "rolling":
            return rolling(self.count, _rolling_unit(self.grain), as_of, calendar)
        return last_closed(self.grain, as_of, calendar)

    def period(self, label: str, calendar: Calendar) -> Period:
        """The period of a label; to a to-date or rolling report, a mere day is the one its period runs up to.

        Raises UsageError for a label that names no period.
        """
        named = parse_label(label, calendar)
        if named.kind != "day" or self.form in ("closed", "all"):
            return named
        if self.form == "to_date":
            return to_date(unit_of(self.grain, named.start, calendar), named.end)
        of = _rolling_unit(self.grain)
        return rolling_to(self.count, of, unit_of(of, named.end, calendar).start, calendar)


def parse_spec(value: object) -> PeriodSpec:
    """Read a report's `period:`. Raises ValueError that says what may stand there."""
    if value == "all":
        return PeriodSpec("all", "year")
    if isinstance(value, str):
        return PeriodSpec("closed", _grain(value, GRAINS))
    if not isinstance(value, Mapping) or len(value) != 1:
        raise ValueError(f"a period is one word or one of to_date and rolling: {_HELP}")
    ((form, detail),) = value.items()
    if form == "to_date":
        return PeriodSpec("to_date", _grain(detail, GRAINS[1:]))
    if form == "rolling":
        length = _LENGTH.fullmatch(str(detail))
        if length is None:
            raise ValueError(f"“{detail}” is no rolling length: write 30 days, 13 weeks or 12 months")
        return PeriodSpec("rolling", _rolling_unit(length[2]), int(length[1]))
    raise ValueError(f"“{form}” is not a period: {_HELP}")


def _grain(value: object, allowed: tuple[Grain, ...]) -> Grain:
    for grain in allowed:
        if grain == value:
            return grain
    raise ValueError(f"“{value}” is not a period. {did_you_mean(str(value), allowed)}")


def _rolling_unit(grain: str) -> Literal["day", "week", "month"]:
    return next(unit for unit in ROLLING_UNITS if unit == grain)
