"""How a KPI is computed, in words for the page that defines the numbers."""

from __future__ import annotations

from collections.abc import Callable

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.custom import Custom
from broadsheet.definitions.formula import ALONE, Call, Method, Moved, Number, Operation, Reference, Term
from broadsheet.definitions.members import Across, Members
from broadsheet.definitions.models.conversions import Followers
from broadsheet.definitions.models.filters import ColumnRef, Condition, Filter, Firsts, PeriodEnd
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate, Duration, Formula, Operand, Share, Standing
from broadsheet.definitions.models.windows import Window
from broadsheet.definitions.steps import Earlier, Length, Opening, Shift, Step

OPERATIONS = {
    "sum": "sum",
    "min": "smallest",
    "max": "largest",
    "mean": "mean",
    "median": "median",
    "stddev": "standard deviation",
    "variance": "variance",
    "distinct": "distinct values",
}
_COMPARISONS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}
_AGES = {"mature": "at least", "young": "less than"}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_CALLS = {"min": "the least of ({})", "max": "the greatest of ({})", "ceil": "{} rounded up"}
_ENDS = {
    "lower": "the lower end of the 95 % interval of {}",
    "upper": "the upper end of the 95 % interval of {}",
}
_OPEN = {
    "exclude": "rows still open are left out",
    "count_apart": "rows still open are counted apart",
    "censor_at_as_of": "rows still open count up to the date of the report",
}


def describe(kpi: str, catalog: Catalog) -> list[str]:
    """How a KPI is computed, then each KPI it is made of down to the rows: one line each."""
    first, *others = _lines(kpi, catalog).items()
    return [first[1], *(f"{catalog.kpis[name].label}: {text}" for name, text in others)]


def _lines(kpi: str, catalog: Catalog) -> dict[str, str]:
    definition = catalog.kpis[kpi]
    measure = definition.measure
    if not isinstance(measure, Formula):
        return {kpi: _leaf(definition, catalog)}
    lines = {kpi: _term(measure.term, catalog)}
    for used in measure.uses:
        lines.update(_lines(used, catalog))
    return lines


def _term(term: Term, catalog: Catalog, *, nested: bool = False) -> str:
    if isinstance(term, Number):
        return f"{term.value:g}"
    if isinstance(term, Reference):
        return catalog.kpis[term.kpi].label
    if isinstance(term, Moved):
        return f"{catalog.kpis[term.kpi].label}, {_step(term.step)}"
    if isinstance(term, Custom):
        told = "".join(f", {name} {value}" for name, value in term.options)
        used = ", ".join(catalog.kpis[kpi].label for kpi in term.uses)
        return f"measure {term.measure} of the package {term.package} over {used}{told}"
    if isinstance(term, Method):
        return f"value of the method {term.name}, which is not installed"
    if isinstance(term, Call):
        alone = term.function in ALONE
        parts = " and ".join(_term(part, catalog, nested=alone) for part in term.arguments)
        return (_CALLS | _ENDS)[term.function].format(parts)
    if isinstance(term, Members):
        return _members(term, catalog)
    if isinstance(term, Across):
        return f"{catalog.kpis[term.kpi].label}, {_together(term, catalog)}"
    assert isinstance(term, Operation)  # noqa: S101  (the last kind of term)
    left, right = (_term(part, catalog, nested=True) for part in (term.left, term.right))
    text = f"{left} {_SIGNS[term.operator]} {right}"
    return f"({text})" if nested else text


def _members(term: Members, catalog: Catalog) -> str:
    """Which members are counted, or what is taken over them."""
    each = " and ".join(catalog.dimensions[name].label for name in term.each)
    label = "" if term.kpi is None else f" of {catalog.kpis[term.kpi].label}"
    what: str = term.operation
    match term.operation:
        case "count" | "share":
            pass
        case "top_share":
            what = f"part{label} that the first {_first(term.top or 1)} hold"
        case "gini":
            what = f"Gini coefficient{label}"
        case operation:
            what = (OPERATIONS.get(operation) or f"{term.at or 0:.0%} percentile") + label

    def conditions(where: Filter) -> str:
        return conditions_text(where, lambda name: catalog.kpis[name].label)

    where = f" where {conditions(term.where)}" if term.where else ""
    return f"{what} over each {each}{where}" + (
        f", among those where {conditions(term.of)}" if term.of else ""
    )


def _together(term: Across, catalog: Catalog) -> str:
    if term.over is None:
        return "everything together"
    return f"all of {' and '.join(catalog.dimensions[name].label for name in term.over)} together"


def _first(part: float) -> str:
    return f"{part:.4g}" if part >= 1 else f"{part * 100:.4g}%"


def _step(step: Step) -> str:
    """Which days are read, in words."""
    if isinstance(step, Shift):
        return f"{_length(step.by)} before"
    if isinstance(step, Earlier):
        return "in the period before" if step.periods == 1 else f"{step.periods} periods before"
    if isinstance(step, Opening):
        return f"on the first day of the {_words(step.unit)}"
    shown = {
        "last": "",
        "first": ", at the end of the period's first day",
        "mean": ", as the mean of the ends of the period's days",
    }
    if step.within is not None:
        return f"from the start of the {_words(step.within)} up to the end of the period{shown[step.take]}"
    if step.over is not None:
        return f"over the {_length(step.over)} up to the end of the period{shown[step.take]}"
    return f"from the beginning up to the end of the period{shown[step.take]}"


def _length(length: Length) -> str:
    return f"{length.count} {length.unit}{'s' if length.count > 1 else ''}"


def _words(unit: str) -> str:
    return unit.replace("_", " ")


