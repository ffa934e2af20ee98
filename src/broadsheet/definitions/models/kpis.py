"""KPI definitions: one measure each, and what a reader must know about it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from broadsheet.definitions.formula import (
    Moved,
    Operation,
    Reference,
    Term,
    parse_formula,
    references,
)
from broadsheet.definitions.members import Across
from broadsheet.definitions.models.base import Definition, Many, Name, OneOrMany, Path
from broadsheet.definitions.models.conversions import Conversion
from broadsheet.definitions.models.described import Described
from broadsheet.definitions.models.each import CountedField, Each, EachField, check_rows, members
from broadsheet.definitions.models.filters import Base, Conditions, Filter, limits
from broadsheet.definitions.models.funnels import Funnel
from broadsheet.definitions.models.lists import ListSpec
from broadsheet.definitions.models.measures import (
    Aggregate,
    Column,
    Duration,
    Formula,
    HoldsField,
    Measure,
    Operand,
    OperandField,
    Share,
    Standing,
    names_end,
    parse_column,
    parse_standing,
)
from broadsheet.definitions.models.methods import MethodField, method_term
from broadsheet.definitions.models.options import AGGREGATES, MEASURES, MOVES, OF_MEMBERS, OPTIONS
from broadsheet.definitions.models.windows import ElapsedField
from broadsheet.definitions.steps import Opening, Running, Take, Within, parse_length, parse_shift


class Kpi(Described):
    """One KPI. Exactly one of the measure keys is given; everything else says how to read the number."""

    sum: OperandField | None = Field(default=None, description="The sum of a column: `fact.column`.")
    min: OperandField | None = Field(default=None, description="The least value.")
    max: OperandField | None = Field(default=None, description="The greatest value.")
    mean: OperandField | None = Field(
        default=None, description="The mean of a column, or of a duration: `{days: [fact.start, fact.end]}`."
    )
    median: OperandField | None = Field(
        default=None, description="The middle value; between two, their mean."
    )
    percentile: OperandField | None = Field(
        default=None, description="The value at the fraction `at`, interpolated."
    )
    stddev: OperandField | None = Field(default=None, description="The sample standard deviation.")
    variance: OperandField | None = Field(default=None, description="The sample variance.")
    distinct: OperandField | None = Field(default=None, description="How many different values a column has.")
    count: CountedField | None = Field(
        default=None, description="A fact: its rows are counted. Or members: `{each: customer}`."
    )
    share: CountedField | None = Field(
        default=None, description="A fact, or members: those meeting `where` among those meeting `of`."
    )
    top_share: EachField | None = Field(
        default=None,
        description="The part of the total that the `top` members hold; negative values count 0.",
    )
    gini: EachField | None = Field(
        default=None,
        description="How unequally members share the total: 0 alike, near 1 one has all; negative values count 0.",
    )
    conversion: Conversion | None = Field(
        default=None, description="Rows of one fact that follow rows of another, per row of that other."
    )
    funnel: Funnel | None = Field(
        default=None, description="Steps of a cohort; the KPI is the last as a share of the first."
    )
    ratio: Many[str] | None = Field(default=None, description="[numerator, denominator]: KPIs or formulas.")
    formula: str | None = Field(
        default=None,
        description="KPIs and numbers joined by + - * / and parentheses; also min(a, b), max(a, b), ceil(a), and "
        "lower(a) and upper(a), the ends of the 95 % interval of a proportion.",
    )
    constant: float | int | None = Field(default=None, description="A fixed number, for use in formulas.")
    across: Name | None = Field(
        default=None,
        description="A KPI over all members of the dimensions `over` together, for shares of a total and indices.",
    )
    balance: str | None = Field(
        default=None, description="A fact, or fact.column to sum; needs begins and ends."
    )
    running: Name | None = Field(
        default=None,
        description="A KPI over all days up to the period's end: `within` a year, or `over` the last 3 months.",
    )
    shift: Name | None = Field(
        default=None, description="A KPI so much earlier (`by`), or on the day that opens a unit."
    )

    method: MethodField | None = Field(
        default=None,
        description="A model that computes the value, undefined until it is installed; or a plug-in's measure.",
    )

    at: float | None = Field(default=None, gt=0, lt=1, description="Of percentile: 0.9 for the 90th.")
    existing: bool = Field(
        default=False, description="Of percentile: the first value at or above the rank, not interpolated."
    )
    within: Within | None = Field(
        default=None, description="Of running: from the start of this unit; without it and `over`, ever."
    )
    over: str | Many[Name] | None = Field(
        default=None,
        description="Of running: the length that ends with the period, such as 12 months. "
        "Of across: the dimensions that are dropped, or all.",
    )
    top: float | int | None = Field(
        default=None,
        gt=0,
        description="Of top_share: a part of the members such as 0.2, or a number such as 10.",
    )
    take: Take | None = Field(
        default=None,
        description="Of states recorded again and again: only the rows of the period's first or last moment. "
        "Of running: the value at the period's end (last, the default), or the first or mean of its days'.",
    )
    per: OneOrMany[Path] = Field(
        default=(), description="With take: each value of these columns has its own first or last moment."
    )
    by: str | None = Field(
        default=None,
        description="Of shift: how much earlier, such as 14 days; 1 period is the one before, by index.",
    )
    to_start_of: Within | None = Field(
        default=None, description="Of shift: read the first day of the unit in which the period starts."
    )
    fill: float | int | Literal["none"] | None = Field(
        default=None,
        description="The value where there are no rows: a number, or none for undefined. "
        "Default: 0 for sums and counts, else none.",
    )
    where: Conditions = Field(
        default=(), description="Only rows that meet these conditions on columns; of members, on KPIs."
    )
    of: Base = Field(
        default=(),
        description="Of share: the rows or members that are the base; default all. matured: rows that are decided, "
        "because what `where` waits for happened or its limit has passed; the others are counted apart.",
    )
    mature: ElapsedField | None = Field(
        default=None,
        description="Only rows whose clock lies so long before the date of the report (90 days); younger ones are "
        "counted apart.",
    )
    begins: Path | None = Field(
        default=None,
        description="Only rows standing at the period's end count: the time from which a row stands.",
    )
    ends: Path | None = Field(
        default=None, description="With begins: the time from which it no longer stands, or never."
    )
    as_: Literal["event", "period_end"] = Field(
        default="event",
        alias="as",
        description="Dated attributes that the KPI reads: as they were at the row's event, or at the period's end.",
    )
    clock: Path | None = Field(
        default=None, description="The time that places a row in a period; default the fact's."
    )
    open_rows: Literal["exclude", "count_apart", "censor_at_as_of"] | None = Field(
        default=None, description="Of durations: what to do with rows that have not ended yet."
    )
    less: HoldsField = Field(
        default=None,
        description="Of durations: `[fact.start, fact.end]` of a fact that links to the KPI's; these stretches of a "
        "row, as long as they lie within it and each moment once, are taken off.",
    )

    persons: bool = Field(
        default=False,
        description="Its n counts persons: cells of fewer than the settings' `smallest_cell` are not printed.",
    )
    shareable: bool = Field(
        default=False,
        description="Readers of a slice may know its total over everyone, if all that it is made of says so too.",
    )
    list: ListSpec | None = Field(
        default=None, description="Of count, sum and balance: its rows one by one, for blocks `list: KPI`."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Kpi:
        given = [key for key in MEASURES if getattr(self, key) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "none"
            raise ValueError(f"a KPI has exactly one measure ({', '.join(MEASURES)}), found {found}")
        kind = given[0]
        for option, owners in OPTIONS.items():
            if getattr(self, option) not in (None, (), False) and kind not in owners:
                raise ValueError(f"`{option}` belongs to {' and '.join(owners)}")
        if kind == "percentile" and self.at is None:
            raise ValueError("`at` belongs to percentile, and percentile needs it (0.9 for the 90th)")
        if kind == "balance" and self.begins is None:
            raise ValueError("balance needs `begins` and `ends`: what stands at the period's end")
        if kind == "share" and not self.where:
            raise ValueError("share needs `where`: the rows that count as hits")
        if kind == "ratio" and len(self.ratio or ()) != 2:
            raise ValueError("ratio needs two parts: [numerator, denominator]")
        if self._may_be_open != (self.open_rows is not None):
            words = "a duration between two times of a row, and only that, states open_rows"
            raise ValueError(f"{words}: exclude, count_apart or censor_at_as_of")
        if kind in ("funnel", "ratio", "formula", "constant", "across", "method", *MOVES) and (
            self.where or self.clock
        ):
            raise ValueError(f"`where` and `clock` belong to the KPIs that {kind} is made of")
        _ = self.measure
        return self

    @model_validator(mode="after")
    def _stands(self) -> Kpi:
        stands = self.standing is not None
        events = self.conversion is not None or isinstance(self.measure, Formula)
        if events and (stands or self.as_ != "event"):
            raise ValueError(
                "`begins`, `ends` and `as` belong to measures of rows, not to what is made of KPIs"
            )
        if stands and (self.clock is not None or self.take is not None):
            raise ValueError("rows that stand at the period's end have neither `clock` nor `take`")
        if stands and self._may_be_open:
            words = "rows that stand at the period's end last up to it"
            raise ValueError(f"{words}: write {{days: [fact.start, period_end]}}")
        if self.less is not None and not self._may_be_open:
            raise ValueError("`less` takes time off a duration between two times of a row")
        return self

    @property
    def _may_be_open(self) -> bool:
        return isinstance(self.operand, Duration) and self.operand.end is not None

    @model_validator(mode="after")
    def _placed(self) -> Kpi:
        if self.within is not None and self.over is not None:
            raise ValueError("running is either `within` a unit or `over` a length")
        if (self.across is not None) != (self.over is not None and self.running is None):
            raise ValueError("across needs `over`: the dimensions that are dropped, or all")
        if self.running is not None and isinstance(self.over, tuple):
            raise ValueError("running is `over` one length, such as 12 months")
        if (self.top_share is not None) != (self.top is not None):
            raise ValueError(
                "top_share needs `top`: a part of the members such as 0.2, or a number such as 10"
            )
        if self.shift is not None and (self.by is None) == (self.to_start_of is None):
            raise ValueError("shift needs either `by` (14 days) or `to_start_of` (month)")
        if self.per and self.take is None:
            raise ValueError("`per` says whose first or last moment counts: it needs `take`")
        if self.take == "mean" and self.running is None:
            raise ValueError("take: mean belongs to running; of recorded states take the first or the last")
        return self

    @model_validator(mode="after")
    def _matured(self) -> Kpi:
        if self.of == "matured" and (self.each is not None or not limits(self.where)):
            raise ValueError(
                "of: matured needs a limit in `where`: {resolved_at: {within: 8 hours, of: created_at}}"
            )
        if self.mature is not None and self.of == "matured":
            raise ValueError(
                "a share is of: matured (each row by its limit) or `mature` (all after one time)"
            )
        if self.mature is not None and (self.take is not None or self.open_rows is not None):
            raise ValueError("`mature` is for rows that are counted or summed, not for durations or states")
        return self

    @property
    def operand(self) -> Operand | None:
        """The column or duration that is aggregated, if any."""
        for key in AGGREGATES:
            value = getattr(self, key)
            if isinstance(value, Duration):
                return replace(value, less=self.less)
            if isinstance(value, Column):
                return value
        return None

    @cached_property
    def each(self) -> Each | None:
        """The members that are counted or aggregated, if any."""
        values = (getattr(self, key) for key in (*AGGREGATES, "count", "share", *OF_MEMBERS))
        return next((value for value in values if isinstance(value, Each)), None)

    @property
    def base(self) -> Filter:
        """The conditions on the base of a share."""
        return () if self.of == "matured" else self.of

    @cached_property
    def measure(self) -> Measure:
        """The measure in canonical form; ValueError when a formula or column cannot be read."""
        if self.each is not None:
            return _members(self, self.each)
        check_rows((*self.where, *self.base))
        if (operand := self.operand) is not None:
            operation = next(key for key in AGGREGATES if getattr(self, key) is not None)
            return self._aggregate(operation, operand.fact, operand)
        if isinstance(self.count, str):
            return self._aggregate("count", self.count, None)
        if isinstance(self.share, str):
            return Share(self.share, self.where, self.base, self.standing)
        if self.conversion is not None:
            return self._aggregate("mean", self.conversion.of, self.conversion.followers(self.where))
        if self.balance is not None and "." in self.balance:
            column = parse_column(self.balance)
            return self._aggregate("sum", column.fact, column)
        if self.balance is not None:
            return self._aggregate("count", self.balance, None)
        return _formula(self)

    @property
    def standing(self) -> Standing | None:
        """Which rows stand at the period's end, if only those count; ValueError where half of it is said."""
        return parse_standing(self.begins, self.ends)

    @property
    def at_end(self) -> bool:
        """Whether its value depends on where its period ends, so that periods cannot be made of shorter ones."""
        named = names_end(self.operand, (*self.where, *self.base))
        return self.standing is not None or self.as_ == "period_end" or named

    def _aggregate(self, operation: Any, fact: str, operand: Operand | None) -> Aggregate:
        take = None if self.take == "mean" else self.take
        return Aggregate(
            operation, fact, operand, self.where, self.at, self.existing, take, self.per, self.standing
        )


