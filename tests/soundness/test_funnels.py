"""Funnels: a cohort followed for so long, steps in order, and no step larger than the one before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.funnels import steps_of
from broadsheet.metrics import EMPTY, Question, describe
from metrics.small import Make, Store, at, catalog, table

FACTS: dict[str, Any] = {
    "leads": {
        "key": "id",
        "clock": "created_at",
        "link": {
            "deal": {"to": "deals", "by": "deal_id"},
            "campaign": {"to": "campaigns", "by": "campaign_id"},
        },
        "columns": {
            "id": "number",
            "created_at": "time",
            "qualified_at": "time",
            "deal_id": "number",
            "campaign_id": "number",
            "spam": "flag",
        },
    },
    "deals": {
        "key": "id",
        "clock": "closed_at",
        "columns": {"id": "number", "opened_at": "time", "closed_at": "time", "outcome": "text"},
    },
}
ENTITIES: dict[str, Any] = {"campaigns": {"key": "id", "columns": {"id": "number", "name": "text"}}}
WAY: dict[str, Any] = {
    "of": "leads",
    "window": "30 days",
    "where": {"spam": {"not": True}},
    "steps": {
        "came": {"label": "Leads"},
        "qualified": {"label": "Qualified", "at": "qualified_at"},
        "offered": {"label": "Opportunity", "at": "deal.opened_at"},
        "won": {"label": "Won", "at": "deal.closed_at", "where": {"deal.outcome": "won"}},
    },
}
AS_OF = datetime(2026, 5, 1, tzinfo=UTC)
STEPS = ("came", "qualified", "offered", "won")


def _expanded() -> Catalog:
    """As the loader leaves it."""
    made = catalog(
        FACTS,
        {"way": {"funnel": WAY, "unit": "percent"}},
        entities=ENTITIES,
        dimensions={"campaign": {"via": {"leads": "campaign.name"}}},
    )
    kpis: Any = made.kpis
    kpis.update(steps_of(made.kpis["way"], made.facts))
    return made


CATALOG = _expanded()
LEADS = [
    # All four steps on time.
    (1, at("2026-03-01 10:00"), at("2026-03-02 10:00"), 1, 1, False),
    # Won a minute after the window.
    (2, at("2026-03-01 10:00"), at("2026-03-02 10:00"), 2, 1, False),
    # Qualified after the opportunity: out of order, so no further than qualified.
    (3, at("2026-03-01 10:00"), at("2026-03-10 10:00"), 3, 2, None),
    # Lost.
    (4, at("2026-03-02 10:00"), at("2026-03-02 10:00"), 4, None, False),
    # Never qualified, though won: the way has no shortcut.
    (5, at("2026-03-02 10:00"), None, 5, None, False),
    # Spam is not followed.
    (6, at("2026-03-02 10:00"), at("2026-03-02 11:00"), 1, 2, True),
    # Thirty days ago to the second at the first of May: mature; the next one is not.
    (7, at("2026-04-01 00:00"), None, None, 1, False),
    (8, at("2026-04-01 00:01"), at("2026-04-02 00:00"), None, 1, False),
]
DEALS = [
    (1, at("2026-03-03 10:00"), at("2026-03-31 10:00"), "won"),
    (2, at("2026-03-03 10:00"), at("2026-03-31 10:01"), "won"),
    (3, at("2026-03-05 10:00"), at("2026-03-20 10:00"), "won"),
    (4, at("2026-03-05 10:00"), at("2026-03-20 10:00"), "lost"),
    (5, at("2026-03-05 10:00"), at("2026-03-20 10:00"), "won"),
]
CAMPAIGNS = [(1, "Spring"), (2, "Boats"), (3, "Nobody answered")]


def _store(make: Make) -> Store:
    return make(CATALOG, {"leads": LEADS, "deals": DEALS, "campaigns": CAMPAIGNS})


def test_steps_are_reached_in_order_and_within_the_window(make: Make) -> None:
    store = _store(make)
    found = store.ask(Question(("way", *STEPS), (store.period("2026-03-01..2026-04-30"),)), as_of=AS_OF)[0]
    assert [found.value(step) for step in STEPS] == [6, 4, 3, 1]
    assert found.value("way") == pytest.approx(1 / 6)


def test_young_ones_are_left_out_and_counted_by_how_far_they_came(make: Make) -> None:
    store = _store(make)
    found = store.ask(Question((*STEPS, "way"), (store.period("2026-04"),)), as_of=AS_OF)[0]
    assert [found.value(step) for step in STEPS] == [1, 0, 0, 0]
    assert found.pending == {"came": 1, "qualified": 1, "offered": 0, "won": 0, "way": 1}


def test_what_happens_after_the_report_has_not_happened(make: Make) -> None:
    store = _store(make)
    question = Question(("way", *STEPS), (store.period("2026-03"),))
    early = store.ask(question, as_of=datetime(2026, 3, 31, 10, tzinfo=UTC))[0]
    assert [early.value(step) for step in STEPS] == [3, 3, 2, 1]
    assert early.pending["came"] == 2


def test_steps_split_like_any_kpi_with_rows_that_link_to_nothing(make: Make) -> None:
    store = _store(make)
    found = store.ask(
        Question(("came", "won", "way"), (store.period("2026-03"),), ("campaign",), ((), ("campaign",))),
        as_of=AS_OF,
    )[0]
    # A campaign without leads does not occur, leads without a campaign do.
    assert table(found, "came", "campaign") == {"Spring": 2, "Boats": 1, EMPTY: 2}
    assert table(found, "won", "campaign") == {"Spring": 1, "Boats": 0, EMPTY: 0}
    assert found.value("way") == pytest.approx(1 / 5)


_moments = st.none() | st.integers(-5, 60).map(lambda days: datetime(2026, 3, 10) + timedelta(days=days))
_leads = st.lists(st.tuples(_moments.filter(bool), _moments, st.integers(1, 8)), max_size=25)
_deals = st.lists(
    st.tuples(_moments, _moments, st.sampled_from(("won", "lost", None))), min_size=4, max_size=8
)


@given(leads=_leads, deals=_deals, report=st.integers(0, 90))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_step_holds_more_than_the_one_before(make: Make, leads: Any, deals: Any, report: int) -> None:
    rows: dict[str, Any] = {
        "leads": [(i, came, qualified, deal, None, False) for i, (came, qualified, deal) in enumerate(leads)],
        "deals": [(i, *deal) for i, deal in enumerate(deals, start=1)],
        "campaigns": [],
    }
    store = make(CATALOG, rows)
    as_of = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(days=report)
    found = store.ask(Question(("way", *STEPS), (store.period("2026"),)), as_of=as_of)[0]
    counts = [found.value(step) for step in STEPS]
    assert counts == sorted(counts, reverse=True)
    assert not counts[0] or 0 <= found.value("way") <= 1
    now, window, known = as_of.replace(tzinfo=None), timedelta(days=30), dict(enumerate(deals, start=1))
    way = [0, 0, 0, 0]
    for came, qualified, deal in leads:
        if came + window > now:
            continue
        opened, closed, outcome = known.get(deal, (None, None, None))
        before = came
        way[0] += 1
        for step, moment in enumerate((qualified, opened, closed if outcome == "won" else None), start=1):
            if moment is None or not before <= moment <= min(now, came + window):
                break
            way[step] += 1
            before = moment
    assert counts == way


def test_steps_are_told_in_words() -> None:
    first, *others = describe("way", CATALOG)
    assert first == "Won ÷ Leads"
    assert any("deal.closed_at ≥ deal.opened_at" in line for line in others)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"steps": {"a": {"label": "A"}}}, "at least 2"),
        (
            {"steps": {"a": {"label": "A", "at": "x"}, "b": {"label": "B", "at": "y"}}},
            "the first step is the cohort",
        ),
        ({"steps": {"a": {"label": "A"}, "b": {"label": "B"}}}, "step B needs `at`"),
        ({"window": "1 quarter"}, "no length of time"),
    ],
)
def test_funnels_that_lead_nowhere_are_refused(change: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        catalog(FACTS, {"way": {"funnel": {**WAY, **change}, "unit": "percent"}})
