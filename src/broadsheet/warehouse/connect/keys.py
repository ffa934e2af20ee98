"""Which column or columns name a row once: proven by a query over all rows, chosen by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy import Connection

from broadsheet.warehouse.connect.doubts import Doubt
from broadsheet.warehouse.connect.profiles import CLEANER, Column, Profile
from broadsheet.warehouse.connect.words import ID, Tokens, is_id, resemblance, stem, tokens, without_id
from broadsheet.warehouse.files import identifier

POSITIONS = frozenset(
    ("line", "position", "pos", "item", "seq", "sequence", "row", "step", "version", "count")
)
STARTS, ENDS = (
    frozenset(("from", "start", "starts", "begin", "since", "effective")),
    frozenset(("to", "end", "ends", "until", "expires", "expiry")),
)
WIDEST, TRIED = 3, 7
"""A proposed key has at most so many columns, chosen among so many."""

PLAIN = 1.5
"""A score above which a name alone speaks for a key."""


@dataclass(frozen=True)
class Key:
    """Columns that name a row once; with `valid`, one version of a row."""

    columns: tuple[str, ...]
    valid: tuple[str, str] | None = None


def unique_columns(profile: Profile) -> list[Column]:
    """The columns that are filled in every row, with another value in each."""
    return [
        column
        for column in profile.columns.values()
        if profile.rows and column.filled == column.distinct == profile.rows
    ]


def find_key(
    connection: Connection, profile: Profile, profiles: Sequence[Profile], doubts: list[Doubt]
) -> Key | None:
    """The key of a table, or None; doubts say why, and what else could have been it."""
    place = profile.staged.source
    if not profile.rows:
        doubts.append(Doubt(place, "left out: the table is empty", "Connect again when it has rows."))
        return None
    versions = _versions(connection, profile, profiles)
    if versions is not None:
        return versions
    unique = sorted(unique_columns(profile), key=lambda column: -_score(column, profile, profiles))
    usable = [column for column in unique if column.declared.type in ("text", "number")]
    if usable and (_score(usable[0], profile, profiles) > PLAIN or not _compound(profile)):
        if _score(usable[0], profile, profiles) <= PLAIN:
            doubts.append(_by_chance(profile, usable))
        return Key((usable[0].name,))
    key = _several(connection, profile)
    if key is None:
        key = next((Key((column.name,)) for column in unique if column.timed), None)
    if key is None:
        best = max(profile.columns.values(), key=lambda column: column.distinct)
        what = (
            f"left out: no {WIDEST} columns name a row once in all {profile.rows:,} rows; "
            f"{best.name} comes closest with {best.distinct:,} values"
        )
        doubts.append(Doubt(place, what, "Remove repeated rows, or add a number to each row in the source."))
    elif not all(_telling(name) for name in key.columns):
        what = f"taken as key: {', '.join(key.columns)} are unique together in all {profile.rows:,} rows"
        doubts.append(Doubt(place, what, "Name other columns if these are unique by chance."))
    return key


def _telling(name: str) -> bool:
    words = tokens(name)
    return is_id(words) or bool(POSITIONS & set(words))


def _by_chance(profile: Profile, usable: Sequence[Column]) -> Doubt:
    place = f"{profile.staged.source}: {usable[0].name}"
    others = ", ".join(column.name for column in usable[1:5]) or "none"
    what = f"taken as key: unique in all {profile.rows:,} rows, but its name does not say so; also: {others}"
    return Doubt(place, what, "Name another column if this one is unique by chance.")


def _score(column: Column, profile: Profile, profiles: Sequence[Profile]) -> float:
    """How well a unique column suits as key: by its name, its place, and other tables that use its name."""
    words, about = tokens(column.real), stem(profile.staged.title)
    score = {True: 2.0, False: 0.0}[is_id(words)] + (1.0 if words == ("id",) else 0.0)
    score += 3.0 if without_id(words) == about else 0.0
    others = (other for other in profiles if other is not profile)
    if words[0] not in ID and any(_uses(other, words) for other in others):
        score += 2.0
    if column.declared.type not in ("text", "number") or column.kind in ("float", "flag"):
        score -= 5.0
    return score - 0.05 * list(profile.columns).index(column.name)


def _uses(profile: Profile, words: Tokens) -> bool:
    return any(resemblance(tokens(column.real), words, words) >= 2 for column in profile.columns.values())


def _compound(profile: Profile) -> bool:
    """Whether several columns look like parts of a key."""
    return sum(is_id(tokens(column.real)) for column in profile.columns.values()) > 1


def _several(connection: Connection, profile: Profile) -> Key | None:
    parts = [
        column
        for column in profile.columns.values()
        if column.filled == profile.rows
        and column.declared.type not in ("money", "flag")
        and 1 < column.distinct < profile.rows
    ]
    ranked = sorted(parts, key=lambda column: -_part(column, profile))[:TRIED]
    for width in range(2, WIDEST + 1):
        for columns in combinations(ranked, width):
            if _unique(connection, profile, columns):
                order = list(profile.columns)
                names = sorted((column.name for column in columns), key=order.index)
                return Key(tuple(names))
    return None


def _part(column: Column, profile: Profile) -> float:
    words = tokens(column.real)
    score = (3.0 if is_id(words) else 0.0) + (2.0 if POSITIONS & set(words) else 0.0)
    score += 1.0 if column.timed else 0.0
    return score + column.distinct / profile.rows - (4.0 if column.kind in ("float", "decimal") else 0.0)


def _unique(connection: Connection, profile: Profile, columns: Sequence[Column]) -> bool:
    product = 1
    for column in columns:
        product *= column.distinct
    if product < profile.rows:
        return False
    row = ", ".join(identifier(column.real) for column in columns)
    statement = f"SELECT count(DISTINCT ({row})) FROM {profile.staged.sql}"  # noqa: S608  (quoted)
    return bool(connection.exec_driver_sql(statement).scalar_one() == profile.rows)


def _versions(connection: Connection, profile: Profile, profiles: Sequence[Profile]) -> Key | None:
    """A key with versions: unique together with the beginning of an interval, and none overlap."""
    others = [column for other in profiles if other is not profile for column in other.columns]
    for start, end in _intervals(profile):
        for column in profile.columns.values():
            several = column.filled == profile.rows > column.distinct
            if several and is_id(tokens(column.real)) and column.name in others:
                pair = (column, profile.columns[start])
                if _unique(connection, profile, pair) and not _overlap(connection, profile, pair, end):
                    return Key((column.name,), (start, end))
    return None


def _intervals(profile: Profile) -> Iterator[tuple[str, str]]:
    timed = [column for column in profile.columns.values() if column.timed]
    for start in timed:
        for end in timed:
            first, last = tokens(start.real), tokens(end.real)
            rest = [word for word in first if word not in STARTS]
            if (
                STARTS & set(first)
                and ENDS & set(last)
                and rest == [word for word in last if word not in ENDS]
            ):
                yield start.name, end.name


def _overlap(connection: Connection, profile: Profile, pair: Sequence[Column], end: str) -> bool:
    column, start = pair
    first, last = (
        CLEANER.clean(sa.column(timed.real), profile.staged.held(timed.real), timed.declared)
        for timed in (start, profile.columns[end])
    )
    following = sa.func.lead(first).over(partition_by=sa.column(column.real), order_by=first.nulls_first())
    rows = sa.select(last.label("last"), following.label("following")).select_from(
        sa.text(profile.staged.sql)
    )
    told = rows.subquery()
    meets = sa.or_(told.c.last.is_(None), told.c.last > told.c.following)
    lost = sa.select(sa.func.count()).select_from(told).where(told.c.following.is_not(None), meets)
    return bool(connection.execute(lost).scalar_one())
