"""Production batches: what a plant makes in a month, and the batch that each claim is about."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import chance
from broadsheet.sample.world import World

Months = np.ndarray[tuple[int], np.dtype[np.datetime64]]


def add_batches(tables: Mapping[str, pd.DataFrame], world: World) -> None:
    """Name the batch of every production run and of every claim about its goods, the planted batch more often.

    A claim is about the batch last completed before the order, unless it is one about the planted batch.
    """
    runs, returns = tables["production_runs"], tables["returns"]
    plant = runs["plant"].cat.codes.to_numpy().astype(np.int64)
    month = _months(runs["completed_at"])
    runs["batch"] = _named(plant, month)
    made_by = dict(zip(runs["product_id"], plant, strict=True))
    ordered = tables["orders"]["ordered_at"].to_numpy()[returns["order_id"].to_numpy()]
    claims = pd.DataFrame(
        {
            "product_id": returns["product_id"],
            "ordered_at": ordered,
            "plant": returns["product_id"].map(made_by).fillna(-1).astype(np.int64),
        }
    )
    past = runs[["product_id", "completed_at"]].assign(month=month).sort_values("completed_at", kind="stable")
    found = pd.merge_asof(
        claims.reset_index().sort_values("ordered_at", kind="stable"),
        past,
        left_on="ordered_at",
        right_on="completed_at",
        by="product_id",
    ).sort_values("index")
    about, legible = _about(world, claims, found["month"].to_numpy())
    known = legible & (returns["kind"] == "claim").to_numpy() & ~np.isnat(about)
    batch = _named(
        np.maximum(claims["plant"].to_numpy(), 0), np.where(known, about, np.datetime64("2000-01", "M"))
    )
    returns["batch"] = pd.Series(batch).where(known, None).to_numpy()


def _about(
    world: World, claims: pd.DataFrame, usual: Months
) -> tuple[Months, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    rng = world.rng("returns.batch")
    weak = world.effects["weak-batch"]
    month = np.datetime64(weak.start, "M")
    at_risk = (claims["plant"] == names.PLANTS.index(weak.place)).to_numpy() & (
        _months(claims["ordered_at"]) >= month
    )
    about = usual.astype("datetime64[M]")
    about = np.where(at_risk & chance(rng, weak.size, len(claims)), month, about)
    return about, ~chance(rng, share("no-batch"), len(claims))


def _months(moments: pd.Series[pd.Timestamp]) -> Months:
    """The month of stored moments at the company."""
    local = moments.dt.tz_localize("UTC").dt.tz_convert(names.ZONE).dt.tz_localize(None)
    months: Months = local.to_numpy().astype("datetime64[M]")
    return months


def _named(plant: np.ndarray[tuple[int], np.dtype[np.int64]], month: Months) -> list[str]:
    return [f"{names.PLANTS[code]} {when}" for code, when in zip(plant, month, strict=True)]
