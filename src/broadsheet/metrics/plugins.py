"""Measures by plug-in, called: loaded only when a KPI asks for one, and held to what a measure may give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from broadsheet.definitions.custom import Custom, installed, known
from broadsheet.errors import UsageError, did_you_mean
from broadsheet.metrics.keys import Floats
from broadsheet.metrics.values import Value, missing_parts

Measure = Callable[[Mapping[str, Floats], Mapping[str, Any]], Floats]
"""From the values of KPIs (one number per period and member, NaN is undefined) and the options, to values."""


def custom(term: Custom, parts: Mapping[str, Value]) -> Value:
    """The values of a plug-in's measure. Raises UsageError where it is not installed, fails, or gives nonsense.

    It rests on as many rows as the part with the fewest. Where it gives no value, a part is missing or it has none.
    """
    values = list(parts.values())
    numbers = _called(term, {kpi: value.numbers.copy() for kpi, value in parts.items()})
    n = np.minimum.reduce([value.n for value in values])
    why = values[0].why.copy()
    for value in values[1:]:
        why = missing_parts(Value(numbers, n, why), value)
    undefined = np.isnan(numbers)
    why[undefined & (why == None)] = "no_value"  # noqa: E711  (by element)
    why[~undefined] = None
    return Value(numbers, n, why)


def _called(term: Custom, values: Mapping[str, Floats]) -> Floats:
    point = installed(term.measure)
    if point is None:
        remedy = f"pip install {term.package}. {did_you_mean(term.measure, known())}"
        raise UsageError(f"the measure “{term.measure}” is not installed", remedy)
    size = len(next(iter(values.values())))
    try:
        measure: Measure = point.load()
        numbers = np.asarray(measure(values, dict(term.options)), dtype=float)
    except Exception as error:
        what = f"the measure “{term.measure}” of {term.package} failed: {type(error).__name__}: {error}"
        raise UsageError(what, "Correct its options, or ask whoever wrote the package.") from error
    if numbers.shape != (size,):
        what = (
            f"the measure “{term.measure}” of {term.package} gave {numbers.shape} numbers for {size} values"
        )
        raise UsageError(what, "Ask whoever wrote the package.")
    return np.where(np.isfinite(numbers), numbers, np.nan)
