"""Numbers and dates as each locale writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.definitions.models.kpis import Kpi
from broadsheet.document.dates import Dates
from broadsheet.document.language import english
from broadsheet.document.numbers import Formatter
from broadsheet.periods import Calendar, buckets, parse_label
from document.build import KPIS

N = "\u202f"
BERLIN = Calendar("Europe/Berlin", 7)
MONEY, RATE, DAYS, COUNT = KPIS["won"], KPIS["win_rate"], KPIS["cycle"], KPIS["deals"]
RATIO = Kpi(label="Cover", meaning="Pipeline to gap.", unit="ratio", ratio=["won", "plan"])


@pytest.mark.parametrize(
    ("locale", "value", "text"),
    [
        ("en", 2_046_000, f"€2.05{N}M"),
        ("de", 2_046_000, f"2,05{N}Mio.{N}€"),
        ("fr", 2_046_000, f"2,05{N}M{N}€"),
        ("en", 250_736, f"€251{N}k"),
        ("de", 250_736, f"251{N}Tsd.{N}€"),
        ("fr", 250_736, f"251{N}k{N}€"),
        ("ja", 2_046_000, "€205万"),
        ("zh", 2_046_000, "€205万"),
        ("hi", 2_046_000, f"€20.5{N}लाख"),
        ("ar", 2_046_000, f"2.05{N}مليون{N}€"),
        ("en", -10_005_534, f"−€10.0{N}M"),
        ("en", 999_999, f"€1.00{N}M"),
        ("en", 5_430, "€5,430"),
        ("en", 12.345, "€12.34"),
        ("en", 0, "€0"),
        ("en", None, "–"),
        ("en", float("nan"), "–"),
        ("en", float("inf"), "–"),
    ],
)
def test_money_that_stands_alone(locale: str, value: float | None, text: str) -> None:
    assert Formatter(locale, "EUR").value(value, MONEY) == text


@pytest.mark.parametrize(
    ("locale", "rate", "days", "count", "ratio"),
    [
        ("en", f"35.9{N}%", f"48.0{N}days", "12,345", f"1.44{N}×"),
        ("de", f"35,9{N}%", f"48,0{N}Tage", "12.345", f"1,44{N}×"),
        ("fr", f"35,9{N}%", f"48,0{N}jours", f"12{N}345", f"1,44{N}×"),
    ],
)
def test_other_units(locale: str, rate: str, days: str, count: str, ratio: str) -> None:
    numbers = Formatter(locale, "EUR")
    assert numbers.value(0.3592, RATE) == rate
    assert numbers.value(47.99, DAYS) == days
    assert numbers.value(12_345, COUNT) == count
    assert numbers.value(1.444, RATIO) == ratio


def test_differences_bear_a_real_sign_and_percentages_change_in_points() -> None:
    numbers = Formatter("en", "EUR")
    assert numbers.difference(-254_000, MONEY) == f"−254{N}k"
    assert numbers.difference(0.009, RATE) == f"+0.9{N}pp"
    assert numbers.difference(0.0001, RATE) == f"±0.0{N}pp"
    assert numbers.relative(-0.1104) == f"−11.0{N}%"
    assert numbers.relative(12.4) == f"+1,240{N}%"
    assert numbers.relative(None) == "–"


def test_a_column_has_one_scale_and_one_number_of_decimals() -> None:
    numbers = Formatter("en", "EUR")
    scale = numbers.scale([1_242_000, 12_400, None], MONEY)
    assert scale.unit == f"€{N}k"
    assert [numbers.scaled(value, scale) for value in (1_242_000, 12_400, None)] == ["1,242", "12", "–"]
    assert numbers.scaled_difference(-25_400, scale) == "−25"
    assert numbers.scaled_difference(0.021, numbers.scale([0.4], RATE)) == f"+2.1{N}pp"
    full = numbers.scale([10_005_534.0], MONEY.model_copy(update={"decimals": 0}))
    assert numbers.scaled(10_005_534, full) == "10,005,534"
    # Nothing is divided without a word for it: Italian has none for thousands, German locale data leave it out.
    assert Formatter("it", "EUR").scale([440_000.0], MONEY).unit == "€"
    assert Formatter("de", "EUR").scale([440_000.0], MONEY).unit == f"Tsd.{N}€"
    assert numbers.scale([3.0], DAYS).unit == "days"


@given(
    st.sampled_from(["en", "de", "fr", "pl", "es", "ja", "pt-BR"]),
    st.floats(-1e11, 1e11),
    st.sampled_from([MONEY, RATE, DAYS, RATIO]),
)
def test_no_breaking_space_no_hyphen_and_the_right_size(locale: str, value: float, kpi: Kpi) -> None:
    numbers = Formatter(locale, "EUR")
    text = numbers.value(value, kpi)
    assert not re.search(r"[ \u00a0\u2009-]", text)
    assert text.startswith("−") == (value < 0 and re.search("[1-9]", text) is not None)
    if kpi is MONEY and locale == "en" and abs(value) >= 100:
        unit = {"k": 1e3, "M": 1e6, "B": 1e9}.get(text[-1], 1)
        shown = float(re.sub(r"[^\d.]", "", text)) * unit
        assert shown == pytest.approx(abs(value), rel=0.0051)


@pytest.mark.parametrize(
    ("locale", "label", "name", "full"),
    [
        ("en", "2026-W24", "W24", "W24, 8–14 June 2026"),
        ("en", "2026-W53", "W53", "W53, 28 December 2026 – 3 January 2027"),
        ("de", "2026-W24", "W24", "W24, 8.–14. Juni 2026"),
        ("fr", "2026-W24", "W24", "W24, 8–14 juin 2026"),
        ("ja", "2026-W24", "W24", "W24, 2026年6月8日～14日"),
        ("hi", "2026-W24", "W24", "W24, 8–14 जून 2026"),
        ("en-US", "2026-06-14", "June 14, 2026", "June 14, 2026"),
        ("en", "2026-06", "June 2026", "June 2026"),
        ("de", "2026-Q2", "Q2 2026", "Q2 2026"),
        ("en", "2026", "2026", "2026"),
        ("en", "FY2026-Q3", "FY2026-Q3", "FY2026-Q3, 1 January – 31 March 2026"),
        ("en", "2026-06.to.2026-06-14", "June 2026 to date", "June 2026 to date, 1–14 June 2026"),
        ("en", "13w.to.2026-06-14", "13 weeks to 14 June 2026", "13 weeks, 16 March – 14 June 2026"),
        ("en", "2026-05-28..2026-06-03", "28 May – 3 June 2026", "28 May – 3 June 2026"),
    ],
)
def test_periods(locale: str, label: str, name: str, full: str) -> None:
    dates = Dates(locale, "Europe/Berlin", english())
    period = parse_label(label, BERLIN)
    assert (dates.name(period), dates.full(period)) == (name, full)


def test_a_part_of_a_unit_is_marked_and_months_stand_below_weeks() -> None:
    dates = Dates("en", "Europe/Berlin", english())
    weeks = buckets(parse_label("2026-06.to.2026-06-10", BERLIN), "week", BERLIN)
    assert [dates.tick(week) for week in weeks] == ["W23", "W24*"]
    assert [dates.group(week) for week in weeks] == ["June 2026", "June 2026"]


def test_one_locale_does_not_leak_into_another() -> None:
    june = parse_label("2026-06", BERLIN)
    assert Dates("ja", "UTC", english()).tick(june) == "6月"
    assert Dates("nl", "UTC", english()).tick(june) == "jun"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Berlin", "Mon 15 June 2026, 05:40 CEST"),
        ("America/Sao_Paulo", "Mon 15 June 2026, 00:40 UTC-03:00"),
        ("UTC", "Mon 15 June 2026, 03:40 UTC"),
    ],
)
def test_moments_name_their_zone(zone: str, text: str) -> None:
    moment = datetime(2026, 6, 15, 3, 40, tzinfo=UTC)
    assert Dates("en", zone, english()).moment(moment) == text
