"""The tables of opportunities: header, lines, stage history, competitors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.deals import CANCELLED, LOST, OPEN, OUTCOMES, WON, Deals
from broadsheet.sample.draws import NONE, cents, chance, lognormal, pick, sequence, text
from broadsheet.sample.marketing import CHANNELS
from broadsheet.sample.moments import Floats, Ints, Times, days_of, moment, to_utc
from broadsheet.sample.people import CURRENCY_CODES, Customers
from broadsheet.sample.world import World

PROCESSES = ("direct-v1", "fleet-v1")
STAGES = (
    "Contacted", "Needs", "Offer", "Negotiation", "Fleet survey", "Trial sail",
    "Closed won", "Closed lost", "Cancelled",
)  # fmt: skip
# Stage label and standard stage by process and step.
STAGE_AT = np.array(((0, 1, 2, 3, NONE), (0, 4, 5, 2, 3)))
STANDARD = ("qualify", "develop", "propose", "negotiate")
STANDARD_AT = np.array(((0, 1, 2, 3, NONE), (0, 1, 1, 2, 3)))
CHANCE_AT = np.array((0.1, 0.25, 0.45, 0.7))
KINDS = ("new", "existing", "up-sell", "renewal", "cross-sell")
EXISTING, CROSS_SELL = KINDS.index("existing"), KINDS.index("cross-sell")


def opportunities_frame(world: World, deals: Deals, customers: Customers) -> pd.DataFrame:
    """The headers; amounts are in the customer's currency."""
    rng = world.rng("opportunities.frame")
    count = len(deals.created)
    last = np.append(deals.stay_deal[1:] != deals.stay_deal[:-1], True)
    step = deals.stay_stage[last]
    closed_stage = np.array((NONE, 6, 7, 8))[deals.outcome]
    stage = np.where(deals.outcome == OPEN, STAGE_AT[deals.process, step], closed_stage)
    probability = np.select(
        [deals.outcome == OPEN, deals.outcome == WON], [CHANCE_AT[STANDARD_AT[deals.process, step]], 1.0], 0.0
    )
    kind = np.where(deals.lead >= 0, 0, 1 + pick(rng, (0.5, 0.3, 0.2), count))
    crossed = (kind == EXISTING) & chance(world.rng("opportunities.cross-sell"), 0.45, count)
    kind = np.where(crossed, CROSS_SELL, kind)
    reason = np.where(deals.outcome == LOST, pick(rng, (0.26, 0.27, 0.12, 0.14, 0.1, 0.11), count), NONE)
    units = to_customer(customers, deals.customer)
    return pd.DataFrame(
        {
            "opportunity_id": np.arange(count),
            "lead_id": deals.lead,
            "golden_id": deals.customer,
            "owner_user_id": deals.owner,
            "team_id": deals.team,
            "process_id": text(PROCESSES, deals.process),
            "product_id": deals.product,
            "created_at": to_utc(deals.created),
            "closed_at": to_utc(deals.closed),
            "expected_close_date": _expected(world, rng, deals),
            "outcome": text(OUTCOMES, deals.outcome),
            "loss_reason": text(names.LOSS_REASONS, reason),
            "stage": text(STAGES, stage),
            "opportunity_kind": text(KINDS, kind),
            "source_channel": text(CHANNELS, deals.channel),
            "source_campaign_id": deals.campaign,
            "amount_est": cents(deals.amount * units),
            "amount_actual": cents(np.where(deals.outcome == WON, deals.actual * units, np.nan)),
            "currency": text(CURRENCY_CODES, customers.currency[deals.customer]),
            "probability": probability,
        }
    )


def to_customer(customers: Customers, customer: Ints) -> Floats:
    """Units of the customer's currency for one EUR, at plan rates."""
    return 1.0 / np.array(list(names.CURRENCIES.values()))[customers.currency[customer]]


