"""Scores: the weekly usage score of every application customer, and the chance of every young lead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample.dirt import share
from broadsheet.sample.draws import chance, text
from broadsheet.sample.leads import QUALIFY, Leads
from broadsheet.sample.moments import Floats, Ints, at_midnight, end_local, seconds, to_utc
from broadsheet.sample.people import Customers
from broadsheet.sample.usage import Usage
from broadsheet.sample.world import World

WEEKS = 52
WINDOWS = (7, 30, 182)
# Weights of the windows in both versions of the model; the second one runs in the last weeks.
VERSIONS = {"1": (0.4, 0.3, 0.3), "2": (0.5, 0.3, 0.2)}
NEW_VERSION_WEEKS = 14
YOUNGEST = 7
"""Days of use below which nobody is scored."""
LEAD_DAYS = 180
BANDS = ("green", "amber", "red")
LEAD_BANDS = ("qualified", "nurture", "out")
DRIVERS = ("last week", "last month", "last six months")


def scores_frame(world: World, usage: Usage, leads: Leads, customers: Customers) -> pd.DataFrame:
    """The table scores."""
    frame = pd.concat([_usage_scores(world, usage), _lead_scores(world, leads, customers)], ignore_index=True)
    order = np.lexsort((frame["entity_id"].to_numpy(), frame["scored"].to_numpy()))
    frame = frame.iloc[order].reset_index(drop=True)
    return frame.assign(scored_at=to_utc(frame.pop("scored").to_numpy().astype("datetime64[s]")))


def _usage_scores(world: World, usage: Usage) -> pd.DataFrame:
    """Scores of every Monday morning, from the days before it; windows reach back to the first day of use at most."""
    per_day = np.zeros((len(usage.customer), world.days + 1))
    np.add.at(per_day, (usage.row, usage.day + 1), usage.records)
    until = np.cumsum(per_day, axis=1)
    mondays = np.arange((7 - world.start.weekday()) % 7, world.days, 7)[-WEEKS:]
    frames = []
    for number, day in enumerate(mondays):
        tenure = day - usage.first
        row = np.flatnonzero(tenure >= YOUNGEST)
        version = "2" if number >= len(mondays) - NEW_VERSION_WEEKS else "1"
        parts = np.zeros((len(row), 3))
        for place, window in enumerate(WINDOWS):
            length = np.minimum(window, tenure[row])
            used = until[row, day] - until[row, day - length]
            parts[:, place] = np.minimum(1, used / (usage.reference[row] * length / 7))
        weights = np.array(VERSIONS[version])
        score = 1 + 9 * (parts @ weights)
        band = np.searchsorted((-7.0, -4.0), -score, side="left")
        frames.append(_scored(world, (usage.customer[row], day), score, band).assign(
            model_version=version, drivers=_drivers(parts, weights)))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _scored(world: World, scored: tuple[Ints, int], score: Floats, band: Ints) -> pd.DataFrame:
    customer, day = scored
    rounded = np.round(score, 4)
    return pd.DataFrame(
        {
            "entity_type": "customer",
            "entity_id": [f"G{number + 1:06d}" for number in customer],
            "model_id": "usage-score",
            "scored": at_midnight(world, np.full(len(customer), day))
            + seconds(np.full(len(customer), 4 * 3600)),
            "score": rounded,
            "probability": np.nan,
            "lower": np.round(np.maximum(1, score - 0.8), 4),
            "upper": np.round(np.minimum(10, score + 0.8), 4),
            "band": text((*BANDS, *LEAD_BANDS), band),
        }
    )


def _drivers(parts: Floats, weights: Floats) -> list[str]:
    """The window that costs the score most, as JSON."""
    worst = np.argmax((1 - parts) * weights, axis=1)
    return [
        f'{{"weakest": "{DRIVERS[place]}", "use": {parts[row, place]:.2f}}}'
        for row, place in enumerate(worst)
    ]


def _lead_scores(world: World, leads: Leads, customers: Customers) -> pd.DataFrame:
    """The chance of each young lead on the morning after it came; it knows channel and customer, not the outcome."""
    rng = world.rng("scores.leads")
    scored = leads.created.astype("datetime64[D]").astype("datetime64[s]") + np.timedelta64(28 * 3600, "s")
    age = (end_local(world) - leads.created).astype(np.float64) / 86_400
    lead = np.flatnonzero((age <= LEAD_DAYS) & (scored < end_local(world)))
    fit = QUALIFY[leads.channel[lead]] * np.where(customers.business[leads.customer[lead]], 1.15, 0.9)
    logit = np.log(fit / (1 - fit)) + rng.normal(0, 0.6, len(lead)) + 0.5 * (leads.converted[lead] - 0.2)
    probability = 1 / (1 + np.exp(-logit))
    score = 1 + 9 * probability
    unbanded = chance(rng, share("no-band"), len(lead))
    band = 3 + np.searchsorted((-0.5, -0.3), -probability, side="left")
    return pd.DataFrame(
        {
            "entity_type": "lead",
            "entity_id": [f"L{number + 1:06d}" for number in lead],
            "model_id": "lead-fit",
            "model_version": "1",
            "scored": scored[lead],
            "score": np.round(score, 4),
            "probability": np.round(probability, 4),
            "lower": np.round(np.maximum(0, probability - 0.12), 4),
            "upper": np.round(np.minimum(1, probability + 0.12), 4),
            "band": text((*BANDS, *LEAD_BANDS), np.where(unbanded, -1, band)),
            "drivers": "",
        }
    )
