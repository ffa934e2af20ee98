"""Stock and production: weekly counts per product and warehouse, and the runs that fill them.

Stock is what was there, less what left, plus what came in. What left is the goods delivered and those handed
over in shops; what came in is bought, or made in the two plants, whose runs add up to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, lognormal, text
from broadsheet.sample.moments import Floats, Ints, Times, at_midnight, days_of, to_utc
from broadsheet.sample.orders import SHOP, Orders
from broadsheet.sample.shipping import BOATS, Deliveries, warehouse_of
from broadsheet.sample.world import World

# Which plant makes the products of a category; the others are bought in.
MADE = {"Small boats": 0, "Motor boats": 0, "Rods & reels": 1, "Lures & tackle": 1}
COVER_WEEKS = 6
REORDER_WEEKS = 2
FAILS = 0.08
"""How often nothing more than the demand of the week comes in although the stock is low."""
RUN_OUT_WEEKS = 12
SCRAP = 0.02


@dataclass(frozen=True)
class Stock:
    """Units by week (line) and cell (column): a cell is a product in a warehouse.

    `counted` holds the last day of each week as a day number; a week runs from the count before to that day.
    """

    counted: Ints
    product: Ints
    warehouse: Ints
    on_hand: Floats
    received: Floats
    reserved: Floats
    reorder: Floats


def make_stock(world: World, catalog: Catalog, orders: Orders, deliveries: Deliveries, geo: Ints) -> Stock:
    """Replay the weeks: order up to some weeks of demand when the stock falls below the reorder point."""
    rng = world.rng("inventory_snapshots")
    first = 6 - world.start.weekday()
    counted = np.arange(first, world.days, 7)
    products, places = len(catalog.category), len(names.WAREHOUSES)
    size = (len(counted), products * places)
    left, ordered, arrived = _flows(world, catalog, orders, deliveries, (counted, size, geo))
    reserved = np.maximum(np.cumsum(ordered - arrived, axis=0), 0.0)
    usual = left.mean(axis=0)
    reorder = np.ceil(REORDER_WEEKS * usual)
    padded = np.concatenate([left, np.repeat(usual[None, :], 4, axis=0)])
    ahead = np.mean([padded[step : step + len(counted)] for step in (1, 2, 3, 4)], axis=0)
    failing = chance(rng, FAILS, left.size).reshape(size)
    missing = _runs_out(world, catalog, counted, size)
    on_hand, received = np.zeros(size), np.zeros(size)
    stock = np.ceil(COVER_WEEKS * usual) + reorder
    for week in range(len(counted)):
        after = stock - left[week]
        wanted = np.ceil(COVER_WEEKS * ahead[week]) + reorder
        wanted = np.where(failing[week], 0.0, wanted)
        wanted = np.where(missing[week] >= 0, _rest_until(left, week, missing[week]), wanted)
        low = (after < reorder) | (after < 0)
        received[week] = np.where(low, np.maximum(wanted - after, np.maximum(-after, 0.0)), 0.0)
        stock = after + received[week]
        on_hand[week] = stock
    cell = np.arange(products * places)
    return Stock(counted, cell // places, cell % places, on_hand, received, reserved, reorder)


def _flows(
    world: World,
    catalog: Catalog,
    orders: Orders,
    deliveries: Deliveries,
    grid: tuple[Ints, tuple[int, int], Ints],
) -> tuple[Floats, Floats, Floats]:
    """Units that left, that were ordered for delivery and that were delivered, by week and cell."""
    counted, size, geo = grid
    shop = np.flatnonzero((orders.channel == SHOP)[orders.line_order] & ~orders.cancelled[orders.line_order])
    order = orders.line_order[shop]
    taken = orders.line_product[shop]
    over = _add(
        world, counted, size, orders.ordered[order],
        (taken, warehouse_of(catalog, taken, geo[order]), orders.line_qty[shop]),
    )  # fmt: skip
    line = deliveries.line
    sent = (orders.line_product[line], deliveries.warehouse, deliveries.qty)
    ordered = _add(world, counted, size, orders.ordered[orders.line_order[line]], sent)
    arrived = _add(world, counted, size, deliveries.delivered, sent)
    return over + arrived, ordered, arrived


def _add(
    world: World, counted: Ints, size: tuple[int, int], when: Times, goods: tuple[Ints, Ints, Floats]
) -> Floats:
    product, warehouse, qty = goods
    day = (when.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    week = np.searchsorted(counted, day)
    inside = ~np.isnat(when) & (week < size[0])
    place = week * size[1] + product * len(names.WAREHOUSES) + warehouse
    table: Floats = (
        np.bincount(place[inside], qty[inside], size[0] * size[1]).astype(np.float64).reshape(size)
    )
    return table


def _runs_out(world: World, catalog: Catalog, counted: Ints, size: tuple[int, int]) -> Ints:
    """For the planted product the week in which its stock ends, from the weeks before on; -1 elsewhere."""
    effect = world.effects["stock-out"]
    end = int(np.searchsorted(counted, world.day(effect.start)))
    product = catalog.number(effect.place)
    places = len(names.WAREHOUSES)
    week = np.full(size, NONE, dtype=np.int64)
    week[max(0, end - RUN_OUT_WEEKS) :, product * places : (product + 1) * places] = end
    return week


def _rest_until(left: Floats, week: int, ends: Ints) -> Floats:
    """What leaves from the next week to the one in which the stock ends."""
    end = int(ends.max())
    rest: Floats = left[week + 1 : end + 1].sum(axis=0)
    return rest


def inventory_frame(world: World, stock: Stock, catalog: Catalog) -> pd.DataFrame:
    """The table inventory_snapshots; boats are kept in Hamburg only, a few counts are below zero."""
    rng = world.rng("inventory_snapshots.faults")
    weeks = len(stock.counted)
    kept = np.flatnonzero((stock.warehouse == 0) | ~np.isin(catalog.category[stock.product], BOATS))
    product = np.tile(stock.product[kept], weeks)
    on_hand = stock.on_hand[:, kept].ravel()
    wrong = chance(rng, share("negative-stock"), len(on_hand))
    on_hand = np.where(wrong, -rng.integers(1, 6, len(on_hand)), on_hand)
    return pd.DataFrame(
        {
            "product_id": product,
            "warehouse": text(names.WAREHOUSES, np.tile(stock.warehouse[kept], weeks)),
            "date": np.repeat(np.datetime64(world.start, "D") + stock.counted, len(kept)),
            "qty_on_hand": on_hand,
            "qty_reserved": stock.reserved[:, kept].ravel(),
            "reorder_point": np.tile(stock.reorder[kept], weeks),
            "value": cents(on_hand * catalog.cost[product]),
        }
    )


def production_frame(world: World, stock: Stock, catalog: Catalog) -> pd.DataFrame:
    """The table production_runs: one run per product made and week in which something came in."""
    rng = world.rng("production_runs")
    codes = [category.name for category in names.CATEGORIES]
    plant_of = np.array([MADE.get(name, NONE) for name in codes])[catalog.category]
    places = len(names.WAREHOUSES)
    made = stock.received.reshape(len(stock.counted), -1, places).sum(axis=2)
    week, product = np.nonzero((made > 0) & (plant_of >= 0)[None, :])
    good, plant = made[week, product], plant_of[product]
    day = stock.counted[week] - rng.integers(2, 7, len(week))
    day = np.maximum(day, 0)
    effect = world.effects["scrap-rise"]
    worse = (plant == names.PLANTS.index(effect.place)) & (day >= world.day(effect.start))
    rate = SCRAP + np.where(worse, effect.size, 0.0)
    scrap = rng.poisson(good * rate / (1 - rate)).astype(np.float64)
    planned = np.maximum(1, np.round(good * rng.uniform(0.96, 1.1, len(good))))
    planned = np.where(chance(rng, share("unplanned-run"), len(good)), 0.0, planned)
    idle = np.round(lognormal(rng, np.where(worse, 55.0, 22.0), 0.7, len(good)))
    frame = pd.DataFrame(
        {
            "product_id": product,
            "plant": text(names.PLANTS, plant),
            "completed_at": to_utc(at_midnight(world, day) + days_of(rng.uniform(0.35, 0.7, len(day)))),
            "qty_planned": planned,
            "qty_good": good,
            "qty_scrap": scrap,
            "downtime_min": np.where(chance(rng, 0.4, len(good)), 0, idle),
        }
    )
    frame = frame.sort_values(["completed_at", "product_id"], kind="stable", ignore_index=True)
    return frame.assign(run_no=np.arange(len(frame)) + 1)
