"""Contingency tables: counts by two dimensions, their shares, and whether the two are associated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from broadsheet.analysis.crosstab import Association, Contingency
from broadsheet.definitions.models.reports import CrosstabBlock
from broadsheet.document.context import Context
from broadsheet.document.formats import TEXT
from broadsheet.document.language import begin
from broadsheet.document.reading import INTERVAL_BELOW, Point, Reading, Spot
from broadsheet.document.tree import Cell, Head, Notice, Row, Section, Table
from broadsheet.metrics.question import OTHER, Answer, Question, Top
from broadsheet.periods import Period

MOST_ROWS = 50
MOST_COLUMNS = 12
_SHADES = 5
RAREST = 1e-6
"""What is rarer than once in a million is told as that."""
_MARKS = {"more": "▲", "fewer": "▼", None: ""}

Share = Literal["row", "column", "total"]


@dataclass(frozen=True)
class Grid:
    """The counts in the order they are printed, and what the data say of the margins.

    `rows` and `columns` hold raw members; margins come from the answer, not from sums of cells.
    """

    block: CrosstabBlock
    reading: Reading
    period: Period
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    table: Contingency
    adds_up: bool
    kept: bool
    """Whether figures of too few persons are not printed."""

    def row(self, index: int) -> str:
        """A row's printed name."""
        return self.reading.member(self.block.crosstab.rows, self.rows[index])

    def column(self, index: int) -> str:
        """A column's printed name."""
        return self.reading.member(self.block.crosstab.columns, self.columns[index])

    @property
    def unit(self) -> str:
        """What is counted, in the middle of a sentence."""
        context = self.reading.context
        return context.words.inside(context.kpis[self.block.crosstab.count].label)

    def point(self, row: int | None, column: int | None) -> Point:
        """A cell, or a total as the data have it: of a row, a column, or everything."""
        spec = self.block.crosstab
        places = (
            (spec.rows, self.rows, row),
            (spec.columns, self.columns, column),
        )
        known = [(name, members[at]) for name, members, at in places if at is not None]
        level, key = tuple(name for name, _ in known), tuple(member for _, member in known)
        return self.reading.point(spec.count, Spot(self.period, level, key))

    def margin(self, row: int | None, column: int | None) -> float:
        """A total as a number of cases; 0 where it is not printed."""
        return _count(self.point(row, column).value)

    @property
    def association(self) -> Association | None:
        """The test, where one is wanted and every case stands in one cell."""
        wanted = self.block.crosstab.test == "chi_square" and self.adds_up and not self.kept
        return self.table.association if wanted else None


def ask(block: CrosstabBlock, context: Context) -> Question:
    """Cells, both margins and the total, each from its own rows."""
    spec = block.crosstab
    pair = (spec.rows, spec.columns)
    return Question(
        kpis=(spec.count,),
        buckets=(context.resolve(block.period),),
        dimensions=pair,
        levels=(pair, (spec.rows,), (spec.columns,), ()),
        where=(*context.report.where, *block.where),
        top=Top(spec.rows, spec.count, spec.top or MOST_ROWS),
    )


def tell(block: CrosstabBlock, answer: Answer, context: Context) -> Section:
    """The table under the verdict of its test."""
    reading, spec, period = Reading(answer, context), block.crosstab, context.resolve(block.period)
    grid = _grid(block, reading, period)
    if grid is None:
        empty = context.say("no_data", period=context.dates.name(period))
        return Section("", context.kpis[spec.count].label, "", Notice("empty", empty), state="empty")
    if len(grid.columns) > MOST_COLUMNS:
        label, count = context.dimensions[spec.columns].label, len(grid.columns)
        text = context.say("crosstab_wide", columns=label, count=count, most=MOST_COLUMNS)
        return Section("", context.kpis[spec.count].label, "", Notice("failed", text), state="failed")
    return Section(
        id="",
        title=_title(grid),
        caption=_caption(grid),
        body=_table(grid),
        remarks=_remarks(grid),
    )


def _grid(block: CrosstabBlock, reading: Reading, period: Period) -> Grid | None:
    spec = block.crosstab
    pair = (spec.rows, spec.columns)
    rows, columns = reading.members((spec.rows,), period), reading.members((spec.columns,), period)
    counts = tuple(
        tuple(
            _count(reading.point(spec.count, Spot(period, pair, (row, column))).value) for column in columns
        )
        for row in rows
    )
    total = reading.point(spec.count, Spot(period)).value
    kept = bool(reading.persons_remarks)
    if not rows or not columns or not (total or kept):
        return None
    table = Contingency(counts)
    if not reading.context.natural(spec.rows):
        sizes = [reading.point(spec.count, Spot(period, (spec.rows,), (row,))).value or 0.0 for row in rows]
        order = sorted(range(len(rows)), key=lambda row: (rows[row] == OTHER, -sizes[row]))
        rows, table = [rows[row] for row in order], Contingency(tuple(counts[row] for row in order))
    overlapping = {spec.rows, spec.columns} & reading.answer.overlapping
    adds_up = abs(table.total - (total or 0.0)) < 0.5 and not overlapping
    return Grid(block, reading, period, tuple(rows), tuple(columns), table, adds_up, kept)


