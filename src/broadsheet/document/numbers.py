"""Numbers as people of a locale write them. Every printed number of an edition is made here."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from broadsheet.definitions.members import Members
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate, DurationUnit, Formula
from broadsheet.definitions.models.windows import Elapsed
from broadsheet.document.language import Wording, wording

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

UNDEFINED = "–"
NARROW = "\u202f"
MINUS = "\u2212"
LEFT_MARK = "\u200e"
"""Keeps a sign at the left of its digits where lines run from right to left."""

THOUSAND = {"de": "Tsd."}
"""What reports write for a thousand in languages whose locale data count in millions only."""

_DURATIONS: tuple[DurationUnit, ...] = get_args(DurationUnit)
_TOUCHING = re.compile(r"(?<=\d)(?=[%A-Za-z])")
_MARKS = re.compile("[\u200e\u200f]")
_DIGITS = re.compile(r"\d(?:[\d.,\s]*\d)?")
_POWERS = range(9, 2, -1)
_SPACES = re.compile(r"[\u00a0\u2009\u202f ]")
_FULL_MONEY_BELOW = 10_000
_FULL_COUNT_BELOW = 10_000_000
_BEYOND = 1e18
"""No business counts so far; such a value is printed as it is, so that its fault is seen."""


@dataclass(frozen=True)
class Scale:
    """How the numbers of one column or axis are printed: divided by `divisor`, with `decimals`.

    `unit` is said once, at the head or at the scale; each percentage bears its sign, too.
    """

    divisor: float = 1
    decimals: int = 0
    unit: str = ""


def is_count(kpi: Kpi) -> bool:
    """Whether the KPI's values are whole numbers of things."""
    measure = kpi.measure
    if isinstance(measure, Formula) and isinstance(measure.term, Members):
        return measure.term.operation == "count"
    return isinstance(measure, Aggregate) and measure.operation in ("count", "distinct")


def is_level(text: str) -> bool:
    """Whether a printed difference shows none: ±0.0 pp."""
    return "±" in text


def adds_up(kpi: Kpi) -> bool:
    """Whether the values of parts add up to that of the whole."""
    measure = kpi.measure
    return isinstance(measure, Aggregate) and measure.operation in ("sum", "count")


def counted_anew(kpi: Kpi, *, by_time: bool = False) -> bool:
    """Whether the values of parts look as if they added up to the whole, but do not: different things are counted
    anew for the whole, and by time what stands at the end of each period.
    """
    if is_count(kpi) and not adds_up(kpi):
        return True
    return by_time and (kpi.balance is not None or kpi.begins is not None or kpi.take is not None)


