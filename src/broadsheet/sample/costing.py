"""Cost rates by team and channel: an hour of work, a contact or order; they rise every January."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import TEAM_NAMES
from broadsheet.sample.contacts import CHANNELS
from broadsheet.sample.dirt import share
from broadsheet.sample.documents import SYSTEMS
from broadsheet.sample.draws import chance
from broadsheet.sample.world import World

HOURLY = {"Sales": 54.0, "Service": 39.0}
PER_CONTACT = dict(zip(CHANNELS, (0.35, 0.05, 0.15, 14.0, 0.05), strict=True))
# What an order costs beside the goods, by the team and channel that sell it.
PER_ORDER = (
    *(("Shops", "shop", 6.5), ("Online", "web shop", 4.2), ("Online", "B2B portal", 3.1)),
    *((team, "B2B portal", 3.4) for team in names.SALES_TEAMS),
    *((team, "field", 310.0) for team in names.SALES_TEAMS),
)  # fmt: skip
# What sending a document costs, by the system that keeps it.
PER_DOCUMENT = tuple(
    (team, system, cost)
    for team in names.SALES_TEAMS
    for system, cost in zip(SYSTEMS, (4.8, 1.9), strict=True)
)
RISE = 1.03


def rates_frame(world: World) -> pd.DataFrame:
    """The table cost_rates: a row per team, channel and year; a few rates of an hour are not known."""
    rng = world.rng("cost_rates")
    lines: list[tuple[str, str, float, float]] = []
    for team, department in names.TEAMS:
        if department in HOURLY:
            level = HOURLY[department] * float(rng.uniform(0.95, 1.05))
            lines += [(team, channel, level, PER_CONTACT[channel]) for channel in CHANNELS]
    lines += [(team, channel, np.nan, cost) for team, channel, cost in (*PER_ORDER, *PER_DOCUMENT)]
    years = range(world.start.year, world.until.year + 1)
    rows = [
        (TEAM_NAMES.index(team), channel, hour * RISE**turn, contact * RISE**turn, year)
        for team, channel, hour, contact in lines
        for turn, year in enumerate(years)
    ]
    frame = pd.DataFrame(rows, columns=["team_id", "channel", "cost_per_hour", "cost_per_contact", "year"])
    unknown = chance(rng, share("no-hourly-rate"), len(frame))
    frame.loc[unknown, "cost_per_hour"] = np.nan
    begins = [np.datetime64(f"{year}-01-01", "D") for year in frame["year"]]
    ends = [
        np.datetime64("NaT", "D") if year == world.until.year else np.datetime64(f"{year + 1}-01-01", "D")
        for year in frame["year"]
    ]
    return frame.round(2).assign(
        valid_from=np.array(begins, "datetime64[D]"), valid_to=np.array(ends, "datetime64[D]")
    )
