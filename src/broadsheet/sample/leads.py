"""Leads: from first contact to hand-over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.catalog import Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, lognormal, pick, text
from broadsheet.sample.marketing import CHANNELS, LEAD_SHARES, LEADS, campaign_of
from broadsheet.sample.moments import (
    Bools,
    Floats,
    Ints,
    Times,
    clock,
    day_weights,
    days_of,
    draw_days,
    known,
    moment,
    office,
    to_utc,
)
from broadsheet.sample.people import Customers, Staff
from broadsheet.sample.world import World

REASONS = ("no interest", "no budget", "not reachable", "out of region", "duplicate")
PRAISED = ("service", "products", "prices")
# Weight of what recommendations name.
PRAISE = (0.4, 0.35, 0.25)
# Probability that a lead of each channel of CHANNELS qualifies.
QUALIFY = np.array((0.34, 0.34, 0.34, 0.34, 0.34, 0.34, 0.38, 0.50, 0.44, 0.40, 0.0))
CONVERT = 0.55
STATUSES = ("new", "working", "qualified", "disqualified", "converted")


@dataclass(frozen=True)
class Leads:
    """Leads as arrays in order of creation; moments are local and, where not yet reached, empty."""

    created: Times
    addressed: Times
    qualified: Times
    disqualified: Times
    handed_over: Times
    channel: Ints
    campaign: Ints
    customer: Ints
    team: Ints
    owner: Ints
    converted: Bools


def make_leads(world: World, customers: Customers, staff: Staff, campaigns: pd.DataFrame) -> Leads:
    """Draw the leads with the planted good source and the planted flood."""
    rng = world.rng("leads")
    days, channel, flood = _arrivals(world, rng)
    count = len(days)
    created = clock(rng, world, days, "web")
    order = np.argsort(created, kind="stable")
    created, channel, flood, days = created[order], channel[order], flood[order], days[order]
    customer = customers.draw(rng, days, customers.activity * np.where(customers.business, 2.5, 1.0))
    team = customers.team[customer]
    addressed = office(rng, created + days_of(lognormal(rng, 0.25, 1.1, count)))
    decided = office(rng, addressed + days_of(lognormal(rng, 3.5, 0.8, count)))
    handed = office(rng, decided + days_of(lognormal(rng, 0.6, 0.6, count)))
    good = world.effects["dear-good-source"]
    boost = np.where(channel == CHANNELS.index(good.place), np.sqrt(good.size), 1.0)
    qualifies = chance(rng, QUALIFY[channel] * boost * np.where(flood, 0.25, 1.0), count)
    converts = qualifies & chance(rng, CONVERT * boost, count)
    never = chance(rng, 0.04, count) & ~qualifies
    empty = np.datetime64("NaT", "s")
    handed = known(world, np.where(converts, handed, empty))
    return Leads(
        created=created,
        addressed=known(world, np.where(never, empty, addressed)),
        qualified=known(world, np.where(qualifies, decided, empty)),
        disqualified=known(world, np.where(qualifies | never, empty, decided)),
        handed_over=handed,
        channel=channel,
        campaign=np.where(chance(rng, 0.9, count), campaign_of(world, campaigns, channel, days), NONE),
        customer=customer,
        team=team,
        owner=staff.at_desk(rng, team, days),
        converted=~np.isnat(handed),
    )


def _arrivals(world: World, rng: np.random.Generator) -> tuple[Ints, Ints, Bools]:
    weights = day_weights(world, "deals")
    usual = draw_days(rng, world.count(LEADS), weights)
    channel = pick(rng, LEAD_SHARES, len(usual))
    flood = world.effects["lead-flood"]
    code = CHANNELS.index(flood.place)
    first, last = world.day(flood.start), world.day(flood.end)
    during = (channel == code) & (usual >= first) & (usual <= last)
    extra = draw_days(rng, round(during.sum() * (flood.size - 1)), weights[first : last + 1], first)
    days = np.concatenate([usual, extra])
    channel = np.concatenate([channel, np.full(len(extra), code)])
    return days, channel, np.arange(len(days)) >= len(usual)


def _appeal(catalog: Catalog) -> Floats:
    appeal: Floats = catalog.appeal * np.where(catalog.category >= 5, 2.5, 0.6)
    return appeal


def _praised(world: World, leads: Leads) -> Ints:
    """What a recommendation named, from the planted day on more often what is planted; nobody asked some of them."""
    rng = world.rng("leads.referral")
    count = len(leads.created)
    effect = world.effects["service-praised"]
    later = (leads.created >= moment(effect.start)) & chance(rng, effect.size / (1 - PRAISE[0]), count)
    named = np.where(later, PRAISED.index(effect.place), pick(rng, PRAISE, count))
    asked = (leads.channel == CHANNELS.index("referral")) & ~chance(rng, share("no-referral-reason"), count)
    return np.where(asked, named, NONE)


def leads_frame(
    world: World, leads: Leads, customers: Customers, catalog: Catalog, converted_to: Ints
) -> pd.DataFrame:
    """The table leads; `converted_to` names the opportunity of each lead, or none."""
    rng = world.rng("leads.frame")
    count = len(leads.created)
    existing = chance(rng, 0.35, count) | leads.converted
    status = np.select(
        [
            leads.converted,
            ~np.isnat(leads.qualified),
            ~np.isnat(leads.disqualified),
            ~np.isnat(leads.addressed),
        ],
        [4, 2, 3, 1],
        0,
    )
    reason = np.where(status == 3, pick(rng, (0.3, 0.2, 0.3, 0.12, 0.08), count), NONE)
    geo = np.where(chance(rng, share("no-lead-region"), count), NONE, customers.city[leads.customer])
    return pd.DataFrame(
        {
            "lead_id": np.arange(count),
            "created_at": to_utc(leads.created),
            "first_contact_at": to_utc(leads.created - days_of(rng.uniform(0, 0.02, count))),
            "first_addressed_at": to_utc(leads.addressed),
            "qualified_at": to_utc(leads.qualified),
            "disqualified_at": to_utc(leads.disqualified),
            "handed_over_at": to_utc(leads.handed_over),
            "status": text(STATUSES, status),
            "source_channel": text(CHANNELS, leads.channel),
            "source_campaign_id": leads.campaign,
            "disqualify_reason": text(REASONS, reason),
            "referral_reason": text(PRAISED, _praised(world, leads)),
            "owner_user_id": leads.owner,
            "team_id": leads.team,
            "geo_id": geo,
            "product_id": np.where(chance(rng, 0.9, count), pick(rng, _appeal(catalog), count), NONE),
            "golden_id": np.where(existing, leads.customer, NONE),
            "converted_opportunity_id": converted_to,
        }
    )
