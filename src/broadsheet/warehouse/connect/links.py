"""Which columns hold the keys of other tables: suggested by names, proven many-to-one by values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from broadsheet.definitions.models.base import NAME
from broadsheet.warehouse.connect.doubts import Doubt, shares
from broadsheet.warehouse.connect.keys import Key
from broadsheet.warehouse.connect.profiles import SAMPLE, Column, Profile, text_of
from broadsheet.warehouse.connect.readings import NUMBER
from broadsheet.warehouse.connect.words import resemblance, stem, tokens, without_id

MOST_LOST, MOST_LOST_NUMBERS = 0.6, 0.2
"""The share of rows without a partner up to which a link is proposed; small numbers are found by chance."""

CONTAINED = 0.8
"""The share of values found in a key by which a column of another name is worth a question."""

MOST_SPELLINGS = 50


@dataclass(frozen=True)
class Evidence:
    """How the values of a column are found in a key: rows and distinct values, and those without a partner."""

    rows: int
    values: int
    lost_rows: int
    lost: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        """The share of rows without a partner."""
        return self.lost_rows / self.rows if self.rows else 1.0


@dataclass(frozen=True)
class FoundLink:
    """A proposed link of column `by` to the table at `target` (an index); `replace` mends spellings."""

    name: str
    by: str
    target: int
    evidence: Evidence
    replace: Mapping[str, str] = field(default_factory=dict)


def find_links(
    connection: Connection, profiles: Sequence[Profile], keys: Sequence[Key | None], doubts: list[Doubt]
) -> list[list[FoundLink]]:
    """The links of each table, in the order of its columns."""
    search = _Search(connection, profiles, keys, doubts)
    return [search.links_of(index) if keys[index] else [] for index in range(len(profiles))]


class _Search:
    """Looks for the partners of every column among the keys of all tables."""

    def __init__(
        self,
        connection: Connection,
        profiles: Sequence[Profile],
        keys: Sequence[Key | None],
        doubts: list[Doubt],
    ) -> None:
        self._connection, self._profiles, self._keys, self._doubts = connection, profiles, keys, doubts

    def links_of(self, index: int) -> list[FoundLink]:
        found: list[FoundLink] = []
        for column in self._profiles[index].columns.values():
            if (
                column.filled
                and NAME.match(column.name)
                and not column.timed
                and column.declared.type != "flag"
            ):
                link = self._named(index, column, {link.name for link in found})
                if link is not None:
                    found.append(link)
                elif not self._alike(index, column):
                    self._unnamed(index, column)
        return found

    def _targets(self) -> Iterator[tuple[int, Column]]:
        """Tables with a key of one column, and that key."""
        for target, key in enumerate(self._keys):
            if key is not None and len(key.columns) == 1:
                yield target, self._profiles[target].columns[key.columns[0]]

    def _alike(self, index: int, column: Column) -> list[tuple[int, int, Column]]:
        """The tables that a column's name speaks of, best first."""
        words, found = tokens(column.real), []
        for target, key in self._targets():
            if target == index and key.name == column.name:
                continue
            about = stem(self._profiles[target].staged.title)
            strength = resemblance(words, tokens(key.real), about)
            if strength:
                found.append((strength, target, key))
        return sorted(found, key=lambda item: -item[0])

    def _named(self, index: int, column: Column, taken: set[str]) -> FoundLink | None:
        place = f"{self._profiles[index].staged.source}: {column.name}"
        options = []
        for strength, target, key in self._alike(index, column):
            if not self._comparable(index, column, target, key) or self._backwards(index, column, target):
                continue
            evidence = self._evidence(index, column, target, key)
            if evidence.share == 1 and strength < 3:
                continue
            replace = self._spellings(evidence, target, key)
            mended = sum(count for value, count in evidence.lost if value.strip() in replace)
            left = (evidence.lost_rows - mended) / evidence.rows
            most = MOST_LOST_NUMBERS if strength < 3 and _numeric(column) else MOST_LOST
            options.append((left > most, -strength, left, target, evidence, replace))
        if not options:
            return None
        options.sort(key=lambda option: option[:4])
        hopeless, _, _, target, evidence, replace = options[0]
        self._tell(place, target, evidence, replace, proposed=not hopeless)
        if hopeless:
            return None
        others = [option[3] for option in options[1:] if not option[0] and option[2] <= options[0][2]]
        if others:
            names = ", ".join(self._profiles[other].staged.source for other in others)
            what = f"linked to {self._profiles[target].staged.source}; its values are also found in {names}"
            self._doubts.append(Doubt(place, what, "Change `to` if another table is meant."))
        return FoundLink(self._name(column, target, taken), column.name, target, evidence, replace)

    def _comparable(self, index: int, column: Column, target: int, key: Column) -> bool:
        """Databases refuse to compare a number with a text; files are all compared as text."""
        ours, theirs = self._profiles[index].staged, self._profiles[target].staged
        if (
            ours.in_file
            or column.kind == key.kind
            or {column.kind, key.kind} <= {"integer", "decimal", "float"}
        ):
            return True
        what = (
            f"could refer to {theirs.source}.{key.name}, but holds {column.kind} where that holds {key.kind}"
        )
        self._doubts.append(Doubt(f"{ours.source}: {column.name}", what, "Convert one of the two in a view."))
        return False

    def _backwards(self, index: int, column: Column, target: int) -> bool:
        """Of two tables with one row per key each, the one with fewer rows refers to the other."""
        own = self._keys[index]
        if own is None or own.columns != (column.name,):
            return False
        sizes = self._profiles[index].rows, self._profiles[target].rows
        return sizes[0] > sizes[1] or (sizes[0] == sizes[1] and index < target)

    def _evidence(self, index: int, column: Column, target: int, key: Column) -> Evidence:
        ours, theirs = self._profiles[index].staged, self._profiles[target].staged
        values = (
            f"WITH b AS (SELECT {text_of(column.real)} v, count(*) n FROM {ours.sql} GROUP BY 1), "  # noqa: S608
            f"k AS (SELECT DISTINCT {text_of(key.real)} v FROM {theirs.sql}) "
        )
        lost = "k.v IS NULL"
        told = f"sum(n), count(*), coalesce(sum(n) FILTER ({lost}), 0)"
        joined = "FROM b LEFT JOIN k ON k.v = b.v WHERE b.v IS NOT NULL"
        rows, distinct, lost_rows = self._connection.exec_driver_sql(f"{values} SELECT {told} {joined}").one()
        examples = self._connection.exec_driver_sql(
            f"{values} SELECT b.v, n {joined} AND {lost} ORDER BY n DESC, b.v LIMIT {SAMPLE}"
        )
        return Evidence(int(rows), distinct, int(lost_rows), tuple((value, n) for value, n in examples))

    def _spellings(self, evidence: Evidence, target: int, key: Column) -> dict[str, str]:
        """Values without a partner that differ from exactly one key only by case, spaces, signs or accents."""
        if not evidence.lost or key.distinct > 100 * SAMPLE:
            return {}
        staged = self._profiles[target].staged
        statement = f"SELECT DISTINCT {text_of(key.real)} FROM {staged.sql}"  # noqa: S608  (quoted)
        known: dict[str, list[str]] = {}
        for (value,) in self._connection.exec_driver_sql(statement):
            known.setdefault(plain(value or ""), []).append(value)
        found = {value: known.get(plain(value), []) for value, _ in evidence.lost if _mendable(value)}
        near = {value.strip(): keys[0] for value, keys in found.items() if len(keys) == 1}
        return near if len(near) <= MOST_SPELLINGS else {}

    def _tell(
        self, place: str, target: int, evidence: Evidence, replace: Mapping[str, str], *, proposed: bool
    ) -> None:
        there = self._profiles[target].staged.source
        if replace:
            mended = {value: count for value, count in evidence.lost if value.strip() in replace}
            told = ", ".join(
                f"“{value}” ({count:,} rows) for “{replace[value.strip()]}”"
                for value, count in mended.items()
            )
            what = f"spelled differently in {there}: {told}"
            self._doubts.append(Doubt(place, what, "Proposed as `replace`; delete what is not the same."))
        rest = [(value, count) for value, count in evidence.lost if value.strip() not in replace]
        if not rest:
            return
        lost = evidence.lost_rows - sum(count for value, count in evidence.lost if value.strip() in replace)
        examples = ", ".join(f"“{value}”" for value, _ in rest[:3])
        what = f"{shares(lost, evidence.rows)} refer to no row of {there}, such as {examples}"
        kept = "Proposed all the same; they are shown as “(not set)”. Complete the table, or mend the values."
        remedy = kept if proposed else "Its name suggests a link, its values do not; none is proposed."
        self._doubts.append(Doubt(place, what, remedy))

    def _unnamed(self, index: int, column: Column) -> None:
        """Ask about a column of words whose values are those of some key, though its name does not say so."""
        words = {value for value, _ in column.values}
        if column.kind != "text" or not 2 <= column.distinct <= SAMPLE or _numeric(column):
            return
        for target, key in self._targets():
            known = {value for value, _ in key.values}
            own = target == index and key.name == column.name
            if (
                own
                or key.kind != "text"
                or key.distinct > SAMPLE
                or len(words & known) < CONTAINED * len(words)
            ):
                continue
            there, place = (
                self._profiles[target].staged.source,
                f"{self._profiles[index].staged.source}: {column.name}",
            )
            what = f"{len(words & known)} of {len(words)} values are keys of {there}, but the name does not say so"
            self._doubts.append(
                Doubt(place, what, f"Not proposed. If it refers to {there}, add a link by {column.name}.")
            )
            return

    def _name(self, column: Column, target: int, taken: set[str]) -> str:
        """`customer_id` leads to the customer, `primary_product_id` to the primary product."""
        about = "_".join(stem(self._profiles[target].staged.title))
        words = "_".join(without_id(tokens(column.real)))
        name = words if NAME.match(words) and (words != about) else about
        return column.name if name in taken or not NAME.match(name) else name


def plain(value: str) -> str:
    """A text without case, accents, spaces and signs; a whole number without its `.0`."""
    bare = unicodedata.normalize("NFKD", re.sub(r"(?<=\d)\.0+$", "", value.strip())).casefold()
    return "".join(character for character in bare if character.isalnum())


def _mendable(value: str) -> bool:
    """Whether `replace` can name a text: it has letters or digits, only spaces around it, no control characters."""
    odd = any(unicodedata.category(character) == "Cc" or character == "\ufeff" for character in value)
    return bool(plain(value)) and value.strip() == value.strip(" ") and not odd


def _numeric(column: Column) -> bool:
    return column.kind != "text" or all(NUMBER.match(value) for value, _ in column.values)
