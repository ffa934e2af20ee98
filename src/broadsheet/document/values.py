"""Values of single rows in words: typed as their columns are, and filled into sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from broadsheet.document.context import Context
from broadsheet.metrics.question import Rows

_FIELD = re.compile(r"\{([^{}]+)\}")
_DECIMALS = 2


@dataclass(frozen=True)
class Values:
    """The rows of a list; a template such as `Due {due_at}` takes the value of its columns from a row."""

    rows: Rows
    context: Context

    def fill(self, template: str, row: int) -> str:
        """A template with the values of a row."""
        return _FIELD.sub(lambda match: self.context.words.apart(self.text(match[1], row)), template)

    def text(self, path: str, row: int) -> str:
        """A value as printed; an empty one is “(not set)”."""
        value, context = self.value(path, row), self.context
        if value is None:
            return context.say("empty")
        match self.rows.types[path]:
            case "money":
                return context.numbers.amount(value)
            case "kpi":
                return context.numbers.value(value, context.kpis[path])
            case "member":
                return context.member(path, value)
            case "number":
                return context.numbers.decimal(value, self._decimals(path))
            case "flag":
                return context.say("yes" if value else "no")
            case "date":
                return context.dates.short(value)
            case "time":
                return context.dates.short_moment(value)
            case _:
                return self.context.texts.get(str(value), str(value))

    def value(self, path: str, row: int) -> Any:
        """A value as it is; None where it is empty."""
        return self.rows.values[row][list(self.rows.types).index(path)]

    def alone(self, template: str) -> str | None:
        """The one column that a template is made of; None for a sentence."""
        match = _FIELD.fullmatch(template)
        return match[1] if match else None

    def aligned(self, template: str) -> bool:
        """Whether a column of the template is one of numbers, which stand in line by their last digit."""
        path = self.alone(template)
        return path is not None and self.rows.types[path] in ("number", "money", "kpi")

    def _decimals(self, path: str) -> int:
        """As many decimals as the values of the column need, the same for all."""
        known = [self.value(path, row) for row in range(len(self.rows.values))]
        needed = (f"{value:.{_DECIMALS}f}".rstrip("0") for value in known if value is not None)
        return max((len(text.partition(".")[2]) for text in needed), default=0)
