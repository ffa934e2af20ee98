"""Which table holds events, and which of its times places a row in a period."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.warehouse.connect.doubts import Doubt, shares
from broadsheet.warehouse.connect.keys import Key
from broadsheet.warehouse.connect.links import FoundLink
from broadsheet.warehouse.connect.profiles import Column, Profile
from broadsheet.warehouse.connect.words import THINGS, stem, tokens

EVENT = frozenset((
    "created", "order", "ordered", "opened", "placed", "date", "day", "booked", "sold", "sale",
    "invoice", "posted", "contact",
))  # fmt: skip
LATER = frozenset((
    "updated", "modified", "changed", "due", "ship", "shipped", "delivered", "birth", "born",
    "hired", "hire", "valid", "expires", "expiry", "end", "ended", "until", "deleted", "closed",
    "close", "resolved", "paid", "last", "load", "loaded",
))  # fmt: skip
NEVER = frozenset(("valid", "birth", "birthday", "born", "effective"))
FEW = 0.05
"""A table with fewer rows than this share of those that refer to it describes them."""


def find_clock(profile: Profile, doubts: list[Doubt]) -> Column | None:
    """The column that most likely says when a row happened; a doubt names the others."""
    timed = [
        column
        for column in profile.columns.values()
        if column.timed and column.filled and not NEVER & set(tokens(column.real))
    ]
    if not timed:
        return None
    ranked = sorted(timed, key=lambda column: -_score(column, profile))
    best, place = ranked[0], f"{profile.staged.source}: {ranked[0].name}"
    missing = profile.rows - best.filled
    others = ", ".join(
        f"{column.name} ({shares(column.filled, profile.rows)} filled)" for column in ranked[1:6]
    )
    if others:
        what = f"taken as the clock that places rows in periods; other times: {others}"
        doubts.append(Doubt(place, what, "Name another as `clock` if most KPIs mean that one."))
    if missing:
        what = f"the clock is empty in {shares(missing, profile.rows)}"
        doubts.append(
            Doubt(place, what, "Such rows belong to no period; right only for what has not happened.")
        )
    return best


def is_fact(
    profile: Profile, key: Key, clock: Column | None, links: Sequence[FoundLink], incoming: Sequence[int]
) -> bool:
    """Whether a table holds events to be counted rather than things they refer to.

    `incoming` counts the rows of each other table that refer to it.
    """
    if clock is None or key.valid is not None:
        return False
    if not incoming:
        return True
    measures = any(column.declared.type == "money" for column in profile.columns.values())
    weight = min(len(links), 2) + measures + 2 * (profile.rows > sum(incoming))
    name = tokens(profile.staged.title)
    thing = bool(THINGS & {*name, *stem(profile.staged.title)})
    return weight - 2 * (profile.rows < FEW * max(incoming)) - 3 * (thing and "fact" not in name) >= 2


def _score(column: Column, profile: Profile) -> float:
    words = set(tokens(column.real))
    score = 2.0 * column.filled / profile.rows + bool(words & EVENT) - 2 * bool(words & LATER)
    return score - 1.0 - 0.01 * list(profile.columns).index(column.name)
