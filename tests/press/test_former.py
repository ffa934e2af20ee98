"""An edition says what changed since the one before it, which the ledger names and the archive holds."""

from __future__ import annotations

import shutil
from datetime import timedelta

import duckdb

from broadsheet.press.demand import Wish, order_for, send_orders
from broadsheet.press.revisions import made_before, revise
from broadsheet.press.run import print_orders
from press.workspace import MONDAY, House

TERM = "Changes since the last edition"


def changes(house: House, period: str) -> str | None:
    """What the edition of a period says of changes; printed only."""
    with house.press() as press:
        (printed,) = print_orders(press, [order_for(press, Wish("orders", period))])
        assert printed.artifacts is not None
        return dict(printed.artifacts.document.notes).get(TERM)


def test_an_edition_is_compared_with_the_last_one_sent(house: House) -> None:
    house.clock.at = MONDAY
    assert changes(house, "2026-W24") is None
    with house.press() as press:
        list(send_orders(press, [order_for(press, Wish("orders", "2026-W23"))]))
    house.clock.at = MONDAY + timedelta(days=1)
    assert changes(house, "2026-W24") == "No figure and no definition has changed since the edition for W23."
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("DELETE FROM orders WHERE ordered_at BETWEEN '2026-06-02' AND '2026-06-03'")
    told = changes(house, "2026-W24")
    assert told is not None
    assert told.startswith("Orders in W23 is now 20, printed as 24.")
    with house.press() as press:
        (again,) = revise(press, made_before(press, [order_for(press, Wish("orders", "2026-W23"))]))
        assert again.published is not None
        assert again.published.state == "ready"
    assert changes(house, "2026-W24") == told, "nobody has the new revision"
    # An edition is not compared with a later one, nor with itself.
    assert changes(house, "2026-W23") is None
    shutil.rmtree(house.var / "archive")
    assert changes(house, "2026-W24") is None
