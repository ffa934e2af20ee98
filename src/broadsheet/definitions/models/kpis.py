"""KPI definitions: one measure each, and what a reader must know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from broadsheet.definitions.formula import Operation, Term, parse_formula, references
from broadsheet.definitions.models.base import PATH, Definition, Many, Name, Path
from broadsheet.definitions.models.filters import Filter, Where

Unit = Literal["number", "money", "percent", "ratio", "score", "seconds", "minutes", "hours", "days"]
DurationUnit = Literal["seconds", "minutes", "hours", "days"]
SECONDS: dict[DurationUnit, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
AGGREGATES = ("sum", "min", "max", "mean", "median", "percentile", "stddev", "variance", "distinct")
MEASURES = (*AGGREGATES, "count", "share", "ratio", "formula", "constant", "balance")


@dataclass(frozen=True)
class Column:
    """A column of a fact: `fact.column`, or `fact.link.column` over a many-to-one link."""

    fact: str
    path: str


@dataclass(frozen=True)
class Duration:
    """Elapsed time between two timestamps of a row, in `unit`, as a fraction (never boundaries crossed)."""

    fact: str
    start: str
    end: str
    unit: DurationUnit


Operand = Column | Duration


@dataclass(frozen=True)
class Aggregate:
    """One number out of the rows of a fact; `at` is the percentile as a fraction, `operand` None counts rows."""

    operation: Literal[
        "sum", "count", "distinct", "min", "max", "mean", "median", "percentile", "stddev", "variance"
    ]
    fact: str
    operand: Operand | None
    where: Filter
    at: float | None = None


@dataclass(frozen=True)
class Share:
    """Rows that meet `where` among the rows that meet `of`."""

    fact: str
    where: Filter
    of: Filter


@dataclass(frozen=True)
class Balance:
    """What stood at the end of a period: rows begun before it and not yet ended.

    Additive over dimensions, never over time. `operand` None counts rows.
    """

    fact: str
    operand: Column | None
    begins: str
    ends: str
    where: Filter


@dataclass(frozen=True)
class Formula:
    """A term over other KPIs, computed anew at every level, so that a total is never a mean of rows."""

    term: Term
    uses: tuple[str, ...]


Measure = Aggregate | Share | Balance | Formula


def parse_column(text: Any) -> Column:
    """Read `fact.column`; ValueError otherwise."""
    if not isinstance(text, str) or not PATH.match(text) or "." not in text:
        raise ValueError(f"“{text}” is not a column: write fact.column or fact.link.column")
    fact, path = text.split(".", 1)
    return Column(fact, path)


def parse_operand(value: Any) -> Operand:
    """Read `fact.column` or `{days: [fact.start, fact.end]}`."""
    if isinstance(value, Column | Duration):
        return value
    if not isinstance(value, dict):
        return parse_column(value)
    for unit in SECONDS:
        if set(value) == {unit} and isinstance(value[unit], list) and len(value[unit]) == 2:
            start, end = (parse_column(item) for item in value[unit])
            if start.fact != end.fact:
                raise ValueError(
                    f"a duration needs two columns of one fact, not of {start.fact} and {end.fact}"
                )
            return Duration(start.fact, start.path, end.path, unit)
    raise ValueError("a duration is {days: [fact.start, fact.end]}, or hours, minutes, seconds")


OperandField = Annotated[
    Operand,
    BeforeValidator(parse_operand),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "column"}, {"type": "object", "format": "duration"}]}
    ),
]


class Kpi(Definition):
    """One KPI. Exactly one of the measure keys is given; everything else says how to read the number."""

    label: str = Field(description="The printed name.")
    meaning: str = Field(description="One sentence for the reader of the report.")
    unit: Unit = Field(default="number", description="How the value is printed; percent holds a fraction.")
    good: Literal["up", "down", "neutral"] = Field(
        default="neutral", description="Which direction is good news."
    )
    decimals: int | None = Field(
        default=None, ge=0, le=6, description="Printed decimals; default by unit and size."
    )
    owner: str = Field(default="", description="Who answers for the definition.")
    ref: str = Field(default="", description="Entry of the KPI catalog, such as SAL-16.")
    plan: Name | None = Field(default=None, description="The KPI that holds this KPI's plan.")
    target: float | None = Field(
        default=None, description="A fixed goal, in the KPI's unit (percent: a fraction)."
    )

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
    count: Name | None = Field(default=None, description="A fact: its rows are counted.")
    share: Name | None = Field(
        default=None, description="A fact: rows meeting `where` among rows meeting `of`."
    )
    ratio: Many[str] | None = Field(default=None, description="[numerator, denominator]: KPIs or formulas.")
    formula: str | None = Field(
        default=None, description="KPIs and numbers joined by + - * / and parentheses."
    )
    constant: float | int | None = Field(default=None, description="A fixed number, for use in formulas.")
    balance: str | None = Field(
        default=None, description="A fact, or fact.column to sum; needs begins and ends."
    )

    at: float | None = Field(default=None, gt=0, lt=1, description="Of percentile: 0.9 for the 90th.")
    where: Where = Field(default=(), description="Only rows that meet these conditions on columns.")
    of: Where = Field(default=(), description="Of share: the rows that are the base; default all.")
    begins: Path | None = Field(default=None, description="Of balance: the time from which a row counts.")
    ends: Path | None = Field(
        default=None, description="Of balance: the time from which it no longer counts."
    )
    clock: Path | None = Field(
        default=None, description="The time that places a row in a period; default the fact's."
    )
    open_rows: Literal["exclude", "count_apart", "censor_at_as_of"] | None = Field(
        default=None, description="Of durations: what to do with rows that have not ended yet."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Kpi:
        given = [key for key in MEASURES if getattr(self, key) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "none"
            raise ValueError(f"a KPI has exactly one measure ({', '.join(MEASURES)}), found {found}")
        kind = given[0]
        if (self.at is not None) != (kind == "percentile"):
            raise ValueError("`at` belongs to percentile, and percentile needs it (0.9 for the 90th)")
        if (self.begins is not None and self.ends is not None) != (kind == "balance"):
            raise ValueError("`begins` and `ends` belong to balance, and balance needs both")
        if self.of and kind != "share":
            raise ValueError("`of` belongs to share")
        if kind == "share" and not self.where:
            raise ValueError("share needs `where`: the rows that count as hits")
        if kind == "ratio" and len(self.ratio or ()) != 2:
            raise ValueError("ratio needs two parts: [numerator, denominator]")
        if isinstance(self.operand, Duration) != (self.open_rows is not None):
            raise ValueError(
                "a duration, and only a duration, states open_rows: exclude, count_apart or censor_at_as_of"
            )
        if kind in ("ratio", "formula", "constant") and (self.where or self.clock):
            raise ValueError(f"`where` and `clock` belong to the KPIs that {kind} is made of")
        _ = self.measure
        return self

    @property
    def operand(self) -> Operand | None:
        """The column or duration that is aggregated, if any."""
        for key in AGGREGATES:
            value = getattr(self, key)
            if value is not None:
                return value  # type: ignore[no-any-return]
        return None

    @property
    def measure(self) -> Measure:
        """The measure in canonical form; ValueError when a formula or column cannot be read."""
        for operation in AGGREGATES:
            operand = getattr(self, operation)
            if operand is not None:
                return Aggregate(operation, operand.fact, operand, self.where, self.at)  # type: ignore[arg-type]
        if self.count is not None:
            return Aggregate("count", self.count, None, self.where)
        if self.share is not None:
            return Share(self.share, self.where, self.of)
        if self.balance is not None:
            column = parse_column(self.balance) if "." in self.balance else None
            fact = column.fact if column else self.balance
            return Balance(fact, column, self.begins or "", self.ends or "", self.where)
        return _formula(self)


def _formula(kpi: Kpi) -> Formula:
    if kpi.ratio is not None:
        numerator, denominator = (parse_formula(part) for part in kpi.ratio)
        term: Term = Operation("/", numerator, denominator)
    elif kpi.formula is not None:
        term = parse_formula(kpi.formula)
    else:
        term = parse_formula(str(float(kpi.constant or 0)))
    return Formula(term, references(term))


class KpiFile(Definition):
    """`config/kpis/*.yaml`: KPIs of one subject, by name."""

    kpis: dict[Name, Kpi] = Field(description="KPIs by name; a name stands in one file only.")