def _leaf(kpi: Kpi, catalog: Catalog) -> str:
    measure = kpi.measure
    if isinstance(measure, Share):
        text = f"share of {measure.fact} where {conditions_text(measure.where)}"
        return (
            text
            + (f", among those where {conditions_text(measure.of)}" if measure.of else "")
            + _maturity(kpi)
            + _placed(kpi, measure.fact, catalog)
        )
    assert isinstance(measure, Aggregate)  # noqa: S101  (formulas are not leaves)
    what = f"count of {measure.fact}"
    if measure.operand is not None:
        name = OPERATIONS.get(measure.operation) or f"{measure.at or 0:.0%} percentile"
        what = f"{name} of {operand_text(measure.operand)}"
    still_open = f", {_OPEN[kpi.open_rows]}" if kpi.open_rows else ""
    if measure.take is not None:
        own = f" of each {' and '.join(measure.per)}" if measure.per else ""
        still_open += f", only of the {measure.take} moment of the period{own}"
    placed = _maturity(kpi) + _placed(kpi, measure.fact, catalog) + spread_text(kpi, catalog)
    return what + _suffix(measure.where) + still_open + placed


def spread_text(kpi: Kpi, catalog: Catalog) -> str:
    """How a sum over whole units answers periods that cut one; nothing of other measures."""
    fact = catalog.spread(kpi)
    return f", shared out over the {_words(fact.spread or '')} of each {fact.grain}" if fact else ""


def operand_text(operand: Operand) -> str:
    """A column or duration in words."""
    if isinstance(operand, Duration):
        kind = operand.key.replace("_", " ")
        text = f"{kind} from {operand.fact}.{operand.start} to {operand.end or 'the end of the period'}"
        less = operand.less
        return f"{text}, less those from {less.fact}.{less.start} to {less.end}" if less else text
    if isinstance(operand, Followers):
        return _followers(operand)
    return f"{operand.fact}.{operand.path}" + (f" × {operand.times}" if operand.times else "")


def _followers(operand: Followers) -> str:
    late = f" and less than {operand.within} before" if operand.within else ""
    return (
        f"the number of {operand.into}{_suffix(operand.follow)} that follow each of {operand.fact}, counted for the "
        f"latest of the same {' and '.join(operand.same)} at or before{late}"
    )


def _maturity(kpi: Kpi) -> str:
    if kpi.of == "matured":
        return ", among those decided or past their limit at the date of the report, the others counted apart"
    if kpi.mature is not None:
        return (
            f", only of rows at least {kpi.mature} old at the date of the report, younger ones counted apart"
        )
    return ""


def _placed(kpi: Kpi, fact: str, catalog: Catalog) -> str:
    """Which time places rows in a period, and as of when they are read."""
    text = f", by {kpi.clock or catalog.facts[fact].clock}"
    if kpi.standing is not None:
        text = f", {standing_text(kpi.standing)}"
    return f"{text}, attributes as at the end of the period" if kpi.as_ == "period_end" else text


def standing_text(standing: Standing) -> str:
    """Which rows stand at the end of a period, in words."""
    until = f", not yet {standing.ends}" if standing.ends else ""
    return f"standing at the end of the period ({standing.begins} before it{until})"


def _suffix(where: Filter) -> str:
    return f" where {conditions_text(where)}" if where else ""


def conditions_text(where: Filter, name: Callable[[str], str] = str) -> str:
    """Conditions in words: status is won and amount > 10. `name` gives what is compared its name."""
    return " and ".join(_condition(condition, name) for condition in where)


def _condition(condition: Condition, name: Callable[[str], str]) -> str:
    what, values = name(condition.path), " or ".join(_value(value, name) for value in condition.values)
    match condition.operator:
        case "in":
            return f"{what} is {values}"
        case "not_in":
            return f"{what} is not {values}"
        case "present" | "missing":
            return f"{what} is {condition.operator}"
        case "happened":
            return f"{what} has happened by the date of the report"
        case "not_happened":
            return f"{what} has not happened by the date of the report"
        case "top" | "beyond" as rank:
            first = _firsts(condition.values[0])
            return f"{what} is {'not ' if rank == 'beyond' else ''}among the first {first}"
        case "within":
            return f"{what} is at most {values}"
        case "decided" | "undecided":
            return f"{what} is {condition.operator} at the date of the report"
        case "mature" | "young":
            return f"{what} is {_AGES[condition.operator]} {values} before the date of the report"
        case operator:
            return f"{what} {_COMPARISONS[operator]} {values}"


def _firsts(value: object) -> str:
    """How many come first, where it depends on how many there are by their numbers."""
    if not isinstance(value, Firsts):
        return f"{_first(float(str(value)))} of all"
    *smaller, (_, usual) = value.steps
    fewer = (
        f"{_first(float(part))} of fewer than {limit}"
        for (_, part), (limit, _) in zip(smaller, value.steps[1:], strict=True)
    )
    return f"{_first(float(usual))} of all" + "".join(f", {text}" for text in fewer)


def _value(value: object, name: Callable[[str], str]) -> str:
    if isinstance(value, PeriodEnd):
        side = "before" if value.back else "after"
        return f"{_length(value.distance)} {side} the period’s end" if value.distance else "the period’s end"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Window):
        return f"{_limit(value)} after {value.of}"
    return name(value.path) if isinstance(value, ColumnRef) else str(value)


def _limit(window: Window) -> str:
    if window.by is None:
        return str(window.limit)
    classes = ", ".join(f"{name} {limit}" for name, limit in window.classes)
    return f"({window.by}: {classes}, {f'else {window.limit}' if window.limit else 'others never'})"
