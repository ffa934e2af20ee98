"""What only the owner of the data can settle."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """A question with its evidence: the place in the proposal, what was found with counts, what to do."""

    place: str
    what: str
    remedy: str


def shares(count: int, rows: int) -> str:
    """`12 of 340 rows (3.5%)`."""
    return f"{count:,} of {rows:,} rows ({count / rows:.1%})" if rows else "0 rows"
