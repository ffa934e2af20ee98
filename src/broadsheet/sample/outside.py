"""What others measure: social networks per day, markets per quarter, and benchmarks of the trade per year."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, text
from broadsheet.sample.marketing import CHANNELS, campaign_of
from broadsheet.sample.moments import Floats, Ints, day_weights
from broadsheet.sample.orders import Orders
from broadsheet.sample.people import Customers
from broadsheet.sample.recipes import months_before
from broadsheet.sample.world import World

NETWORKS = ("Pondlife", "Chatterbuoy", "Reelgram")
FOLLOWERS = np.array((5_200, 2_900, 8_400))
ACCOUNTS = names.BRANDS[:2]
"""The brands with an account of their own in every network."""
MENTIONS = np.array((6.0, 4.0, 9.0))
BENCHMARKS = {"key account share": 0.55, "win rate": 0.44, "SLA kept": 0.92, "return rate": 0.03}
CATEGORY_NAMES = tuple(category.name for category in names.CATEGORIES)
NOT_YET = 2
"""Quarters before the end whose market figures have not come yet, beside the running one."""


def social_frame(world: World, campaigns: pd.DataFrame) -> pd.DataFrame:
    """The table social_metrics: each account per day, and the paid posts of the campaign of the day."""
    rng = world.rng("social_metrics")
    days = np.arange(world.days)
    season = day_weights(world, "web")
    season = season / season.mean()
    campaign = campaign_of(world, campaigns, np.full(world.days, CHANNELS.index("social")), days)
    effect = world.effects["bad-mentions"]
    wave = (days >= world.day(effect.start)) & (days <= world.day(effect.end))
    frames = []
    for code, network in enumerate(NETWORKS):
        hit = wave & (network == effect.place)
        for brand in ACCOUNTS:
            level = MENTIONS[code] * season * np.where(hit, effect.size, 1.0)
            negative = np.where(hit, 0.62, 0.18)
            reach = FOLLOWERS[code] * 0.11 * season
            rows = _posts(rng, (level, negative, reach))
            followers = FOLLOWERS[code] + np.cumsum(rng.poisson(2.6, world.days) - 1)
            frames.append(
                rows.assign(network=network, brand=brand, campaign_id=NONE, followers=followers, paid=False)
            )
        reach = np.where(campaign >= 0, FOLLOWERS[code] * 0.35 * season, 0.0)
        rows = _posts(rng, (np.full(world.days, 1.2), np.full(world.days, 0.15), reach))
        rows = rows.assign(
            network=network, brand=ACCOUNTS[0], campaign_id=campaign, followers=np.nan, paid=True
        )
        frames.append(rows[campaign >= 0])
    frame = pd.concat(frames, ignore_index=True)
    frame["date"] = np.datetime64(world.start, "D") + frame.pop("day").to_numpy()
    gap = chance(rng, share("api-gap"), len(frame))
    for column in ("followers", "mentions", "impressions", "engagements", "pos", "neu", "neg"):
        frame[column] = frame[column].astype("Float64").mask(gap)
    frame = frame.sort_values(["date", "network", "paid", "brand"], kind="stable", ignore_index=True)
    return frame.assign(
        metric_id=np.arange(len(frame)), placement=np.where(frame.pop("paid"), "paid", "organic")
    )


def _posts(rng: np.random.Generator, drawn: tuple[Floats, Floats, Floats]) -> pd.DataFrame:
    """A day's mentions with their tone, and impressions with what people did about them."""
    level, negative, reach = drawn
    mentions = rng.poisson(level)
    neg = rng.binomial(mentions, negative)
    pos = rng.binomial(mentions - neg, 0.55)
    impressions = rng.poisson(reach)
    return pd.DataFrame(
        {
            "day": np.arange(len(level)),
            "mentions": mentions,
            "impressions": impressions,
            "engagements": rng.binomial(impressions, 0.034),
            "pos": pos,
            "neu": mentions - neg - pos,
            "neg": neg,
        }
    )


