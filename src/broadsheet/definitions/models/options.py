"""The keys that say what a KPI measures, and the options that belong to some of them only."""

from __future__ import annotations

from typing import Literal

Unit = Literal["number", "money", "percent", "ratio", "score", "seconds", "minutes", "hours", "days"]
AGGREGATES = ("sum", "min", "max", "mean", "median", "percentile", "stddev", "variance", "distinct")
MOVES = ("running", "shift")
OF_MEMBERS = ("top_share", "gini")
MEASURES = (
    *AGGREGATES, "count", "share", "conversion", "funnel", *OF_MEMBERS,
    "ratio", "formula", "constant", "across", "balance", *MOVES, "method",
)  # fmt: skip
OPTIONS: dict[str, tuple[str, ...]] = {
    "at": ("percentile",),
    "existing": ("percentile",),
    "of": ("share",),
    "within": ("running",),
    "over": ("running", "across"),
    "top": ("top_share",),
    "take": (*AGGREGATES, "count", "running"),
    "per": (*AGGREGATES, "count"),
    "by": ("shift",),
    "to_start_of": ("shift",),
    "list": ("sum", "count", "balance"),
    "mature": (*AGGREGATES, "count", "share", "conversion"),
    "fill": ("sum", "count", "distinct", "mean", "median", "min", "max", "percentile", "running", "shift"),
}
"""What belongs to which measure only."""
