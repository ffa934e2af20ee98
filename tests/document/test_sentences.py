"""Sentences of every language, made from numbers by the program itself, beside texts that were read and approved.

Each was read against its numbers and for its grammar: agreement, cases, articles, word order, punctuation. Narrow and
protected spaces stand as plain ones here, and marks of direction are left out; other tests look at those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from broadsheet.definitions.locales import LANGUAGES
from broadsheet.document.language import length, wording
from broadsheet.document.tree import Document
from broadsheet.periods import Period, parse_label
from document.build import CALENDAR, WEEK, Data, document, report

APPROVED = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8"))
Value = Callable[..., Any]
MEMBERS = {"segment": ["Dealer", "Club"], "outcome": ["won", "lost"]}
CELLS = {("Dealer", "won"): 80.0, ("Dealer", "lost"): 20.0, ("Club", "won"): 30.0, ("Club", "lost"): 70.0}
SHOWN, BEFORE = {(): 1e6, ("Dealer",): 6.4e5, ("Club",): 3.6e5}, {(): 8e5, ("Dealer",): 5e5, ("Club",): 3e5}


def plain(text: str) -> str:
    return re.sub("[\u200e\u200f\u2066-\u2069]", "", re.sub("[\u00a0\u202f]", " ", text))


def by_week(values: dict[str, Any], other: Any) -> Value:
    return lambda period, *_: values.get(period.label, other)


def cells(_: Period, *members: str) -> float:
    return sum(value for key, value in CELLS.items() if set(members) <= set(key))


def told(locale: str, block: dict[str, Any], data: Data, period: Period = WEEK, **more: Any) -> Document:
    texts = APPROVED["texts"].get(locale, {})
    return document(report(block), data, MEMBERS, period, locale=locale, texts=texts, **more)


def sentences(locale: str) -> Iterator[str]:
    won = {"2026-W24": 2_046_000.0, "2025-W24": 1_940_000.0}
    plan = {"won": by_week(won, 1.0), "plan": by_week({}, 2_300_000.0)}
    first = told(locale, {"kpis": ["won"], "compare": ["plan", "last_year"]}, plan)
    yield first.headline
    yield first.subject
    rate = {"win_rate": by_week({"2026-W24": (0.4, 250)}, (0.391, 240))}
    yield told(locale, {"kpis": ["win_rate"], "compare": ["last_year"]}, rate).headline
    yield told(
        locale, {"kpis": ["won"], "compare": ["last_year"]}, {"won": by_week({}, 2_046_000.0)}
    ).headline
    for label in ("2026-06", "2026", "2026-06-14", "13w.to.2026-06-14", "2026-Q2.to.2026-06-14"):
        period = parse_label(label, CALENDAR)
        yield told(
            locale, {"kpis": ["deals"], "compare": []}, {"deals": by_week({}, 1234.0)}, period
        ).headline
    course = {"chart": "line", "by": "week", "span": "13 weeks", "compare": []}
    rising = {"deals": by_week({f"2026-W{week:02}": 1000.0 + week for week in range(12, 25)}, 5.0)}
    yield told(locale, course | {"kpis": ["deals"]}, rising).sections[0].title
    above = {
        "won": by_week({"2026-W24": 2_046_000.0, "2026-W20": 3e6}, 1.5e6),
        "plan": by_week({}, 1_800_000.0),
    }
    yield told(locale, course | {"kpis": ["won"], "compare": ["plan"]}, above).sections[0].title
    parts = {"won": lambda period, *members: (SHOWN if period == WEEK else BEFORE)[members]}
    ranked = {"chart": "ranked", "kpis": ["won"], "by": "segment", "compare": []}
    yield told(locale, ranked, parts).sections[0].title
    block = {"table": {"rows": "segment", "kpis": ["won"]}, "compare": ["last_year"]}
    table = told(locale, block, parts, pending={"won": 12})
    yield table.sections[0].title
    yield next(remark for remark in table.sections[0].remarks if "12" in remark)
    crossed = {
        "rows": "segment",
        "columns": "outcome",
        "count": "deals",
        "shares": ["row"],
        "test": "chi_square",
    }
    yield told(locale, {"crosstab": crossed}, {"deals": cells}).sections[0].title


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_those_that_were_approved(language: str) -> None:
    assert [plain(text) for text in sentences(language)] == APPROVED["sentences"][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_things_agree_with_their_number(language: str) -> None:
    words, numbers = wording(language), (0, 1, 2, 3, 11, 100)
    found = [plain(words.count("grain.week", number, str(number))) for number in numbers]
    assert found == APPROVED["weeks"][language]


def test_headlines_are_cut_by_what_can_be_seen() -> None:
    text = wording("ar").say("above", amount="+€2", base="KPI")
    assert length(text) == len(plain(text)) < len(text)


def test_values_in_arabic_keep_their_places() -> None:
    """Latin names and signed numbers are isolated; letters of the script and bare numbers need not be."""
    words = wording("ar")
    assert words.apart("−11 %") == "\u2066−11 %\u2069"
    assert words.apart("SLA ألف") == "\u2067SLA ألف\u2069"
    assert words.apart("11.0%") == "\u206611.0%\u2069", "after Arabic letters a bare sign would change sides"
    assert words.apart("1,234.5") == "1,234.5"
    assert words.apart("الخطة") == "الخطة"
    assert wording("de").apart("−11 %") == "−11 %"
