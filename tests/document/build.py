"""Hand-made workspaces and answers: what the data say stands in the test, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pandas as pd

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.funnels import steps_of
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.sources import Fact
from broadsheet.document.blocks import questions
from broadsheet.document.compose import compose
from broadsheet.document.context import Context
from broadsheet.document.material import BlockData, Material
from broadsheet.document.tree import Document, Edition, Section
from broadsheet.metrics.question import Answer, Question
from broadsheet.periods import Calendar, Period, parse_label

CALENDAR = Calendar("Europe/Berlin")
AS_OF = datetime(2026, 6, 15, 3, 40, tzinfo=UTC)
WEEK = parse_label("2026-W24", CALENDAR)
SETTINGS = Settings(
    version=1, company="Halyard Example", owner="Ida Example", calendar={"timezone": "Europe/Berlin"}
)

KPIS = {
    "won": Kpi(label="Won amount", meaning="Won.", unit="money", good="up", sum="deals.amount", plan="plan"),
    "plan": Kpi(label="Planned amount", meaning="Plan.", unit="money", sum="plans.amount"),
    "signed": Kpi(
        label="Signed",
        meaning="Signed.",
        unit="money",
        good="up",
        sum="deals.amount",
        plan="plan",
        forecast={"kpi": "hoped", "low": "feared", "high": "dreamed"},
    ),
    "hoped": Kpi(label="Hoped", meaning="Forecast.", unit="money", sum="plans.amount"),
    "feared": Kpi(label="Feared", meaning="Forecast.", unit="money", sum="plans.amount"),
    "dreamed": Kpi(label="Dreamed", meaning="Forecast.", unit="money", sum="plans.amount"),
    "cost": Kpi(
        label="Cost", meaning="Spent.", unit="money", good="down", sum="deals.cost", target=100_000.0
    ),
    "deals": Kpi(label="Decided deals", meaning="Decided.", count="deals", good="up"),
    "margin": Kpi(label="Margin", meaning="Won less spent.", unit="money", good="up", formula="won - cost"),
    "won_deals": Kpi(label="Won deals", meaning="Won.", count="deals", where={"outcome": "won"}, good="up"),
    "win_rate": Kpi(
        label="Win rate", meaning="Won of decided.", unit="percent", good="up", ratio=["won_deals", "deals"]
    ),
    "cycle": Kpi(
        label="Sales cycle",
        meaning="Days to close.",
        unit="days",
        good="down",
        median={"days": ["deals.created_at", "deals.closed_at"]},
        open_rows="count_apart",
    ),
    "stale": Kpi(
        label="Stale deals",
        meaning="Open deals past their close.",
        count="deals",
        good="down",
        owner="Sales operations",
        edge_cases="Deals without a date are never stale.",
        list={
            "columns": {"Customer": "segment", "Worth": "amount", "Calls": "calls"},
            "reason": "Was to close on {closed_at}",
            "next_step": "Close it.",
            "owner": "team",
        },
    ),
    "fairs": Kpi(
        label="Fairs",
        meaning="Fairs of the trade.",
        count="deals",
        owner="Marketing",
        list={"columns": {"Fair": "segment"}, "reason": "Opened {closed_at}", "next_step": "Read on."},
    ),
    "customers": Kpi(label="Customers", meaning="Different.", distinct="deals.segment", good="up"),
    "people": Kpi(label="People", meaning="Contacts.", count="deals", persons=True, good="up"),
    "per_person": Kpi(label="Per person", meaning="Won.", unit="money", ratio=["won", "people"]),
    "open": Kpi(
        label="Open amount",
        meaning="Open.",
        unit="money",
        good="up",
        balance="deals.amount",
        begins="created_at",
        ends="closed_at",
    ),
    "created": Kpi(label="Created", meaning="New.", unit="money", good="up", sum="deals.amount"),
    "lost": Kpi(label="Lost", meaning="Lost.", unit="money", good="down", sum="deals.amount"),
    "forecast": Kpi(label="Forecast", meaning="Expected.", unit="money", good="up", method="forecast"),
}
DIMENSIONS = {
    "team": Dimension(label="Team", via={"deals": "team"}),
    "area": Dimension(label="Area", via={"deals": "team", "plans": "team"}),
    "weekday": Dimension(label="Weekday", via={"deals": "closed_at"}, part="weekday"),
    "hour": Dimension(label="Hour", via={"deals": "closed_at"}, part="hour"),
    "segment": Dimension(label="Segment", via={"deals": "segment"}),
    "outcome": Dimension(
        label="Outcome",
        via={"deals": "outcome"},
        order=["won", "lost", "open"],
        labels={"won": "Won", "lost": "Lost", "open": "Open"},
    ),
}
WAY = Kpi(
    label="Won of decided",
    meaning="Decided deals won within 90 days.",
    unit="percent",
    good="up",
    funnel={
        "of": "deals",
        "window": "90 days",
        "steps": {
            "way_decided": {"label": "Decided"},
            "way_signed": {"label": "Signed", "at": "closed_at"},
            "way_won": {"label": "Won", "at": "closed_at", "where": {"outcome": "won"}},
        },
    },
)
COLUMNS = {
    "amount": "money",
    "cost": "money",
    "team": "text",
    "segment": "text",
    "outcome": "text",
    "created_at": "time",
    "closed_at": "time",
}
PLANNED = {"month": "date", "amount": "money", "team": "text"}
FACTS = {
    "deals": Fact(table="deals", key="id", clock="closed_at", columns=COLUMNS),
    "plans": Fact(
        table="plans", key="id", clock="month", columns={"month": "date", "amount": "money", "team": "text"}
    ),
}
KPIS |= {"way": WAY, **steps_of(WAY, FACTS)}
CATALOG = Catalog(SETTINGS, {}, {}, FACTS, DIMENSIONS, KPIS)

Value = float | tuple[float, int] | None
Data = Mapping[str, Callable[..., Value]]
"""By KPI a function of the period and the members: a value, or a value with n; None is undefined."""


def report(*blocks: dict[str, Any], **more: Any) -> Report:
    basis = {"title": "Sales weekly", "question": "Are we on plan?", "audience": "sales", "period": "week"}
    return Report.model_validate({**basis, "blocks": list(blocks), **more})


def context(of: Report, period: Period = WEEK, locale: str = "en") -> Context:
    return Context(of, period, CALENDAR, SETTINGS, KPIS, DIMENSIONS, locale)


def answer(question: Question, data: Data, members: Mapping[str, list[str]], **more: Any) -> Answer:
    frames = {}
    for level in question.levels:
        rows = [
            {"bucket": index, **dict(zip(level, combination, strict=True))}
            | _values(question, data, bucket, combination)
            for index, bucket in enumerate(question.buckets)
            for combination in product(*(members[name] for name in level))
        ]
        frames[level] = pd.DataFrame(rows)
    for kind in sorted({"pending", "faults"} & more.keys()):
        # Counts of tests are those of the first period, which is a block's own.
        rest = (0,) * (len(question.buckets) - 1)
        more.setdefault(f"{kind}_in", {kpi: (count, *rest) for kpi, count in more[kind].items()})
    return Answer(question, frames, **more)


def _values(question: Question, data: Data, bucket: Period, combination: tuple[str, ...]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for kpi in question.kpis:
        found = data[kpi](bucket, *combination) if kpi in data else None
        value, n = found if isinstance(found, tuple) else (found, 0 if found is None else 100)
        row |= {kpi: float("nan") if value is None else float(value), f"{kpi}:n": n}
        undefined = "no_method" if KPIS[kpi].method else "zero_base"
        row[f"{kpi}:why"] = undefined if value is None else None
        if kpi == "win_rate":
            hits = None if value is None else float(value) * n
            row |= {"win_rate:numerator": hits, "win_rate:denominator": float(n)}
    return row


def material(of: Report, data: tuple[BlockData, ...], period: Period = WEEK, **more: Any) -> Material:
    edition = Edition("sales-weekly", period.label, "sales", "", more.pop("locale", "en"), 1)
    return Material(edition, of, period, AS_OF, CALENDAR, SETTINGS, KPIS, DIMENSIONS, data, **more)


def document(
    of: Report, data: Data, members: Mapping[str, list[str]] | None = None, period: Period = WEEK, **more: Any
) -> Document:
    """The document of a report whose every block is answered from the same data."""
    asked = questions(of, period, CATALOG, CALENDAR)
    told = ("pending", "faults", "pending_in", "faults_in", "other_members", "rows", "overlapping", "missing")
    extra = {key: more.pop(key) for key in told if key in more}
    answers = (
        tuple(BlockData(answer(question, data, members or {}, **extra)) for question in block)
        for block in asked
    )
    blocks = tuple(replace(found[0], further=found[1:]) if found else BlockData(None) for found in answers)
    return compose(material(of, blocks, period, **more))


def section(
    block: dict[str, Any], data: Data, members: Mapping[str, list[str]] | None = None, **more: Any
) -> Section:
    return document(report(block), data, members, **more).sections[0]
