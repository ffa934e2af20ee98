"""The rows of a scan as clean cells, and their roll-up to buckets and levels."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from broadsheet.definitions.models.filters import Filter
from broadsheet.metrics.classes import classes
from broadsheet.metrics.components import Component
from broadsheet.metrics.ends import SPAN
from broadsheet.metrics.keys import BUCKET, Rolled
from broadsheet.metrics.members import member_text
from broadsheet.metrics.plan import Fold, Need, Scan
from broadsheet.metrics.question import EMPTY, OTHER
from broadsheet.metrics.readings import Span
from broadsheet.metrics.rounding import of_size
from broadsheet.metrics.source import Result
from broadsheet.metrics.splits import FOLDED
from broadsheet.metrics.statements import edges


@dataclass(frozen=True)
class Cells:
    """One row per span and members: `span` (index into the scan's spans), dimensions by name, `c0`, `c1`, ….

    Counts are whole numbers, sums stay as exact as the driver gave them, the rest are floats, NaN without
    rows. `stored` holds the value behind each member, by dimension.
    """

    scan: Scan
    frame: pd.DataFrame
    stored: Mapping[str, Mapping[str, Any]]


def cells(scan: Scan, result: Result) -> Cells:
    """Read what a scan returned."""
    raw = result.frame
    columns: dict[str, pd.Series[Any]] = {}
    stored: dict[str, dict[str, Any]] = {}
    for i, name in enumerate(scan.dimensions):
        folded = (
            raw[FOLDED].to_numpy() == 1
            if scan.fold and scan.fold.dimension == name and FOLDED in raw
            else None
        )
        columns[name], stored[name] = _members(raw[f"d{i}"], folded)
    columns[SPAN] = pd.Series(_spans(scan, raw), index=range(len(raw)), dtype="int64")
    if scan.classed is not None:
        columns |= _unclassed(scan, raw)
    else:
        columns |= {f"c{i}": _numbers(raw[f"c{i}"], part) for i, part in enumerate(scan.components)}
    return Cells(scan, _settled(pd.DataFrame(columns)), stored)


def _settled(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in an order of their own, not that in which they came: the last bit of a sum of floats depends on it, and
    decides how a tie is rounded.
    """
    floats = [name for name in frame if str(name)[0] == "c" and frame[name].dtype == np.float64]
    if not floats:
        return frame
    return frame.take(np.lexsort([frame[name].to_numpy() for name in floats])).reset_index(drop=True)


def _spans(scan: Scan, raw: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Which span each row belongs to."""
    found = raw[SPAN].to_numpy().astype(np.int64) if SPAN in raw else np.zeros(len(raw), dtype=np.int64)
    if scan.at_end:
        return found
    days = {day: i for i, day in enumerate(edges(scan))}
    place = np.full(len(days), -1)
    place[[days[start] for start, _ in scan.spans]] = np.arange(len(scan.spans))
    return place[found]


def _members(
    column: pd.Series[Any], folded: npt.NDArray[np.bool_] | None
) -> tuple[pd.Series[Any], dict[str, Any]]:
    """The members of all rows, and the value behind each; few values stand in many rows."""
    codes, values = pd.factorize(column.to_numpy())
    stored = {member_text(value): value for value in values.tolist()} | {EMPTY: None}
    texts = pd.Index([*map(member_text, values.tolist()), EMPTY, OTHER], dtype=object)
    places = np.where(codes < 0, len(texts) - 2, codes)
    if folded is not None:
        places = np.where(folded, len(texts) - 1, places)
    different = texts.unique()
    members = pd.Categorical.from_codes(different.get_indexer(texts)[places], categories=different)
    return pd.Series(members), stored


def _unclassed(scan: Scan, raw: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """The numbers of each component in the classes of rows that are its own, and nothing in the others."""
    parts = classes(scan.components, scan.classed or ())
    sums = {label: _numbers(raw[label], part) for label, part in parts.sums.items()}
    own = {key: raw[key].astype(bool) for key in parts.choices}
    numbers = {}
    for i, component in enumerate(scan.components):
        label, key = parts.columns[component]
        nothing = 0 if component.operation in ("count", "sum") else np.nan
        numbers[f"c{i}"] = sums[label] if key is None else sums[label].where(own[key], nothing)
    return numbers


def roll_up(source: Cells, need: Need, buckets: Mapping[int, Span], fold: Fold | None) -> Rolled:
    """The need's components by bucket and members. Buckets that the scan does not hold are left out.

    Only additive components are ever combined; the others come from scans that have exactly these buckets and
    this level.
    """
    whole = need.whole or need.base.snapshot is not None or need.at_end
    taken = _taken(_sliced(source, need.where), buckets, whole=whole)
    if fold is not None and source.scan.fold is None:
        taken = _folded(taken, fold)
    names = {component: f"c{source.scan.components.index(component)}" for component in need.components}
    how = {name: _COMBINE.get(component.operation, "first") for component, name in names.items()}
    for component, name in names.items():
        if component.operation == "sum" and taken[name].dtype == np.float64:
            taken, how[_size(name)] = taken.assign(**{_size(name): taken[name].abs()}), "sum"
    results = taken.groupby([BUCKET, *need.level], sort=False, observed=True).agg(how)
    index = results.index
    if not isinstance(index, pd.MultiIndex):
        index = pd.MultiIndex.from_arrays([index], names=[BUCKET])
    for i in range(1, index.nlevels):
        index = index.set_levels(index.levels[i].astype(object).tolist(), level=i)
    return Rolled(index, {component: _floats(results, name) for component, name in names.items()})


def total(source: Cells, component: Component, need: Need) -> int:
    """A count over all rows that lie in any of the need's spans, each row once. Of what depends on where a span ends
    it is that of the span with most: a row may count in several.
    """
    source, spans = _sliced(source, need.where), tuple(need.spans)
    held = [i for i, span in enumerate(source.scan.spans) if any(_inside(span, other) for other in spans)]
    column = f"c{source.scan.components.index(component)}"
    counts = source.frame[source.frame[SPAN].isin(held)].groupby(SPAN)[column].sum()
    return int(counts.max() if source.scan.at_end and len(counts) else counts.sum())


_LARGE = 2.0**62
_COMBINE = {"count": "sum", "sum": "sum", "min": "min", "max": "max"}


def _sliced(source: Cells, where: Filter) -> Cells:
    """Only the members that are wanted, of a scan that holds more."""
    frame = source.frame
    for condition in where:
        if condition not in source.scan.where:
            frame = frame[frame[condition.path].isin(condition.values)]
    return replace(source, frame=frame)


def _taken(source: Cells, buckets: Mapping[int, Span], *, whole: bool) -> pd.DataFrame:
    """The rows of each bucket with its index: a row comes as often as buckets hold it. With `whole`, only a
    span that is the bucket's own counts.
    """
    order = np.argsort(source.frame[SPAN].to_numpy(), kind="stable")
    spans = source.frame[SPAN].to_numpy()[order]
    starts, ends = ([span[side] for span in source.scan.spans] for side in (0, 1))
    places = {span: place for place, span in enumerate(source.scan.spans)}
    rows = []
    for wanted in buckets.values():
        first, after = bisect_left(starts, wanted[0]), bisect_right(ends, wanted[1])
        if whole:
            first = places.get(wanted, 0)
            after = first + (wanted in places)
        rows.append(order[np.searchsorted(spans, first) : np.searchsorted(spans, max(first, after))])
    owners = np.repeat(list(buckets), [len(found) for found in rows])
    return source.frame.iloc[np.concatenate(rows)].assign(bucket=owners)


def _inside(span: Span, wanted: Span) -> bool:
    return wanted[0] <= span[0] and span[1] <= wanted[1]


def _folded(frame: pd.DataFrame, fold: Fold) -> pd.DataFrame:
    kept = frame[fold.dimension].isin(fold.members)
    if not fold.rest:
        return frame[kept]
    return frame.assign(**{fold.dimension: frame[fold.dimension].astype(object).where(kept, OTHER)})


def _numbers(column: pd.Series[Any], component: Component) -> pd.Series[Any]:
    if column.dtype in (np.float64, np.int64) and component.operation in _COMBINE:
        return _whole_column(column, component)
    values = [None if pd.isna(value) else value for value in column.tolist()]
    if component.operation in ("count", "distinct"):
        return pd.Series([int(value or 0) for value in values], dtype="int64")
    if component.operation != "sum":
        return pd.Series([_significant(value, component) for value in values], dtype="float64")
    if any(isinstance(value, float) for value in values):
        return pd.Series([float(value or 0) for value in values], dtype="float64")
    zero = Decimal(0) if any(isinstance(value, Decimal) for value in values) else 0
    return pd.Series([zero if value is None else value for value in values], dtype=object)


def _whole_column(column: pd.Series[Any], component: Component) -> pd.Series[Any]:
    """Numbers of a driver that gives them as numbers. Whole ones too large to be added up as such become floats."""
    if component.operation == "count":
        return column.fillna(0).astype(np.int64)
    if component.operation in ("min", "max"):
        return column.astype(np.float64)
    large = column.dtype == np.int64 and float(column.abs().astype(np.float64).sum()) > _LARGE
    return column.astype(np.float64) if large else column.fillna(0)


def _significant(value: Any, component: Component) -> float:
    """Spreads depend on the order of summation in their last digits; percentiles only in how they are computed."""
    if value is None:
        return np.nan
    match component.operation:
        case "stddev" | "variance":
            return float(f"{float(value):.12g}")
        case "percentile" | "percentile_disc":
            return float(f"{float(value):.15g}")
        case _:
            return float(value)


def _size(name: str) -> str:
    return f"{name}_size"


def _floats(results: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    column = results[name]
    exact = column.dtype == object
    values = np.array([float(value) for value in column.tolist()]) if exact else column.to_numpy(np.float64)
    return of_size(values, results[_size(name)].to_numpy()) if _size(name) in results else values