def _expected(world: World, rng: np.random.Generator, deals: Deals) -> Times:
    """Near the true date for closed deals; open ones look ahead, one in twelve is stale."""
    count = len(deals.created)
    near = deals.closed + days_of(np.round(rng.normal(0, 9, count)))
    end = moment(world.until)
    ahead = end + days_of(np.round(lognormal(rng, 28, 0.6, count)) + 1)
    stale = chance(rng, 0.08, count)
    ahead = np.where(stale, np.maximum(deals.created, end - days_of(rng.uniform(8, 60, count))), ahead)
    expected = np.where(np.isnat(deals.closed), ahead, np.maximum(near, deals.created))
    week = moment(world.effects["slipped-deals"].start) + days_of(
        rng.integers(0, 5, count).astype(np.float64)
    )
    dates: Times = np.where(deals.slipped, week, expected).astype("datetime64[D]")
    return dates


def lines_frame(world: World, deals: Deals, customers: Customers, catalog: Catalog) -> pd.DataFrame:
    """One to three products per opportunity; the main one first, the amounts add up to the estimate."""
    rng = world.rng("opportunity_lines")
    count = len(deals.created)
    lines = 1 + pick(rng, (0.55, 0.3, 0.15), count)
    deal = np.repeat(np.arange(count), lines)
    turn = sequence(lines)
    # Accessories stand a fixed step further in the catalog, so no product comes twice in a deal.
    product = (deals.product[deal] + turn * 7) % len(catalog.category)
    part = np.array((1.0, 0.28, 0.12))[turn] * rng.uniform(0.8, 1.2, len(deal))
    part /= np.bincount(deal, part)[deal]
    total = cents(deals.amount * to_customer(customers, deals.customer))
    amount = cents(part * total[deal])
    first = np.flatnonzero(turn == 0)
    amount[first] = cents(amount[first] + total - np.bincount(deal, amount))
    level = catalog.price[product] * to_customer(customers, deals.customer[deal])
    return pd.DataFrame(
        {
            "opportunity_id": deal,
            "product_id": product,
            "qty": np.maximum(1, np.round(amount / level)),
            "amount": amount,
        }
    )


def history_frame(world: World, deals: Deals, customers: Customers) -> pd.DataFrame:
    """Every stay in a stage; the estimate drifts towards its present value."""
    rng = world.rng("stage_history")
    deal, step = deals.stay_deal, deals.stay_stage
    process = deals.process[deal]
    drift = np.exp(rng.normal(0, 0.08, len(deal)) * np.maximum(0, 3 - step) / 3)
    counts = np.bincount(deal, minlength=len(deals.created))
    amount = deals.amount * to_customer(customers, deals.customer)
    return pd.DataFrame(
        {
            "opportunity_id": deal,
            "process_id": text(PROCESSES, process),
            "stage": text(STAGES, STAGE_AT[process, step]),
            "standard_stage": text(STANDARD, STANDARD_AT[process, step]),
            "seq": sequence(counts) + 1,
            "entered_at": to_utc(deals.stay_entered),
            "left_at": to_utc(deals.stay_left),
            "amount_at_entry": cents(amount[deal] * drift),
        }
    )


def rivals_frame(world: World, deals: Deals) -> pd.DataFrame:
    """Competitors seen in half of the deals; three in five lost ones name the winner."""
    rng = world.rng("opportunity_competitors")
    count = len(deals.created)
    rivals = len(names.COMPETITORS)
    seen = chance(rng, 0.5, count)
    effect = world.effects["competitor-gains"]
    strong = names.COMPETITORS.index(effect.place)
    first = pick(rng, np.ones(rivals), count)
    named = (deals.outcome == LOST) & chance(rng, 0.6, count) & seen
    late = named & (deals.closed >= moment(effect.start))
    # A share x of the other winners gives the strong one `size` points more: x * (1 - 1/n) = size.
    first = np.where(late & chance(rng, effect.size / (1 - 1 / rivals), count), strong, first)
    second = (first + 1 + rng.integers(rivals - 1, size=count)) % rivals
    both = seen & chance(rng, 0.3, count) & (deals.outcome != CANCELLED)
    frame = pd.DataFrame(
        {
            "opportunity_id": np.concatenate([np.flatnonzero(seen), np.flatnonzero(both)]),
            "competitor_id": np.concatenate([first[seen], second[both]]),
            "role": text(
                ("present", "winner"), np.concatenate([named[seen], named[both] & False]).astype(np.int64)
            ),
        }
    )
    return frame.sort_values(["opportunity_id", "competitor_id"], ignore_index=True)
