"""The tables of quotes, contracts, money, goods, work and the reporting service, out of what already happened."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from broadsheet.sample import (
    batches,
    commitments,
    costing,
    credit,
    documents,
    invoices,
    payments,
    quotes,
    reporting,
    shipping,
    stock,
    tasks,
    workflow,
)
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.deals import Deals
from broadsheet.sample.leads import Leads
from broadsheet.sample.orders import Orders
from broadsheet.sample.people import Customers, Staff
from broadsheet.sample.service import Cases, Returns
from broadsheet.sample.world import World

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tables are made from: goods, people and what happened between them."""

    goods: Catalog
    staff: Staff
    buyers: Customers
    leads: Leads
    deals: Deals
    orders: Orders
    returns: Returns
    cases: Cases


def add_operations(world: World, facts: Facts, tables: Tables) -> None:
    """Add the tables, and to the orders their quote and delivery point."""
    offered = _agreements(world, facts, tables)
    _goods(world, facts, tables)
    _money(world, facts, tables)
    _work(world, facts, tables, offered)
    tables["report_runs"] = reporting.runs_frame(world)
    tables["report_feedback"] = reporting.feedback_frame(world, facts.staff, tables["report_runs"])


def _agreements(world: World, facts: Facts, tables: Tables) -> quotes.Quotes:
    offered = quotes.make_quotes(world, facts.buyers, facts.goods, facts.deals)
    tables["quotes"] = quotes.quotes_frame(world, offered, facts.deals, facts.buyers)
    tables["quote_lines"] = quotes.quote_lines_frame(offered, tables["opportunity_lines"])
    accepted = offered.accepted_of(len(facts.deals.created))
    deal = facts.orders.deal
    tables["orders"]["quote_id"] = pd.Series(accepted[deal]).where(deal >= 0, -1).to_numpy()
    tables["subscriptions"] = commitments.subscriptions_frame(world, facts.buyers, facts.goods, facts.staff)
    tables["contracts"] = commitments.contracts_frame(world, facts.buyers, facts.staff)
    return offered


def _goods(world: World, facts: Facts, tables: Tables) -> None:
    heads = tables["orders"]
    points = shipping.supply_points_frame(world, facts.buyers)
    heads["supply_point_id"] = shipping.points_of_orders(world, facts.orders, points)
    sent = shipping.make_deliveries(world, facts.goods, facts.orders, heads)
    stored = stock.make_stock(world, facts.goods, facts.orders, sent, heads["ship_geo"].to_numpy())
    tables["supply_points"] = points
    tables["deliveries"] = shipping.deliveries_frame(sent, facts.orders)
    tables["inventory_snapshots"] = stock.inventory_frame(world, stored, facts.goods)
    tables["production_runs"] = stock.production_frame(world, stored, facts.goods)
    batches.add_batches(tables, world)


def _money(world: World, facts: Facts, tables: Tables) -> None:
    billed = invoices.make_invoices(world, facts.buyers, facts.orders, facts.cases, tables)
    paid = payments.make_payments(world, facts.buyers, billed)
    settled = paid.settled(len(billed.issued))
    tables["invoices"] = invoices.invoices_frame(world, billed, settled, facts.cases, facts.buyers)
    tables["payments"] = payments.payments_frame(paid, billed, facts.buyers)
    kind = tables["opportunities"]["opportunity_kind"]
    tables["credit_status"] = credit.credit_frame(world, facts.buyers, facts.deals, kind)
    tables["cost_rates"] = costing.rates_frame(world)


def _work(world: World, facts: Facts, tables: Tables, offered: quotes.Quotes) -> None:
    people = (facts.buyers, facts.staff)
    tables["tasks"] = tasks.tasks_frame(world, *people, (facts.leads, facts.deals, facts.cases))
    instances = workflow.make_instances(world, people, (facts.deals, offered), (facts.orders, facts.returns))
    tables["process_steps"] = workflow.process_frame(world, instances)
    tables["documents"] = documents.documents_frame(world, facts.deals)
