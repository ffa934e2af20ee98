"""Who reads what now, by queries and slices; held editions whose time is over. Nothing is drawn here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.scope import WHOLE, scope_of
from broadsheet.errors import WarehouseError
from broadsheet.ledger.records import EditionKey, Hold, Made
from broadsheet.press.holds import settle_overdue
from broadsheet.press.readers import LONGEST, scope_of_slice, slice_name
from press.workspace import House

ROWS = """SELECT * FROM (VALUES
    ('ada@example.test', 'Shop', 'de', 1), ('bo@example.test', 'Web', NULL, 2), (NULL, 'Web', NULL, 3),
    ('bad', 'Web', NULL, 4), ('cy@example.test', NULL, NULL, 5)
) AS readers(address, channel, locale, number)"""
ONE = [("channel=Shop", "en", ("ada@example.test",))]
ASKED = "audiences:\n  asked: {label: Asked, each: channel, sql: config/views/readers.sql}\n"


@pytest.mark.parametrize(
    ("query", "readers", "refused"),
    [
        (
            ROWS,
            [("channel=Shop", "de", ("ada@example.test",)), ("channel=Web", "en", ("bo@example.test",))],
            [4, 5],
        ),
        (
            "SELECT 'ada@example.test' AS address, 'Shop' AS channel",
            [("channel=Shop", "en", ("ada@example.test",))],
            [],
        ),
        ("SELECT 'ada@example.test' AS address", "there is no column channel", []),
        ("SELECT 'Shop' AS channel", "there is no column address", []),
    ],
)
def test_readers_that_a_query_names(house: House, query: str, readers: object, refused: list[int]) -> None:
    house.write("config/views/readers.sql", query)
    house.write("config/audiences.yaml", ASKED)
    house.write("reports/orders.yaml", "")
    with house.press() as press:
        if isinstance(readers, str):
            with pytest.raises(WarehouseError, match=readers):
                press.directory.people("asked")
            return
        groups = press.directory.groups("asked")
        assert [(each.slice, each.locale, each.recipients) for each in groups] == readers
        assert [each.line for each in press.directory.people("asked").refused] == refused
        house.write("config/views/readers.sql", "SELECT 'dee@example.test' AS address, 'Shop' AS channel")
        assert press.directory.groups("asked") == groups, "an answer holds for a minute"
        house.clock.at += timedelta(minutes=1)
        assert "dee@example.test" in press.directory.entitled("asked", "channel=Shop")


def test_slices_have_names_by_which_their_rows_are_found_again() -> None:
    each = Audience(label="A", each="channel", file="x.csv", slice={"region": ["North", "South"]})
    long, longer = "x" * 240, "x" * 300
    for member in ("Web", "a; b", "x=y", long, longer, f"{longer}y"):
        scope = each.fixed.also("channel", member)
        assert len(slice_name(scope)) <= LONGEST
        known = scope_of_slice(each, slice_name(scope))
        assert known in (scope, None), "never other rows"
        assert (known == scope) == (member in ("Web", "x=y"))
    assert slice_name(each.fixed.also("channel", longer)) != slice_name(
        each.fixed.also("channel", f"{longer}y")
    )
    fixed = Audience(label="A", file="x.csv", slice={"region": ["North"]})
    assert scope_of_slice(fixed, "region=North") == scope_of({"region": ["North"]})
    assert scope_of_slice(fixed, "all") is None
    assert slice_name(WHOLE) == "all"


def test_a_held_edition_that_cannot_go_out_keeps_no_other_one_waiting(house: House) -> None:
    with house.press() as press:
        now = house.clock.now()
        for period, scope, then in (
            ("2026-W22", WHOLE.digest, "send"),
            ("2026-W23", "0" * 64, "send"),
            ("2026-W24", WHOLE.digest, "drop"),
        ):
            key = EditionKey("orders", period, "sales", "all", "en")
            begun = press.ledger.editions.begin(
                press.ledger.editions.plan(key, now, as_of=now), trigger="schedule"
            )
            assert begun is not None
            made, hold = (
                Made("0" * 64, 1, "", scope),
                Hold("look", "approval", now + timedelta(seconds=1), then),
            )
            assert press.ledger.editions.hold(begun, made, hold)
        settle_overdue(press)
        assert {each.key.period for each in press.ledger.editions.held()} == {
            "2026-W22",
            "2026-W23",
            "2026-W24",
        }, "until the time is over"
        house.clock.at += timedelta(seconds=1)
        settle_overdue(press)
        found = {record.key.period: record for record, _ in press.ledger.history.latest()}
        alerts = {alert.kind: alert.detail for alert in press.ledger.alerts.untold()}
    assert {period: record.state for period, record in found.items()} == {
        "2026-W22": "held",
        "2026-W23": "cancelled",
        "2026-W24": "cancelled",
    }
    assert "2026-W22 for sales cannot go out" in alerts["held"]
    assert "could see other rows" in found["2026-W23"].reason
    assert found["2026-W24"].reason == "look; dropped, for nobody decided in time"
