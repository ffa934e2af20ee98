"""What the values behind printed texts are, so that a workbook can hold them as numbers."""

from __future__ import annotations

from broadsheet.definitions.models.kpis import Kpi
from broadsheet.document.numbers import is_count
from broadsheet.document.tree import Format
from broadsheet.metrics.question import RowKind

TEXT = Format("text")
SHARE = Format("percent", 1)


def format_of(kpi: Kpi, currency: str) -> Format:
    """The values of a KPI, as the data have them: money in full, percentages as fractions."""
    if kpi.unit == "percent":
        return Format("percent", _decimals(kpi, 1))
    if kpi.unit == "money":
        return Format("number", _decimals(kpi, 2), currency)
    if kpi.unit == "number":
        return Format("number", _decimals(kpi, 0 if is_count(kpi) else 2))
    return Format("number", _decimals(kpi, 2), "×" if kpi.unit == "ratio" else kpi.unit)


def difference_of(form: Format) -> Format:
    """The differences of such values: of percentages in percentage points."""
    return Format("points", form.decimals) if form.kind == "percent" else form


def format_of_row(kind: RowKind, currency: str) -> Format:
    """The values of a column of single rows."""
    match kind:
        case "money":
            return Format("number", 2, currency)
        case "number":
            return Format("number", 2)
        case "date":
            return Format("date")
        case "time":
            return Format("time")
        case _:
            return TEXT


def _decimals(kpi: Kpi, usual: int) -> int:
    return usual if kpi.decimals is None else kpi.decimals
