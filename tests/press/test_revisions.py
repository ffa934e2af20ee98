"""Editions made again: what has changed is a new revision, told with both values, and goes to nobody by itself."""

from __future__ import annotations

import json
import shutil

import duckdb
import pytest

from broadsheet.errors import UsageError
from broadsheet.ledger.records import EditionRecord
from broadsheet.press import again, run
from broadsheet.press.backfill import Filled, backfill, stretch
from broadsheet.press.demand import Sent, Wish, order_for, send_orders
from broadsheet.press.editions import named_editions
from broadsheet.press.holds import release
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.revisions import Revision, made_before, revise
from broadsheet.press.tick import tick
from press.workspace import FILES, MONDAY, House, report
from support.inline import InlinePool

WEEK = "orders/2026-W24"
CORRECTION = (
    "UPDATE orders SET amount = amount + 100 WHERE order_no ="
    " (SELECT max(order_no) FROM orders WHERE ordered_at < '2026-06-14' AND channel = 'Web')"
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Pool", InlinePool)
    monkeypatch.setattr(again, "Pool", InlinePool)


@pytest.fixture
def sent(house: House) -> House:
    """The house with the edition of 2026-W24 sent."""
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        tick(press)
    assert len(house.outbox) == 2
    return house


def correct(house: House, statement: str = CORRECTION) -> None:
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(statement)


def asked_again(house: House) -> Revision:
    with house.press() as press:
        (revision,) = revise(press, made_before(press, [order_for(press, Wish("orders", "2026-W24"))]))
    return revision


def revisions(house: House) -> tuple[EditionRecord, ...]:
    with house.press() as press:
        return named_editions(press, WEEK)


def send(press: Press, revision: int | None = None) -> Sent:
    wanted: Order = order_for(press, Wish("orders", "2026-W24"))
    (done,) = send_orders(press, [wanted], revision=revision)
    return done


def test_a_corrected_warehouse_is_a_new_revision_told_with_both_values(sent: House) -> None:
    correct(sent)
    revision = asked_again(sent)
    assert revision.differences is not None
    (total,) = revision.differences.totals
    assert (total.cell.kpi, total.label, total.cell.period) == ("revenue", "Revenue", "2026-W24")
    assert total.then is not None
    assert total.now == total.then + 100
    others = {each.cell.members: (each.then, each.now) for each in revision.differences.others}
    before, after = others["channel=Web"]
    assert (set(others), after) == ({"channel=Web"}, before + 100 if before else None)
    assert [(each.key.revision, each.state, each.silent) for each in revisions(sent)] == [
        (1, "ready", False),
        (2, "ready", True),
    ]


def test_a_revision_is_never_sent_by_itself(sent: House) -> None:
    had = sent.outbox
    correct(sent)
    asked_again(sent)
    with sent.press() as press:
        tick(press)
        (again_,) = (record for record in named_editions(press, WEEK) if record.key.revision == 2)
        assert press.ledger.deliveries.of(again_) == ()
        # Who asks for it once more does not get the later one unawares either.
        done = send(press)
        assert (done.order.edition.revision, done.attempts) == (1, ())
    assert sent.outbox == had


def test_a_revision_goes_out_when_it_is_named_and_says_who_has_which(sent: House) -> None:
    correct(sent)
    asked_again(sent)
    with sent.press() as press:
        done = send(press, revision=2)
        assert [item.state for item in done.deliveries] == ["sent", "sent"]
        assert {(number, item.recipient) for number, item in done.others} == {
            (1, "ada@example.test"),
            (1, "bo@example.test"),
        }
        ids = {item.message_id for item in done.deliveries} | {item.message_id for _, item in done.others}
        assert len(ids) == 4
        assert send(press).order.edition.revision == 2
        with pytest.raises(UsageError, match="no revision 3"):
            send(press, revision=3)
    assert len(sent.outbox) == 4


def test_what_is_made_for_the_archive_is_not_posted_until_it_is_named(sent: House) -> None:
    """Of folders and webhooks as of mails."""
    audiences = FILES["config/audiences.yaml"].replace(
        "label: Sales", "label: Sales, channels: [{folder: share}]"
    )
    sent.write("config/audiences.yaml", audiences)
    (sent.root / "share").mkdir()
    correct(sent)
    asked_again(sent)
    filled(sent, "2026-W23", "2026-W23")
    with sent.press() as press:
        tick(press)
        assert list((sent.root / "share").iterdir()) == []
        # Nor does a revision that nobody has count as the one that goes to who asks for it.
        assert send(press).order.edition.revision == 1
        assert len(sent.outbox) == 2
        done = send(press, revision=2)
    assert [(item.channel, item.state) for item in done.deliveries] == [
        ("outbox", "sent"), ("outbox", "sent"), ("folder", "sent"),
    ]  # fmt: skip
    assert len(list((sent.root / "share").iterdir())) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"approval": "{by: ida@example.test}"}, "waits for ida@example.test"),
        ({"question": "What do {{ customers }} order?"}, "unresolved in its texts: {{, }}"),
    ],
)
def test_what_was_made_for_the_archive_is_held_before_its_first_reader(
    house: House, changes: dict[str, str], reason: str
) -> None:
    house.write("reports/orders.yaml", report(**changes))
    house.clock.at = MONDAY
    filled(house, "2026-W24", "2026-W24")
    with house.press() as press:
        ((record, _),) = press.ledger.history.latest()
        assert record.state == "ready", "the archive has it, nobody else"
        done = send(press)
        assert done.published is not None
        assert (done.published.state, done.published.reason, done.deliveries) == ("held", reason, ())
        assert [alert.kind for alert in press.ledger.alerts.current()] == ["held"]
        previews = [name for name in house.outbox if "ida" in name]
        assert (len(house.outbox), len(previews)) == ((1, 1) if "approval" in changes else (0, 0))
        assert send(press).deliveries == (), "asking again changes nothing"
        (record,) = press.ledger.editions.held()
        assert release(press, record, "Ida")
        assert [item.state for item in send(press).deliveries] == ["sent", "sent"]


