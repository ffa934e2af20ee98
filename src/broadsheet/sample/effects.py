"""The planted effects: one table of recipes, drawn by the seed into places, dates and sizes.

Generators ask the drawn table (`effects["sla-collapse"].place`), the manual prints it, and the tests
measure it in the finished warehouse; so nobody needs to read a generator to know what is to be found.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import numpy as np

from broadsheet.sample import names
from broadsheet.sample.effects_operations import OPERATIONS
from broadsheet.sample.recipes import (
    Dates,
    Effect,
    Recipe,
    december,
    last_month,
    last_week,
    months_back,
    weeks_back,
    whole,
)

COMMERCE: tuple[Recipe, ...] = (
    Recipe(
        "win-rate-fall", "sales", ("opportunities",), "team", ("North", "South", "West", "East"),
        (0.16, 0.22), (7, 10), weeks_back, "points of win rate lost",
        "Since {start} team {place} wins {size:.0%} points fewer of its closed deals than before;"
        " other teams do not move.",
    ),
    Recipe(
        "slipped-deals", "sales", ("opportunities",), "team", ("North", "South", "West", "East"),
        (5, 8), (0, 0), last_week, "deals above 120,000 EUR",
        "{size:.0f} open deals of team {place}, each above 120,000 EUR, were expected to close between {start}"
        " and {end} and did not.",
        apart="win-rate-fall",
    ),
    Recipe(
        "segment-outcome", "sales", ("opportunities", "customers"), "segment", names.BUSINESS_SEGMENTS[:4],
        (0.16, 0.22), (0, 0), whole, "points of win rate gained",
        "Deals with segment {place} are won {size:.0%} points more often than the others, in all three years:"
        " segment and outcome are associated.",
    ),
    Recipe(
        "competitor-gains", "sales", ("opportunity_competitors", "opportunities"), "competitor",
        names.COMPETITORS[:4], (0.25, 0.32), (5, 8), months_back, "points of share among named winners",
        "From {start} on {place} takes {size:.0%} points more of the lost deals that name a winner.",
    ),
    Recipe(
        "price-rise", "sales", ("order_lines", "orders", "products"), "category",
        ("Rods & reels", "Lures & tackle", "Clothing & safety", "Electronics"),
        (0.09, 0.14), (8, 12), months_back, "rise of the price per unit",
        "Prices in category {place} rise by {size:.0%} on {start} (beside the usual 2 % of each January);"
        " units do not fall.",
    ),
    Recipe(
        "discount-creep", "sales", ("order_lines", "orders"), "sales_channel", ("web shop", "B2B portal"),
        (0.08, 0.12), (4, 6), months_back, "points of discount added by the end",
        "The discount of sales channel {place} climbs steadily from {start} and stands {size:.0%} points higher at"
        " the end; the margin falls with it.",
    ),
    Recipe(
        "december-shift", "sales", ("orders",), "sales_channel", ("web shop", "shop"),
        (0.35, 0.50), (0, 0), december, "share of orders moved four weeks forward",
        "In the latest gift season {size:.0%} of the {place} orders of {start} to {end} came four weeks earlier:"
        " November is high, December low against the year before.",
    ),
    Recipe(
        "shop-closed", "sales", ("orders", "context_events"), "store", names.STORE_NAMES,
        (1.0, 1.0), (2, 4), weeks_back, "share of the shop's orders lost",
        "{place} has been closed after water damage since {start} and sells nothing (a context event says so).",
    ),
    Recipe(
        "dear-good-source", "marketing", ("leads", "campaign_costs", "campaigns"), "source_channel",
        ("trade show", "partner"), (1.9, 2.2), (0, 0), whole, "times conversion and cost per lead",
        "Leads from {place} become opportunities about {size:.1f} times as often as those of the other paid channels,"
        " and cost about {size:.1f} times as much per lead.",
    ),
    Recipe(
        "campaign-overspend", "marketing", ("campaign_costs", "campaigns"), "channel", ("search ads", "print"),
        (1.6, 1.9), (0, 0), last_month, "times the planned cost",
        "The {place} campaign that runs in the month of {start} costs {size:.1f} times its plan in that month.",
    ),
    Recipe(
        "lead-flood", "marketing", ("leads",), "source_channel", ("social", "email"),
        (4.0, 6.0), (0, 0), last_month, "times the usual leads",
        "A prize draw brings {size:.1f} times the usual {place} leads in the month of {start}; few of them qualify,"
        " so leads are above plan and the qualification ratio is low.",
    ),
    Recipe(
        "strong-response", "marketing", ("campaign_members", "campaigns"), "channel", ("print", "partner"),
        (1.8, 2.4), (0, 0), whole, "times the usual response rate",
        "People addressed by {place} campaigns answer {size:.1f} times as often as those addressed through"
        " other channels.",
    ),
    Recipe(
        "unread-list", "marketing", ("email_events", "contacts"), "list_source",
        ("web questionnaire", "customer list"), (0.5, 0.65), (8, 11), months_back, "share of opens lost",
        "Since {start} people of the list {place} open {size:.0%} fewer of their mails than before.",
    ),
    Recipe(
        "no-show", "marketing", ("event_registrations",), "event",
        ("Knots & splices", "Echo sounding", "Winter storage"),
        (0.25, 0.35), (0, 0), whole, "points of show rate lost",
        "Of those confirmed for a webinar on {place}, {size:.0%} points fewer come than to the other webinars.",
    ),
    Recipe(
        "bad-mentions", "marketing", ("social_metrics",), "network", ("Pondlife", "Chatterbuoy", "Reelgram"),
        (2.0, 2.8), (0, 0), last_month, "times the usual mentions",
        "In the month of {start} {place} mentions the brands {size:.1f} times as often as before,"
        " and most of what it says is negative.",
    ),
    Recipe(
        "page-turns-away", "web", ("web_visits", "page_views"), "entry_page", ("/", "/sale"),
        (0.22, 0.30), (5, 8), months_back, "points of one-page visits gained",
        "Since {start} visits that enter on page {place} end there {size:.0%} points more often.",
    ),
    Recipe(
        "cart-payment", "web", ("carts",), "payment_method", ("transfer", "direct debit"),
        (0.15, 0.20), (9, 12), months_back, "points of cart abandonment gained",
        "Since {start} carts with payment by {place} are left behind {size:.0%} points more often.",
    ),
    Recipe(
        "window-shoppers", "web", ("store_traffic", "orders"), "store",
        ("Tidewater Hamburg", "Tidewater Cologne", "Tidewater Kiel"),
        (1.4, 1.8), (4, 7), months_back, "times the usual entries",
        "Since {start} {size:.1f} times as many people enter {place}, and buy no more than before.",
        apart="shop-closed",
    ),
    Recipe(
        "use-falls", "intelligence", ("app_usage", "scores"), "application", ("Fleet Log", "Dealer Desk"),
        (0.35, 0.5), (6, 9), weeks_back, "share of records lost",
        "Since {start} customers of {place} process {size:.0%} fewer records; their usage scores turn sour.",
    ),
    Recipe(
        "market-outgrows", "intelligence", ("market_data", "order_lines"), "category",
        ("Rods & reels", "Lures & tackle", "Clothing & safety"),
        (1.35, 1.6), (14, 18), months_back, "times the market sales",
        "From {start} on the market for {place} is {size:.1f} times as large against own sales as before:"
        " the market share falls, though revenue does not.",
    ),
    Recipe(
        "second-accounts", "intelligence", ("identity_map",), "source_system", ("web shop",),
        (0.06, 0.09), (0, 0), whole, "share of duplicate records",
        "In the {place} {size:.0%} of the accounts are second ones of the same customer; the CRM has about 2 %.",
    ),
    Recipe(
        "defect-product", "service", ("returns", "cases"), "product", names.DEFECT_CANDIDATES,
        (9.0, 13.0), (4, 7), months_back, "times the usual claims per unit sold",
        "Units of {place} sold from {start} on come back as claims {size:.0f} times as often as before.",
    ),
    Recipe(
        "sla-collapse", "service", ("cases",), "queue", names.QUEUES[:3],
        (3.2, 4.2), (2, 4), weeks_back, "times the response and resolution time",
        "Since {start} queue {place} takes {size:.1f} times as long to answer and to resolve;"
        " its SLA share collapses.",
    ),
    Recipe(
        "script-helps", "service", ("cases", "interactions"), "script_id", ("known-problem",),
        (0.09, 0.14), (0, 0), whole, "points of first-contact resolution gained",
        "Cases whose first contact follows the script {place} are resolved at once {size:.0%} points more often.",
    ),
    Recipe(
        "long-holds", "service", ("interactions",), "queue", names.QUEUES[:3],
        (2.0, 3.0), (2, 4), weeks_back, "times the usual time on hold",
        "Since {start} callers of queue {place} are put on hold for {size:.1f} times as long as before.",
        apart="sla-collapse",
    ),
    Recipe(
        "satisfaction-fall", "service", ("surveys", "cases"), "channel", ("chat", "email"),
        (0.8, 1.1), (3, 5), months_back, "points lost on a scale of 1 to 5",
        "Customers who came through {place} score {size:.1f} points lower from {start} on.",
    ),
)  # fmt: skip


RECIPES: tuple[Recipe, ...] = COMMERCE + OPERATIONS


def draw(seed: int, until: date) -> Mapping[str, Effect]:
    """Every effect by id, with place, dates and size settled by the seed (each from its own stream)."""
    dates = Dates(until)
    drawn: dict[str, Effect] = {}
    for recipe in RECIPES:
        rng = np.random.default_rng([seed, zlib.crc32(recipe.id.encode())])
        taken = drawn[recipe.apart].place if recipe.apart else None
        places = [place for place in recipe.places if place != taken]
        place = places[int(rng.integers(len(places)))]
        start, end = recipe.window(dates, int(rng.integers(recipe.back[0], recipe.back[1] + 1)))
        size = round(float(rng.uniform(*recipe.sizes)), 2)
        if recipe.sizes[0] >= 5:
            size = float(round(size))
        finding = recipe.finding.format(place=place, start=start, end=end, size=size).replace(
            "% points", " points"
        )
        drawn[recipe.id] = Effect(
            recipe.id, recipe.subject, recipe.tables, recipe.column, place, start, end, size, recipe.measure, finding
        )  # fmt: skip
    return MappingProxyType(drawn)
