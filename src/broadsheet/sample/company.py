"""The whole company: every table as a frame, in an order in which each finds what it refers to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import (
    almanac,
    catalog,
    contacts,
    deal_tables,
    digital,
    dirt,
    leads,
    marketing,
    operations,
    orders,
    people,
    profiles,
    service,
    voices,
)
from broadsheet.sample import plan as planning
from broadsheet.sample.catalog import missing
from broadsheet.sample.deals import make_deals
from broadsheet.sample.outlook import outlook_rows
from broadsheet.sample.world import World


def generate(world: World) -> dict[str, pd.DataFrame]:
    """All tables by name; references are row numbers, as `schema` describes."""
    goods = catalog.make_catalog(world)
    staff = people.make_staff(world)
    buyers = people.make_customers(world)
    tables = _masters(world, goods, staff, buyers)
    interest = leads.make_leads(world, buyers, staff, tables["campaigns"])
    deals = make_deals(world, buyers, staff, goods, interest)
    became = missing(len(interest.created))
    from_lead = np.flatnonzero(deals.lead >= 0)
    became[deals.lead[from_lead]] = from_lead
    tables["leads"] = leads.leads_frame(world, interest, buyers, goods, became)
    tables["opportunities"] = deal_tables.opportunities_frame(world, deals, buyers)
    tables["opportunity_lines"] = deal_tables.lines_frame(world, deals, buyers, goods)
    tables["stage_history"] = deal_tables.history_frame(world, deals, buyers)
    tables["opportunity_competitors"] = deal_tables.rivals_frame(world, deals)

    sales = orders.make_orders(world, buyers, goods, deals)
    tables["orders"] = orders.orders_frame(world, sales, buyers, staff, deals)
    tables["order_lines"] = orders.order_lines_frame(sales)
    sent_back = service.make_returns(world, goods, sales)
    cases = service.make_cases(world, sales, sent_back, staff, buyers)
    tables["returns"] = service.returns_frame(world, sent_back, sales, buyers)
    tables["cases"] = service.cases_frame(world, cases, sales, deals)
    tables["case_events"] = service.events_frame(world, cases)
    tables["surveys"] = voices.surveys_frame(world, cases, sales)

    contact_of = missing(len(buyers))
    contact_of[tables["contacts"]["customer_id"].to_numpy()] = tables["contacts"]["contact_id"].to_numpy()
    tables["interactions"] = contacts.interactions_frame(
        world, buyers, staff, (interest, deals, cases), contact_of
    )
    digital.add_frames(world, digital.Business(goods, buyers, interest, sales), tables)
    tables["plan_targets"] = _plans(world, planning.plan_lines(world, deals, interest, tables), tables)
    facts = operations.Facts(goods, staff, buyers, interest, deals, sales, sent_back, cases)
    operations.add_operations(world, facts, tables)
    tables["context_events"] = almanac.context_frame(world)
    dirt.soil(tables, world)
    tables["source_loads"] = almanac.loads_frame(world, {name: len(frame) for name, frame in tables.items()})
    return tables


def _plans(world: World, lines: list[planning.Line], tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return planning.plan_frame(planning.plan_rows(world, lines) + outlook_rows(world, lines, tables))


def _masters(
    world: World, goods: catalog.Catalog, staff: people.Staff, buyers: people.Customers
) -> dict[str, pd.DataFrame]:
    tables = dict(catalog.place_frames())
    tables["products"] = goods.frame
    tables["users"] = staff.frame
    tables["teams"] = people.teams_frame(world, staff)
    tables["calendar"] = almanac.calendar_frame(world)
    tables["fx_rates"] = almanac.rates_frame(world)
    tables["customers"] = profiles.customers_frame(world, buyers, staff)
    tables["segments"] = profiles.segments_frame(tables["customers"])
    tables["contacts"] = profiles.contacts_frame(world, buyers)
    tables["campaigns"] = marketing.campaigns_frame(world)
    tables["campaign_costs"] = marketing.costs_frame(world, tables["campaigns"])
    return tables
