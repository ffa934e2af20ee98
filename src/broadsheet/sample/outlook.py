"""Budgets and forecasts beside the plan: what was set for the year, and what was expected month by month.

A budget is set before the year, and set anew for its second half while the first version stays. A forecast is
made anew: a month before, on the eve, and once more within the month; the eve's is the one to be judged.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import TEAM_NAMES
from broadsheet.sample.moments import Floats
from broadsheet.sample.plan import Line, Row, daily_plan, month_spans, row_of
from broadsheet.sample.recipes import months_before
from broadsheet.sample.world import World

BUDGETED = ("revenue", "campaign_spend")
NOISE = 0.05


def outlook_rows(world: World, lines: list[Line], tables: dict[str, pd.DataFrame]) -> list[Row]:
    """Rows of the scenarios budget and forecast, for the measures that are budgeted."""
    rows: list[Row] = []
    months = month_spans(world)
    came = _revenue_by_month(tables, [start for start, _ in months])
    rng = world.rng("plan_targets.forecast")
    for line in (line for line in lines if line.kpi in BUDGETED):
        daily = daily_plan(world, line)
        for number, span in enumerate(months):
            rows += _budget(world, line, span, daily)
            if line.kpi == "revenue":
                rows += _forecast(world, rng, line, span, (daily, came[TEAM_NAMES.index(line.team), number]))
    return rows


def _budget(world: World, line: Line, span: tuple[date, date], daily: Floats) -> list[Row]:
    """The first version of January, and the second of July for the months after it."""
    start, _ = span
    first = row_of(world, line, span, daily * 0.98, ("budget", 1, date(start.year - 1, 11, 15)))
    if start.month < 7:
        return [first]
    return [first, row_of(world, line, span, daily * 1.03, ("budget", 2, date(start.year, 6, 20)))]


def _forecast(
    world: World, rng: np.random.Generator, line: Line, span: tuple[date, date], known: tuple[Floats, float]
) -> list[Row]:
    start, end = span
    daily, came = known
    planned = float(daily[world.day(start) : world.day(end) + 1].sum())
    level = came if end <= world.until and came > 0 else planned
    effect = world.effects["rosy-forecast"]
    rosy = line.team == effect.place and start >= effect.start
    rows = []
    issues = (months_before(start, 1), start - timedelta(days=1), start + timedelta(days=14))
    for version, issued in enumerate(issues, 1):
        hope = effect.size if rosy and version < 3 else 0.0
        factor = level / max(planned, 1.0) * (1 + hope) * (1 + float(rng.normal(0, NOISE)))
        if issued <= world.until:
            rows.append(row_of(world, line, span, daily * factor, ("forecast", version, issued)))
    return rows


def _revenue_by_month(tables: dict[str, pd.DataFrame], starts: list[date]) -> Floats:
    """Revenue per team and month, EUR at plan rates."""
    orders, lines = tables["orders"], tables["order_lines"]
    levels = orders["currency"].astype(object).map(names.CURRENCIES).to_numpy(dtype=float)
    counted = levels * (orders["status"] != "cancelled").to_numpy()
    order = lines["order_id"].to_numpy()
    value = np.bincount(order, lines["net_amount"].to_numpy(), len(orders)) * counted
    month = (
        np.searchsorted(np.array(starts, "datetime64[s]"), orders["ordered_at"].to_numpy(), side="right") - 1
    )
    inside = month >= 0
    place = orders["team_id"].to_numpy()[inside] * len(starts) + month[inside]
    size = len(TEAM_NAMES) * len(starts)
    table: Floats = np.bincount(place, value[inside], size).astype(np.float64).reshape(-1, len(starts))
    return table
