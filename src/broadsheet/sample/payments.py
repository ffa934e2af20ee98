"""Payments: when and how invoices were paid, in parts, at the second try, or taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.draws import cents, chance, lognormal, text
from broadsheet.sample.invoices import CARD, CREDIT, DEBIT, TRANSFER, Invoices
from broadsheet.sample.moments import Bools, Floats, Ints, Times, days_of, end_local, moment, office, to_utc
from broadsheet.sample.orders import PAYMENTS
from broadsheet.sample.people import CURRENCY_CODES, SEGMENTS, Customers
from broadsheet.sample.world import World

BOOKED, FAILED, REVERSED = range(3)
STATUSES = ("booked", "failed", "reversed")
FAILURE = 0.025
REVERSAL = 0.008


@dataclass(frozen=True)
class Payments:
    """Payments as arrays in order of time; failed ones moved no money, reversed ones were taken back."""

    invoice: Ints
    paid: Times
    amount: Floats
    method: Ints
    status: Ints
    reversed: Times

    def settled(self, invoices: int) -> Floats:
        """What was paid on each invoice and stayed."""
        kept = self.status == BOOKED
        return np.bincount(self.invoice[kept], self.amount[kept], invoices).astype(np.float64)


def make_payments(world: World, customers: Customers, invoices: Invoices) -> Payments:
    """One payment per invoice, some in two parts, some after a failure or a reversal, some not yet or never."""
    rng = world.rng("payments")
    count = len(invoices.issued)
    when = _moments(world, rng, customers, invoices)
    never = chance(rng, np.where(invoices.method == TRANSFER, 0.012, 0.002), count)
    never |= invoices.disputed & chance(rng, 0.8, count)
    never |= (invoices.kind == CREDIT) & chance(rng, 0.1, count)
    gross = invoices.gross
    parted = (invoices.method == TRANSFER) & chance(rng, 0.05, count) & (gross > 20)
    first = np.where(parted, cents(gross * 0.6), gross)
    fails = ~parted & chance(rng, _failure(world, invoices, when), count) & (invoices.kind != CREDIT)
    taken = ~parted & ~fails & (invoices.method != TRANSFER) & chance(rng, REVERSAL, count)
    taken &= invoices.kind != CREDIT
    again = when + days_of(lognormal(rng, 4.0, 0.4, count))
    back = when + days_of(lognormal(rng, 18.0, 0.5, count))
    repaid = office(rng, back + days_of(lognormal(rng, 12.0, 0.5, count)))
    later = office(rng, when + days_of(lognormal(rng, 20.0, 0.4, count)))
    empty = np.full(count, np.datetime64("NaT", "s"))
    status = np.where(fails, FAILED, np.where(taken, REVERSED, BOOKED))
    parts = [
        _part(~never, when, first, invoices.method, status, np.where(taken, back, empty)),
        _part(~never & parted, later, cents(gross - first), invoices.method, BOOKED, empty),
        _part(fails & chance(rng, 0.92, count), again, gross, invoices.method, BOOKED, empty),
        _part(taken & chance(rng, 0.7, count), repaid, gross, np.full(count, TRANSFER), BOOKED, empty),
    ]
    rows = pd.concat(parts, ignore_index=True)
    return _known(world, rows)


def _part(
    rows: Bools, paid: Times, amount: Floats, method: Ints, status: Ints | int, back: Times
) -> pd.DataFrame:
    columns = {"paid": paid, "amount": amount, "method": method, "status": status, "back": back}
    return pd.DataFrame({"invoice": np.arange(len(rows)), **columns})[rows]


def _known(world: World, rows: pd.DataFrame) -> Payments:
    """What had happened by the last day: a reversal still to come is a booked payment."""
    rows = rows[rows["paid"] < end_local(world)].sort_values(["paid", "invoice"], kind="stable")
    back: Times = rows["back"].to_numpy(dtype="datetime64[s]")
    ahead = back >= end_local(world)
    status = np.where(ahead & (rows["status"] == REVERSED).to_numpy(), BOOKED, rows["status"].to_numpy())
    back = np.where(ahead, np.datetime64("NaT", "s"), back)
    columns = (rows[name].to_numpy() for name in ("invoice", "paid", "amount", "method"))
    invoice, paid, amount, method = columns
    return Payments(invoice, paid.astype("datetime64[s]"), amount, method, status, back)


def _moments(world: World, rng: np.random.Generator, customers: Customers, invoices: Invoices) -> Times:
    """Cards at once, debits on the due day, transfers around it; the planted segment pays late."""
    count = len(invoices.issued)
    effect = world.effects["late-payers"]
    segment = customers.segment[np.maximum(invoices.customer, 0)]
    slow = (segment == SEGMENTS.index(effect.place)) & (invoices.due >= moment(effect.start))
    lag = rng.normal(-2.0, 4.5, count) + np.where(
        chance(rng, 0.12, count), lognormal(rng, 14.0, 0.7, count), 0.0
    )
    lag = lag + np.where(slow, effect.size, 0.0) + 0.45
    transfer = np.maximum(
        office(rng, invoices.due + days_of(lag)), invoices.issued + np.timedelta64(3600, "s")
    )
    debit = office(rng, invoices.due + days_of(rng.uniform(0.3, 1.2, count)))
    card = invoices.issued + days_of(rng.uniform(0.001, 0.02, count))
    refund = office(rng, invoices.issued + days_of(lognormal(rng, 4.0, 0.5, count)))
    paid = np.where(invoices.method == CARD, card, np.where(invoices.method == DEBIT, debit, transfer))
    times: Times = np.where(invoices.kind == CREDIT, refund, paid)
    return times


def _failure(world: World, invoices: Invoices, when: Times) -> Floats:
    """The chance that a card or debit payment fails; transfers cannot."""
    effect = world.effects["failed-payments"]
    hit = (invoices.method == PAYMENTS.index(effect.place)) & (when >= moment(effect.start))
    return np.where(invoices.method == TRANSFER, 0.0, FAILURE + np.where(hit, effect.size, 0.0))


def payments_frame(payments: Payments, invoices: Invoices, customers: Customers) -> pd.DataFrame:
    """The table payments; the currency is that of the invoice."""
    customer = invoices.customer[payments.invoice]
    return pd.DataFrame(
        {
            "payment_id": np.arange(len(payments.invoice)),
            "invoice_id": payments.invoice,
            "paid_at": to_utc(payments.paid),
            "reversed_at": to_utc(payments.reversed),
            "amount": payments.amount,
            "method": text(PAYMENTS, payments.method),
            "status": text(STATUSES, payments.status),
            "currency": text(CURRENCY_CODES, customers.currency[customer]),
        }
    )
