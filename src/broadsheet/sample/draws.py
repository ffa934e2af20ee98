"""Small random draws that several generators share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from broadsheet.sample.moments import Bools, Floats, Ints

NONE = -1
"""A missing reference or category: written as NULL."""


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, count: int) -> Ints:
    """Positions drawn by relative weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    chosen: Ints = np.searchsorted(edges, rng.random(count) * edges[-1], side="right").astype(np.int64)
    return chosen


def pick_rows(rng: np.random.Generator, weights: Floats, rows: Ints) -> Ints:
    """One position per row, drawn by the weights of that row's line in a matrix."""
    edges = np.cumsum(weights, axis=1)
    draw = rng.random(len(rows)) * edges[rows, -1]
    chosen: Ints = (draw[:, None] >= edges[rows]).sum(axis=1).astype(np.int64)
    return chosen


def chance(rng: np.random.Generator, share: float | Floats, count: int) -> Bools:
    """Whether an event of this probability happens, per row."""
    hit: Bools = rng.random(count) < share
    return hit


def lognormal(rng: np.random.Generator, median: float | Floats, sigma: float, count: int) -> Floats:
    """Skewed positive values with this median."""
    value: Floats = np.asarray(median) * np.exp(rng.normal(0.0, sigma, count))
    return value


def text(labels: Sequence[str], codes: Ints | Sequence[int]) -> pd.Categorical[str]:
    """Labels by position; `NONE` is a missing value."""
    return pd.Categorical.from_codes(np.asarray(codes, dtype=np.int64), categories=pd.Index(list(labels)))


def cents(values: Floats) -> Floats:
    """Amounts rounded to cents."""
    rounded: Floats = np.round(values, 2)
    return rounded


def sequence(counts: Ints) -> Ints:
    """0, 1, … within each group of consecutive rows: `[2, 3]` gives 0 1 0 1 2."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
