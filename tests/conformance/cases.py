"""A case of the suite as a question of ours, and our answer as the rows it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from math import isnan
from typing import Any, Literal

from broadsheet.definitions.models.filters import Condition, Filter
from broadsheet.metrics import EMPTY, Answer, Question
from broadsheet.periods import Calendar, Period, unit_of
from broadsheet.periods.period import all_time, between
from conformance.conditions import NotSupported, parse
from conformance.model import Measure, Model, Scope

CALENDAR = Calendar()
DAY = timedelta(days=1)
FIRST, AFTER = date(2000, 1, 1), date(2041, 1, 1)
Key = tuple[int, tuple[str, ...]]
Extents = Mapping[str, tuple[date, date]]
"""By fact, the first and last day with rows."""


@dataclass(frozen=True)
class Group:
    """A column of the answer: the start of a unit of time, or a member."""

    name: str
    grain: Any = None
    dimension: int = 0
    flag: bool = False


class Case:
    """One line of `cases.jsonl`. Raises NotSupported with the reason."""

    def __init__(self, line: Mapping[str, Any], model: Model, extents: Extents) -> None:
        self.line, self._model = line, model
        conditions = parse(line["filter"]) if line["filter"] else ()
        days = zip(("at_least", "at_most"), line["time_range"] or (), strict=False)
        limits = tuple(Condition("time", operator, (day,)) for operator, day in days)  # type: ignore[arg-type]
        scope = Scope(total=not line["group_by"], asked=(*conditions, *limits))
        self.measures = [model.measure(name, scope) for name in line["metrics"]]
        self._facts = frozenset[str]().union(*(measure.facts for measure in self.measures))
        self._clocks = {model.clocks[fact] for fact in self._facts}
        self._own = tuple(each for each in conditions if not self._is_time(each.path))
        self._start, self._end = _range(line["time_range"], [c for c in conditions if self._is_time(c.path)])
        self.groups = self._groups()
        self._check()
        self.periods = self._periods(extents)

    @cached_property
    def grains(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(group.grain for group in self.groups if group.grain))

    @cached_property
    def question(self) -> Question:
        """What the case asks: its measures, and how many rows stand behind them."""
        kpis = dict.fromkeys(kpi for measure in self.measures for kpi in (measure.kpi, *measure.presence))
        where = tuple(replace(each, path=self._model.dimension(each.path, self._facts)) for each in self._own)
        dimensions = tuple(
            dict.fromkeys(
                self._model.dimension(group["field"], self._facts, group.get("part"))
                for group in self.line["group_by"]
                if "part" in group or not self._is_time(group["field"])
            )
        )
        return Question(tuple(kpis), tuple(self._buckets), dimensions, (dimensions,), where)

    def rows(self, answer: Answer) -> list[tuple[str, ...]]:
        """The header, and the rows as text."""
        (dimensions,) = self.question.levels
        frame = answer.frames[dimensions]
        held: dict[int, list[tuple[tuple[str, ...], Any]]] = {}
        for row in frame.to_dict("records"):
            held.setdefault(row["bucket"], []).append((tuple(row[name] for name in dimensions), row))
        asked = {bucket: i for i, bucket in enumerate(self._buckets)}
        table = {
            (i, members): row
            for i, bucket in enumerate(self._answering)
            for members, row in held.get(asked[bucket], ())
        }
        keys = dict.fromkeys(key for measure in self.measures for key in self._keys(measure, table))
        lines = [self._line(key, table) for key in keys]
        header = (*(group.name for group in self.groups), *self.line["metrics"])
        return [header, *self._sorted(lines, header)]

    def _groups(self) -> list[Group]:
        groups, dimensions = [], dict[tuple[str, str | None], int]()
        for given in self.line["group_by"]:
            field = given["field"]
            if self._is_time(field) and "grain" in given:
                groups.append(Group(given["as"], grain=given["grain"]))
            else:
                part = given.get("part")
                moved = frozenset[str]().union(*(measure.moved for measure in self.measures))
                if part and (moved - {"day", "week"} or any(measure.dense for measure in self.measures)):
                    raise NotSupported("a row that is read on several days has no calendar part of its own")
                if part is None and given.get("grain", "day") != "day":
                    raise NotSupported(
                        "units of time are those of the clock, other times are dimensions by day"
                    )
                place = dimensions.setdefault((field, part), len(dimensions))
                flag = part is None and self._model.type_of(field) == "boolean"
                groups.append(Group(given["as"], dimension=place, flag=flag))
        return groups

    def _is_time(self, column: str) -> bool:
        return column == "time" or {column} == self._clocks

    def _check(self) -> None:
        moved = frozenset[str]().union(*(measure.moved for measure in self.measures))
        coarse = [grain for grain in self.grains if grain != "day"]
        if moved & {"month", "quarter", "year"} and (coarse or not self.grains):
            raise NotSupported("periods shift by index: no day of a shorter month is counted several times")
        cut = coarse and self._start and unit_of(coarse[0], self._start, CALENDAR).start != self._start
        if "opening" in moved and (len(self.grains) != 1 or cut):
            raise NotSupported("the opening day is that of the period as it is shown, whole or cut")

    def _periods(self, extents: Extents) -> list[Period]:
        """The periods of the answer."""
        start, end = self._start or FIRST, self._end or AFTER
        if end <= start:
            raise NotSupported("a period has at least one day")
        if not self.grains:
            whole = all_time(start, end) if self._start is None and self._end is None else between(start, end)
            return [whole]
        days = [extents[fact] for fact in self._facts]
        reach = timedelta(days=max(measure.reach for measure in self.measures) + 1)
        self._held = min(first for first, _ in days) - reach, max(last for _, last in days) + reach
        periods = _cut(self.grains, start, end)
        if any(measure.dense or measure.endless for measure in self.measures):
            return list(periods)
        return [period for period in periods if self._inside(period)]

    def _inside(self, period: Period) -> bool:
        return not self.grains or (period.end > self._held[0] and period.start <= self._held[1])

    @cached_property
    def _answering(self) -> list[Period]:
        """For each period the one whose answer is its own: beyond the rows, one day stands for all."""
        return [
            period if self._inside(period) else self._before if period.end <= self._held[0] else self._after
            for period in self.periods
        ]

    @cached_property
    def _before(self) -> Period:
        return _day(self._held[0] - DAY)

    @cached_property
    def _after(self) -> Period:
        return _day(self._held[1] + 2 * DAY)

    @cached_property
    def _buckets(self) -> list[Period]:
        return list(dict.fromkeys(self._answering)) or [_day(FIRST)]

    def _keys(self, measure: Measure, table: Mapping[Key, Mapping[str, Any]]) -> Iterable[Key]:
        """The groups of a measure: those with rows, and for dense ones a row for every period without."""
        present = [key for key, row in table.items() if not self.groups or _present(measure, row)]
        yield from present
        if measure.dense and self.grains and self._keeps_added():
            held = {period for period, _ in present}
            nobody = (EMPTY,) * len(self.question.dimensions)
            yield from ((i, nobody) for i in range(len(self.periods)) if i not in held)

    def _keeps_added(self) -> bool:
        columns = {group["field"] for group in self.line["group_by"]}
        applied = bool(self._own) and all(each.path in columns for each in self._own)
        return not applied or all(each.operator in ("missing", "not_in") for each in self._own)

    def _line(self, key: Key, table: Mapping[Key, Mapping[str, Any]]) -> tuple[str, ...]:
        period, members = self.periods[key[0]], key[1]
        row = table.get(key)
        texts = [
            unit_of(group.grain, period.start, CALENDAR).start.isoformat()
            if group.grain
            else _text(members[group.dimension], flag=group.flag)
            for group in self.groups
        ]
        return (*texts, *(_value(measure, row, grouped=bool(self.groups)) for measure in self.measures))

    def _sorted(self, lines: list[tuple[str, ...]], header: Sequence[str]) -> list[tuple[str, ...]]:
        for order in reversed(self.line["order"]):
            place = header.index(order["by"])
            lines.sort(key=lambda line: _sort_key(line[place]), reverse=order["dir"] == "desc")
        return lines if self.line["limit"] is None else lines[: self.line["limit"]]


def _day(day: date) -> Period:
    return unit_of("day", day, CALENDAR)


@lru_cache
def _cut(grains: tuple[Any, ...], start: date, end: date) -> tuple[Period, ...]:
    """The stretches that units of all grains have in common."""
    cuts = {start, end}
    for grain in grains:
        day = unit_of(grain, start, CALENDAR).end
        while day < end:
            cuts.add(day)
            day = unit_of(grain, day, CALENDAR).end
    return tuple(between(*pair) for pair in pairwise(sorted(cuts)))


def _range(given: Sequence[str] | None, conditions: Filter | list[Condition]) -> tuple[Any, Any]:
    """The reported days [start, end); None where unbounded."""
    starts, ends = [], []
    if given:
        starts.append(date.fromisoformat(given[0]))
        ends.append(date.fromisoformat(given[1]) + DAY)
    for condition in conditions:
        if condition.operator in ("present", "missing", "not_in") or len(condition.values) != 1:
            raise NotSupported("a condition on time that is no range of days")
        day = date.fromisoformat(str(condition.values[0]))
        operator: Literal["in", "at_least", "at_most", "above", "below"] = condition.operator  # type: ignore[assignment]
        if operator in ("in", "at_least", "above"):
            starts.append(day + DAY if operator == "above" else day)
        if operator in ("in", "at_most", "below"):
            ends.append(day if operator == "below" else day + DAY)
    if starts and not ends:
        ends.append(AFTER)
    if ends and not starts:
        starts.append(FIRST)
    return max(starts, default=None), min(ends, default=None)


def _present(measure: Measure, row: Mapping[str, Any]) -> bool:
    return any(row[rows] > 0 for rows in measure.presence)


def _value(measure: Measure, row: Mapping[str, Any] | None, *, grouped: bool) -> str:
    if row is None:
        return "" if measure.fill is None else repr(measure.fill)
    if grouped and not (_present(measure, row) or measure.dense or measure.fill is not None):
        return ""
    value = float(row[measure.kpi])
    return "" if isnan(value) or (measure.positive and value == 0) else repr(value)


def _text(member: str, *, flag: bool) -> str:
    if member == EMPTY:
        return ""
    return {"yes": "true", "no": "false"}[member] if flag else member


def _sort_key(text: str) -> tuple[bool, float, str]:
    try:
        return text == "", float(text or 0), ""
    except ValueError:
        return False, 0.0, text
