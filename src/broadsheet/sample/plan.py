"""Plans and targets per team, or for the whole company: months, and ISO weeks for what weekly reports compare.

The plan is each team's level over the three years, laid over its season and growth, plus a stretch: it knows
what a year brings, but not when a planted effect begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.almanac import year_end
from broadsheet.sample.catalog import TEAM_NAMES
from broadsheet.sample.deals import WON, Deals
from broadsheet.sample.draws import NONE
from broadsheet.sample.leads import Leads
from broadsheet.sample.moments import Floats, day_weights
from broadsheet.sample.recipes import months_before
from broadsheet.sample.world import World

STRETCH = 1.03
SERVICE_TARGETS = {
    "sla_share": ("up", 0.9),
    "first_response_hours": ("down", 4.0),
    "satisfaction": ("up", 80.0),
}
FALLING = ("campaign_spend", "cases_created")
SHAPE_OF_TEAM = {"Shops": "shop", "Online": "web"}
# Deals close some weeks after they were opened.
CYCLE_DAYS = 45


@dataclass(frozen=True)
class Line:
    """One planned measure of one team (of all, without one): its total over the days, the shape of its year."""

    kpi: str
    team: str
    total: float
    shape: str
    rounding: float
    currency: str | None
    lag: int = 0


Row = tuple[str, str, int, date, date, str, float, str | None, str, int, date | None]
Edition = tuple[str, int, date | None]
"""Scenario, version and, where it counts, the day of issue."""
PLAN: Edition = ("plan", 1, None)
COLUMNS = (
    "kpi_id", "scope", "team_id", "period_start", "period_end", "scenario", "amount", "currency", "direction",
    "version", "issued_on",
)  # fmt: skip


def plan_frame(rows: list[Row]) -> pd.DataFrame:
    """The table plan_targets."""
    return pd.DataFrame(rows, columns=list(COLUMNS))


def plan_rows(world: World, lines: list[Line]) -> list[Row]:
    """Rows of all planned measures by month, some by ISO week too, and the targets of service."""
    months = month_spans(world)
    weeks = list(_weeks(months[0][0], year_end(world)))
    rows = []
    for line in lines:
        daily = daily_plan(world, line)
        rows += [row_of(world, line, span, daily, PLAN) for span in months]
        if line.kpi in ("won_amount", "revenue"):
            weekly = replace(line, kpi=f"{line.kpi}_week")
            rows += [row_of(world, weekly, span, daily, PLAN) for span in weeks]
    return rows + _targets(months, weeks)


def month_spans(world: World) -> list[tuple[date, date]]:
    """Whole months from the first whole one to the end of the last year."""
    first = months_before(world.start.replace(day=1), -1) if world.start.day > 1 else world.start
    return list(_months(first, year_end(world)))


def daily_plan(world: World, line: Line) -> Floats:
    """Planned value of each day from the start of the world to the end of the plan."""
    last = world.day(year_end(world)) + 1
    weights = day_weights(world, line.shape, -line.lag, last - line.lag)
    planned: Floats = STRETCH * line.total * weights / weights[: world.days].sum()
    return planned


def row_of(world: World, line: Line, span: tuple[date, date], daily: Floats, edition: Edition) -> Row:
    """The row of one measure and span in one edition of the plan."""
    start, end = span
    scenario, version, issued = edition
    amount = float(daily[world.day(start) : world.day(end) + 1].sum())
    rounded = max(line.rounding, round(amount / line.rounding) * line.rounding)
    scope, team = (f"team={line.team}", TEAM_NAMES.index(line.team)) if line.team else ("all", NONE)
    direction = "down" if line.kpi in FALLING else "up"
    return line.kpi, scope, team, start, end, scenario, rounded, line.currency, direction, version, issued


def _targets(months: list[tuple[date, date]], weeks: list[tuple[date, date]]) -> list[Row]:
    rows: list[Row] = []
    teams = [name for name, department in names.TEAMS if department == "Service"]
    for kpi, (direction, value) in SERVICE_TARGETS.items():
        for name, spans in ((kpi, months), (f"{kpi}_week", weeks)):
            for team in teams:
                rows += [
                    (
                        name,
                        f"team={team}",
                        TEAM_NAMES.index(team),
                        start,
                        end,
                        "target",
                        value,
                        None,
                        direction,
                        1,
                        None,
                    )
                    for start, end in spans
                ]
    return rows


def _months(first: date, last: date) -> list[tuple[date, date]]:
    spans = []
    while first <= last:
        following = months_before(first, -1)
        spans.append((first, following - timedelta(days=1)))
        first = following
    return spans


def _weeks(first: date, last: date) -> list[tuple[date, date]]:
    monday = first + timedelta(days=-first.weekday() % 7)
    count = ((last - monday).days + 1) // 7
    return [(monday + timedelta(weeks=n), monday + timedelta(weeks=n, days=6)) for n in range(count)]


def plan_lines(world: World, deals: Deals, leads: Leads, tables: dict[str, pd.DataFrame]) -> list[Line]:
    """What is planned: results of sales, revenue of every selling team, leads, campaign spend, volumes of work."""
    lines = []
    won = deals.outcome == WON
    revenue = _revenue(tables)
    for team in (name for name, department in names.TEAMS if department in ("Sales", "Retail")):
        code = TEAM_NAMES.index(team)
        shape = SHAPE_OF_TEAM.get(team, "deals")
        lag = CYCLE_DAYS if shape == "deals" else 0
        lines.append(Line("revenue", team, revenue[code], shape, 100.0, "EUR", lag))
        if team not in names.SALES_TEAMS:
            continue
        mine = won & (deals.team == code)
        lines.append(Line("won_amount", team, float(deals.actual[mine].sum()), "deals", 100.0, "EUR", lag))
        lines.append(Line("won_count", team, float(mine.sum()), "deals", 1.0, None, lag))
        own = leads.team == code
        qualified = own & ~np.isnat(leads.qualified)
        lines.append(Line("leads", team, float(own.sum()), "deals", 1.0, None))
        lines.append(Line("qualified_leads", team, float(qualified.sum()), "deals", 1.0, None))
    costs = tables["campaign_costs"]
    spent = float(costs.loc[costs["kind"] == "actual", "amount"].sum())
    lines.append(Line("campaign_spend", "Marketing", spent, "deals", 100.0, "EUR"))
    return lines + _volumes(world, deals, tables)


def _volumes(world: World, deals: Deals, tables: dict[str, pd.DataFrame]) -> list[Line]:
    """New contacts of the company, deals sourced by campaigns per sales team, cases per service team."""
    begun = np.datetime64(world.start)
    people = tables["contacts"]
    won = (people["created_at"] >= begun) & (people["list_source"] != "customer list")
    fresh = float(won.sum())
    lines = [Line("new_contacts", "", fresh, "deals", 1.0, None)]
    sourced = (deals.campaign >= 0) & (deals.created >= begun)
    case_teams = tables["cases"]["team_id"].to_numpy()
    for team, department in names.TEAMS:
        code = TEAM_NAMES.index(team)
        if department == "Sales":
            mine = float((sourced & (deals.team == code)).sum())
            lines.append(Line("sourced_opportunities", team, mine, "deals", 1.0, None))
        elif department == "Service":
            lines.append(Line("cases_created", team, float((case_teams == code).sum()), "service", 1.0, None))
    return lines


def _revenue(tables: dict[str, pd.DataFrame]) -> Floats:
    """Revenue per team over all days, EUR at plan rates."""
    orders, lines = tables["orders"], tables["order_lines"]
    levels = orders["currency"].astype(object).map(names.CURRENCIES).to_numpy(dtype=float)
    counted = (orders["status"] != "cancelled").to_numpy()
    order = lines["order_id"].to_numpy()
    value = lines["net_amount"].to_numpy() * (levels * counted)[order]
    team = orders["team_id"].to_numpy()[order]
    return np.array([value[team == code].sum() for code in range(len(TEAM_NAMES))], dtype=np.float64)
