"""The planted effects of quotes, contracts, money, goods, work and the reporting service."""

from __future__ import annotations

from broadsheet.sample import names
from broadsheet.sample.recipes import Recipe, months_back, weeks_back, whole

OPERATIONS: tuple[Recipe, ...] = (
    Recipe(
        "quote-discount", "sales", ("quotes", "opportunities"), "product_category",
        ("Small boats", "Engines & trailers"), (0.18, 0.26), (0, 0), whole, "points of closing rate",
        "Quotes for {place} with a discount of 10 percent or more are closed {size:.0%} points more often than those"
        " with less; in other categories the discount does not matter.",
    ),
    Recipe(
        "solvency-outcome", "sales", ("opportunities", "credit_status"), "solvency_band", ("low",),
        (0.20, 0.28), (0, 0), whole, "points of win rate lost",
        "Cross-sell deals of customers whose solvency is {place} when the deal is opened are won {size:.0%} points"
        " less often than those of the others.",
    ),
    Recipe(
        "late-tasks", "sales", ("tasks",), "team", names.SALES_TEAMS[:4], (0.25, 0.35), (6, 10), weeks_back,
        "points of tasks done in time lost",
        "Since {start} team {place} does {size:.0%} points fewer of its tasks by the day they are first due.",
        apart="win-rate-fall",
    ),
    Recipe(
        "late-documents", "sales", ("documents",), "team", names.SALES_TEAMS[:4], (0.25, 0.35), (10, 14), weeks_back,
        "points of documents sent in time lost",
        "Since {start} team {place} sends {size:.0%} points fewer of the promised documents in time.",
        apart="late-tasks",
    ),
    Recipe(
        "stuck-process", "operations", ("process_steps",), "step", ("Price check", "Approval", "Inspection"),
        (2.5, 3.5), (10, 14), weeks_back, "times the usual days in the step",
        "Since {start} the step {place} takes {size:.1f} times as long as before, and more cases stand in it beyond"
        " its limit.",
    ),
    Recipe(
        "renewal-fall", "customers", ("subscriptions", "segments"), "segment", names.BUSINESS_SEGMENTS[:4],
        (0.26, 0.36), (6, 9), months_back, "points of renewal rate lost",
        "Of the subscriptions of segment {place} that end from {start} on, {size:.0%} points fewer are renewed.",
    ),
    Recipe(
        "contract-cuts", "customers", ("contracts", "segments"), "segment", names.BUSINESS_SEGMENTS[:4],
        (0.15, 0.25), (8, 11), months_back, "part of the value cut at an adjustment",
        "Contracts of segment {place} that are adjusted from {start} on lose {size:.0%} of their value; adjustments"
        " before and elsewhere raise it.",
        apart="renewal-fall",
    ),
    Recipe(
        "late-payers", "finance", ("payments", "invoices", "segments"), "segment", names.BUSINESS_SEGMENTS[:4],
        (12, 18), (5, 8), months_back, "days of delay added",
        "Segment {place} pays its transfers due from {start} on {size:.0f} days later than before; others do not.",
    ),
    Recipe(
        "failed-payments", "finance", ("payments",), "method", ("card", "direct debit"), (0.08, 0.12), (3, 5),
        months_back, "points of failed payments added",
        "From {start} on {size:.0%} points more of the payments by {place} fail.",
    ),
    Recipe(
        "late-deliveries", "operations", ("deliveries",), "warehouse", names.WAREHOUSES, (0.20, 0.30), (7, 10),
        weeks_back, "points of deliveries in time lost",
        "Since {start} warehouse {place} delivers {size:.0%} points fewer of its shipments by the promised time.",
    ),
    Recipe(
        "scrap-rise", "operations", ("production_runs",), "plant", names.PLANTS, (0.05, 0.08), (5, 8), months_back,
        "points of scrap added",
        "From {start} on {size:.0%} points more of what plant {place} makes is scrap, and it stands still longer.",
    ),
    Recipe(
        "weak-batch", "operations", ("returns", "production_runs"), "plant", names.PLANTS, (0.35, 0.45), (5, 8),
        months_back, "part of the later claims",
        "The batch that plant {place} made in the month of {start} is weak: {size:.0%} of the claims about goods of"
        " the plant ordered since are about it.",
    ),
    Recipe(
        "stock-out", "operations", ("inventory_snapshots",), "product",
        ("Minnow Set M", "Hook Pack M", "Braided Line M", "Harbor Cap M"), (1.0, 1.0), (3, 5), weeks_back,
        "share of the stock counts that find none",
        "Since {start} no warehouse has any {place} in stock; what comes in leaves at once.",
    ),
    Recipe(
        "rosy-forecast", "planning", ("plan_targets", "orders"), "team", names.SALES_TEAMS, (0.20, 0.30), (5, 8),
        months_back, "part by which the forecast is above the revenue",
        "The revenue forecasts of team {place} for the months from {start} on are {size:.0%} above what came;"
        " those before, and of other teams, are right on average.",
    ),
    Recipe(
        "service-praised", "customers", ("leads",), "referral_reason", ("service",), (0.18, 0.26), (7, 10),
        months_back, "points of the referrals with a reason gained",
        "Of the referrals from {start} on {size:.0%} points more name the {place} than of those before.",
    ),
    Recipe(
        "apt-actions", "reporting", ("report_feedback",), "cause",
        ("staff missing", "supplier late", "price pressure"), (0.30, 0.40), (0, 0), whole,
        "points of actions that helped gained",
        "Of the actions done against “{place}” {size:.0%} points more bettered their KPI within four weeks than of"
        " the others.",
    ),
    Recipe(
        "slow-reports", "reporting", ("report_runs",), "audience", ("sales", "service"), (3.0, 4.0), (8, 12),
        weeks_back, "times the usual minutes",
        "Since {start} the reports for {place} take {size:.1f} times as long to make.",
    ),
)  # fmt: skip
