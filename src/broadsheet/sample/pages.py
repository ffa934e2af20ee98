"""Page views, and the visits as the web statistics show them: entry page, length, number of pages."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from broadsheet.sample.catalog import Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, lognormal, pick, sequence, text
from broadsheet.sample.moments import Ints, Times, moment, seconds, to_utc
from broadsheet.sample.orders import Orders
from broadsheet.sample.visits import (
    ASKING,
    BUYING,
    EARLIER,
    LOST,
    PASSING,
    REFERRERS,
    ROBOT,
    Visits,
)
from broadsheet.sample.world import World

PAGES = (
    "/", "/boats", "/tackle", "/clothing", "/electronics", "/sale", "/guides/knots", "/guides/winter", "/blog",
    "/product", "/cart", "/checkout", "/thanks", "/contact",
)  # fmt: skip
PRODUCT, CART, CHECKOUT, THANKS, CONTACT = (
    PAGES.index(name) for name in ("/product", "/cart", "/checkout", "/thanks", "/contact")
)
ENTRIES = (
    "/",
    "/boats",
    "/tackle",
    "/clothing",
    "/electronics",
    "/sale",
    "/guides/knots",
    "/guides/winter",
    "/blog",
)
ENTRY = np.array((0.3, 0.1, 0.12, 0.06, 0.07, 0.15, 0.07, 0.06, 0.07))
INNER = np.array((0.06, 0.09, 0.12, 0.07, 0.08, 0.1, 0.04, 0.03, 0.04, 0.37))
MARKS = ("", "?utm_source=mail", "?utm_source=social", "?ref=partner")
# Middle number of pages beside those that the purpose of the visit adds.
DEPTH = {BUYING: 2.2, LOST: 1.8, EARLIER: 1.9, ASKING: 1.2, PASSING: 0.75, ROBOT: 0.0}
ENDS = {BUYING: (PRODUCT, CART, CHECKOUT, THANKS), LOST: (PRODUCT, CART), ASKING: (CONTACT,)}


def web_frames(
    world: World, visits: Visits, catalog: Catalog, orders: Orders
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables web_visits and page_views."""
    rng = world.rng("page_views")
    entry = pick(rng, ENTRY, len(visits))
    counts = _counts(world, rng, visits, entry)
    visit = np.repeat(np.arange(len(visits)), counts)
    turn = sequence(counts)
    page = _pages(rng, visits, (visit, turn, counts), entry)
    stay = np.where(visits.kind[visit] == ROBOT, 1.0, lognormal(rng, 38.0, 0.8, len(visit)))
    stay = np.minimum(np.round(stay), 240.0)
    ends = np.cumsum(stay)
    since = ends - stay - np.repeat((ends - stay)[turn == 0], counts)
    viewed = visits.started[visit] + seconds(since)
    views = _views(world, (visit, turn, page), viewed, _products(rng, (visit, page), visits, catalog, orders))
    return _heads(world, visits, (entry, counts), viewed), views


def _counts(world: World, rng: np.random.Generator, visits: Visits, entry: Ints) -> Ints:
    """Pages per visit; a page that turns people away makes them leave at once."""
    depth = np.array([DEPTH[kind] for kind in range(len(DEPTH))])
    fixed = np.array([len(ENDS.get(kind, ())) for kind in range(len(DEPTH))])
    counts = 1 + np.minimum(rng.poisson(depth[visits.kind]), 7) + fixed[visits.kind]
    effect = world.effects["page-turns-away"]
    hit = (entry == ENTRIES.index(effect.place)) & (visits.started >= moment(effect.start))
    free = np.isin(visits.kind, (EARLIER, PASSING))
    # Only visits without a purpose can be lost, and half of those leave anyway.
    away = hit & free & chance(rng, effect.size * 2.6, len(visits))
    return np.where(away, 1, counts).astype(np.int64)


def _pages(rng: np.random.Generator, visits: Visits, views: tuple[Ints, Ints, Ints], entry: Ints) -> Ints:
    visit, turn, counts = views
    page = pick(rng, INNER, len(visit))
    page = np.where(turn == 0, entry[visit], page)
    back = counts[visit] - turn
    for kind, ends in ENDS.items():
        mine = visits.kind[visit] == kind
        for place, code in enumerate(reversed(ends), 1):
            page = np.where(mine & (back == place), code, page)
    return page


def _products(
    rng: np.random.Generator, views: tuple[Ints, Ints], visits: Visits, catalog: Catalog, orders: Orders
) -> Ints:
    """The product shown by a product page: of buyers the first one of the order."""
    visit, page = views
    firsts = np.flatnonzero(np.append(True, np.diff(orders.line_order) > 0))
    order = visits.order[visit]
    bought = np.where(visits.kind[visit] == BUYING, orders.line_product[firsts[order]], NONE)
    shown = pick(rng, catalog.appeal * np.where(catalog.category >= 5, 0.5, 1.0), len(visit))
    return np.where(page == PRODUCT, np.where(bought >= 0, bought, shown), NONE)


def _views(world: World, views: tuple[Ints, Ints, Ints], viewed: Times, product: Ints) -> pd.DataFrame:
    """The table page_views; some addresses carry the marks of the link that led there."""
    rng = world.rng("page_views.frame")
    visit, turn, page = views
    marked = chance(rng, share("url-parameters"), len(page))
    mark = np.where(marked, 1 + pick(rng, (1, 1, 1), len(page)), 0)
    addresses = [name + suffix for name in PAGES for suffix in MARKS]
    return pd.DataFrame(
        {
            "visit_id": visit,
            "seq": turn + 1,
            "page": text(addresses, page * len(MARKS) + mark),
            "product_id": product,
            "ts": to_utc(viewed),
        }
    )


def _heads(world: World, visits: Visits, entry: tuple[Ints, Ints], viewed: Times) -> pd.DataFrame:
    """The table web_visits: a visit of one page has no known length."""
    entry_page, counts = entry
    last = np.cumsum(counts) - 1
    length = (viewed[last] - visits.started).astype(np.int64).astype(np.float64)
    numbers, place = np.unique(visits.visitor, return_inverse=True)
    salt = f"{world.seed}"
    hashed = np.array(
        [hashlib.blake2s(f"{salt}{n}".encode(), digest_size=6).hexdigest() for n in numbers], object
    )
    return pd.DataFrame(
        {
            "visit_id": np.arange(len(visits)),
            "visitor_id": visits.visitor,
            "golden_id": visits.customer,
            "ip": hashed[place],
            "referrer": text(REFERRERS, visits.referrer),
            "entry_page": text(ENTRIES, entry_page),
            "source_campaign_id": visits.campaign,
            "started_at": to_utc(visits.started),
            "duration_s": pd.array(np.where(counts > 1, length, np.nan), dtype="Float64"),
            "pages_n": counts,
            "is_bot": visits.kind == ROBOT,
        }
    )
