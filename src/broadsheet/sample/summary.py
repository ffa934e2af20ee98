"""What a build of the sample company reports back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

DEFAULT_SEED = 7


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """The file that was written, the days it covers (both inclusive) and the rows of every table."""

    path: Path
    first_day: date
    last_day: date
    rows: Mapping[str, int]
