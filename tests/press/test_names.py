"""Names of files: plain ASCII, and different for what is different."""

from __future__ import annotations

import re

import pytest

from broadsheet.press.demand import Wish, order_for
from broadsheet.press.names import LONGEST, slug, stem_of
from press.workspace import MONDAY, House


@pytest.mark.parametrize(
    ("wish", "stem"),
    [
        (Wish("orders"), "orders-2026-W24"),
        (Wish("orders", audience="sales"), "orders-2026-W24"),
        (Wish("orders", audience="board"), "orders-2026-W24-board"),
        (Wish("orders", locale="de"), "orders-2026-W24-de"),
        (Wish("orders", audience="board", locale="en"), "orders-2026-W24-board-en"),
        (Wish("orders", locale="zh_Hans_CN"), "orders-2026-W24-zh-Hans-CN"),
        (Wish("orders", part=("shop=web", "at=Lower Saxony")), "orders-2026-W24-shop-web-at-Lower-Saxony"),
    ],
)  # fmt: skip
def test_a_name_tells_what_is_not_the_usual(house: House, wish: Wish, stem: str) -> None:
    house.clock.at = MONDAY
    with house.press() as press:
        assert stem_of(press, order_for(press, wish)) == stem


HOSTILE = [
    "München",
    "Munchen",
    "北京",
    "上海",
    "a/b",
    "a\\b",
    "..",
    "../../etc",
    "$(rm)",
    "a\nb",
    "x" * 300,
    "x" * 301,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_slug_is_plain_ascii_and_no_way_out_of_its_folder(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", slug(text))
    assert len(slug(text)) < LONGEST + 10


def test_what_differs_has_names_that_differ() -> None:
    assert len({slug(text) for text in HOSTILE}) == len(HOSTILE)
    assert slug("region=Köln").startswith("region-Koln-"), "what can be read stays readable"