@dataclass(frozen=True)
class Formatter:
    """Numbers in the ways of a locale (`en`, `de`, `pt-BR`) and a currency (ISO 4217).

    Spaces inside a number are narrow and do not break, minus is a real minus, undefined is “–”.
    Percent KPIs are fractions: 0.359 prints as 35.9 %.
    """

    locale: str
    currency: str

    def value(self, value: float | None, kpi: Kpi) -> str:
        """A figure that stands alone: €2.05 M, 35.9 %, 3.2 hours, 1.44 ×."""
        if value is None or not math.isfinite(value):
            return UNDEFINED
        if kpi.unit == "money":
            return self._tidy(self._money(value))
        if kpi.unit in _DURATIONS:
            return self._duration(value, kpi)
        return self._plain(value, kpi)

    def bare(self, value: float | None, kpi: Kpi) -> str:
        """The figure without its currency or unit of time: 2.05 M, 35.9 %, 3.2."""
        if value is None or not math.isfinite(value):
            return UNDEFINED
        if kpi.unit == "money":
            return self._tidy(self._compact(value))
        return self._plain(value, kpi)

    def difference(self, value: float | None, kpi: Kpi, beside: float | None = None) -> str:
        """A signed difference, bare; of percent KPIs in percentage points: −254 k, +0.9 pp.

        `beside` is the figure it stands beside, which decides on decimals.
        """
        if value is None or not math.isfinite(value):
            return UNDEFINED
        if kpi.unit == "money":
            return self._signed(self._tidy(self._compact(abs(value), beside or 0.0)), value)
        return self._signed(self.distance(value, kpi, bare=True), value)

    def distance(self, value: float, kpi: Kpi, *, bare: bool = False) -> str:
        """A difference without its sign, for sentences: €254 k, 0.9 pp."""
        if kpi.unit == "percent":
            return self._points(abs(value), self._decimals(kpi, 1))
        return self.bare(abs(value), kpi) if bare else self.value(abs(value), kpi)

    def signed(self, value: float, kpi: Kpi) -> str:
        """A signed difference with its unit, for sentences: −€254 k, +0.9 pp."""
        return self._signed(self.distance(value, kpi), value)

    def file_size(self, count: int) -> str:
        """The size of a file of so many bytes: 129 kB, 2.4 MB."""
        from babel.units import format_unit

        unit, amount, form = ("mega", count / 1e6, "#,##0.0") if count >= 1e6 else ("kilo", count / 1e3, "0")
        return self._tidy(
            format_unit(amount, f"digital-{unit}byte", "short", format=form, locale=self._locale)
        )

    def relative(self, fraction: float | None) -> str:
        """A signed relative change: −11.0 %."""
        if fraction is None or not math.isfinite(fraction):
            return UNDEFINED
        return self._signed(self.percent(abs(fraction)), fraction)

    def percent(self, fraction: float, decimals: int | None = None) -> str:
        """A fraction in percent, one decimal below 1,000 %."""
        places = decimals if decimals is not None else (1 if abs(fraction) < 10 else 0)
        return self._tidy(self._apply(self._locale.percent_formats[None], fraction, places))

    def decimal(self, value: float, decimals: int = 0) -> str:
        """A plain number."""
        return self._tidy(self._apply(self._locale.decimal_formats[None], value, decimals))

    def amount(self, value: float) -> str:
        """Money in full: €1,234, €12.50."""
        return self._tidy(self._full_money(value))

    def scale(self, values: list[float | None], kpi: Kpi) -> Scale:
        """One way to print all these values: same divisor, same decimals.

        Money is printed in thousands or millions where the largest value allows, unless the KPI fixes its
        `decimals`: then in full.
        """
        known = [abs(value) for value in values if value is not None and math.isfinite(value)]
        largest = max(known, default=0.0)
        if kpi.unit == "percent":
            return Scale(0.01, self._decimals(kpi, 1), "%")
        if kpi.unit == "money":
            return self._money_scale(largest, kpi)
        unit = self._unit_name(kpi) if kpi.unit in _DURATIONS else "×" if kpi.unit == "ratio" else ""
        return Scale(1, self._decimals(kpi, self._places(known, kpi)), unit)

    def scaled(self, value: float | None, scale: Scale) -> str:
        """A value in the way of its column."""
        if value is None or not math.isfinite(value):
            return UNDEFINED
        if scale.unit == "%":
            return self.percent(value, scale.decimals)
        return self.decimal(value / scale.divisor, scale.decimals)

    def scaled_difference(self, value: float | None, scale: Scale) -> str:
        """A signed difference in the way of its column, percentage points for percent."""
        if value is None or not math.isfinite(value):
            return UNDEFINED
        if scale.unit == "%":
            return self._signed(self._points(abs(value), scale.decimals), value)
        return self._signed(self.decimal(abs(value) / scale.divisor, scale.decimals), value)

    def elapsed(self, time: Elapsed) -> str:
        """A length of time: 90 days."""
        number, unit = str(time).split()
        return self._lasting(float(number), unit, "#,##0.###") or str(time)

    @cached_property
    def symbol(self) -> str:
        """The currency's sign in this locale."""
        from babel.numbers import get_currency_symbol

        return get_currency_symbol(self.currency, self._locale)

    @cached_property
    def _locale(self) -> Locale:
        from babel import Locale

        return Locale.parse(self.locale.replace("-", "_"))

    @cached_property
    def _words(self) -> Wording:
        return wording(self.locale)

    @cached_property
    def _minus(self) -> str:
        return LEFT_MARK + MINUS if self._locale.text_direction == "rtl" else MINUS

    def _points(self, fraction: float, decimals: int) -> str:
        return f"{self.decimal(fraction * 100, decimals)}{NARROW}{self._words.say('points')}"

    def _apply(self, pattern: NumberPattern, value: float, decimals: int) -> str:
        if abs(value) >= _BEYOND:
            return f"{value:.3g}"
        fixed = copy.copy(pattern)
        fixed.frac_prec = (decimals, decimals)
        return str(fixed.apply(value, self._locale, currency=self.currency, currency_digits=False))

    def _money(self, value: float) -> str:
        from babel.numbers import format_compact_currency

        if abs(value) < _FULL_MONEY_BELOW:
            return self._full_money(value)
        short = self._shortened(
            value, lambda power: format_compact_currency(power, self.currency, locale=self._locale)
        )
        return short or self._full_money(value)

    def _full_money(self, value: float) -> str:
        from babel.numbers import get_currency_precision

        places = get_currency_precision(self.currency) if 0 < abs(value) < 100 else 0
        return self._apply(self._locale.currency_formats["standard"], value, places)

    def _compact(self, value: float, beside: float = 0.0) -> str:
        from babel.numbers import format_compact_decimal

        if abs(value) < _FULL_MONEY_BELOW:
            return self.decimal(value, 2 if 0 < max(abs(value), abs(beside)) < 100 else 0)
        short = self._shortened(value, lambda power: format_compact_decimal(power, locale=self._locale))
        return short or self.decimal(value)

    def _shortened(self, value: float, pattern: Callable[[int], str]) -> str:
        """Three significant digits in the locale's short form; empty where it has none for this size."""
        rounded = float(f"{abs(value):.3g}")
        length = len(f"{rounded:.0f}")
        sample = pattern(10 ** (length - 1))
        whole = sum(character.isdigit() for character in sample)
        if whole > 3 and length <= 6 and self._thousand:
            whole = length - 3
            sample = _DIGITS.sub("1" * whole + NARROW + self._thousand, sample, count=1)
        if whole > 3:
            return ""
        number = self.decimal(rounded / 10 ** (length - whole), 3 - whole)
        return (self._minus if value < 0 else "") + re.sub(r"\d+", number, sample, count=1)

    def _plain(self, value: float, kpi: Kpi) -> str:
        if kpi.unit == "percent":
            return self.percent(value, self._decimals(kpi, 1))
        if kpi.unit == "number" and abs(value) >= _FULL_COUNT_BELOW:
            return self._tidy(self._compact(value))
        text = self.decimal(value, self._decimals(kpi, self._places([abs(value)], kpi)))
        return f"{text}{NARROW}×" if kpi.unit == "ratio" else text

    def _duration(self, value: float, kpi: Kpi) -> str:
        pattern = "#,##0." + "0" * self._decimals(kpi, 1)
        text = self._lasting(value, kpi.unit, pattern.rstrip("."))
        return text or f"{self._plain(value, kpi)}{NARROW}{kpi.unit}"

    def _lasting(self, value: float, unit: str, pattern: str) -> str:
        """So many units of time; empty where the locale has no word for them."""
        from babel.units import format_unit

        name = f"duration-{unit.removesuffix('s')}"
        lengths: tuple[Literal["long", "short"], ...] = ("long", "short")
        for length in lengths:
            text = format_unit(value, name, length, format=pattern, locale=self._locale)
            # Where the locale has no such form, the name of the unit is printed instead.
            if name not in text:
                return self._tidy(text)
        return ""

    def _unit_name(self, kpi: Kpi) -> str:
        return re.sub(r"[\d.,\s]+", "", self._duration(99, kpi)) or kpi.unit

    def _money_scale(self, largest: float, kpi: Kpi) -> Scale:
        if kpi.decimals is not None:
            return Scale(1, kpi.decimals, self.symbol)
        for divisor in (10.0**power for power in _POWERS):
            suffix = self._suffix(divisor) if largest >= 10 * divisor else ""
            if suffix:
                scaled = largest / divisor
                unit = (
                    f"{self.symbol}{NARROW}{suffix}"
                    if self._symbol_leads
                    else f"{suffix}{NARROW}{self.symbol}"
                )
                return Scale(divisor, 2 if scaled < 10 else 1 if scaled < 100 else 0, unit)
        return Scale(1, 2 if 0 < largest < 100 else 0, self.symbol)

    def _suffix(self, divisor: float) -> str:
        """The locale's word for a thousand, ten thousand or a million, where it counts in such units."""
        from babel.numbers import format_compact_decimal

        text = self._tidy(format_compact_decimal(divisor, locale=self._locale))
        if re.fullmatch(r"1\D+", text):
            return text[1:].strip(NARROW)
        return self._thousand if divisor == 1000 else ""

    @property
    def _thousand(self) -> str:
        return THOUSAND.get(self._locale.language, "")

    @property
    def _symbol_leads(self) -> bool:
        return not _MARKS.sub("", self._full_money(1)).startswith("1")

    def _decimals(self, kpi: Kpi, usual: int) -> int:
        return usual if kpi.decimals is None else kpi.decimals

    def _places(self, values: list[float], kpi: Kpi) -> int:
        largest = max(values, default=0.0)
        match kpi.unit:
            case "number" if is_count(kpi) or all(value == int(value) for value in values):
                return 0
            case "number":
                return 2 if largest < 10 else 1 if largest < 100 else 0
            case "ratio":
                return 2
            case _:
                return 1

    def _signed(self, text: str, value: float) -> str:
        if not re.search(r"[1-9]", text):
            return f"±{text}"
        return (self._minus if value < 0 else self._minus.replace(MINUS, "+")) + text

    def _tidy(self, text: str) -> str:
        # What rounds to zero has no sign.
        signed = text.replace("-", MINUS if re.search("[1-9]", text) else "")
        spaced = _SPACES.sub(NARROW, signed)
        if self._locale.language != "en":
            return spaced
        # English locale data write 36% and 2K: a unit stands apart, and the sign of the thousand is a small k (SI).
        return re.sub(f"{NARROW}K\\b", f"{NARROW}k", _TOUCHING.sub(NARROW, spaced))
