"""The door of the sample company: write its warehouse, describe what is in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from broadsheet.sample.story import tell
from broadsheet.sample.summary import DEFAULT_SEED, SampleSummary
from broadsheet.sample.world import World
from broadsheet.sample.write import write_warehouse


def build(
    path: Path,
    *,
    until: date,
    seed: int = DEFAULT_SEED,
    scale: float = 1.0,
    progress: Callable[[str, int], None] | None = None,
) -> SampleSummary:
    """Write the warehouse of three full years that end with day `until`, and replace `path` at once.

    Equal (seed, scale, until) give equal tables. `scale` multiplies the rows of customers and facts;
    `progress` is called with the name and row count of each table written.
    Raises `UsageError` for an impossible scale or seed and `StorageError` when the file cannot be written.
    """
    return write_warehouse(path, World.of(seed, scale, until), progress)


def describe(seed: int, until: date) -> str:
    """The company as a Markdown page: story, tables and columns, planted effects, dirt (at scale 1)."""
    return tell(World.of(seed, 1.0, until))