def _count(value: float | None) -> float:
    """A number of cases: whole, and none where nothing is known."""
    return float(max(0, round(value or 0.0)))


def _table(grid: Grid) -> Table:
    context, spec = grid.reading.context, grid.block.crosstab
    label = context.dimensions[spec.rows].label
    everything = context.say("total")
    columns = range(len(grid.columns))
    rows = [
        Row(
            (
                Cell(grid.row(row), grid.row(row)),
                *(_cell(grid, row, c) for c in columns),
                _margin(grid, row, None),
            )
        )
        for row in range(len(grid.rows))
    ]
    bottom = (*(_margin(grid, None, column) for column in columns), _margin(grid, None, None))
    total = Row((Cell(everything, everything, strong=True), *bottom), "total")
    heads = (
        Head(label, align="start", share=2.0, format=TEXT),
        *(Head(grid.column(column)) for column in columns),
        Head(everything),
    )
    return Table(heads, (*rows, total), "crosstab")


def _cell(grid: Grid, row: int, column: int) -> Cell:
    context, spec, count = grid.reading.context, grid.block.crosstab, grid.table.counts[row][column]
    instead = grid.reading.instead(spec.count, grid.point(row, column))
    if instead:
        return Cell(instead, tone="muted")
    number = context.numbers.decimal(count)
    test = grid.association
    # Among many cells some stand out by chance: marks need a table that does.
    mark = _MARKS[grid.table.notable(row, column)] if test and test.associated else ""
    if not spec.shares:
        return Cell(number, count, mark=mark)
    shares = [_share(grid, base, row, column) for base in spec.shares]
    texts = [_percent(share, context) for share in shares]
    base = _base(grid, spec.shares[0], row, column)
    interval = grid.reading.interval_of(round(count), round(base))
    return Cell(
        text=texts[0],
        value=count,
        share=shares[0],
        tone="muted" if 0 < base < context.settings.low_base else None,
        heat=_heat(grid, shares[0]),
        mark=mark,
        sub=" · ".join(filter(None, (number, *texts[1:], interval))),
    )


def _margin(grid: Grid, row: int | None, column: int | None) -> Cell:
    """A total with its share: of its own row or column it is everything."""
    context, spec = grid.reading.context, grid.block.crosstab
    count, total = grid.margin(row, column), grid.margin(None, None)
    instead = grid.reading.instead(spec.count, grid.point(row, column))
    if instead:
        return Cell(instead, tone="muted", strong=True)
    number = context.numbers.decimal(count)
    if not spec.shares:
        return Cell(number, count, strong=True)
    parts = []
    for base in spec.shares:
        own = (base == "row" and row is not None) or (base == "column" and column is not None)
        whole = count if own else total
        parts.append(count / whole if whole else None)
    texts = [_percent(part, context) for part in parts]
    return Cell(texts[0], count, parts[0], sub=" · ".join((number, *texts[1:])), strong=True)


def _share(grid: Grid, base: Share, row: int, column: int) -> float | None:
    whole = _base(grid, base, row, column)
    return grid.table.counts[row][column] / whole if whole else None


def _base(grid: Grid, base: Share, row: int, column: int) -> float:
    """The total that a cell is a share of; 0 where it is not printed."""
    return {
        "row": grid.margin(row, None),
        "column": grid.margin(None, column),
        "total": grid.margin(None, None),
    }[base]


def _heat(grid: Grid, share: float | None) -> int | None:
    """Six shades from 0 to the largest share of the table."""
    base = grid.block.crosstab.shares[0]
    shares = (
        _share(grid, base, row, column) or 0.0
        for row in range(len(grid.rows))
        for column in range(len(grid.columns))
    )
    largest = max(shares)
    return None if share is None or not largest else min(_SHADES, int(share / largest * (_SHADES + 1)))


def _percent(share: float | None, context: Context) -> str:
    return "–" if share is None else context.numbers.percent(share, 0)


def _title(grid: Grid) -> str:
    context, spec, test = grid.reading.context, grid.block.crosstab, grid.association
    names = {
        "rows": context.dimensions[spec.rows].label,
        "columns": context.words.inside(context.dimensions[spec.columns].label),
    }
    if test is None:
        return _largest(grid)
    if test.associated is None:
        names["rows"] = context.words.inside(names["rows"])
        return context.say("crosstab_few", units=grid.unit, **names)
    if not test.associated:
        names["rows"] = context.words.inside(names["rows"])
        return context.say("crosstab_none", p=context.numbers.decimal(test.p, 2), **names)
    verdict = context.say("crosstab_associated", v=context.numbers.decimal(test.cramers_v, 2), **names)
    return begin(_notable_cell(grid) or verdict)


