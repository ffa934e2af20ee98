"""The archive in bad weather: a full disk, bytes that were lost or altered after they were stored."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from broadsheet import failpoints
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.press import again, run
from broadsheet.press.deliver import deliver_due
from broadsheet.press.editions import manifest_of
from broadsheet.press.press import Press
from broadsheet.press.tick import make_due, tick
from press.workspace import MONDAY, House
from support.inline import InlinePool

pytestmark = pytest.mark.faults


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Pool", InlinePool)
    monkeypatch.setattr(again, "Pool", InlinePool)


@pytest.fixture
def due(house: House) -> House:
    """The house at the moment when an edition is due."""
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    return house


def the_edition(press: Press) -> EditionRecord:
    (record,) = press.ledger.history.of_period("orders", "2026-W24")
    return record


def full_at(step: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The disk is full whenever the process comes to a step; returns what makes room."""

    def reached(name: str) -> None:
        if name == step:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(failpoints, "reached", reached)
    return lambda: monkeypatch.setattr(failpoints, "reached", lambda _name: None)


@pytest.mark.parametrize("step", ["archive.before-write", "archive.before-sync", "archive.before-rename"])
def test_fault_l04_disk_full_in_the_archive(due: House, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_room = full_at(step, monkeypatch)
    with due.press() as press:
        (published,) = make_due(press)
        assert (published.state, "No space left on device" in published.reason) == ("postponed", True)
        record = the_edition(press)
        assert (record.state, record.cause, record.manifest) == ("due", "storage", None)
        assert press.ledger.deliveries.of(record) == ()
        assert [path for path in (due.var / "archive").rglob(".new-*") if path.is_file()] == []
        make_room()
        due.clock.at = record.next_at + timedelta(seconds=1)
        tick(press)
        assert the_edition(press).state == "ready"
    assert len(due.outbox) == 2


def made(press: Press) -> tuple[EditionRecord, tuple[DeliveryRecord, ...]]:
    """The edition with its letters queued."""
    list(make_due(press))
    record = the_edition(press)
    return record, press.ledger.deliveries.of(record)


def tear(house: House, digest: str) -> Path:
    """Leave half of an object, as a disk does that lied about having written it."""
    path = house.var / "archive" / digest[:2] / digest
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def test_fault_l05_torn_artifact(due: House) -> None:
    with due.press() as press:
        record, (ada, bo) = made(press)
        message, pdf = press.archive.get(ada.message), manifest_of(press, record).files["pdf"]
        whole = press.archive.get(pdf)
        for digest in (ada.message, pdf):
            tear(due, digest)
        assert [attempt.outcome.state for attempt in deliver_due(press)] == ["sent", "sent"]
        assert press.archive.get(pdf) == whole
        assert press.archive.get(ada.message) == message
        assert {item.message for item in press.ledger.deliveries.of(record)} == {ada.message, bo.message}
    letters = [path.read_bytes() for path in (due.var / "outbox").glob("*")]
    assert message in letters
    attached = [part.get_payload(decode=True) for part in message_from_bytes(letters[0]).walk()]
    assert whole in attached


def test_a_message_that_nobody_can_have_may_bear_another_second(due: House) -> None:
    with due.press() as press:
        record, (ada, _) = made(press)
        tear(due, ada.message)
    due.write(
        "config/settings.yaml", "version: 1\ncompany: Example Tackle\nmail: {reply_to: desk@example.test}\n"
    )
    with due.press() as press:
        assert [attempt.outcome.state for attempt in deliver_due(press)] == ["sent", "sent"]
        told = [event.what for event in press.ledger.history.events(record)]
        assert told.count("made again") == 1


def test_what_cannot_be_drawn_again_is_never_sent(due: House) -> None:
    with due.press() as press:
        record, (ada, _) = made(press)
        for digest in (
            ada.message,
            manifest_of(press, record).files["job.json"],
            manifest_of(press, record).files["pdf"],
        ):
            tear(due, digest)
        states = {attempt.delivery.recipient: attempt.outcome.state for attempt in deliver_due(press)}
        assert states == {"ada@example.test": "retry", "bo@example.test": "sent"}
        (left,) = (item for item in press.ledger.deliveries.of(record) if item.id == ada.id)
        assert (left.state, "altered on disk" in left.reply) == ("queued", True)
    assert len(due.outbox) == 1


def test_what_somebody_may_have_keeps_its_bytes_or_is_not_sent(due: House) -> None:
    with due.press() as press:
        record, (ada, _) = made(press)
        sending = press.ledger.deliveries.sending(ada)
        assert sending is not None
        press.ledger.deliveries.settle(
            sending, "uncertain", "the link broke", due.clock.at, cause="uncertain"
        )
        tear(due, ada.message)
    due.write(
        "config/settings.yaml", "version: 1\ncompany: Example Tackle\nmail: {reply_to: desk@example.test}\n"
    )
    with due.press() as press:
        states = {attempt.delivery.recipient: attempt.outcome.state for attempt in deliver_due(press)}
        assert states["ada@example.test"] == "retry"
        assert press.ledger.deliveries.of(record)[0].message == ada.message
