"""Places, shops, products and competitors: what exists before anything happens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.draws import NONE, cents, text
from broadsheet.sample.moments import Floats, Ints, Times
from broadsheet.sample.world import World

DISTRICTS = tuple(dict.fromkeys(city.district for city in names.CITIES))
TEAM_NAMES = tuple(name for name, _ in names.TEAMS)
CITY_NAMES = tuple(city.name for city in names.CITIES)
STORE_GEO = np.array([CITY_NAMES.index(city) for city in names.STORE_CITIES])


def place_frames() -> dict[str, pd.DataFrame]:
    """The tables geo, territories, stores and competitors."""
    cities = names.CITIES
    first = [next(city for city in cities if city.district == district) for district in DISTRICTS]
    geo = pd.DataFrame(
        {
            "geo_id": np.arange(len(cities)),
            "city": [city.name for city in cities],
            "district": [city.district for city in cities],
            "region": [city.region for city in cities],
            "country": [city.country for city in cities],
            "market": [names.MARKETS[city.country] for city in cities],
        }
    )
    territories = pd.DataFrame(
        {
            "territory_id": np.arange(len(DISTRICTS)),
            "parent_id": ["DE" if city.country == "DE" else "abroad" for city in first],
            "name": DISTRICTS,
            "team_id": [TEAM_NAMES.index(city.team) for city in first],
        }
    )
    stores = pd.DataFrame(
        {"store_id": np.arange(len(STORE_GEO)), "geo_id": STORE_GEO, "name": names.STORE_NAMES}
    )
    rivals = pd.DataFrame({"competitor_id": np.arange(len(names.COMPETITORS)), "name": names.COMPETITORS})
    return {"geo": geo, "territories": territories, "stores": stores, "competitors": rivals}


@dataclass(frozen=True)
class Catalog:
    """The products as arrays: `category` numbers `names.CATEGORIES`, `appeal` weighs a product in its category."""

    frame: pd.DataFrame
    category: Ints
    price: Floats
    cost: Floats
    appeal: Floats

    def number(self, name: str) -> int:
        """The row of the product with this name."""
        return int(np.flatnonzero((self.frame["name"] == name).to_numpy())[0])

    def appeal_by_category(self) -> Floats:
        """A matrix category × product of the weights within each category."""
        inside = np.arange(len(names.CATEGORIES))[:, None] == self.category[None, :]
        return np.where(inside, self.appeal[None, :], 0.0)


def make_catalog(world: World) -> Catalog:
    """Every model of every category in three sizes, with prices, costs and appeal."""
    rng = world.rng("products")
    rows = []
    for code, category in enumerate(names.CATEGORIES):
        low, high = category.prices
        steps = np.geomspace(low, high, len(category.models))
        for model, base in zip(category.models, steps, strict=True):
            rows += [
                (code, f"{model} {size}", base * factor, tier)
                for tier, (size, factor) in enumerate(zip(names.SIZES, (0.85, 1.0, 1.25), strict=True), 1)
            ]
    count = len(rows)
    category_code = np.array([row[0] for row in rows])
    titles = [row[1] for row in rows]
    price = np.ceil(np.array([row[2] for row in rows]) * rng.uniform(0.94, 1.06, count)) - 0.1
    share = np.array([category.cost_share for category in names.CATEGORIES])[category_code]
    cost = cents(price * share * rng.uniform(0.95, 1.05, count))
    appeal = rng.lognormal(0, 0.5, count)
    appeal[np.isin(titles, names.DEFECT_CANDIDATES)] = 1.8
    family = np.repeat(np.arange(count // 3), 3)
    frame = pd.DataFrame(
        {
            "product_id": np.arange(count),
            "name": titles,
            "category": text([c.name for c in names.CATEGORIES], category_code),
            "portfolio": [names.CATEGORIES[code].portfolio for code in category_code],
            "brand": text(names.BRANDS, rng.integers(len(names.BRANDS), size=count // 3)[family]),
            "family_id": family,
            "unit": "piece",
            "tier_rank": [row[3] for row in rows],
            "launched_at": np.datetime64(world.start, "D") - rng.integers(30, 2500, count // 3)[family],
            "retired_at": np.full(count, np.datetime64("NaT", "D")),
            "lifecycle_stage": text(
                ("growth", "maturity", "decline"), rng.choice(3, count // 3, p=(0.2, 0.6, 0.2))[family]
            ),
            "list_price": price,
            "std_cost": cost,
        }
    )
    return Catalog(frame, category_code, price, cost, appeal)


def price_level(world: World, catalog: Catalog, product: Ints, moments: Times) -> Floats:
    """Price relative to the list at the start: 2 % more each January, and the planted rise."""
    years = moments.astype("datetime64[Y]").astype(np.int64) + 1970 - world.start.year
    rise = world.effects["price-rise"]
    code = [category.name for category in names.CATEGORIES].index(rise.place)
    hit = (catalog.category[product] == code) & (moments >= np.datetime64(rise.start, "s"))
    level: Floats = np.where(hit, 1 + rise.size, 1.0) * np.power(1.02, years.astype(np.float64))
    return level


def missing(count: int) -> Ints:
    """References that point nowhere."""
    return np.full(count, NONE, dtype=np.int64)
