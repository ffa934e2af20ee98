"""Campaigns of the paid channels and what they cost."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from broadsheet.sample.catalog import missing
from broadsheet.sample.draws import chance
from broadsheet.sample.moments import Ints, day_weights
from broadsheet.sample.people import SEGMENTS
from broadsheet.sample.recipes import Dates, months_before
from broadsheet.sample.world import World

PAID = ("search ads", "social", "email", "trade show", "partner", "print")
OWN = ("website", "referral", "telephone", "shop", "field sales")
CHANNELS = PAID + OWN
# Share of the leads that come through each channel; field sales brings opportunities without a lead.
LEAD_SHARES = np.array((0.14, 0.11, 0.08, 0.08, 0.08, 0.05, 0.27, 0.09, 0.06, 0.04, 0.0))
LEADS = 20_000
COST_PER_LEAD = 36.0
TYPES = {
    "search ads": "advertising", "social": "advertising", "email": "mailing", "trade show": "event",
    "partner": "partner program", "print": "advertising",
}  # fmt: skip
THEMES = ("Spring launch", "Early bird", "Open water", "Long weekend", "Harvest of perch", "Gifts ahoy")
CATEGORIES = {"media": 0.7, "creation": 0.2, "agency": 0.1}


def campaigns_frame(world: World) -> pd.DataFrame:
    """One campaign per paid channel and two months; the months are counted back from the last closed one."""
    last = Dates(world.until).last_month
    rows = []
    opens = months_before(last, -1)
    while opens > world.start - timedelta(days=62):
        closes = months_before(opens, -2) - timedelta(days=1)
        rows += [(channel, max(opens, world.start), closes) for channel in PAID]
        opens = months_before(opens, 2)
    rows = [row for row in rows[::-1] if row[1] <= world.until]
    rng = world.rng("campaigns")
    targets = rng.integers(len(SEGMENTS), size=len(rows))
    aimed = chance(rng, 0.4, len(rows))
    return pd.DataFrame(
        {
            "campaign_id": np.arange(len(rows)),
            "name": [f"{THEMES[(row[1].month - 1) // 2]} {row[1].year} · {row[0]}" for row in rows],
            "type": [TYPES[row[0]] for row in rows],
            "channel": [row[0] for row in rows],
            "advert_id": np.arange(len(rows)),
            "start": [row[1] for row in rows],
            "end": [row[2] for row in rows],
            "target_segment": [SEGMENTS[t] if a else None for t, a in zip(targets, aimed, strict=True)],
        }
    )


def campaign_of(world: World, campaigns: pd.DataFrame, channel: Ints, days: Ints) -> Ints:
    """The campaign of a channel that runs on a day; none for channels that are not paid."""
    found = missing(len(days))
    starts = [world.day(day) for day in campaigns["start"]]
    ends = [world.day(day) for day in campaigns["end"]]
    for number, (name, start, end) in enumerate(zip(campaigns["channel"], starts, ends, strict=True)):
        found[(channel == CHANNELS.index(name)) & (days >= start) & (days <= end)] = number
    return found


def costs_frame(world: World, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Planned, committed and actual cost per campaign, month and category; actual ones in four parts.

    The plan knows how many leads the season brings and what one costs in this channel.
    """
    rng = world.rng("campaign_costs")
    ahead = world.days + 70
    weights = day_weights(world, "deals", 0, ahead)
    leads_per_day = world.count(LEADS) * weights / weights[: world.days].sum()
    rows: list[tuple[int, date, str, str, float]] = []
    spans = zip(campaigns["channel"], campaigns["start"], campaigns["end"], strict=True)
    for number, (channel, start, end) in enumerate(spans):
        share = LEAD_SHARES[CHANNELS.index(channel)]
        for first, last in _months(start, end):
            span = slice(world.day(first), world.day(last) + 1)
            expected = float(leads_per_day[span].sum() * share)
            planned = max(50.0, round(expected * _cost_per_lead(world, channel), -1))
            rows += _entries(world, rng, (number, channel), (first, last, planned))
    frame = pd.DataFrame(rows, columns=["campaign_id", "cost_date", "category", "kind", "amount"])
    frame = frame[(frame["kind"] == "planned") | (frame["cost_date"] <= world.until)]
    return frame.assign(cost_id=np.arange(len(frame)), currency="EUR")


def _months(start: date, end: date) -> list[tuple[date, date]]:
    months = []
    while start <= end:
        following = months_before(start.replace(day=1), -1)
        months.append((start, min(end, following - timedelta(days=1))))
        start = following
    return months


def _cost_per_lead(world: World, channel: str) -> float:
    dear = world.effects["dear-good-source"]
    return COST_PER_LEAD * (dear.size if channel == dear.place else 1.0)


def _entries(
    world: World, rng: np.random.Generator, campaign: tuple[int, str], month: tuple[date, date, float]
) -> list[tuple[int, date, str, str, float]]:
    number, channel = campaign
    first, last, planned = month
    over = world.effects["campaign-overspend"]
    factor = float(np.exp(rng.normal(0, 0.06)))
    if channel == over.place and first == over.start:
        factor = over.size
    days = (last - first).days
    rows = []
    for category, part in CATEGORIES.items():
        rows.append((number, first, category, "planned", round(planned * part, 2)))
        rows.append((number, first, category, "committed", round(planned * part * rng.uniform(0.85, 1.0), 2)))
        splits = rng.dirichlet((8, 8, 8, 8)) * planned * part * factor
        for turn, amount in enumerate(splits):
            paid = first + timedelta(days=days * (turn + 1) // 4)
            rows.append((number, paid, category, "actual", round(float(amount), 2)))
    return rows
