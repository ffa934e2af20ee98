"""Door counters of the three largest shops: entries per opening hour."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import chance
from broadsheet.sample.moments import (
    Floats,
    Ints,
    Times,
    at_midnight,
    day_weights,
    moment,
    seconds,
    to_utc,
    within,
)
from broadsheet.sample.orders import ORDERS, SHOP, Orders
from broadsheet.sample.world import World

COUNTED = ("Tidewater Hamburg", "Tidewater Cologne", "Tidewater Kiel")
OPENS, CLOSES = 9, 19
PASSERS = 2.2
"""People who enter and buy nothing, per receipt."""
HOURS = np.array((0.5, 0.7, 0.9, 1.0, 1.1, 1.2, 1.3, 1.3, 1.1, 0.9))


def traffic_frame(world: World, orders: Orders) -> pd.DataFrame:
    """The table store_traffic: hours without a working counter say nothing, a closed shop has no hours."""
    rng = world.rng("store_traffic")
    weights = day_weights(world, "shop")
    open_days = np.flatnonzero(weights > 0.1 * weights.mean())
    per_hour = PASSERS * world.count(ORDERS[SHOP]) * weights / weights.sum() / len(names.STORE_NAMES)
    hours = np.arange(OPENS, CLOSES)
    frames = []
    for name in COUNTED:
        store = names.STORE_NAMES.index(name)
        day = np.repeat(open_days, len(hours))
        hour = np.tile(hours, len(open_days))
        local = at_midnight(world, day) + seconds(hour * 3600)
        receipts = _receipts(world, orders, store)[day, hour]
        strolls = rng.poisson(per_hour[day] * HOURS[hour - OPENS] / HOURS.sum() * _lure(world, name, local))
        down = chance(rng, share("counter-down"), world.days)[day]
        entries = np.where(down, np.nan, receipts + strolls)
        shut = world.effects["shop-closed"]
        here = ~((name == shut.place) & within(local, shut.start, shut.end))
        frame = pd.DataFrame(
            {
                "store_id": store,
                "ts_hour": to_utc(local),
                "entries": pd.array(entries, dtype="Float64"),
                "counter_ok": ~down,
            }
        )
        frames.append(frame[here])
    return pd.concat(frames, ignore_index=True)


def _lure(world: World, name: str, local: Times) -> Floats:
    """The planted crowd that comes and does not buy."""
    effect = world.effects["window-shoppers"]
    hit = (name == effect.place) & (local >= moment(effect.start))
    # Receipts are part of the entries, so the strollers must grow by more than the entries.
    return np.where(hit, 1 + (effect.size - 1) * (1 + PASSERS) / PASSERS, 1.0)


def _receipts(world: World, orders: Orders, store: int) -> Ints:
    """Receipts of a shop per day and hour."""
    mine = orders.ordered[orders.store == store]
    day = (mine.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    hour = mine.astype("datetime64[h]").astype(np.int64) % 24
    counted = np.zeros((world.days, 24), np.int64)
    np.add.at(counted, (day, hour), 1)
    return counted