def market_frame(world: World, catalog: Catalog, customers: Customers, orders: Orders) -> pd.DataFrame:
    """The table market_data: sales of the whole market by place, category and quarter, and yearly benchmarks."""
    rng = world.rng("market_data")
    quarters = _quarters(world)
    own = _own_sales(catalog, customers, orders, quarters)
    usual = own.mean(axis=2, keepdims=True)
    held = rng.uniform(0.05, 0.12, own.shape[:2])[:, :, None]
    effect = world.effects["market-outgrows"]
    grows = np.zeros(own.shape)
    late = np.array([quarter >= effect.start for quarter in quarters])
    grows[CATEGORY_NAMES.index(effect.place), :, :] = np.where(late, effect.size - 1, 0.0)
    sales = (0.65 * own + 0.35 * usual) / held * (1 + grows) * rng.normal(1.0, 0.03, own.shape)
    known = len(quarters) - NOT_YET
    category, geo, quarter = (axis.ravel() for axis in np.indices((*own.shape[:2], known)))
    sold = sales[category, geo, quarter]
    kept = sold > 0
    columns = (axis[kept] for axis in (category, geo, quarter))
    category, geo, quarter = columns
    figures = pd.DataFrame(
        {
            "geo_id": geo,
            "category": text(CATEGORY_NAMES, category),
            "period": [f"{quarters[q].year}-Q{quarters[q].month // 3 + 1}" for q in quarter],
            "period_start": np.array(quarters, dtype="datetime64[D]")[quarter],
            "market_size": cents(np.round(sold[kept] * 1.35, -2)),
            "market_sales": cents(np.round(sold[kept], -2)),
            "benchmark_name": None,
            "benchmark_value": np.nan,
            "source": "Waterside Market Panel",
        }
    )
    frame = pd.concat([figures, _benchmarks(world, rng)], ignore_index=True)
    frame = frame.sort_values(["period_start", "period"], kind="stable", ignore_index=True)
    return frame.assign(record_id=np.arange(len(frame)))


def _quarters(world: World) -> list[date]:
    """First days of the quarters that lie within the three years, the running one included."""
    first = world.start.replace(month=(world.start.month - 1) // 3 * 3 + 1, day=1)
    first = first if first >= world.start else months_before(first, -3)
    quarters = []
    while first <= world.until:
        quarters.append(first)
        first = months_before(first, -3)
    return quarters


def _own_sales(catalog: Catalog, customers: Customers, orders: Orders, quarters: list[date]) -> Floats:
    """Own net sales by category of the catalog, place of the customer and quarter, in the order's currency."""
    order = orders.line_order
    starts = np.array(quarters, dtype="datetime64[s]")
    quarter = np.searchsorted(starts, orders.ordered[order], side="right") - 1
    customer = orders.customer[order]
    kept = (quarter >= 0) & (customer >= 0) & ~orders.cancelled[order]
    category = catalog.category[orders.line_product]
    place: Ints = customers.city[np.maximum(customer, 0)]
    own = np.zeros((len(CATEGORY_NAMES), len(names.CITIES), len(quarters)))
    np.add.at(own, (category[kept], place[kept], quarter[kept]), orders.line_net[kept])
    return own


def _benchmarks(world: World, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for year in range(world.start.year, world.until.year + 1):
        for name, value in BENCHMARKS.items():
            first = max(date(year, 1, 1), world.start)
            rows.append((str(year), np.datetime64(first), name, round(value * float(rng.normal(1, 0.01)), 4)))
    frame = pd.DataFrame(rows, columns=["period", "period_start", "benchmark_name", "benchmark_value"])
    empty = {"geo_id": NONE, "category": None, "market_size": np.nan, "market_sales": np.nan}
    return frame.assign(**empty, source="Association of Boat Traders")
