"""Credit ratings of customers: dated scores with a limit, renewed every year or so and before cross-selling."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample.deals import LOST, WON, Deals
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import chance, pick
from broadsheet.sample.moments import Floats, Ints
from broadsheet.sample.people import Customers
from broadsheet.sample.world import World

BANDS = ("high", "medium", "low", "unknown")
LOW, UNKNOWN = BANDS.index("low"), BANDS.index("unknown")
LIMITS = np.array((40_000.0, 15_000.0, 2_500.0, 1_000.0))
SCORES = np.array(((70, 100), (40, 69), (5, 39), (0, 0)))
LOW_SHARE = 0.25
"""Part of the cross-sell deals whose customer is of low solvency."""
USUAL = (0.45, 0.38, 0.14)


def credit_frame(world: World, customers: Customers, deals: Deals, kind: pd.Series) -> pd.DataFrame:
    """The table credit_status; `kind` is the kind of every deal."""
    rng = world.rng("credit_status")
    rated = customers.business | chance(rng, 0.12, len(customers))
    who = np.flatnonzero(rated)
    crossed = np.flatnonzero((kind == "cross-sell").to_numpy())
    created = (deals.created[crossed].astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(
        np.int64
    )
    opened = np.maximum(customers.acquired[who], -400)
    reviews = opened[:, None] + 540 * np.arange(1, 4)[None, :] + rng.integers(0, 90, (len(who), 3))
    golden = np.concatenate([who, np.repeat(who, 3), deals.customer[crossed]])
    day = np.concatenate([opened, reviews.ravel(), created])
    count = len(who) * 4
    band = np.concatenate([pick(rng, USUAL, count), _before_deals(world, rng, deals.outcome[crossed])])
    no_score = np.concatenate([chance(rng, share("no-credit-score"), count), np.zeros(len(crossed), bool)])
    band = np.where(no_score, UNKNOWN, band)
    # Of two ratings on one day, the one made for the deal counts.
    frame = pd.DataFrame({"golden_id": golden, "day": day, "band": band})[day < world.days]
    frame = frame.drop_duplicates(["golden_id", "day"], keep="last").sort_values(
        ["golden_id", "day"], ignore_index=True
    )
    return _table(world, rng, frame)


def _before_deals(world: World, rng: np.random.Generator, outcome: Ints) -> Ints:
    """Ratings at the opening of cross-sell deals: low ones go with lost deals, as planted."""
    effect = world.effects["solvency-outcome"]
    won, lost = outcome == WON, outcome == LOST
    rate = float(won.sum()) / max(1, int((won | lost).sum()))
    # Win rates r - s(1 - d) and r + s·d of the parts d and 1 - d differ by s and mix to r.
    low_rate = max(0.02, rate - effect.size * (1 - LOW_SHARE))
    low_won = low_rate * LOW_SHARE / max(rate, 0.01)
    low_lost = (1 - low_rate) * LOW_SHARE / max(1 - rate, 0.01)
    chances: Floats = np.where(won, low_won, np.where(lost, low_lost, LOW_SHARE))
    other = np.where(chance(rng, 0.12, len(outcome)), UNKNOWN, pick(rng, (0.5, 0.5), len(outcome)))
    return np.where(chance(rng, chances, len(outcome)), LOW, other)


def _table(world: World, rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    band, day = frame["band"].to_numpy(), frame["day"].to_numpy()
    golden = frame["golden_id"].to_numpy()
    begins = np.datetime64(world.start, "D") + day
    ends = np.append(begins[1:], np.datetime64("NaT", "D"))
    ends[np.append(golden[1:] != golden[:-1], True)] = np.datetime64("NaT", "D")
    low, high = SCORES[band, 0], SCORES[band, 1]
    score = np.where(band == UNKNOWN, np.nan, low + np.floor(rng.random(len(band)) * (high - low + 1)))
    limit = np.round(LIMITS[band] * rng.uniform(0.6, 1.6, len(band)), -2)
    # One low rating in four comes without any credit.
    limit = np.where((band == LOW) & chance(rng, 0.25, len(band)), 0.0, limit)
    return pd.DataFrame(
        {
            "golden_id": golden,
            "credit_score": score,
            "limit": limit,
            "solvency_band": pd.Categorical.from_codes(band, categories=pd.Index(BANDS)),
            "valid_from": begins,
            "valid_to": ends,
        }
    )
