"""Days, hours and seasons: when things happen in the sample company.

Local times are numpy `datetime64[s]` in the home zone; tables hold naive UTC.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from broadsheet.sample.names import ZONE
from broadsheet.sample.world import World

Times = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY = 86_400
YEARLY_GROWTH = 1.08

# Relative business by month, January to December.
SEASONS = {
    "shop": (0.6, 0.65, 0.95, 1.3, 1.5, 1.35, 1.2, 1.0, 0.8, 0.7, 0.85, 1.3),
    "web": (0.7, 0.7, 0.95, 1.15, 1.25, 1.1, 1.0, 0.9, 0.8, 0.8, 1.05, 1.6),
    "trade": (0.75, 0.9, 1.25, 1.4, 1.3, 1.1, 0.95, 0.8, 0.9, 0.9, 0.9, 0.75),
    "deals": (1.1, 1.2, 1.3, 1.2, 1.1, 1.0, 0.85, 0.75, 0.95, 1.0, 0.9, 0.65),
    "service": (0.7, 0.65, 0.85, 1.15, 1.35, 1.4, 1.35, 1.2, 0.95, 0.8, 0.75, 0.95),
}
# Relative business by weekday, Monday to Sunday.
WEEKDAYS = {
    "shop": (0.8, 0.8, 0.85, 0.95, 1.3, 2.0, 0.0),
    "web": (1.05, 0.95, 0.9, 0.9, 0.9, 1.0, 1.3),
    "trade": (1.2, 1.2, 1.15, 1.1, 0.9, 0.1, 0.05),
    "deals": (1.1, 1.2, 1.2, 1.15, 0.9, 0.05, 0.02),
    "service": (1.4, 1.15, 1.05, 1.0, 1.0, 0.6, 0.35),
}
# Middle and spread of the hour of the day, and its bounds.
HOURS = {
    "shop": (14.0, 2.8, 9.0, 19.0),
    "web": (18.0, 4.0, 0.0, 23.99),
    "trade": (11.5, 2.6, 7.0, 18.0),
    "deals": (11.5, 2.6, 8.0, 18.0),
    "service": (13.0, 3.6, 6.0, 22.0),
}


def day_weights(world: World, kind: str, first: int = 0, last: int | None = None) -> Floats:
    """Expected relative business of each day from number `first` to `last` (exclusive; default: all)."""
    numbers = np.arange(first, world.days if last is None else last)
    days = np.datetime64(world.start, "D") + numbers
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    # Seasons glide: half of a month's weight comes from the month that lies 15 days away.
    later = (days + 15).astype("datetime64[M]").astype(np.int64) % 12
    season = np.array(SEASONS[kind])
    weekday = np.array(WEEKDAYS[kind])[(days.astype(np.int64) + 3) % 7]
    growth = YEARLY_GROWTH ** (numbers / 365.25)
    closed = np.isin(
        month * 100 + (days - days.astype("datetime64[M]")).astype(np.int64) + 1, (1, 401, 1125, 1126)
    )
    holiday = np.where(closed & (kind != "web"), 0.05, 1.0)
    result: Floats = (0.6 * season[month] + 0.4 * season[later]) * weekday * growth * holiday
    return result


def draw_days(rng: np.random.Generator, count: int, weights: Floats, first: int = 0) -> Ints:
    """Day numbers of `count` events, ascending."""
    per_day = rng.multinomial(count, weights / weights.sum())
    return np.repeat(np.arange(first, first + len(weights)), per_day)


def clock(rng: np.random.Generator, world: World, days: Ints, kind: str) -> Times:
    """Local moments on these day numbers, at hours typical for the kind of business."""
    middle, spread, low, high = HOURS[kind]
    hours = rng.normal(middle, spread, len(days))
    outside = (hours < low) | (hours >= high)
    hours = np.where(outside, rng.uniform(low, high, len(days)), hours)
    moments: Times = at_midnight(world, days) + seconds(hours * 3600)
    return moments


def at_midnight(world: World, days: Ints) -> Times:
    """The start of these days, local."""
    midnight: Times = np.datetime64(world.start, "s") + (days * DAY).astype("timedelta64[s]")
    return midnight


def seconds(values: Floats | Ints) -> Any:
    """A duration in whole seconds."""
    return np.asarray(values).astype("timedelta64[s]")


def days_of(values: Floats) -> Any:
    """A duration given in days."""
    return seconds(np.asarray(values, dtype=np.float64) * DAY)


def office(rng: np.random.Generator, moments: Times) -> Times:
    """The same moments, moved into office hours: nights to the next morning, weekends to Monday."""
    days = moments.astype("datetime64[D]")
    hours = (moments - days.astype("datetime64[s]")).astype(np.int64) / 3600
    late = hours >= 18
    days = days + late.astype(np.int64)
    weekday = (days.astype(np.int64) + 3) % 7
    weekend = weekday >= 5
    days = days + np.where(weekend, 7 - weekday, 0)
    moved = late | weekend | (hours < 8)
    opening = np.minimum(8 + np.abs(rng.normal(0, 1.5, len(moments))), 17.9)
    hours = np.where(moved, opening, hours)
    result: Times = days.astype("datetime64[s]") + seconds(hours * 3600)
    return result


def at_hour(moments: Times, hour: int) -> Times:
    """The same days at this hour."""
    midnight: Times = moments.astype("datetime64[D]").astype("datetime64[s]")
    result: Times = midnight + np.timedelta64(hour * 3600, "s")
    return result


def to_utc(local: Times) -> Times:
    """Local moments as naive UTC; the doubled autumn hour counts as winter time."""
    index = pd.DatetimeIndex(local)
    zoned = index.tz_localize(ZONE, ambiguous=np.zeros(len(index), bool), nonexistent="shift_forward")
    utc: Times = np.asarray(zoned.tz_convert("UTC").tz_localize(None).to_numpy(), dtype="datetime64[s]")
    return utc


def end_local(world: World) -> np.datetime64:
    """The moment after the last covered day, local: nothing in the tables lies at or after it."""
    return np.datetime64(world.until, "s") + np.timedelta64(DAY, "s")


def known(world: World, moments: Times) -> Times:
    """Moments not yet reached become empty: the tables know nothing of the time after the last day."""
    return np.where(moments < end_local(world), moments, np.datetime64("NaT", "s"))


def moment(day: date) -> np.datetime64:
    """Local midnight of a date."""
    return np.datetime64(day, "s")


def within(moments: Times, start: date, end: date) -> Bools:
    """Whether local moments lie on the days from `start` to `end`, both inclusive."""
    inside: Bools = (moments >= moment(start)) & (moments < moment(end) + np.timedelta64(DAY, "s"))
    return inside
