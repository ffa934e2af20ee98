"""The dirt: what real systems do to data, in small and documented shares.

Structural dirt (merged and test customers, gaps in exchange rates) is made where the table is made and
asks this table for its share; the rest is rubbed in at the end by `soil`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.draws import chance
from broadsheet.sample.world import World


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind of dirt: the share of the rows named by `base` that show it."""

    id: str
    table: str
    column: str
    share: float
    base: str
    what: str


DIRT: tuple[Dirt, ...] = (
    Dirt("no-segment", "customers", "segment", 0.03, "customers", "segment is empty"),
    Dirt("no-region", "customers", "geo_id", 0.02, "customers", "place is empty, so region and country are too"),
    Dirt("no-acquired-date", "customers", "acquired_at", 0.01, "customers", "date of acquisition is empty"),
    Dirt("merged", "customers", "status", 0.02, "customers", "a duplicate was merged: status 'merged', merged_into_id"
         " names the survivor, golden_id is the survivor's"),
    Dirt("test", "customers", "is_test", 0.004, "customers", "a test customer with real-looking facts"),
    Dirt("no-lead-region", "leads", "geo_id", 0.02, "leads", "place is empty"),
    Dirt("no-lead-source", "leads", "source_channel", 0.02, "leads", "source channel is empty"),
    Dirt("no-referral-reason", "leads", "referral_reason", 0.15, "referrals", "nobody asked what was recommended"),
    Dirt("no-loss-reason", "opportunities", "loss_reason", 0.05, "lost opportunities", "loss reason is empty"),
    Dirt("no-amount", "opportunities", "amount_est", 0.01, "open opportunities", "estimated amount is empty"),
    Dirt("cancelled", "opportunities", "outcome", 0.04, "closed opportunities", "cancelled: neither won nor lost"),
    Dirt("re-entered", "stage_history", "stage", 0.04, "opportunities", "went back one stage and entered it again"),
    Dirt("no-customer", "orders", "golden_id", 0.05, "shop orders", "walk-in sale without a customer"),
    Dirt("cancelled-orders", "orders", "status", 0.02, "orders", "cancelled"),
    Dirt("negative-duration", "cases", "resolved_at", 0.002, "resolved cases", "resolved before it was created"),
    Dirt("no-problem-code", "cases", "problem_code", 0.06, "cases", "problem code is empty"),
    Dirt("no-case-customer", "cases", "golden_id", 0.02, "cases", "caller unknown"),
    Dirt("no-member-list", "campaign_members", "list_source", 0.03, "campaign members", "list is empty"),
    Dirt("early-response", "campaign_members", "first_response_at", 0.02, "responses to an address",
         "answered before being addressed: another cause"),
    Dirt("machine-opens", "email_events", "is_machine", 0.12, "mail opens",
         "opened by a privacy proxy, not by a person"),
    Dirt("unconfirmed", "event_registrations", "confirmed_at", 0.12, "registrations", "never confirmed"),
    Dirt("api-gap", "social_metrics", "mentions", 0.01, "social metrics", "the network gave no figures that day"),
    Dirt("bots", "web_visits", "is_bot", 0.05, "web visits", "a bot"),
    Dirt("url-parameters", "page_views", "page", 0.04, "page views", "the address carries the marks of a link"),
    Dirt("merged-carts", "carts", "merged_cart_id", 0.01, "carts", "merged into the cart of another device"),
    Dirt("counter-down", "store_traffic", "entries", 0.015, "counted hours", "the counter was down: no figure"),
    Dirt("missing-load", "app_usage", "date", 0.012, "days of the applications", "a day that was never loaded"),
    Dirt("no-band", "scores", "band", 0.01, "lead scores", "band is empty"),
    Dirt("weak-match", "identity_map", "match_score", 0.05, "matched records", "matched with a score below 0.82"),
    Dirt("missing-rate", "fx_rates", "rate", 0.004, "days of CHF", "the daily rate of the day is missing"),
    Dirt("no-cost", "order_lines", "cost_amount", 0.01, "order lines", "cost is empty"),
    Dirt("no-quote", "opportunities", "opportunity_id", 0.04, "deals that came to an offer", "sold or lost without a"
         " quote"),
    Dirt("no-list-price", "quotes", "list_amount", 0.01, "quotes", "the amount at list prices is 0"),
    Dirt("no-ref-volume", "subscriptions", "ref_volume_week", 0.02, "subscriptions", "reference volume is empty"),
    Dirt("no-due-date", "invoices", "due_at", 0.01, "invoices", "due date is empty"),
    Dirt("no-credit-score", "credit_status", "credit_score", 0.05, "credit ratings", "no score, band 'unknown'"),
    Dirt("no-hourly-rate", "cost_rates", "cost_per_hour", 0.08, "rates of contact channels", "no cost of an hour"),
    Dirt("early-delivery", "deliveries", "delivered_at", 0.002, "deliveries", "delivered before it was ordered"),
    Dirt("negative-stock", "inventory_snapshots", "qty_on_hand", 0.003, "stock counts", "fewer than none on hand"),
    Dirt("no-batch", "returns", "batch", 0.15, "claims about own products", "the batch is not legible"),
    Dirt("unplanned-run", "production_runs", "qty_planned", 0.02, "production runs", "0 planned"),
    Dirt("no-due-task", "tasks", "due_at", 0.03, "tasks", "due date is empty"),
    Dirt("no-due-document", "documents", "due_at", 0.04, "documents", "due date is empty"),
    Dirt("no-action-owner", "report_feedback", "owner", 0.08, "actions", "nobody is in charge of the action"),
)  # fmt: skip


def share(dirt_id: str) -> float:
    """The share of one kind of dirt."""
    return next(dirt.share for dirt in DIRT if dirt.id == dirt_id)


def soil(tables: Mapping[str, pd.DataFrame], world: World) -> None:
    """Rub the late dirt into finished tables, each kind from its own stream."""
    _blank(tables, world, "no-member-list")
    _blank(tables, world, "no-lead-source")
    _blank(tables, world, "no-loss-reason")
    _blank(tables, world, "no-problem-code")
    _blank(tables, world, "no-cost")
    customers = tables["customers"]
    undated = _hit(world, "no-acquired-date", int(customers["golden_id"].max()) + 1)
    customers.loc[undated[customers["golden_id"].to_numpy()], "acquired_at"] = pd.NaT
    opportunities = tables["opportunities"]
    unpriced = _hit(world, "no-amount", len(opportunities)) & (opportunities["outcome"] == "open").to_numpy()
    opportunities.loc[unpriced, "amount_est"] = np.nan
    cases = tables["cases"]
    rng = world.rng("dirt.negative-duration")
    wrong = chance(rng, share("negative-duration"), len(cases)) & cases["resolved_at"].notna().to_numpy()
    early = pd.to_timedelta(rng.integers(600, 7200, len(cases)), unit="s")
    cases.loc[wrong, "resolved_at"] = (cases["created_at"] - early)[wrong]


def _hit(world: World, dirt_id: str, rows: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return chance(world.rng(f"dirt.{dirt_id}"), share(dirt_id), rows)


def _blank(tables: Mapping[str, pd.DataFrame], world: World, dirt_id: str) -> None:
    dirt = next(dirt for dirt in DIRT if dirt.id == dirt_id)
    table = tables[dirt.table]
    table.loc[_hit(world, dirt_id, len(table)), dirt.column] = None
