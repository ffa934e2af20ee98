"""The sample company: a fictitious chain for boats and fishing equipment, deterministic by seed.

`build` writes its warehouse as one DuckDB file; `describe` prints the company's story, its tables,
the effects planted in the data and the dirt. Nothing here stems from a real company or person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from broadsheet.sample.summary import SampleSummary

__all__ = ["DEFAULT_SEED", "SampleSummary", "build", "describe"]

DEFAULT_SEED = 7


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
    from broadsheet.sample.world import World
    from broadsheet.sample.write import write_warehouse

    return write_warehouse(path, World.of(seed, scale, until), progress)


def describe(seed: int, until: date) -> str:
    """The company as a Markdown page: story, tables and columns, planted effects, dirt (at scale 1)."""
    from broadsheet.sample.story import tell
    from broadsheet.sample.world import World

    return tell(World.of(seed, 1.0, until))
