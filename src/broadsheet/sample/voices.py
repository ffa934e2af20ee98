"""What customers say: survey answers on cases and orders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample.draws import NONE, chance, lognormal, pick, text
from broadsheet.sample.moments import Floats, Ints, Times, days_of, end_local, known, moment, to_utc
from broadsheet.sample.orders import Orders
from broadsheet.sample.service import CASE_CHANNELS, Cases
from broadsheet.sample.world import World

COMMENTS = {
    "pos": ("quick help", "friendly people", "does what it should"),
    "neu": ("it was all right",),
    "neg": ("took too long", "had to ask twice", "not as described"),
}
WISHES = ("evening hours", "delivery tracking", "spare parts online", "boat rental", "larger sizes")
WORDS = (*COMMENTS["pos"], *COMMENTS["neu"], *COMMENTS["neg"])


def surveys_frame(world: World, cases: Cases, orders: Orders) -> pd.DataFrame:
    """Service surveys after resolved cases, product surveys two weeks after some orders."""
    rng = world.rng("surveys")
    about = np.flatnonzero(
        ~np.isnat(cases.resolved) & (cases.customer >= 0) & chance(rng, 0.6, len(cases.created))
    )
    bought = np.flatnonzero(
        (orders.customer >= 0) & ~orders.cancelled & chance(rng, 0.08, len(orders.ordered))
    )
    none_o, none_c = np.full(len(about), NONE), np.full(len(bought), NONE)
    case, order = np.concatenate([about, none_c]), np.concatenate([none_o, bought])
    firsts = np.flatnonzero(np.append(True, np.diff(orders.line_order) > 0))
    sent = np.concatenate(
        [
            cases.resolved[about] + days_of(np.ones(len(about))),
            orders.ordered[bought] + days_of(np.full(len(bought), 14.0)),
        ]
    )
    service = case >= 0
    columns = {
        "golden_id": np.concatenate([cases.customer[about], orders.customer[bought]]),
        "case_id": case,
        "order_id": order,
        "product_id": np.concatenate([cases.product[about], orders.line_product[firsts[bought]]]),
        "service": service,
        "raw": np.concatenate([_service_scores(world, rng, cases, about), _product_scores(rng, len(bought))]),
        "sent": sent,
    }  # fmt: skip
    asked = pd.DataFrame(columns)
    asked = asked[asked["sent"] < end_local(world)].sort_values("sent", kind="stable", ignore_index=True)
    return _answers(world, rng, asked)


def _answers(world: World, rng: np.random.Generator, asked: pd.DataFrame) -> pd.DataFrame:
    count = len(asked)
    sent: Times = asked["sent"].to_numpy()
    replies = np.where(
        chance(rng, 0.45, count), sent + days_of(lognormal(rng, 0.8, 0.9, count)), np.datetime64("NaT", "s")
    )
    answered = known(world, replies)
    there = ~np.isnat(answered)
    service = asked["service"].to_numpy()
    low, high = np.where(service, 1.0, 0.0), np.where(service, 5.0, 10.0)
    raw = asked["raw"].to_numpy()
    index = (raw - low) / (high - low)
    mood: Ints = np.where(there, np.searchsorted((0.45, 0.7), index, side="right"), NONE)
    word = np.where(
        mood == 2, pick(rng, (1, 1, 1), count), np.where(mood == 1, 3, 4 + pick(rng, (2, 1, 1), count))
    )
    rating = np.clip(np.round(raw + rng.normal(0.2, 0.5, count)), 1, 5)
    return pd.DataFrame(
        {
            "response_id": np.arange(count),
            "golden_id": asked["golden_id"],
            "case_id": asked["case_id"],
            "order_id": asked["order_id"],
            "product_id": asked["product_id"],
            "subject": text(("product", "service"), service.astype(np.int64)),
            "score": np.where(there, raw, np.nan),
            "scale_min": low,
            "scale_max": high,
            "agent_rating": np.where(there & service, rating, np.nan),
            "sent_at": to_utc(sent),
            "answered_at": to_utc(answered),
            "comment": text(WORDS, np.where(there & chance(rng, 0.2, count), word, NONE)),
            "sentiment": text(("neg", "neu", "pos"), mood),
        }
    )  # fmt: skip


def _service_scores(world: World, rng: np.random.Generator, cases: Cases, about: Ints) -> Floats:
    """1 to 5: lower after a missed due time, a reopening, and through the planted channel."""
    effect = world.effects["satisfaction-fall"]
    hit = (cases.channel[about] == CASE_CHANNELS.index(effect.place)) & (
        cases.created[about] >= moment(effect.start)
    )
    late = cases.resolved[about] > cases.due[about]
    again = ~np.isnat(cases.reopened[about])
    raw = 4.25 - 0.6 * late - 0.7 * again - effect.size * 1.1 * hit + rng.normal(0, 0.75, len(about))
    scores: Floats = np.clip(np.round(raw), 1, 5)
    return scores


def _product_scores(rng: np.random.Generator, count: int) -> Floats:
    scores: Floats = np.clip(np.round(rng.normal(8.0, 1.7, count)), 0, 10)
    return scores


def wishes(world: World, surveys: pd.DataFrame) -> pd.Categorical[str]:
    """What some of those who answered would like to have."""
    rng = world.rng("surveys.wish")
    count = len(surveys)
    asks = surveys["answered_at"].notna().to_numpy() & chance(rng, 0.05, count)
    return text(WISHES, np.where(asks, pick(rng, (0.3, 0.25, 0.2, 0.15, 0.1), count), NONE))
