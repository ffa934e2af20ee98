"""The frame of the sample company: its days, its random streams and its drawn effects."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from broadsheet.errors import UsageError
from broadsheet.sample.effects import draw
from broadsheet.sample.recipes import Effect, first_day

LARGEST_SCALE = 100.0


@dataclass(frozen=True, slots=True)
class World:
    """Seed, scale and the three years; `start` and `until` are local days, both inclusive."""

    seed: int
    scale: float
    start: date
    until: date
    effects: Mapping[str, Effect]

    @classmethod
    def of(cls, seed: int, scale: float, until: date) -> World:
        """The world of these settings; raises `UsageError` when they are impossible."""
        if not 0 < scale <= LARGEST_SCALE:
            raise UsageError(
                f"scale {scale} is out of range", f"Choose a scale above 0 and up to {LARGEST_SCALE:.0f}."
            )
        if seed < 0:
            raise UsageError(f"seed {seed} is negative", "Choose 0 or a positive whole number.")
        if not 2004 <= until.year <= 2099:
            raise UsageError(f"until {until} is out of range", "Choose a day in the years 2004 to 2099.")
        return cls(seed, scale, first_day(until), until, draw(seed, until))

    def rng(self, stream: str) -> np.random.Generator:
        """A random stream of its own, so that a change in one table does not shift the others."""
        return np.random.default_rng([self.seed, zlib.crc32(stream.encode())])

    def count(self, at_scale_one: int) -> int:
        """Rows at this scale, at least one."""
        return max(1, round(at_scale_one * self.scale))

    @property
    def days(self) -> int:
        """Days from `start` to `until`, both inclusive."""
        return (self.until - self.start).days + 1

    def day(self, day: date) -> int:
        """The number of a day, 0 for `start`."""
        return (day - self.start).days
