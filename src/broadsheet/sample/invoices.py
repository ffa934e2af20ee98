"""Invoices: goods shipped, service done, subscription terms, and credit notes for what was taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import missing
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, lognormal, text
from broadsheet.sample.moments import Bools, Floats, Ints, Times, at_hour, days_of, end_local, office, to_utc
from broadsheet.sample.orders import FIELD, PAYMENTS, SHOP, Orders
from broadsheet.sample.people import CURRENCY_CODES, Customers
from broadsheet.sample.service import TEAM_OF_QUEUE, Cases
from broadsheet.sample.world import World

GOODS, SERVICE, SUBSCRIPTION, CREDIT = range(4)
KINDS = ("goods", "service", "subscription", "credit note")
CARD, TRANSFER, DEBIT = (PAYMENTS.index(name) for name in ("card", "transfer", "direct debit"))
VAT = 0.19
BILLED = 0.45
"""The part of the solved cases of the first queue (boats and engines) that is billed."""


@dataclass(frozen=True)
class Invoices:
    """Invoices as arrays in order of issue; moments are local, amounts net in the customer's currency.

    `due` is local midnight of the due day; `method` numbers the means of payment.
    """

    issued: Times
    due: Times
    kind: Ints
    order: Ints
    case: Ints
    subscription: Ints
    customer: Ints
    product: Ints
    method: Ints
    net: Floats
    parts: Floats
    disputed: Bools

    @property
    def gross(self) -> Floats:
        """What is to be paid: with tax."""
        return cents(self.net + self.tax)

    @property
    def tax(self) -> Floats:
        """Value added tax."""
        return cents(self.net * VAT)


def make_invoices(
    world: World, customers: Customers, orders: Orders, cases: Cases, tables: dict[str, pd.DataFrame]
) -> Invoices:
    """Bill the orders, a part of the solved cases and the subscription terms; credit what was accepted back."""
    rng = world.rng("invoices")
    rows = pd.concat(
        [
            _of_orders(rng, orders, tables["orders"]),
            _of_cases(rng, customers, cases),
            _of_terms(world, rng, tables["subscriptions"]),
            _of_returns(rng, orders, tables),
        ],
        ignore_index=True,
    )
    known = (rows["issued"] < end_local(world)) & (rows["net"] != 0)
    rows = rows[known].sort_values("issued", kind="stable", ignore_index=True)
    method, customer = rows["method"].to_numpy(), rows["customer"].to_numpy()
    terms = np.where(customers.business[customer] & (customer >= 0), 30, 14)
    terms = np.where(method == CARD, 0, np.where(method == DEBIT, 7, terms))
    issued: Times = rows["issued"].to_numpy(dtype="datetime64[s]")
    due = at_hour(issued, 0) + days_of(terms * 1.0)
    disputed = (method == TRANSFER) & (rows["net"] > 0).to_numpy() & chance(rng, 0.012, len(rows))
    named = {
        name: rows[name].to_numpy()
        for name in ("kind", "order", "case", "subscription", "customer", "product", "method")
    }
    net, parts = cents(rows["net"].to_numpy()), cents(rows["parts"].to_numpy())
    return Invoices(issued=issued, due=due, net=net, parts=parts, disputed=disputed, **named)


def _rows(count: int, **columns: object) -> pd.DataFrame:
    """Invoice rows; what is not given is empty, parts cost nothing."""
    base: dict[str, object] = {name: missing(count) for name in ("order", "case", "subscription", "product")}
    return pd.DataFrame(base | {"parts": np.zeros(count)} | columns)


def _of_orders(rng: np.random.Generator, orders: Orders, heads: pd.DataFrame) -> pd.DataFrame:
    """Every order that is shipped, on the way out; what a shop hands over is paid at the till."""
    order = np.flatnonzero((orders.channel != SHOP) & ~orders.cancelled)
    net = np.bincount(orders.line_order, orders.line_net, len(orders.ordered))[order]
    wait = rng.uniform(0.05, 1.2, len(order)) * np.where(orders.channel[order] == FIELD, 2.5, 1.0)
    return _rows(
        len(order),
        kind=GOODS,
        order=order,
        customer=orders.customer[order],
        method=heads["payment_method"].cat.codes.to_numpy()[order].astype(np.int64),
        net=net,
        issued=orders.ordered[order] + days_of(wait),
    )


def _of_cases(rng: np.random.Generator, customers: Customers, cases: Cases) -> pd.DataFrame:
    """Work on boats and engines; the parts used are a part of the amount."""
    solved = (cases.queue == 0) & ~np.isnat(cases.resolved) & (cases.customer >= 0)
    case = np.flatnonzero(solved & chance(rng, BILLED, len(cases.created)))
    count = len(case)
    units = 1.0 / np.array(list(names.CURRENCIES.values()))[customers.currency[cases.customer[case]]]
    net = lognormal(rng, 190.0, 0.6, count) * units
    return _rows(
        count,
        kind=SERVICE,
        case=case,
        customer=cases.customer[case],
        product=cases.product[case],
        method=TRANSFER,
        net=net,
        parts=net * rng.uniform(0.15, 0.4, count),
        issued=office(rng, cases.resolved[case] + days_of(rng.uniform(0.3, 4, count))),
    )


def _of_terms(world: World, rng: np.random.Generator, terms: pd.DataFrame) -> pd.DataFrame:
    """Each term from its first day on, if that lies in the years of the company."""
    begun = terms["start"].to_numpy() >= np.datetime64(world.start, "D")
    chosen = terms[begun]
    noon = days_of(rng.uniform(0.35, 0.6, len(chosen)))
    return _rows(
        len(chosen),
        kind=SUBSCRIPTION,
        subscription=chosen["subscription_id"].to_numpy(),
        customer=chosen["golden_id"].to_numpy(),
        product=chosen["product_id"].to_numpy(),
        method=DEBIT,
        net=chosen["amount"].to_numpy(),
        issued=chosen["start"].to_numpy().astype("datetime64[s]") + noon,
    )


def _of_returns(rng: np.random.Generator, orders: Orders, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Credit notes for returns and claims that were accepted, of orders that were billed."""
    returns = tables["returns"]
    order = returns["order_id"].to_numpy()
    accepted = (returns["decision"] == "accepted").to_numpy() & (orders.channel[order] != SHOP)
    chosen, order = returns[accepted], order[accepted]
    local = chosen["resolved_at"].dt.tz_localize("UTC").dt.tz_convert(names.ZONE).dt.tz_localize(None)
    decided = local.to_numpy().astype("datetime64[s]")
    return _rows(
        len(chosen),
        kind=CREDIT,
        order=order,
        customer=orders.customer[order],
        product=chosen["product_id"].to_numpy(),
        method=tables["orders"]["payment_method"].cat.codes.to_numpy()[order].astype(np.int64),
        net=-chosen["amount"].to_numpy(),
        issued=office(rng, decided + days_of(rng.uniform(0.1, 2, len(chosen)))),
    )


