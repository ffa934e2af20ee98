"""Calendar, exchange rates, outside events and the log of loads."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import STORE_GEO
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, text
from broadsheet.sample.moments import DAY, to_utc
from broadsheet.sample.world import World

FISCAL_START = 2
"""Month in which the fiscal year begins; it bears the year in which it begins."""


def year_end(world: World) -> date:
    """The last day for which calendar and plan look ahead."""
    return date(world.until.year, 12, 31)


def calendar_frame(world: World) -> pd.DataFrame:
    """Every day from the year of the first day to the end of the last year, per country."""
    days = pd.date_range(date(world.start.year, 1, 1), year_end(world))
    iso = days.isocalendar()
    fiscal_month = (days.month - FISCAL_START) % 12 + 1
    fiscal_year = days.year - (days.month < FISCAL_START)
    base = pd.DataFrame(
        {
            "date": days,
            "iso_week": iso["year"].astype(str).to_numpy() + "-W" + iso["week"].astype(str).str.zfill(2).to_numpy(),
            "month": days.strftime("%Y-%m"),
            "quarter": days.year.astype(str) + "-Q" + days.quarter.astype(str),
            "fiscal_period": "FY" + fiscal_year.astype(str) + "-" + fiscal_month.astype(str).str.zfill(2),
        }
    )  # fmt: skip
    frames = []
    for country in names.COUNTRIES:
        free = holidays.country_holidays(country, years=range(world.start.year, world.until.year + 1))
        workday = (days.day_of_week < 5) & ~days.isin(pd.DatetimeIndex(list(free)))
        closed = np.where(workday, 0, NONE)
        opening = {"open_from": text(("08:00",), closed), "open_to": text(("18:00",), closed)}
        frames.append(base.assign(country=country, is_workday=workday, **opening))
    return pd.concat(frames, ignore_index=True)


def rates_frame(world: World) -> pd.DataFrame:
    """Daily rates as slow random walks around their level, plan rates constant per year; CHF has gaps."""
    rng = world.rng("fx_rates")
    days = np.datetime64(world.start, "D") + np.arange(world.days)
    gaps = chance(rng, share("missing-rate"), world.days)
    # Two days are always missing, one of them within the last month.
    gaps[[world.days // 2, world.days - 20]] = True
    frames = []
    for currency, level in names.CURRENCIES.items():
        steps = rng.normal(0, 0.003, world.days)
        walk = np.zeros(world.days)
        for day in range(1, world.days):
            walk[day] = walk[day - 1] * 0.995 + steps[day]
        daily = np.round(level * np.exp(walk if currency != "EUR" else np.zeros(world.days)), 6)
        kept = ~gaps if currency == "CHF" else np.ones(world.days, bool)
        frames.append(
            pd.DataFrame(
                {"currency": currency, "rate_date": days[kept], "rate": daily[kept], "rate_type": "daily"}
            )
        )
        frames.append(
            pd.DataFrame({"currency": currency, "rate_date": days, "rate": level, "rate_type": "plan"})
        )
    return pd.concat(frames, ignore_index=True)


def context_frame(world: World) -> pd.DataFrame:
    """Holidays, storms, the boat fair of each February, and the events that belong to planted effects."""
    rng = world.rng("context_events")
    rows: list[tuple[str, int, date, date, str, str]] = []
    free = holidays.country_holidays("DE", years=range(world.start.year, world.until.year + 1))
    rows += [("holiday", NONE, day, day, "public holiday", "calendar") for day in sorted(free)]
    for year in range(world.start.year, world.until.year + 1):
        fair = date(year, 2, 7)
        rows.append(("trade fair", 2, fair, fair + timedelta(days=8), "Sprat & Sail boat fair", "organizer"))
        for storm in sorted(rng.choice(365, 4, replace=False)):
            start = date(year, 1, 1) + timedelta(days=int(storm))
            rows.append(
                (
                    "weather",
                    int(rng.integers(12)),
                    start,
                    start + timedelta(days=2),
                    "storm",
                    "weather service",
                )
            )
    closed = world.effects["shop-closed"]
    place = int(STORE_GEO[names.STORE_NAMES.index(closed.place)])
    rows.append(
        ("outage", place, closed.start, closed.end, f"{closed.place} closed after water damage", "operations")
    )
    rise = world.effects["price-rise"]
    rows.append(("price change", NONE, rise.start, rise.start, f"new price list: {rise.place}", "purchasing"))
    known = [row for row in rows if world.start <= row[2] <= world.until]
    known.sort(key=lambda row: (row[2], row[0], row[5]))
    return pd.DataFrame(known, columns=["kind", "geo_id", "start", "end", "value", "source"])


SYSTEMS = {
    "CRM": ("customers", "leads", "opportunities", "stage_history", "interactions"),
    "ERP": ("orders", "order_lines", "returns", "products"),
    "support": ("cases", "case_events", "surveys"),
    "accounting": ("campaign_costs", "plan_targets", "fx_rates"),
}
# Systems that were connected later; the days the applications missed are failed loads.
DIGITAL_SYSTEMS = {
    "web shop": ("carts", "cart_lines"),
    "website": ("web_visits", "page_views"),
    "mail service": ("email_events",),
    "event tool": ("event_registrations",),
    "door counters": ("store_traffic",),
    "social networks": ("social_metrics",),
    "application": ("app_usage",),
}
LOGGED_DAYS = 35
FAILED_BACK = {"surveys": 8, "app_usage": 12}
"""Tables of which one load failed, and how many nights before the end."""


def loads_frame(world: World, rows: dict[str, int]) -> pd.DataFrame:
    """One load per table and night, at 04:00 after the day; two of them failed shortly before the end."""
    lines = _loads(world, world.rng("source_loads"), rows, SYSTEMS)
    lines += _loads(world, world.rng("source_loads.digital"), rows, DIGITAL_SYSTEMS)
    frame = pd.DataFrame(
        lines, columns=["source_system", "table", "loaded_at", "data_through", "rows", "rejected", "status"]
    )
    for column in ("loaded_at", "data_through"):
        frame[column] = to_utc(frame[column].to_numpy(dtype="datetime64[s]"))
    return frame


Load = tuple[str, str, np.datetime64, np.datetime64, int, int, str]


def _loads(
    world: World, rng: np.random.Generator, rows: dict[str, int], systems: dict[str, tuple[str, ...]]
) -> list[Load]:
    lines: list[Load] = []
    for back in range(LOGGED_DAYS, 0, -1):
        night = np.datetime64(world.until, "s") + np.timedelta64(DAY * (2 - back), "s")
        for system, tables in systems.items():
            for number, table in enumerate(tables):
                failed = back == FAILED_BACK.get(table)
                done = night + np.timedelta64(4 * 3600 + number * 240 + int(rng.integers(200)), "s")
                lines.append((system, table, done, night, 0 if failed else max(1, rows[table] // 1096),
                              int(rng.poisson(0.3)), "failed" if failed else "ok"))  # fmt: skip
    return lines
