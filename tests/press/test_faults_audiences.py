"""Nobody else's numbers: whoever has left, moved or was never named gets nothing, whatever was prepared for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, timedelta
from unittest.mock import patch

import duckdb
import pytest
from sqlalchemy import update

from broadsheet.definitions.scope import WHOLE, Scope, scope_of
from broadsheet.delivery.message import message_id
from broadsheet.errors import RefusedError
from broadsheet.ledger.tables import delivery, edition
from broadsheet.metrics import Question, answer
from broadsheet.periods import parse_label
from broadsheet.press.again import redraw
from broadsheet.press.bundle import letter_from_archive
from broadsheet.press.deliver import deliver
from broadsheet.press.demand import Wish, orders_for, send_orders
from broadsheet.press.former import former_of
from broadsheet.press.gather import gather
from broadsheet.press.holds import release, settle_overdue
from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.press.parts import narrowed
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from broadsheet.press.reconcile import orphans, tell_orphans
from broadsheet.press.render import render
from press.slices import (
    deliveries,
    made,
    mails,
    pdf_text,
    people,
    press_on_monday,
    records,
    sliced,
    states,
)
from press.workspace import MONDAY, House, report

pytestmark = pytest.mark.faults

FIXED = "audiences:\n  channels: {label: Web, recipients: [bo@example.test], slice: {channel: Web}}\n"
GONE = ("cancelled", "entitlement")
STOPPED = ("blocked", "entitlement")
SENT = ("sent", "")


def send(press: Press) -> None:
    """Attempt every letter that waits."""
    tuple(deliver(press, press.ledger.deliveries.waiting()))


def revenue(house: House, channel: str) -> str:
    """The week's money of a channel, by plain SQL, as a page prints it."""
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "SELECT sum(amount) FROM orders WHERE channel = ? AND ordered_at >= '2026-06-07 22:00'"
            " AND ordered_at < '2026-06-14 22:00'",
            [channel],
        ).fetchall()
    return f"{rows[0][0]:,.0f}"


