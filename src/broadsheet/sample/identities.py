"""The identity map: which record of which system is which customer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, pick, text
from broadsheet.sample.moments import Ints, Times, days_of, end_local, known, to_utc
from broadsheet.sample.orders import WEB, Orders
from broadsheet.sample.usage import Usage
from broadsheet.sample.world import World

SYSTEMS = ("CRM", "web shop", "application")
METHODS = ("same record", "e-mail", "name and place", "by hand")


def identity_frame(world: World, crm: pd.DataFrame, orders: Orders, usage: Usage) -> pd.DataFrame:
    """The table identity_map: every record of the CRM, every account of the web shop and of the applications."""
    rng = world.rng("identity_map")
    parts = [_crm(crm), _accounts(world, rng, orders), _seats(world, rng, usage)]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["recorded"] < end_local(world)]
    rows = rows.sort_values(["system", "recorded"], kind="stable", ignore_index=True)
    count = len(rows)
    method = rows["method"].to_numpy()
    weak = (method != 0) & chance(rng, share("weak-match"), count)
    score = np.where(method == 0, 1.0, np.round(rng.uniform(0.86, 0.99, count), 3))
    score = np.where(weak, np.round(rng.uniform(0.62, 0.8, count), 3), score)
    recorded = rows["recorded"].to_numpy().astype("datetime64[s]")
    merged = known(world, recorded + days_of(np.where(method == 0, 0.0, rng.uniform(0.5, 20, count))))
    merged = np.where(method == 0, np.datetime64("NaT", "s"), merged)
    reviewed = np.where(weak & chance(rng, 0.6, count), rng.integers(0, 10, count), NONE)
    digits = {0: ("C", 6), 1: ("WA", 6), 2: ("APP", 4)}
    return pd.DataFrame(
        {
            "source_system": text(SYSTEMS, rows["system"].to_numpy()),
            "source_key": [
                f"{digits[system][0]}{number + 1:0{digits[system][1]}d}"
                for system, number in zip(rows["system"], rows["number"], strict=True)
            ],
            "golden_id": rows["golden"],
            "match_method": text(METHODS, method),
            "match_score": score,
            "recorded_at": to_utc(recorded),
            "merged_at": to_utc(merged),
            "reviewed_by": reviewed,
        }
    )


def _crm(crm: pd.DataFrame) -> pd.DataFrame:
    """The records of the CRM, merged duplicates included, from their first version on."""
    first = crm.sort_values(["customer_id", "valid_from"], kind="stable").drop_duplicates("customer_id")
    duplicate = (first["status"] == "merged").to_numpy()
    began = first["valid_from"].dt.tz_localize("UTC").dt.tz_convert(names.ZONE).dt.tz_localize(None)
    return _rows(
        "CRM", first["customer_id"].to_numpy(), first["golden_id"].to_numpy(),
        began.to_numpy().astype("datetime64[s]"), np.where(duplicate, 2, 0),
    )  # fmt: skip


def _accounts(world: World, rng: np.random.Generator, orders: Orders) -> pd.DataFrame:
    """Accounts of the web shop, from the first order there; some customers opened a second one later."""
    web = np.flatnonzero((orders.channel == WEB) & (orders.customer >= 0))
    who, place = np.unique(orders.customer[web], return_index=True)
    ordered = orders.ordered[web][place]
    opened = np.maximum(
        ordered - np.timedelta64(600, "s"), ordered.astype("datetime64[D]").astype("datetime64[s]")
    )
    part = world.effects["second-accounts"].size
    # So many second accounts that they are this part of all accounts.
    second = np.flatnonzero(chance(rng, part / (1 - part), len(who)))
    later = opened[second] + days_of(rng.uniform(20, 300, len(second)))
    later = np.minimum(later, end_local(world) - np.timedelta64(3600, "s"))
    golden = np.concatenate([who, who[second]])
    return _rows(
        "web shop", np.arange(len(golden)), golden, np.concatenate([opened, later]),
        1 + pick(rng, (0.7, 0.25, 0.05), len(golden)),
    )  # fmt: skip


def _seats(world: World, rng: np.random.Generator, usage: Usage) -> pd.DataFrame:
    """One account per customer of the applications, from the first use on."""
    first = np.datetime64(world.start, "s") + (usage.first * 86_400 + 36_000).astype("timedelta64[s]")
    count = len(first)
    return _rows(
        "application", np.arange(count), usage.customer, first, 1 + pick(rng, (0.5, 0.4, 0.1), count)
    )


def _rows(system: str, number: Ints, golden: Ints, recorded: Times, method: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "system": SYSTEMS.index(system),
            "number": number,
            "golden": golden,
            "recorded": recorded,
            "method": method,
        }
    )
