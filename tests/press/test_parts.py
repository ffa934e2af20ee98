"""Parts of a report: every block looks only at the members that are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import UsageError
from broadsheet.press.demand import Wish, order_for, write_files
from broadsheet.press.parts import narrowed
from broadsheet.press.run import print_orders
from press.workspace import MONDAY, House


def test_a_part_is_written_under_its_name_and_tells_its_conditions(house: House, tmp_path: Path) -> None:
    house.clock.at = MONDAY
    part = ("channel=web",)
    with house.press() as whole:
        press = narrowed(whole, ["orders"], part)
        (printed,) = print_orders(press, [order_for(press, Wish("orders", "2026-W24", part=part))])
        assert press.report("orders").where != whole.report("orders").where == ()
        assert write_files(press, printed, tmp_path)[0].name == "orders-2026-W24-channel-web.pdf"
    assert printed.gathered is not None
    questions = [
        data.answer.question for data in printed.gathered.job.material.data if data.answer is not None
    ]
    assert {(each.path, each.values) for one in questions for each in one.where} == {("channel", ("web",))}
    assert printed.artifacts is not None
    assert b"Channel: web" in printed.artifacts.html


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("channel", "names no part"),
        ("channel=", "names no part"),
        ("chanel=web", "there is no dimension “chanel”"),
    ],
)
def test_what_is_no_part_is_refused(house: House, part: str, words: str) -> None:
    with house.press() as press, pytest.raises(UsageError, match=words):
        narrowed(press, ["orders"], [part])


def test_a_part_is_not_sent(house: House) -> None:
    done = house.run("run", "orders", "--where", "channel=web", "--send")
    assert done.returncode != 0
    assert "A part of a report is not sent" in done.stderr