def test_a_press_that_dies_over_a_revision_sends_nothing_either(sent: House) -> None:
    correct(sent)
    with sent.press() as press:
        first = revisions(sent)[0]
        press.ledger.editions.want(
            first.key.__class__(**{**vars(first.key), "revision": 2}), as_of=first.as_of
        )
        tick(press)
    assert [(each.key.revision, each.state) for each in revisions(sent)] == [(1, "ready"), (2, "ready")]
    assert len(sent.outbox) == 2


def test_nothing_new_is_no_revision(sent: House) -> None:
    correct(sent, "UPDATE orders SET amount = amount")  # Loaded anew, with the same rows.
    sent.write("config/kpis/more.yaml", "kpis: {more: {label: More, meaning: More of it., count: orders}}\n")
    revision = asked_again(sent)
    assert (revision.published, revision.printed.order.edition.revision) == (None, 1)
    assert len(revisions(sent)) == 1


def test_a_changed_definition_is_a_revision_without_other_figures(sent: House) -> None:
    sent.write("reports/orders.yaml", report("Orders of the week"))
    revision = asked_again(sent)
    found = revision.differences
    assert found is not None
    assert (found.values, found.templates, found.versions) == (False, (), ())
    assert "+title: Orders of the week" in found.definitions
    assert any("Orders of the week" in line for line in found.text)


def test_fault_l06_what_is_gone_is_made_again_as_a_new_revision(sent: House) -> None:
    shutil.rmtree(sent.var / "archive")
    revision = asked_again(sent)
    assert revision.differences is None
    assert [each.key.revision for each in revisions(sent)] == [1, 2]
    assert len(sent.outbox) == 2


def filled(house: House, first: str, last: str) -> list[Filled]:
    with house.press() as press:
        return list(backfill(press, Wish("orders"), stretch(press, "orders", first, last)))


def test_a_backfill_makes_what_is_missing_and_sends_nothing(sent: House) -> None:
    done = filled(sent, "2026-W22", "2026-W25")
    assert [(each.period, each.left) for each in done] == [
        ("2026-W22", ""),
        ("2026-W23", ""),
        ("2026-W24", "made 2026-06-15"),
        ("2026-W25", "not over yet"),
    ]
    with sent.press() as press:
        week = press.ledger.history.of_period("orders", "2026-W23")[0]
        # Each tells what changed since the one before, which is in the archive now.
        assert again.job_of_bundle(press, again.manifest_of(press, week)).material.former is not None
        tick(press)
    assert len(sent.outbox) == 2
    assert all(each.left for each in filled(sent, "2026-W22", "2026-W24"))


def test_a_backfill_leaves_to_the_schedule_what_is_due_later(house: House) -> None:
    house.clock.at = MONDAY.replace(hour=4)
    (one,) = filled(house, "2026-W24", "2026-W24")
    assert one.left == "due 2026-06-15 07:00: the schedule makes it"


def test_a_backfill_leaves_to_the_schedule_what_fell_due_while_nobody_looked(sent: House) -> None:
    sent.clock.at = MONDAY.replace(day=30)
    assert [(each.period, each.left) for each in filled(sent, "2026-W23", "2026-W26")] == [
        ("2026-W23", ""),
        ("2026-W24", "made 2026-06-15"),
        ("2026-W25", "due 2026-06-22 07:00: the schedule has not looked yet"),
        ("2026-W26", "due 2026-06-29 07:00: the schedule has not looked yet"),
    ]
    with sent.press() as press:
        tick(press)
        assert press.ledger.history.of_period("orders", "2026-W25")[0].state == "skipped"
    assert len(sent.outbox) == 4, "the newest one goes to its readers"


def test_an_edition_skipped_after_a_downtime_is_filled_in_silently(sent: House) -> None:
    sent.clock.at = MONDAY.replace(month=7, day=6)
    with sent.press() as press:
        tick(press)
        assert press.ledger.history.of_period("orders", "2026-W25")[0].state == "skipped"
    assert len(sent.outbox) == 4
    (one,) = filled(sent, "2026-W25", "2026-W25")
    assert one.published is not None
    assert one.published.state == "ready"
    with sent.press() as press:
        tick(press)
    assert len(sent.outbox) == 4


@pytest.mark.parametrize(("first", "last"), [("2026-W24", "2026-W20"), ("1990-W01", "2026-W24")])
def test_no_stretch_of_periods(house: House, first: str, last: str) -> None:
    with house.press() as press, pytest.raises(UsageError, match="no 1000 periods"):
        stretch(press, "orders", first, last)


def test_differences_as_plain_values_are_json(sent: House) -> None:
    from broadsheet.cli.differences import plain

    correct(sent)
    found = asked_again(sent).differences
    assert found is not None
    assert json.loads(json.dumps(plain(found)))["totals"][0]["cell"]["kpi"] == "revenue"