def invoices_frame(
    world: World, invoices: Invoices, paid: Floats, cases: Cases, customers: Customers
) -> pd.DataFrame:
    """The table invoices; `paid` is what was paid so far, without what was reversed."""
    rng = world.rng("invoices.frame")
    count = len(invoices.issued)
    due = invoices.due.astype("datetime64[D]")
    due[chance(rng, share("no-due-date"), count)] = np.datetime64("NaT", "D")
    team = np.where(invoices.case >= 0, TEAM_OF_QUEUE[cases.queue[invoices.case]], NONE)
    return pd.DataFrame(
        {
            "invoice_id": np.arange(count),
            "order_id": invoices.order,
            "case_id": invoices.case,
            "subscription_id": invoices.subscription,
            "golden_id": invoices.customer,
            "product_id": invoices.product,
            "team_id": team,
            "kind": text(KINDS, invoices.kind),
            "issued_at": to_utc(invoices.issued),
            "due_at": due,
            "amount": invoices.net,
            "tax": invoices.tax,
            "open_amount": cents(invoices.gross - paid),
            "parts_cost": np.where(invoices.kind == SERVICE, invoices.parts, np.nan),
            "disputed": invoices.disputed,
            "currency": text(CURRENCY_CODES, customers.currency[invoices.customer]),
        }
    )
