"""Commands of mail as people use them: who gets nothing, and sending again."""

from __future__ import annotations

from cli.conftest import Command
from press.workspace import House

AS_OF = ("--period", "2026-W24")


def test_an_address_is_suppressed_listed_and_lifted(house: House, here: Command) -> None:
    assert here("suppress").out == "No address has bounced or been suppressed.\n"
    assert here("suppress", "BO@example.test", "--report", "orders").code == 0
    listed = here("suppress").out
    assert "bo@example.test" in listed
    assert "suppressed by hand" in listed
    sent = here("run", "orders", *AS_OF, "--send")
    assert sent.code == 3
    assert "bo@example.test: cancelled (suppressed by hand)" in sent.out
    assert here("suppress", "bo@example.test", "--report", "orders", "--lift").out.startswith(
        "bo@example.test gets letters again"
    )
    again = here("resend", "orders/2026-W24", "--failed")
    assert (again.code, again.out) == (
        0,
        (
            "orders · 2026-W24 · sales · r1: bo@example.test: sent "
            "(written to orders.2026-W24.sales.r1.en.bo-example.test.eml)\n"
        ),
    )
    assert here("resend", "orders/2026-W24", "--failed").out.endswith("every letter has been sent.\n")
    assert here("resend", "orders/2026-W24", "--to", "ada@example.test").code == 0
    assert here("resend", "orders/2026-W24", "--to", "nobody@example.test").code == 2
    assert len(house.outbox) == 2


def test_mistakes_are_told(house: House, here: Command) -> None:
    del house
    assert here("suppress", "no address").code == 2
    assert here("suppress", "ada@example.test", "--report", "oders").code == 2
    unknown = here("suppress", f"{'a' * 20}.{'b' * 20}")
    assert (unknown.code, "no letter has this token" in unknown.err) == (2, True)
    nothing = here("bounces")
    assert (nothing.code, "no mailbox of bounces is configured" in nothing.err) == (2, True)
