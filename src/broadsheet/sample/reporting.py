"""The log of the reporting service: every run of every report, and what its readers did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, lognormal, pick, text
from broadsheet.sample.moments import Bools, Ints, Times, at_hour, days_of, end_local, known, moment, to_utc
from broadsheet.sample.people import Staff
from broadsheet.sample.recipes import months_before
from broadsheet.sample.world import World


@dataclass(frozen=True)
class Edition:
    """A report that is made again and again: its readers, rhythm and the minutes it took by hand."""

    report: str
    audience: str
    rhythm: str
    baseline: int
    readers: int


EDITIONS = (
    Edition("service-daily", "service", "day", 25, 1),
    Edition("sales-weekly", "sales", "week", 240, 3),
    Edition("service-weekly", "service", "week", 180, 3),
    Edition("marketing-monthly", "marketing", "month", 360, 2),
    Edition("management-monthly", "management", "month", 600, 4),
)
AUDIENCES = tuple(dict.fromkeys(edition.audience for edition in EDITIONS))
STATUSES = ("delivered", "failed", "in part")
KPIS = ("win_rate", "revenue", "sla_kept", "leads", "margin", "on_time_delivery", "stock_value")
CAUSES = (
    "fewer large deals",
    "staff missing",
    "supplier late",
    "price pressure",
    "campaign stopped",
    "data fault",
)
ACTIONS = (
    "call the customers",
    "move staff",
    "change supplier",
    "review prices",
    "restart campaign",
    "correct data",
)
# Which way is good, and what the KPI usually is.
GOOD_WAYS = np.array((0, 0, 0, 0, 0, 0, 1))
LEVELS = np.array((0.34, 900_000, 0.86, 560, 0.31, 0.9, 1_900_000))
HELPS = 0.45
"""How often an action betters its KPI."""
HOUR = 3600
WEEKS_AFTER = 4


def runs_frame(world: World) -> pd.DataFrame:
    """The table report_runs: runs as scheduled; a failed one is run again an hour later."""
    rng = world.rng("report_runs")
    plan = [(number, day) for number, edition in enumerate(EDITIONS) for day in _days(world, edition.rhythm)]
    plan.sort(key=lambda item: (item[1], item[0]))
    edition = np.array([number for number, _ in plan], dtype=np.int64)
    as_of: Times = np.array([day for _, day in plan], dtype="datetime64[s]")
    count = len(plan)
    fails = chance(rng, 0.025, count)
    ready = at_hour(as_of, 4) + days_of(lognormal(rng, 0.02, 0.8, count))
    late = chance(rng, 0.05, count)
    ready = np.where(late, ready + days_of(rng.uniform(0.06, 0.2, count)), ready)
    scheduled = at_hour(as_of, 6)
    first = np.ones(count, bool)
    parts = [_runs(world, rng, (edition, as_of, scheduled, ready), ready, (fails, first))]
    again = np.flatnonzero(fails)
    begun = ready[again] + np.timedelta64(HOUR, "s")
    retry = (edition[again], as_of[again], scheduled[again], ready[again])
    parts.append(_runs(world, rng, retry, begun, (np.zeros(len(again), bool), np.zeros(len(again), bool))))
    runs = pd.concat(parts, ignore_index=True).sort_values(
        ["started_at", "report_id"], kind="stable", ignore_index=True
    )
    return runs.assign(run_id=np.arange(len(runs)))


def _days(world: World, rhythm: str) -> list[date]:
    """The days at whose beginning a report is due, the day after the last one left out."""
    if rhythm == "month":
        day = months_before(world.start.replace(day=1), -1)
        days = []
        while day <= world.until:
            days.append(day)
            day = months_before(day, -1)
        return days
    step = 7 if rhythm == "week" else 1
    first = world.start + timedelta(days=(-world.start.weekday()) % 7 if rhythm == "week" else 1)
    return [first + timedelta(days=step * n) for n in range(((world.until - first).days) // step + 1)]


def _runs(
    world: World,
    rng: np.random.Generator,
    plan: tuple[Ints, Times, Times, Times],
    begun: Times,
    course: tuple[Bools, Bools],
) -> pd.DataFrame:
    edition, as_of, scheduled, ready = plan
    fails, first = course
    count = len(edition)
    effect = world.effects["slow-reports"]
    audience = np.array([AUDIENCES.index(item.audience) for item in EDITIONS])[edition]
    slow = (audience == AUDIENCES.index(effect.place)) & (as_of >= moment(effect.start))
    minutes = lognormal(rng, 6.0, 0.35, count) * np.where(slow, effect.size, 1.0)
    started = begun + days_of(rng.uniform(0.0002, 0.002, count))
    finished = started + days_of(minutes / 1440)
    readers = np.array([item.readers for item in EDITIONS])[edition]
    missed = np.where(chance(rng, 0.02, count) & ~fails & (readers > 1), 1, 0)
    status = np.where(fails, 1, np.where(missed > 0, 2, 0))
    sent = finished + days_of(rng.uniform(0.0003, 0.003, count))
    empty = np.datetime64("NaT", "s")
    baseline = np.array([item.baseline for item in EDITIONS])[edition]
    return pd.DataFrame(
        {
            "report_id": text([item.report for item in EDITIONS], edition),
            "audience": text(AUDIENCES, audience),
            "as_of": to_utc(as_of),
            "scheduled_at": to_utc(scheduled),
            "data_ready_at": to_utc(ready),
            "started_at": to_utc(started),
            "finished_at": to_utc(finished),
            "delivered_at": to_utc(np.where(fails, empty, sent)),
            "status": text(STATUSES, status),
            "attempt": np.where(first, 1, 2),
            "manual_baseline_min": baseline,
            "human_min": np.where(fails, 10.0, np.round(baseline * rng.uniform(0.02, 0.1, count))),
            "recipients": readers,
            "missed": np.where(fails, readers, missed),
        }
    )


def feedback_frame(world: World, staff: Staff, runs: pd.DataFrame) -> pd.DataFrame:
    """The table report_feedback: who opened an edition, what was decided on it, and the action that followed."""
    rng = world.rng("report_feedback")
    reached = (runs["recipients"] - runs["missed"]).to_numpy()
    daily = (runs["report_id"] == "service-daily").to_numpy()
    run = np.repeat(np.arange(len(runs)), np.where(daily & (rng.random(len(runs)) > 0.15), 0, reached))
    reader = pd.Series(run).groupby(run).cumcount().to_numpy()
    count = len(run)
    local = runs["delivered_at"].dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin").dt.tz_localize(None)
    delivered: Times = local.to_numpy().astype("datetime64[s]")[run]
    empty = np.datetime64("NaT", "s")
    opens = chance(rng, 0.82, count)
    opened = np.where(opens, delivered + days_of(lognormal(rng, 0.12, 1.0, count)), empty)
    decides = opens & chance(rng, 0.3, count)
    decided = known(world, np.where(decides, opened + days_of(lognormal(rng, 0.8, 0.9, count)), empty))
    acts = ~np.isnat(decided) & chance(rng, 0.6, count)
    cause = pick(rng, (0.2, 0.15, 0.2, 0.2, 0.1, 0.15), count)
    desk = rng.integers(len(staff.frame), size=count)
    unowned = chance(rng, share("no-action-owner"), count)
    due = decided + days_of(rng.integers(5, 30, count).astype(np.float64))
    finished = decided + days_of(lognormal(rng, 14, 0.6, count))
    done = known(world, np.where(chance(rng, 0.75, count), finished, empty))
    nothing = np.where(acts, cause, NONE)
    kpi = np.where(acts, pick(rng, np.ones(len(KPIS)), count), NONE)
    outcome = _outcomes(world, kpi, cause, np.where(acts, done, empty))
    return pd.DataFrame(
        {
            "run_id": run,
            "recipient": [f"reader{number + 1}@tidewater.example.com" for number in reader],
            "opened_at": to_utc(known(world, opened)),
            "decision_at": to_utc(decided),
            "kpi_id": text(KPIS, kpi),
            "cause": text(CAUSES, nothing),
            "action": text(ACTIONS, nothing),
            "owner": np.where(acts & ~unowned, desk, NONE),
            "due_at": np.where(acts, due, empty).astype("datetime64[D]"),
            "done_at": to_utc(np.where(acts, done, empty)),
            **outcome,
        }
    )[delivered < end_local(world)]


def _outcomes(world: World, kpi: Ints, cause: Ints, done: Times) -> dict[str, Any]:
    """What the KPIs of actions were when they were decided, and some weeks after they were done."""
    rng = world.rng("report_feedback.outcomes")
    count = len(kpi)
    apt = world.effects["apt-actions"]
    helps = chance(rng, HELPS + np.where(cause == CAUSES.index(apt.place), apt.size, 0.0), count)
    before = LEVELS[kpi] * rng.uniform(0.75, 0.98, count)
    change = rng.uniform(0.01, 0.2, count) * np.where(helps, 1, -1) * np.where(GOOD_WAYS[kpi] == 0, 1, -1)
    measured = known(world, done + np.timedelta64(WEEKS_AFTER * 7 * 24 * HOUR, "s"))
    return {
        "direction": text(("up", "down"), np.where(kpi >= 0, GOOD_WAYS[kpi], NONE)),
        "value_before": np.where(kpi >= 0, np.round(before, 4), np.nan),
        "measured_at": to_utc(measured),
        "value_after": np.where(np.isnat(measured), np.nan, np.round(before * (1 + change), 4)),
    }
