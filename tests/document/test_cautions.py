"""What readers must know of the data stands above the headline, in the edition's language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broadsheet.document.cautions import Behind, Nulls, Volume
from broadsheet.document.compose import compose
from broadsheet.document.material import BlockData
from document.build import document, material, report

N = "\u202f"
CARDS = {"kpis": ["won"], "span": "4 weeks"}
CAUTIONS = (
    Behind(datetime(2026, 6, 13, 22, 0, tzinfo=UTC), datetime(2026, 6, 14, 22, 0, tzinfo=UTC)),
    Volume("web_orders", 12, 1840),
    Nulls("closed_at", 0.41, 0.02),
)


ENGLISH = (
    "Data may be incomplete: they reach to Sun 14 June 2026, 00:00 CEST, not to Mon 15 June 2026, 00:00 CEST. "
    "Unusual amount of data: 12 rows of web orders, usually about 1,840. "
    f"Many empty values: 41.0{N}% of closed at, usually 2.0{N}%."
)
CHINESE = "数据量异常：web orders有12行，通常约1,840行。空值偏多：closed at中占41.0%，通常为2.0%。"


@pytest.mark.parametrize(("locale", "said"), [("en", ENGLISH), ("zh", CHINESE)])
def test_cautions_are_told_in_the_editions_language(locale: str, said: str) -> None:
    made = document(report(CARDS), {"won": lambda _: 1.0}, locale=locale, cautions=CAUTIONS)
    assert made.banner.endswith(said)


def test_missing_parts_are_named_without_being_asked() -> None:
    made = compose(material(report(CARDS), (BlockData(None, "the column is gone"),)))
    assert made.banner == "Parts are missing: Won amount."


def test_sound_data_need_no_banner() -> None:
    assert document(report(CARDS), {"won": lambda _: 1.0}).banner == ""
