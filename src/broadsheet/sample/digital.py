"""The tables of marketing, web and customer intelligence, in an order in which each finds what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import (
    carts,
    footfall,
    identities,
    mailings,
    outreach,
    outside,
    pages,
    scoring,
    signups,
    usage,
    visits,
    voices,
)
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.draws import NONE, chance
from broadsheet.sample.leads import Leads
from broadsheet.sample.marketing import CHANNELS, campaign_of
from broadsheet.sample.moments import Ints
from broadsheet.sample.orders import WEB, Orders
from broadsheet.sample.people import Customers
from broadsheet.sample.world import World


@dataclass(frozen=True)
class Business:
    """What the company is made of, as arrays."""

    goods: Catalog
    buyers: Customers
    interest: Leads
    sales: Orders


def add_frames(world: World, business: Business, tables: dict[str, pd.DataFrame]) -> None:
    """Put the frames into `tables`, which holds those of sales and service; these learn which advert was behind."""
    goods, buyers, interest, sales = business.goods, business.buyers, business.interest, business.sales
    campaigns = tables["campaigns"]
    people = outreach.people_of(world, tables["contacts"], buyers)
    reached = outreach.make_outreach(world, people, interest, buyers, campaigns)
    seen = visits.make_visits(world, buyers, sales, interest, tables)
    used = usage.make_usage(world, buyers)
    tables |= {
        "campaign_members": outreach.members_frame(world, reached, tables["leads"], people, campaigns),
        "email_events": mailings.events_frame(world, reached, people, campaigns),
        "event_registrations": signups.registrations_frame(world, people, campaigns),
        "consents": signups.consents_frame(world, people, reached),
        "social_metrics": outside.social_frame(world, campaigns),
        "store_traffic": footfall.traffic_frame(world, sales),
        "app_usage": usage.usage_frame(world, used, goods),
        "scores": scoring.scores_frame(world, used, interest, buyers),
        "market_data": outside.market_frame(world, goods, buyers, sales),
        "identity_map": identities.identity_frame(world, tables["customers"], sales, used),
    }
    tables["web_visits"], tables["page_views"] = pages.web_frames(world, seen, goods, sales)
    tables |= carts.cart_frames(world, seen, (goods, buyers, sales), tables["orders"]["payment_method"])
    tables["cases"]["advert_id"], tables["surveys"]["advert_id"] = _adverts_behind(world, tables, sales)
    tables["surveys"]["wish"] = voices.wishes(world, tables["surveys"])


def _adverts_behind(
    world: World, tables: Mapping[str, pd.DataFrame], sales: Orders
) -> tuple[pd.Series[int], Ints]:
    """The advert behind each case and each survey answer: that of the order's campaign, or what a web buyer named."""
    rng = world.rng("surveys.advert")
    campaigns, order = tables["campaigns"], tables["surveys"]["order_id"].to_numpy()
    shown = campaigns["advert_id"].to_numpy()
    led = np.where(order >= 0, tables["orders"]["campaign_id"].to_numpy()[order], NONE)
    count = len(order)
    channel = np.array([CHANNELS.index("email"), CHANNELS.index("social")])[
        chance(rng, 0.5, count).astype(int)
    ]
    day = (sales.ordered[order].astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    named = (order >= 0) & (sales.channel[order] == WEB) & chance(rng, 0.3, count)
    campaign = np.where(led >= 0, led, np.where(named, campaign_of(world, campaigns, channel, day), NONE))
    behind = tables["cases"]["source_campaign_id"]
    return behind.where(behind < 0, shown[behind]), np.where(campaign >= 0, shown[campaign], NONE)
