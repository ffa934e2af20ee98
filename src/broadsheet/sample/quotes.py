"""Quotes: what was offered in the deals that got as far, revision by revision, at which discount."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.deal_tables import to_customer
from broadsheet.sample.deals import LOST, OPEN, WON, Deals
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, pick, sequence, text
from broadsheet.sample.moments import (
    Bools,
    Floats,
    Ints,
    Times,
    days_of,
    end_local,
    office,
    seconds,
    to_utc,
)
from broadsheet.sample.people import CURRENCY_CODES, Customers
from broadsheet.sample.world import World

DRAFT, SENT, ACCEPTED, DECLINED, EXPIRED, SUPERSEDED = range(6)
STATUSES = ("draft", "sent", "accepted", "declined", "expired", "superseded")
# The stage in which a deal gets its offer, by process.
OFFER_STEP = np.array((2, 3))
OFFERS = ("boat week", "trade-in", "early season", "fleet bonus")
DEEP_SHARE = 0.3
"""Part of the quotes with a discount of 10 % or more."""
VALID_DAYS = 30


@dataclass(frozen=True)
class Quotes:
    """Quote revisions as arrays, deal by deal; moments are local, drafts have no `issued`.

    `root` is the row of the first revision; an alternative to the main quote has a root of its own.
    """

    deal: Ints
    root: Ints
    revision: Ints
    issued: Times
    accepted: Times
    status: Ints
    amount: Floats
    listed: Floats
    discount: Floats

    def accepted_of(self, deals: int) -> Ints:
        """The accepted quote of every deal, or none."""
        found = np.full(deals, NONE, dtype=np.int64)
        taken = np.flatnonzero(self.status == ACCEPTED)
        found[self.deal[taken]] = taken
        return found


def make_quotes(world: World, customers: Customers, catalog: Catalog, deals: Deals) -> Quotes:
    """One to three revisions for each deal that reached the offer, one in twenty with an alternative."""
    rng = world.rng("quotes")
    first, deal = _offered(rng, deals)
    count = len(deal)
    turns = 1 + pick(rng, (0.6, 0.28, 0.12), count)
    other = chance(rng, 0.05, count)
    rows = np.repeat(np.arange(count), turns + other)
    turn = sequence(turns + other)
    alternative = turn == turns[rows]
    last = turn == (turns - 1)[rows]
    issued = _issued(world, rng, deals, (first, deal, turns), (rows, turn, alternative))
    closed = deals.outcome[deal[rows]] != OPEN
    status = _status(world, rng, deals.outcome[deal[rows]], issued, last & ~alternative)
    status = np.where(alternative, np.where(closed, DECLINED, SENT), status)
    discount = _discount(world, rng, deals, catalog, deal)
    step = np.where(alternative, 1.0, (turn + 1) / turns[rows])
    granted = discount[rows] * step
    value = np.where(deals.outcome[deal] == WON, deals.actual[deal], deals.amount[deal])
    listed = value * to_customer(customers, deals.customer[deal]) / (1 - discount)
    listed = np.where(alternative, 0.85, 1.0) * listed[rows]
    unpriced = chance(rng, share("no-list-price"), count)[rows]
    empty = np.datetime64("NaT", "s")
    root = np.arange(len(rows)) - np.where(alternative, 0, turn)
    return Quotes(
        deal[rows], root, np.where(alternative, 1, turn + 1), np.where(status == DRAFT, empty, issued),
        np.where(status == ACCEPTED, deals.closed[deal[rows]], empty), status,
        cents(listed * (1 - granted)), np.where(unpriced, 0.0, cents(listed)), granted,
    )  # fmt: skip


def _offered(rng: np.random.Generator, deals: Deals) -> tuple[Times, Ints]:
    """When a deal came to its offer, and which deal; a few are sold without a quote."""
    stays = np.flatnonzero(deals.stay_stage == OFFER_STEP[deals.process[deals.stay_deal]])
    deal, firsts = np.unique(deals.stay_deal[stays], return_index=True)
    quoted = ~chance(rng, share("no-quote"), len(deal))
    return deals.stay_entered[stays[firsts]][quoted], deal[quoted]


def _issued(
    world: World,
    rng: np.random.Generator,
    deals: Deals,
    offered: tuple[Times, Ints, Ints],
    place: tuple[Ints, Ints, Bools],
) -> Times:
    """The first quote comes within days, the others spread up to the end of the deal."""
    first, deal, turns = offered
    rows, turn, alternative = place
    ends = np.where(np.isnat(deals.closed), end_local(world), deals.closed)[deal]
    latest = ends - np.timedelta64(7200, "s")
    begun = np.minimum(office(rng, first + days_of(rng.uniform(0.1, 2.5, len(deal)))), latest)
    span = (latest - begun).astype(np.int64)
    part = np.where(alternative, 0.0, turn / turns[rows])
    moments: Times = begun[rows] + seconds(np.floor(span[rows] * part))
    return moments


def _status(world: World, rng: np.random.Generator, outcome: Ints, issued: Times, last: Bools) -> Ints:
    """The fate of the deal is that of the last revision; open ones run until they expire."""
    count = len(outcome)
    over = issued + days_of(np.full(count, float(VALID_DAYS))) < end_local(world)
    waiting = np.where(chance(rng, 0.06, count), DRAFT, np.where(over, EXPIRED, SENT))
    refused = np.where(chance(rng, 0.7, count), DECLINED, EXPIRED)
    fate = np.where(outcome == OPEN, waiting, np.where(outcome == WON, ACCEPTED, refused))
    return np.where(last, fate, SUPERSEDED)


def _discount(world: World, rng: np.random.Generator, deals: Deals, catalog: Catalog, deal: Ints) -> Floats:
    """Discounts; in the planted category deep ones go with won deals."""
    effect = world.effects["quote-discount"]
    liked = catalog.category[deals.product[deal]] == [c.name for c in names.CATEGORIES].index(effect.place)
    outcome = deals.outcome[deal]
    won, lost = outcome == WON, outcome == LOST
    rate = float(won[liked].sum()) / max(1, int((won | lost)[liked].sum()))
    # Closing rates r + s(1 - d) and r - s·d of the parts d and 1 - d differ by s and mix to r.
    deep_rate = min(0.98, rate + effect.size * (1 - DEEP_SHARE))
    deep_won = deep_rate * DEEP_SHARE / max(rate, 0.01)
    deep_lost = (1 - deep_rate) * DEEP_SHARE / max(1 - rate, 0.01)
    chances = np.where(liked & won, deep_won, np.where(liked & lost, deep_lost, DEEP_SHARE))
    deep = chance(rng, chances, len(deal))
    none = chance(rng, 0.3, len(deal))
    shallow = np.where(none, 0.0, rng.uniform(0.01, 0.095, len(deal)))
    return np.where(deep, rng.uniform(0.105, 0.28, len(deal)), shallow)


def quotes_frame(world: World, quotes: Quotes, deals: Deals, customers: Customers) -> pd.DataFrame:
    """The table quotes; amounts are in the customer's currency."""
    rng = world.rng("quotes.frame")
    count = len(quotes.deal)
    customer = deals.customer[quotes.deal]
    offer = np.where(chance(rng, 0.3, count), pick(rng, (0.3, 0.25, 0.25, 0.2), count), NONE)
    return pd.DataFrame(
        {
            "quote_id": np.arange(count),
            "quote_root_id": quotes.root,
            "revision": quotes.revision,
            "opportunity_id": quotes.deal,
            "golden_id": customer,
            "issued_at": to_utc(quotes.issued),
            "valid_until": to_utc(quotes.issued + days_of(np.full(count, float(VALID_DAYS)))),
            "accepted_at": to_utc(quotes.accepted),
            "status": text(STATUSES, quotes.status),
            "offer_id": text(OFFERS, offer[quotes.root]),
            "amount": quotes.amount,
            "list_amount": quotes.listed,
            "currency": text(CURRENCY_CODES, customers.currency[customer]),
        }
    )


def quote_lines_frame(quotes: Quotes, deal_lines: pd.DataFrame) -> pd.DataFrame:
    """The products of the deal, in the parts they have there; the lines add up to the quote."""
    lines = deal_lines["opportunity_id"].to_numpy()
    counts = np.bincount(lines, minlength=int(quotes.deal.max(initial=0)) + 1)
    starts = np.cumsum(counts) - counts
    quote = np.repeat(np.arange(len(quotes.deal)), counts[quotes.deal])
    turn = sequence(counts[quotes.deal])
    line = starts[quotes.deal[quote]] + turn
    amount = deal_lines["amount"].to_numpy()
    part = amount[line] / np.bincount(lines, amount)[quotes.deal[quote]]
    value = cents(part * quotes.amount[quote])
    first = np.flatnonzero(turn == 0)
    value[first] = cents(value[first] + quotes.amount - np.bincount(quote, value, len(quotes.deal)))
    return pd.DataFrame(
        {
            "quote_id": quote,
            "product_id": deal_lines["product_id"].to_numpy()[line],
            "qty": deal_lines["qty"].to_numpy()[line],
            "line_amount": value,
        }
    )
