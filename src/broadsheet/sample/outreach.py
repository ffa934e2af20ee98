"""Campaign members: whom the campaigns addressed by name, and who answered them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.draws import NONE, chance, lognormal, pick, text
from broadsheet.sample.leads import Leads
from broadsheet.sample.marketing import CHANNELS
from broadsheet.sample.moments import Bools, Floats, Ints, Times, days_of, known, moment, to_utc
from broadsheet.sample.people import SEGMENTS, Customers
from broadsheet.sample.profiles import LIST_SOURCES
from broadsheet.sample.visits import LEADS, visitor
from broadsheet.sample.world import World

ADDRESSED = {"email": 380, "print": 120, "partner": 120, "trade show": 120}
"""Channels that address people by name, and how many people one campaign takes."""
RESPONSE = 0.09
LINKED = 0.035
"""Part of the addressed people who answer and become a lead of the campaign."""
CONTROL = 0.07
LEAVING = 0.012
RESPONSES = ("visit", "download", "demo", "call-back", "prize draw")
# Campaign responders whom no list names are put on one by the channel they came through.
LISTS = (*LIST_SOURCES, "trade show list", "partner list")
LIST_OF_CHANNEL = {
    "search ads": "web visit", "social": "web visit", "email": "customer list", "trade show": "trade show list",
    "partner": "partner list", "print": "flyer",
}  # fmt: skip


@dataclass(frozen=True)
class People:
    """The contacts as arrays: customer, local moment of recording, list, and consent to mail."""

    customer: Ints
    created: Times
    source: Ints
    mailable: Bools


@dataclass(frozen=True)
class Outreach:
    """Campaign members as arrays; moments are local, empty where nothing happened.

    `leaves` marks people who unsubscribe from the mails of this campaign.
    """

    campaign: Ints
    contact: Ints
    lead: Ints
    customer: Ints
    addressed: Times
    responded: Times
    control: Bools
    leaves: Bools


def people_of(world: World, contacts: pd.DataFrame, customers: Customers) -> People:
    """The contacts; four in five agreed to mail."""
    rng = world.rng("consents.mail")
    customer = contacts["customer_id"].to_numpy()
    created = moment(world.start) + (customers.acquired[customer] * 86_400 + 70_000).astype("timedelta64[s]")
    listed = contacts["list_source"].cat.codes.to_numpy().astype(np.int64)
    return People(customer, created, listed, chance(rng, 0.8, len(customer)))


def make_outreach(
    world: World, people: People, leads: Leads, customers: Customers, campaigns: pd.DataFrame
) -> Outreach:
    """Everyone a campaign addressed, in its first days, and every lead that answered one."""
    rng = world.rng("campaign_members")
    contact_of = np.full(len(customers), NONE)
    contact_of[people.customer] = np.arange(len(people.customer))
    from_lead = _answers(leads, contact_of)
    parts = [from_lead]
    gone = np.zeros(len(people.customer), bool)
    plans = zip(campaigns["channel"], campaigns["start"], campaigns["target_segment"], strict=True)
    for number, (channel, start, target) in enumerate(plans):
        if channel not in ADDRESSED:
            continue
        opens = moment(start) + np.timedelta64(2 * 86_400 + 9 * 3600, "s")
        mine = np.flatnonzero((from_lead["campaign"] == number).to_numpy())
        linked = _linked(world, rng, from_lead, mine, (channel, opens))
        from_lead.loc[linked, "addressed"] = opens
        free = (people.created < opens) & ~np.isin(
            np.arange(len(gone)), from_lead["contact"].to_numpy()[mine]
        )
        free &= (people.mailable & ~gone) if channel == "email" else True
        aimed = customers.segment[people.customer] == (
            SEGMENTS.index(target) if isinstance(target, str) else NONE
        )
        chosen = _draw(
            rng, world.count(ADDRESSED[channel]), free.astype(np.float64) * np.where(aimed, 4.0, 1.0)
        )
        rows = _addressed(world, rng, chosen, (channel, opens))
        gone[chosen[rows["leaves"].to_numpy()]] = True
        parts.append(rows.assign(campaign=number, customer=people.customer[chosen]))
    return _ordered(world, pd.concat(parts, ignore_index=True))


def _answers(leads: Leads, contact_of: Ints) -> pd.DataFrame:
    """The leads that came from a campaign; the first lead of a person in one campaign is its member."""
    lead = np.flatnonzero(leads.campaign >= 0)
    contact = contact_of[leads.customer[lead]]
    pair = pd.Series(leads.campaign[lead] * 10_000_000 + contact)
    contact = np.where(pair.duplicated().to_numpy(), NONE, contact)
    return pd.DataFrame(
        {
            "campaign": leads.campaign[lead],
            "contact": contact,
            "lead": lead,
            "customer": np.where(contact >= 0, leads.customer[lead], NONE),
            "addressed": np.full(len(lead), np.datetime64("NaT", "s")),
            "responded": leads.created[lead],
            "control": False,
            "leaves": False,
        }
    )


def _linked(
    world: World,
    rng: np.random.Generator,
    rows: pd.DataFrame,
    mine: Ints,
    campaign: tuple[str, np.datetime64],
) -> Ints:
    """The leads of a campaign that its own address brought: people on its list who answered after it."""
    channel, opens = campaign
    strong = world.effects["strong-response"]
    wanted = round(
        LINKED * world.count(ADDRESSED[channel]) * (strong.size if channel == strong.place else 1.0)
    )
    able = mine[((rows["contact"] >= 0) & (rows["responded"] > opens)).to_numpy()[mine]]
    return rng.permutation(able)[:wanted]


def _draw(rng: np.random.Generator, count: int, weights: Floats) -> Ints:
    """Different people by weight: the largest of exponential races."""
    able = np.flatnonzero(weights > 0)
    race = rng.exponential(size=len(able)) / weights[able]
    return np.sort(able[np.argsort(race, kind="stable")[:count]])


def _addressed(
    world: World, rng: np.random.Generator, chosen: Ints, campaign: tuple[str, np.datetime64]
) -> pd.DataFrame:
    """The people a campaign addresses: a few are held back as a control group, a few answer."""
    channel, opens = campaign
    count = len(chosen)
    strong = world.effects["strong-response"]
    control = chance(rng, CONTROL, count)
    reacts = chance(rng, RESPONSE * (strong.size if channel == strong.place else 1.0), count) & ~control
    spread = np.zeros(count) if channel == "email" else rng.uniform(0, 8, count)
    addressed = opens + days_of(spread)
    empty = np.datetime64("NaT", "s")
    return pd.DataFrame(
        {
            "contact": chosen,
            "lead": NONE,
            "addressed": np.where(control, empty, addressed),
            "responded": np.where(reacts, addressed + days_of(lognormal(rng, 3.2, 0.9, count)), empty),
            "control": control,
            "leaves": chance(rng, LEAVING, count) & ~control & ~reacts & (channel == "email"),
        }
    )


def _ordered(world: World, rows: pd.DataFrame) -> Outreach:
    ordered = rows.sort_values(["campaign", "addressed", "responded"], kind="stable")
    columns = {name: ordered[name].to_numpy() for name in Outreach.__dataclass_fields__}
    columns["addressed"] = known(world, columns["addressed"].astype("datetime64[s]"))
    columns["responded"] = known(world, columns["responded"].astype("datetime64[s]"))
    return Outreach(**columns)


def members_frame(
    world: World, outreach: Outreach, leads: pd.DataFrame, people: People, campaigns: pd.DataFrame
) -> pd.DataFrame:
    """The table campaign_members; some answers are dated before the address, for they had another cause."""
    rng = world.rng("campaign_members.frame")
    count = len(outreach.campaign)
    channel = campaigns["channel"].map(CHANNELS.index).to_numpy()[outreach.campaign]
    by_channel = np.array([LISTS.index(LIST_OF_CHANNEL.get(name, "web visit")) for name in CHANNELS])
    reacted = ~np.isnat(outreach.responded)
    hasty = reacted & ~np.isnat(outreach.addressed) & (outreach.lead < 0) & chance(rng, 0.035, count)
    met = people.created[outreach.contact] + np.timedelta64(5 * 86_400, "s")
    hasty &= (outreach.contact >= 0) & (met < outreach.addressed)
    responded = np.where(hasty, outreach.addressed - days_of(rng.uniform(0.2, 4, count)), outreach.responded)
    golden = leads["golden_id"].to_numpy()
    customer = np.where(outreach.lead >= 0, golden[outreach.lead], outreach.customer)
    # Who answers an online advert without a name is known by the cookie only.
    anonymous = (customer < 0) & (outreach.contact < 0) & chance(rng, 0.5, count)
    kind = np.where(reacted, pick(rng, (0.4, 0.22, 0.12, 0.16, 0.1), count), NONE)
    return pd.DataFrame(
        {
            "member_id": np.arange(count),
            "campaign_id": outreach.campaign,
            "contact_id": outreach.contact,
            "lead_id": outreach.lead,
            "golden_id": customer,
            "visitor_id": np.where(anonymous, visitor(LEADS, outreach.lead), NONE),
            "advert_id": outreach.campaign,
            "list_source": text(
                LISTS, np.where(outreach.contact >= 0, people.source[outreach.contact], by_channel[channel])
            ),
            "addressed_at": to_utc(outreach.addressed),
            "first_response_at": to_utc(responded),
            "response_type": text(RESPONSES, kind),
            "is_control": outreach.control,
        }
    )
