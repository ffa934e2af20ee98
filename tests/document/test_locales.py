"""Numbers, dates and moments as the locales of the manual write them; none is put together by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from broadsheet import document
from broadsheet.document.dates import Dates
from broadsheet.document.language import wording
from broadsheet.document.numbers import Formatter
from broadsheet.periods import parse_label
from document.build import CALENDAR
from document.test_numbers import COUNT, DAYS, MONEY, RATE

APPROVED = yaml.safe_load((Path(__file__).parent / "locales.yaml").read_text(encoding="utf-8"))
MOMENT = datetime(2026, 6, 15, 3, 40, tzinfo=UTC)
PERIODS = (
    "2026-W24",
    "2026-05",
    "2026-Q2",
    "2026",
    "2026-06-14",
    "13w.to.2026-06-14",
    "2026-Q2.to.2026-06-14",
)


def numbers(locale: str) -> Iterator[str]:
    of = Formatter(locale, "EUR")
    yield from (of.value(value, MONEY) for value in (2_046_000, -254_000, 12.345))
    yield from (of.value(0.3592, RATE), of.value(47.99, DAYS), of.value(1_234_567, COUNT))
    yield from (of.difference(-254_000, MONEY), of.difference(0.009, RATE), of.relative(-0.1104))
    money, rate = of.scale([12_420_000.0], MONEY), of.scale([0.4], RATE)
    yield from (money.unit, of.scaled(12_420_000, money), of.scaled_difference(-2_420_000, money))
    yield from (of.scaled(0.421, rate), of.scaled_difference(-0.021, rate))


def dates(locale: str) -> Iterator[str]:
    of = Dates(locale, "Europe/Berlin", wording(locale))
    periods = [parse_label(label, CALENDAR) for label in PERIODS]
    yield from map(of.full, periods)
    yield from map(of.within, periods)
    yield from map(of.tick, periods[:4])
    yield from (of.moment(MOMENT), of.short_moment(MOMENT))


@pytest.mark.parametrize("locale", ["en", "de", "fr", "zh", "ar", "ja", "hi"])
def test_numbers_and_dates(locale: str) -> None:
    assert list(numbers(locale)) == APPROVED[locale]["numbers"]
    assert list(dates(locale)) == APPROVED[locale]["dates"]


@pytest.mark.parametrize("locale", ["ar", "ar-EG", "hi"])
def test_digits_are_latin_everywhere(locale: str) -> None:
    """As locale data have them for Arabic as a whole; so they line up in the bundled typeface."""
    assert not re.search(
        "[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]", "".join((*numbers(locale), *dates(locale)))
    )


def test_no_number_is_formatted_by_hand() -> None:
    """A separator in a format string would be that of one language; `:.3g` only shows that a value is a fault."""
    by_hand = []
    for path in sorted(Path(document.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                form = ast.unparse(node.format_spec)[2:-1]
                if re.search(r"[,_%fg]", form.replace("%H:%M", "").replace("%z", "")):
                    by_hand.append((path.name, form))
    assert {name for name, _ in by_hand} <= {"numbers.py", "values.py"}, by_hand
