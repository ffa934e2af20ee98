"""The preview follows the files: newest sound page, mistakes in plain words, data asked only when needed."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from broadsheet.errors import UsageError
from broadsheet.press.demand import Wish
from broadsheet.preview.studio import Studio
from press.workspace import MONDAY, House, build, report


@pytest.fixture
def house(tmp_path: Path) -> House:
    built = build(tmp_path / "shop")
    built.clock.at = MONDAY
    return built


def studio(house: House, name: str = "orders") -> Studio:
    return Studio(house.root, house.clock, os.environ, house.var, Wish(name))


def test_it_follows_report_theme_and_templates_and_records_nothing(house: House) -> None:
    made = studio(house)
    first = made.look()
    assert first.problems == ()
    assert first.screen is not None
    assert "What do customers order?" in first.screen.html
    assert "Orders" in first.screen.mail_text
    house.write("reports/orders.yaml", report(question="What sells?"))
    house.write("config/themes/default.yaml", 'colors: {actual: "#123456"}\n')
    house.write("templates/mail.txt.j2", "Own words for {{ document.company }}")
    second = made.look().screen
    assert second is not None
    assert "What sells?" in second.html
    assert "#123456" in second.html
    assert second.mail_text == "Own words for Example Tackle\n"
    assert (made.pdf() or b"").startswith(b"%PDF-")
    assert not (house.var / "ledger.sqlite").exists()
    assert not (house.var / "archive").exists()


def test_a_mistake_stands_above_the_last_sound_page(house: House) -> None:
    made = studio(house)
    sound = made.look().screen
    house.write("reports/orders.yaml", report(blocks="[{kpis: [revenu]}]"))
    view = made.look()
    assert view.screen == sound
    (problem,) = view.problems
    assert problem.startswith("reports/orders.yaml:")
    assert "Did you mean “revenue”?" in problem
    house.write("reports/orders.yaml", "title: [")
    assert "reports/orders.yaml" in made.look().problems[0]
    house.write("reports/orders.yaml", report())
    house.write("templates/page.html.j2", "{{ document.titel }}")
    (problem,) = made.look().problems
    assert problem.startswith("templates/page.html.j2:1")
    (house.root / "templates/page.html.j2").unlink()
    assert made.look().problems == ()
    (house.root / "reports/orders.yaml").unlink()
    assert "there is no report “orders”" in made.look().problems[0]


def test_a_block_that_fails_is_told_above_and_on_the_page(house: House) -> None:
    house.write("config/dimensions.yaml", "dimensions:\n  channel: {label: Channel, via: {orders: chanel}}\n")
    view = studio(house).look()
    assert view.screen is None or "chanel" in view.problems[0]
    assert any("chanel" in problem for problem in view.problems)


def test_data_are_asked_again_only_when_asked_differently_or_on_demand(house: House) -> None:
    made = studio(house)
    before = made.look().screen
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("DELETE FROM orders WHERE channel = 'Web'")
    assert made.look().screen == before
    house.write("reports/orders.yaml", report(title="Other words"))
    same = made.look().screen
    assert same is not None
    assert ">Web</th>" in same.html
    made.forget()
    after = made.look().screen
    assert after is not None
    assert ">Web</th>" not in after.html


def test_an_unknown_report_is_told_at_once(house: House) -> None:
    with pytest.raises(UsageError, match="there is no report “oders”"):
        studio(house, "oders").look()
