"""Who gets what, and how somebody gets nothing any more."""

from __future__ import annotations

import pytest

from broadsheet.press.who import readings, received, remove
from press.slices import made, people, press_on_monday, sliced, states
from press.workspace import House

pytestmark = pytest.mark.faults
MORE = """audiences:
  channels: {label: Channels, each: channel, file: config/people.csv}
  board: {label: Board, recipients: [bo@example.test, ada@example.test], locale: de}
  asked: {label: Asked, sql: config/views/readers.sql}
"""
QUERY = "SELECT 'ada@example.test' AS address, 'fr' AS locale UNION ALL SELECT 'bad', NULL;\n"


def test_all_that_an_address_gets_is_listed_and_taken_away(house: House) -> None:
    house.write("config/views/readers.sql", QUERY)
    with press_on_monday(sliced(house, MORE, audience="[channels, board]")) as press:
        made(press)
        now = {
            (each.report, each.audience, each.slice, each.locale)
            for each in readings(press, "Ada@example.test")
        }
        assert now == {
            ("orders", "channels", "channel=Shop", "en"),
            ("orders", "board", "all", "de"),
            ("", "asked", "all", "fr"),
        }
        (due,) = {each.due for each in readings(press, "ada@example.test") if each.due}
        assert f"{due:%Y-%m-%d %H:%M}" == "2026-06-22 05:00"
        assert [item.state for _, item in received(press, "ada@example.test")] == ["queued", "queued"]
        left = remove(press, "ada@example.test")
        assert left.done == (
            "taken out of config/audiences.yaml",
            "taken out of config/people.csv",
            "the ledger keeps all letters from it",
            "2 waiting letters cancelled",
        )
        assert left.open == (
            "config/views/readers.sql names it for asked: take it out of what the query reads",
        )
        assert states(press)["ada"] == ("cancelled", "entitlement")
        assert [each.audience for each in readings(press, "ada@example.test")] == ["asked"]
    assert "recipients: [bo@example.test], locale: de" in (house.root / "config/audiences.yaml").read_text()
    assert "ada" not in (house.root / "config/people.csv").read_text()


def test_the_command_shows_what_an_address_gets(house: House) -> None:
    sliced(house)
    shown = house.run("who", "bo@example.test")
    assert shown.returncode == 0, shown.stderr
    assert "channel=Web" in shown.stdout
    assert (
        house.run("who", "nobody@example.test").stdout
        == "nobody@example.test gets nothing: no audience names it.\n"
    )
    people(house, ("bo@example.test", "Web"))
    removed = house.run("who", "bo@example.test", "--remove")
    assert removed.stdout == (
        "bo@example.test: taken out of config/people.csv\nbo@example.test: the ledger keeps all letters from it\n"
    )