def _formula(kpi: Kpi) -> Formula:
    if kpi.funnel is not None:
        first, *_, last = kpi.funnel.steps
        term: Term = Operation("/", Reference(last), Reference(first))
    elif kpi.ratio is not None:
        numerator, denominator = (parse_formula(part) for part in kpi.ratio)
        term = Operation("/", numerator, denominator)
    elif kpi.formula is not None:
        term = parse_formula(kpi.formula)
    elif kpi.running is not None:
        over = parse_length(kpi.over) if isinstance(kpi.over, str) else None
        term = Moved(kpi.running, Running(kpi.within, over, kpi.take or "last"))
    elif kpi.shift is not None:
        step = Opening(kpi.to_start_of) if kpi.to_start_of else parse_shift(kpi.by or "")
        term = Moved(kpi.shift, step)
    elif kpi.across is not None:
        names = (kpi.over,) if isinstance(kpi.over, str) else kpi.over
        term = Across(kpi.across, None if names == ("all",) else names)
    elif kpi.method is not None:
        term = method_term(kpi.method)
    else:
        term = parse_formula(str(float(kpi.constant or 0)))
    return Formula(term, references(term))


def _members(kpi: Kpi, each: Each) -> Formula:
    kind = next(key for key in MEASURES if getattr(kpi, key) is each)
    if kind == "distinct":
        raise ValueError("count members with count: {each: dimension}; distinct counts values of a column")
    for option in ("clock", "take", "per", "open_rows", "mature", *(("list",) if kind != "count" else ())):
        if getattr(kpi, option):
            raise ValueError(f"`{option}` belongs to rows of a fact: state it in the KPI of each member")
    term = members(
        kind,  # type: ignore[arg-type]
        each,
        {"where": kpi.where, "of": kpi.base, "at": kpi.at, "existing": kpi.existing, "top": kpi.top},
    )
    return Formula(term, references(term))


class KpiFile(Definition):
    """`config/kpis/*.yaml`: KPIs of one subject, by name."""

    kpis: dict[Name, Kpi] = Field(description="KPIs by name; a name stands in one file only.")