def test_each_member_of_a_dimension_gets_an_edition_of_its_rows_alone(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        assert [item.state for item in made(press)] == ["ready", "ready"]
        assert set(records(press)) == {"channel=Shop", "channel=Web"}
        send(press)
        assert states(press) == {"ada": SENT, "bo": SENT, "cy": SENT}
    shop, web = pdf_text(mails(house)["ada"]), pdf_text(mails(house)["cy"])
    assert revenue(house, "Shop") in shop
    assert revenue(house, "Web") in web
    assert "Web" not in shop
    assert "Shop" not in web
    assert "Channel: Shop" in shop


MARKED = "\u202aWeb\u202c"
"""As a dialog of Windows copies it: in print it looks like “Web”."""


def marked(house: House) -> House:
    """Some orders of the channel “Web” are of another one that is printed alike, with Bo as its reader."""
    with duckdb.connect(str(house.warehouse)) as connection:
        wanted = "channel = 'Web' AND order_no % 2 = 0"
        connection.execute(f"UPDATE orders SET channel = $name WHERE {wanted}", {"name": MARKED})
    sliced(house)
    people(house, ("bo@example.test", MARKED), ("cy@example.test", "Web"))
    return house


def test_slices_that_are_printed_alike_stay_apart(house: House) -> None:
    with press_on_monday(marked(house)) as press:
        assert [item.state for item in made(press)] == ["ready", "ready"]
        record, identity = records(press)[f"channel={MARKED}"], press.ledger.continuity.identity()
        letter = letter_from_archive(press, record, str(record.manifest))
        again = message_id(letter, "bo@example.test", press.settings.mail, identity)
        assert deliveries(press)["bo"].message_id == again, "made again, it is the same letter"
        send(press)
        assert states(press) == {"bo": SENT, "cy": SENT}
    bo, cy = mails(house)["bo"], mails(house)["cy"]
    assert bo["X-Broadsheet-Edition"] == "orders / 2026-W24 / channels / channel=?Web? / r1 / en"
    assert revenue(house, MARKED) in pdf_text(bo)
    assert revenue(house, "Web") in pdf_text(cy)
    text = bo.get_body(("plain",))
    assert text is not None
    assert "channel=Web" in text.get_content(), "and as it is printed, it turns no text around"


def test_fault_d11_recipient_removed_after_queueing(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        made(press)
        people(house, ("ada@example.test", "Shop"), ("cy@example.test", "Web"))
        send(press)
        assert states(press) == {"ada": SENT, "bo": GONE, "cy": SENT}
        assert "not a reader" in deliveries(press)["bo"].reply
    assert set(mails(house)) == {"ada", "cy"}


def test_fault_d14_empty_recipient_list(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        people(house, ("", ""))
        assert made(press) == ()
        ((record, _),) = press.ledger.history.latest()
        assert (record.state, record.cause) == ("skipped", "recipients")
        (alert,) = press.ledger.alerts.untold()
        assert (alert.kind, alert.subject) == ("recipients", "orders")


def test_readers_who_leave_while_it_is_made_leave_it_to_nobody(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        plan_due(press)
        people(house, ("ada@example.test", "Shop"))
        assert sorted(item.state for item in made(press)) == ["ready", "skipped"]
        assert records(press)["channel=Web"].cause == "recipients"


def test_fault_a22_scope_missing_at_the_press(house: House) -> None:
    """A slice that is planned and then taken away is refused when its turn comes: nothing is asked or drawn."""
    with press_on_monday(sliced(house)) as press:
        plan_due(press)
    sliced(house, "audiences:\n  channels: {label: Everyone, recipients: [ada@example.test]}\n")
    with press_on_monday(house) as press:
        assert {item.state for item in made(press)} == {"refused"}
        found = records(press)["channel=Web"]
        assert (found.state, found.cause, found.manifest) == ("refused", "entitlement", None)
        assert "has no slice “channel=Web”" in found.reason
        assert {alert.kind for alert in press.ledger.alerts.untold()} == {"refused"}
    assert not (house.var / "archive").exists()


def test_fault_a24_audience_swapped_artefact(house: House) -> None:
    """Whatever was mixed up on the way: the letter of one slice does not leave to the readers of another."""
    with press_on_monday(sliced(house)) as press:
        made(press)
        before, found = deliveries(press), records(press)
        web, shop = found["channel=Web"], found["channel=Shop"]
        ada, bo, cy = before["ada"], before["bo"], before["cy"]
        with press.ledger.editions._store.write() as connection:
            # Ada's envelope holds Bo's letter; Bo's is of the other bundle; Cy's was queued for the other rows.
            for item, changed in (
                (ada, {"message": bo.message}),
                (bo, {"artifact": shop.manifest}),
                (cy, {"scope": shop.scope}),
            ):
                connection.execute(update(delivery).where(delivery.c.id == item.id).values(changed))
        send(press)
        assert states(press) == {"ada": STOPPED, "bo": STOPPED, "cy": STOPPED}
        replies = {name: item.reply for name, item in deliveries(press).items()}
        assert "is not the one that was queued" in replies["ada"]
        assert "of another edition's bundle" in replies["bo"]
        assert "queued for other rows" in replies["cy"]
        assert {alert.kind for alert in press.ledger.alerts.untold()} == {"blocked"}
        with press.ledger.editions._store.write() as connection:
            connection.execute(update(delivery).values(state="queued"))
            for item in (ada, bo, cy):
                own = {"message": item.message, "artifact": item.artifact, "scope": item.scope}
                connection.execute(update(delivery).where(delivery.c.id == item.id).values(own))
            # The edition itself got the bundle of the other slice.
            connection.execute(
                update(edition).where(edition.c.id == web.id).values(manifest=shop.manifest, scope=shop.scope)
            )
        send(press)
        assert states(press) == {"ada": SENT, "bo": STOPPED, "cy": STOPPED}
    assert set(mails(house)) == {"ada"}


@pytest.mark.parametrize("shop", [sliced, marked])
def test_artifacts_that_were_drawn_for_others_are_not_queued(
    house: House, shop: Callable[[House], House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The renderer hands back the edition of the other slice, which may even be printed alike."""
    drawn: list[Artifacts] = []

    def swapped(job: RenderJob) -> Artifacts:
        drawn.append(render(job))
        return drawn[0]

    with press_on_monday(shop(house)) as press:
        monkeypatch.setattr("support.inline.render", swapped)
        assert sorted(item.state for item in made(press)) == ["ready", "refused"]
        (refused,) = (record for record in records(press).values() if record.state == "refused")
        assert "rendered for other readers" in refused.reason
        assert press.ledger.deliveries.of(refused) == ()


def test_an_edition_does_not_tell_what_one_of_other_rows_told(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        made(press)
        house.clock.at = MONDAY + timedelta(days=7)
        later = orders_for(press, Wish("orders", "2026-W25"))[0]
        assert former_of(press, later) is not None
        with press.ledger.editions._store.write() as connection:
            connection.execute(update(edition).values(scope="0" * 64))
        assert former_of(press, later) is None


def test_all_that_is_gathered_is_of_the_slice(house: House) -> None:
    """How fresh the data are, what is wrong with them and every number: nothing of the other channel."""
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("UPDATE orders SET amount = NULL WHERE channel = 'Shop'")
        connection.execute("DELETE FROM orders WHERE channel = 'Web' AND ordered_at >= '2026-06-12'")
        (last,) = connection.execute("SELECT max(ordered_at) FROM orders WHERE channel = 'Web'").fetchall()
    with press_on_monday(sliced(house)) as press:
        wanted = {order.edition.slice: order for order in orders_for(press, Wish("orders", "2026-W24"))}
        material = gather(press, wanted["channel=Web"]).job.material
    ((_, fresh),) = material.freshness
    assert fresh.astimezone(UTC).replace(tzinfo=None) == last[0]
    answers = [data.answer for data in material.data if data.answer is not None]
    assert {name for each in answers for frame in each.frames.values() if "channel" in frame
            for name in frame["channel"]} == {"Web"}  # fmt: skip


def test_what_the_archive_mixed_up_is_not_sent_to_newcomers(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        made(press)
        web, shop = records(press)["channel=Web"], records(press)["channel=Shop"]
        with pytest.raises(RefusedError, match="something else"):
            letter_from_archive(press, web, str(shop.manifest))


def test_fault_a25_recipient_moved_team(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        made(press)
        people(house, ("ada@example.test", "Web"), ("bo@example.test", "Web"))
        send(press)
        assert states(press) == {"ada": GONE, "bo": SENT, "cy": GONE}
        # Asked for again, Ada gets that of her new team, and nobody the old one.
        tuple(send_orders(press, orders_for(press, Wish("orders", "2026-W24"))))
        found = records(press)
        letters = {name: press.ledger.deliveries.of(found[name]) for name in found}
        assert [item.state for item in letters["channel=Shop"]] == ["cancelled"]
        assert {item.recipient: item.state for item in letters["channel=Web"]} == {
            "ada@example.test": "sent",
            "bo@example.test": "sent",
            "cy@example.test": "cancelled",
        }
    assert "Shop" not in pdf_text(mails(house)["ada"])


def test_a_definition_that_changes_in_the_middle_of_a_tick_counts_from_that_moment(house: House) -> None:
    with press_on_monday(sliced(house, FIXED)) as press:
        made(press)
        house.write("config/audiences.yaml", FIXED.replace("Web}", "Shop}"))
        send(press)
        assert states(press) == {"bo": GONE}
    assert mails(house) == {}


def test_newcomers_do_not_get_what_was_made_for_other_rows(house: House) -> None:
    with press_on_monday(sliced(house, FIXED)) as press:
        made(press)
        send(press)
        with press.ledger.editions._store.write() as connection:
            connection.execute(update(edition).values(scope="0" * 64))
        house.write("config/audiences.yaml", FIXED.replace("[bo@", "[dee@example.test, bo@"))
        with pytest.raises(RefusedError, match="could see other rows"):
            tuple(send_orders(press, orders_for(press, Wish("orders", "2026-W24"))))


def test_mail_to_a_foreign_domain_is_not_prepared_and_does_not_leave(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        made(press)
    house.write(
        "config/settings.yaml", (house.root / "config/settings.yaml").read_text() + "domains: [other.test]\n"
    )
    with press_on_monday(house) as press:
        send(press)
        assert set(states(press).values()) == {GONE}
        assert press.directory.people("channels").persons == ()
        assert {refusal.code for refusal in press.directory.people("channels").refused} == {
            "recipient-domain"
        }


def test_a_file_that_cannot_be_read_names_nobody_and_loses_nobody(house: House) -> None:
    with press_on_monday(sliced(house)) as press:
        made(press)
        (house.root / "config/people.csv").unlink()
        send(press)
        assert {state for state, _ in states(press).values()} == {"queued"}
        people(house)
        tuple(deliver(press, press.ledger.deliveries.waiting(records(press)["channel=Web"])))
        assert states(press)["bo"] == SENT


APPROVAL = "{by: Ida <ida@example.test>, deadline: 4 hours, then: drop}"


def test_an_edition_waits_for_who_looks_at_it_first(house: House) -> None:
    with press_on_monday(sliced(house, FIXED, approval=APPROVAL)) as press:
        (held,) = made(press)
        assert (held.state, held.reason) == ("held", "waits for ida@example.test")
        assert set(mails(house)) == {"Ida <ida"}
        preview = mails(house)["Ida <ida"]
        assert str(preview["Subject"]).startswith("[Test] To be approved: ")
        text = preview.get_body(("plain",))
        assert text is not None
        assert "broadsheet approve orders/2026-W24/channels/channel=Web@1" in text.get_content()
        assert revenue(house, "Web") in pdf_text(preview)
        ((record, _),) = press.ledger.history.latest()
        assert release(press, record, "ida")
        send(press)
        assert states(press) == {"bo": SENT}


def test_nobody_decides_in_time(house: House) -> None:
    with press_on_monday(sliced(house, FIXED, approval=APPROVAL)) as press:
        made(press)
        house.clock.at = MONDAY + timedelta(hours=5)
        settle_overdue(press)
        ((record, _),) = press.ledger.history.latest()
        assert (record.state, deliveries(press)) == ("cancelled", {})


def test_what_was_held_is_dropped_where_its_readers_may_see_other_rows_by_then(house: House) -> None:
    with press_on_monday(sliced(house, FIXED, approval=APPROVAL.replace("drop", "send"))) as press:
        made(press)
        house.write("config/audiences.yaml", FIXED.replace("Web}", "Shop}"))
        house.clock.at = MONDAY + timedelta(hours=5)
        settle_overdue(press)
        ((record, _),) = press.ledger.history.latest()
        assert record.state == "cancelled"
        assert "could see other rows" in record.reason


def test_fault_a26_totals_reveal_others(house: House) -> None:
    """A total over rows of which nobody can tell whose they are is refused; a fact of everyone's is said to be so."""
    sources = (house.root / "config/sources.yaml").read_text()
    targets = "  targets: {table: targets, key: day, clock: day, columns: {day: date, goal: money}}\n"
    house.write("config/sources.yaml", sources + targets)
    kpi = "  goal: {label: Goal, meaning: The goal of the company., sum: targets.goal}\n"
    house.write("config/kpis/goals.yaml", f"kpis:\n{kpi}")
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("CREATE TABLE targets AS SELECT DATE '2026-06-10' AS day, 5000.00 AS goal")
    with press_on_monday(sliced(house, FIXED, blocks="[{kpis: [revenue, goal]}]")) as press:
        assert {problem.code for problem in press.workspace.broken["orders"]} == {"slice-reach"}
        # Whatever the checks say, it is refused where it is asked.
        question, known = (
            Question(("goal",), (parse_label("2026-W24", press.calendar),)),
            press.workspace.catalog,
        )
        with (
            press.warehouse() as warehouse,
            pytest.raises(RefusedError, match="no path to dimension channel"),
        ):
            answer((question,), known, press.calendar, warehouse, MONDAY, scope_of({"channel": ["Web"]}))
    house.write("config/sources.yaml", sources + targets.replace("{table", "{shared: true, table"))
    with press_on_monday(house) as press:
        made(press)
        send(press)
    assert "5,000" in pdf_text(mails(house)["bo"])


EVERYONE = "[{kpis: [{kpi: revenue, everyone: true}, orders]}]"


def shareable(house: House) -> House:
    """Revenue of everyone beside that of a channel's readers; there are six channels."""
    kpis = (house.root / "config/kpis/sales.yaml").read_text()
    house.write("config/kpis/sales.yaml", kpis.replace("{label: Revenue", "{shareable: true, label: Revenue"))
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("UPDATE orders SET channel = 'C' || (order_no % 5) WHERE channel = 'Shop'")
    return sliced(house, FIXED, blocks=EVERYONE)


def test_fault_a26_totals_reveal_others_of_kpis(house: House) -> None:
    """A total of everyone that nobody called shareable: the check says so, and at run time the edition is refused."""
    sliced(house, FIXED, blocks=EVERYONE)
    with press_on_monday(house) as press:
        (problem,) = press.workspace.broken["orders"]
        assert (problem.code, problem.place.file) == ("not-shareable", "reports/orders.yaml")
        assert "shareable: true for revenue" in problem.remedy
    with patch("broadsheet.definitions.checks.CHECKS", ()), press_on_monday(house) as press:
        (refused,) = made(press)
        assert refused.state == "refused"
        assert "revenue is not `shareable`" in records(press)["channel=Web"].reason
        send(press)
    assert mails(house) == {}


def test_the_total_of_everyone_stands_beside_the_own(house: House) -> None:
    """By plain SQL; and drawn from its bundle, the edition is the same."""
    with press_on_monday(shareable(house)) as press:
        made(press)
        send(press)
        assert not redraw(press, records(press)["channel=Web"]).different
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        ((total,),) = connection.execute(
            "SELECT sum(amount) FROM orders"
            " WHERE ordered_at >= '2026-06-07 22:00' AND ordered_at < '2026-06-14 22:00'"
        ).fetchall()
    text = pdf_text(mails(house)["bo"])
    assert revenue(house, "Web") in text
    assert f"everyone: {total:,.0f}" in text
    assert "also those that readers of this edition do not see" in text


def test_everyone_is_not_told_of_another_unit_or_of_a_part(house: House) -> None:
    """With a month and three of its weeks, or a part and its rest, what is withheld elsewhere could be calculated."""
    with (
        press_on_monday(shareable(house)) as press,
        closing(narrowed(press, ["orders"], ["channel=C1"])) as part,
    ):
        for asked, period in ((press, "2026-05"), (press, "2026-06-01..2026-06-07"), (part, "2026-W24")):
            (wanted,) = orders_for(asked, Wish("orders", period))
            with pytest.raises(RefusedError, match="everyone is not asked for"):
                gather(asked, wanted)


def test_the_total_of_everyone_is_withheld_where_it_tells_too_much(house: House) -> None:
    shareable(house)
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("UPDATE orders SET channel = 'C1' WHERE channel = 'C0'")
    with press_on_monday(house) as press:
        made(press)
        send(press)
    text = pdf_text(mails(house)["bo"])
    assert "Revenue of everyone is withheld: fewer than 5 other groups have rows." in " ".join(text.split())
    assert "everyone:" not in text


def test_readers_without_a_slice_are_told_of_everyone_anyway(house: House) -> None:
    shareable(house)
    house.write("config/audiences.yaml", FIXED.replace(", slice: {channel: Web}", ""))
    with press_on_monday(house) as press:
        made(press)
        send(press)
    assert "everyone" not in pdf_text(mails(house)["bo"])


def test_an_edition_without_rows_of_its_own_is_empty_whatever_everyone_has(house: House) -> None:
    shareable(house)
    house.write("reports/orders.yaml", report(audience="channels", blocks=EVERYONE, when="not_empty"))
    house.write("config/audiences.yaml", FIXED.replace("Web}", "Fair}"))
    with press_on_monday(house) as press:
        assert [item.state for item in made(press)] == ["skipped"]


def test_the_parts_and_what_is_in_none_of_them_add_up_to_the_whole(house: House) -> None:
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("UPDATE orders SET channel = NULL WHERE order_no % 10 = 0")
        connection.execute("UPDATE orders SET channel = 'Fair' WHERE order_no % 10 = 1")
    with press_on_monday(sliced(house)) as press, press.warehouse() as warehouse:
        period = parse_label("2026-W24", press.calendar)
        (found,) = orphans(press, "orders", period)

        def count(scope: Scope) -> float:
            asked = Question(("orders",), (period,))
            known = press.workspace.catalog
            (told,) = answer((asked,), known, press.calendar, warehouse, MONDAY, scope).answers
            assert told is not None
            return told.value("orders")

        parts = sum(count(scope_of({"channel": [name]})) for name in ("Shop", "Web"))
        assert found.empty > 0
        assert parts + found.empty + found.members["Fair"] == count(WHOLE) == found.total
        assert (
            f"{found.empty} without channel; {found.members['Fair']} of Fair, whom nobody reads" in found.text
        )
        assert len(made(press)) == 2
        tell_orphans(press, [("orders", period)])
        (alert,) = press.ledger.alerts.untold()
        assert (alert.kind, found.text in alert.detail) == ("recipients", True)
