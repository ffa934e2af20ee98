"""Figures of so few persons that they are not printed (rule C11), with those from which they could be calculated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from broadsheet.analysis.suppression import Counts, Edge, grid, hidden, line
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Formula
from broadsheet.metrics.question import Level, Question
from broadsheet.periods import Period

Rows = Mapping[Level, Mapping[tuple[Any, ...], Mapping[str, Any]]]
"""The rows of an answer by level and key: bucket, then members."""
Cell = tuple[Level, tuple[Any, ...]]
Table = tuple[Sequence[Cell], Sequence[Edge]]

ALONE = ("alone", 0)
"""Where a figure is not a part of another that is printed."""
FEW, KEPT = "few_persons", "kept_back"
"""Why a figure is not printed: it is of few persons; or it would tell a figure of few persons."""


def of_persons(kpi: Kpi, kpis: Mapping[str, Kpi]) -> bool:
    """Whether a KPI counts persons, or is made of one that does: its value tells how many."""
    measure = kpi.measure
    uses = measure.uses if isinstance(measure, Formula) else ()
    return kpi.persons or any(use in kpis and of_persons(kpis[use], kpis) for use in uses)


def withheld(question: Question, rows: Rows, marked: Sequence[str], smallest: int) -> dict[Cell, bool]:
    """The cells that are not printed, for every KPI of persons alike; whether “fewer than k” may be said of them.

    `marked` are the KPIs whose n counts persons.
    """
    found: dict[Cell, bool] = {}
    for cells, edges in _tables(question, rows, marked) if marked else ():
        away = hidden(edges, smallest)
        for index in away.cells:
            found[cells[index]] = found.get(cells[index], True) and away.told
    return found


def _tables(question: Question, rows: Rows, marked: Sequence[str]) -> Iterator[Table]:
    """The tables that an answer is printed as, each with its totals."""

    def counts(level: Level, *key: Any) -> Counts:
        row = rows.get(level, {}).get(key, {})
        return tuple(round(row.get(f"{kpi}:n") or 0) for kpi in marked)

    buckets = range(len(question.buckets))
    pairs = [level for level in question.levels if len(level) == 2]
    singles = [level for level in question.levels if len(level) == 1]
    if pairs:
        yield from (_crossed(bucket, pairs[0], rows, counts) for bucket in buckets)
    elif singles:
        for bucket in buckets:
            cells: list[Cell] = [(singles[0], key) for key in rows.get(singles[0], {}) if key[0] == bucket]
            edges = line([counts(level, *key) for level, key in cells], counts((), bucket))
            yield [*cells, ((), (bucket,))], edges
    else:
        for whole, parts in _stretches(question.buckets):
            edges = line([counts((), part) for part in parts], counts((), whole))
            yield (
                [((), (at,)) for at in (*parts, whole)],
                edges if parts else [Edge(ALONE, ALONE, counts((), whole))],
            )


def _crossed(bucket: int, pair: Level, rows: Rows, counts: Any) -> Table:
    """A table by two dimensions; totals that were not asked for are added up, for so could a reader."""
    first, second = (pair[0],), (pair[1],)
    keys = [key for key in rows.get(pair, {}) if key[0] == bucket]
    down, across = (list(dict.fromkeys(key[at] for key in keys)) for at in (1, 2))
    cells = [[counts(pair, bucket, row, column) for column in across] for row in down]

    def margin(level: Level, members: list[Any], lines: Sequence[Sequence[Counts]]) -> list[Counts]:
        if level in rows:
            return [counts(level, bucket, member) for member in members]
        return [tuple(map(sum, zip(*each, strict=True))) for each in lines]

    places: list[Cell] = [(pair, (bucket, row, column)) for row in down for column in across]
    places += [(first, (bucket, row)) for row in down] + [(second, (bucket, column)) for column in across]
    edges = grid(
        cells,
        margin(first, down, cells),
        margin(second, across, list(zip(*cells, strict=True))),
        counts((), bucket),
    )
    return [*places, ((), (bucket,))], edges


def _stretches(buckets: Sequence[Period]) -> Iterator[tuple[int, list[int]]]:
    """Each period with the shorter ones that it holds, as far as these do not overlap."""
    for index, whole in enumerate(buckets):
        parts: list[int] = []
        inside = (
            at
            for at, part in enumerate(buckets)
            if at != index and whole.start <= part.start and part.end <= whole.end and part.days < whole.days
        )
        for at in sorted(inside, key=lambda at: buckets[at].start):
            if not parts or buckets[parts[-1]].end <= buckets[at].start:
                parts.append(at)
        yield index, parts