def _notable_cell(grid: Grid) -> str:
    """The cell farthest above chance, as row share against the share overall."""
    context, total = grid.reading.context, grid.margin(None, None)
    found = [
        (grid.table.residuals[row][column] or 0.0, row, column)
        for row in range(len(grid.rows))
        for column in range(len(grid.columns))
        if grid.table.notable(row, column) == "more" and grid.rows[row] != OTHER
    ]
    if not found:
        return ""
    _, row, column = max(found)
    share, overall = _share(grid, "row", row, column) or 0.0, grid.margin(None, column) / total
    return context.say(
        "crosstab_cell",
        share=context.numbers.percent(share, 0),
        column=grid.column(column),
        row=grid.row(row),
        overall=context.numbers.percent(overall, 0),
    )


def _largest(grid: Grid) -> str:
    context, total = grid.reading.context, grid.margin(None, None)
    column = max(range(len(grid.columns)), key=lambda index: grid.margin(None, index))
    count = grid.margin(None, column)
    if not count or not total:
        return context.kpis[grid.block.crosstab.count].label
    return context.say(
        "crosstab_largest",
        units=grid.unit,
        column=grid.column(column),
        count=context.numbers.decimal(count),
        total=context.numbers.decimal(total),
        share=context.numbers.percent(count / total, 0),
    )


def _caption(grid: Grid) -> str:
    context, spec = grid.reading.context, grid.block.crosstab
    first = spec.shares[0] if spec.shares else "count"
    parts = [context.say(f"crosstab_caption.{first}", units=grid.unit)]
    parts += [context.say(f"crosstab_further.{base}") for base in spec.shares[1:]]
    if spec.shares:
        parts.append(context.say("crosstab_heat"))
    whole = grid.point(None, None)
    total = grid.reading.instead(spec.count, whole) or context.numbers.decimal(whole.value or 0.0)
    parts += [context.dates.full(grid.period), context.say("n", count=total)]
    return context.words.listed(parts)


def _remarks(grid: Grid) -> tuple[str, ...]:
    context, spec = grid.reading.context, grid.block.crosstab
    remarks = list(_tested(grid))
    if OTHER in grid.rows:
        remarks.append(grid.reading.others())
        if grid.association is not None:
            remarks.append(context.say("test_other"))
    if spec.shares:
        bases = [
            _base(grid, spec.shares[0], r, c) for r in range(len(grid.rows)) for c in range(len(grid.columns))
        ]
        if any(0 < base < INTERVAL_BELOW for base in bases):
            remarks.append(context.say("crosstab_low", count=context.settings.low_base, below=INTERVAL_BELOW))
        remarks.append(context.say("rounded"))
    return (*remarks, *grid.reading.persons_remarks)


def _tested(grid: Grid) -> Iterator[str]:
    """What the test says, or why there is none; the marks are explained where there are some."""
    context, test = grid.reading.context, grid.association
    if test is None:
        if grid.block.crosstab.test:
            reason = "hidden" if grid.kept else "none" if grid.adds_up else "overlap"
            yield context.say(f"test_{reason}", units=grid.unit)
    elif not test.reliable:
        yield context.say("test_few", expected=context.numbers.decimal(test.smallest_expected, 1))
    elif test.associated:
        yield _plainly(grid, test)
        yield _statistics(test, context)
        yield context.say("test_marks", units=grid.unit)
        yield context.say("test_cause")
    else:
        yield _statistics(test, context)


def _plainly(grid: Grid, test: Association) -> str:
    """What the test says, in words for those who never heard of it."""
    context, spec = grid.reading.context, grid.block.crosstab
    names = {
        "rows": context.dimensions[spec.rows].label,
        "columns": context.words.inside(context.dimensions[spec.columns].label),
    }
    if test.p < RAREST:
        return context.say("test_rare", tries=context.numbers.decimal(1 / RAREST), **names)
    # Two digits: the p-value is no more exact than that.
    return context.say("test_plain", tries=context.numbers.decimal(float(f"{1 / test.p:.1e}")), **names)


def _statistics(test: Association, context: Context) -> str:
    small = test.p < 0.001
    p = f"< {context.numbers.decimal(0.001, 3)}" if small else f"= {context.numbers.decimal(test.p, 3)}"
    return context.say(
        "test",
        statistic=context.numbers.decimal(test.chi_square, 1),
        freedom=context.words.count("freedom", test.df, context.numbers.decimal(test.df)),
        p=p,
        v=context.numbers.decimal(test.cramers_v, 2),
        expected=context.numbers.decimal(test.smallest_expected, 1),
    )
