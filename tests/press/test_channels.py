"""Folders and webhooks through the same door as mail: queued with the edition, tried again, looked at before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from io import BytesIO

import pikepdf
import pytest

from broadsheet.definitions.models.approvals import Approval
from broadsheet.errors import BroadsheetError
from broadsheet.press.agenda import agenda
from broadsheet.press.approval import show
from broadsheet.press.bundle import letter_of
from broadsheet.press.demand import Wish, order_for, send_test
from broadsheet.press.run import print_orders
from broadsheet.press.tick import tick
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report
from support.web import WebServer, web_server


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def by_channels(house: House, channels: str) -> None:
    was = "label: Sales, "
    house.write(
        "config/audiences.yaml", FILES["config/audiences.yaml"].replace(was, f"{was}channels: {channels}, ")
    )
    house.write("config/settings.yaml", SETTINGS + 'webhook_hosts: ["127.0.0.1"]\n')


def look(house: House, **environ: str) -> dict[str, tuple[str, str]]:
    """Tick; how the deliveries of the latest edition stand, by channel (of mails: the recipient)."""
    with house.press(environ) as press:
        tick(press)
        (record, _), *_ = press.ledger.history.latest()
        return {
            item.recipient if item.channel == "outbox" else item.channel: (item.state, item.reply)
            for item in press.ledger.deliveries.of(record)
        }


def test_an_edition_goes_to_a_folder_and_a_webhook_as_well(house: House, web: WebServer) -> None:
    by_channels(house, '[{folder: share}, {webhook: "${env:CHAT}", form: slack}]')
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    web.status = 503
    first = look(house, CHAT=web.url("/T0/B0/secret"))
    assert [first[name][0] for name in ("ada@example.test", "bo@example.test")] == ["sent", "sent"]
    assert first["folder"] == ("queued", "the folder share is not there; is its share mounted?")
    assert first["webhook"] == ("queued", "127.0.0.1 answered 503")
    (house.root / "share").mkdir()
    web.status = 200
    house.clock.at += timedelta(minutes=1)
    second = look(house, CHAT=web.url("/T0/B0/secret"))
    assert {state for state, _ in second.values()} == {"sent"}
    assert sorted(path.name for path in (house.root / "share").iterdir()) == [
        "orders-2026-W24.html",
        "orders-2026-W24.pdf",
    ]
    assert (house.root / "share" / "orders-2026-W24.pdf").read_bytes().startswith(b"%PDF-")
    refused, taken = web.calls
    assert taken.body["text"].startswith("*Orders")
    assert refused.headers["Idempotency-Key"] == taken.headers["Idempotency-Key"]
    assert len(taken.headers["Idempotency-Key"]) == 64
    with house.press() as press:
        (record, _), *_ = press.ledger.history.latest()
        told = " ".join(event.detail for event in press.ledger.history.events(record))
    assert "secret" not in told, "the address of a webhook is a secret"


def test_a_channel_that_an_audience_has_lost_gets_nothing(house: House) -> None:
    by_channels(house, "[{folder: share}]")
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    assert look(house)["folder"][0] == "queued"
    house.write("config/audiences.yaml", FILES["config/audiences.yaml"])
    (house.root / "share").mkdir()
    house.clock.at += timedelta(minutes=1)
    assert look(house)["folder"] == ("cancelled", "audience sales has no folder share any more")
    assert list((house.root / "share").iterdir()) == []


def test_pdfs_of_an_audience_open_with_its_password_only(house: House) -> None:
    was = "label: Sales, "
    locked = FILES["config/audiences.yaml"].replace(
        was, was + 'password: {bo@example.test: "${env:BO_PDF}"}, '
    )
    house.write("config/audiences.yaml", locked)
    house.write("reports/orders.yaml", report(attach="[workbook]"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    first = look(house)
    assert first["ada@example.test"][0] == "sent"
    assert first["bo@example.test"][0] == "queued", "never without the lock"
    assert "BO_PDF, which is not set" in first["bo@example.test"][1]
    house.clock.at += timedelta(minutes=1)
    assert look(house, BO_PDF="correct horse")["bo@example.test"][0] == "sent"
    mails = {
        path.name.split(".")[-3]: message_from_bytes(path.read_bytes(), policy=policy.SMTP)
        for path in house.var.glob("outbox/*.eml")
    }
    files = {
        name: {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
        for name, mail in mails.items()
    }
    assert set(files["ada-example"]) == {"orders-2026-W24.pdf", "orders-2026-W24.xlsx"}
    assert set(files["bo-example"]) == {"orders-2026-W24.pdf"}, "a workbook cannot be locked"
    body = mails["bo-example"].get_body(("plain",))
    assert body is not None
    assert "cannot be locked with a password: orders-2026-W24.xlsx." in body.get_content()
    assert "correct horse" not in body.get_content()
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(files["bo-example"]["orders-2026-W24.pdf"]))
    with pikepdf.open(BytesIO(files["bo-example"]["orders-2026-W24.pdf"]), password="correct horse") as pdf:
        assert len(pdf.pages) > 0


def test_a_password_agreed_while_letters_wait_is_for_these_as_well(house: House) -> None:
    """A workbook that was attached before cannot be locked: it stays behind, and the letter says so."""
    house.write("reports/orders.yaml", report(attach="[workbook]"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    blocked = house.var / "outbox"
    blocked.write_text("no folder")
    house.clock.at = MONDAY
    assert {state for state, _ in look(house).values()} == {"queued"}
    blocked.unlink()
    was = "label: Sales, "
    agreed = was + 'password: {bo@example.test: "${env:BO_PDF}"}, '
    house.write("config/audiences.yaml", FILES["config/audiences.yaml"].replace(was, agreed))
    house.clock.at += timedelta(minutes=10)
    assert {state for state, _ in look(house, BO_PDF="correct horse").values()} == {"sent"}
    (path,) = blocked.glob("*bo-example*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.SMTP)
    ((name, pdf),) = [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    assert name == "orders-2026-W24.pdf"
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(pdf))
    body = mail.get_body(("plain",))
    assert body is not None
    assert "cannot be locked with a password: orders-2026-W24.xlsx." in body.get_content()
    (other,) = blocked.glob("*ada-example*.eml")
    assert b"orders-2026-W24.xlsx" in other.read_bytes()


def test_a_preview_and_a_test_copy_are_locked_like_the_letters(house: House) -> None:
    was = "label: Sales, "
    agreed = FILES["config/audiences.yaml"].replace(was, was + 'password: "${env:SALES_PDF}", ')
    house.write("config/audiences.yaml", agreed)
    house.write("reports/orders.yaml", report(attach="[workbook]", approval="{by: ida@example.test}"))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        tick(press)
        assert [record.state for record, _ in press.ledger.history.latest()] == ["held"]
        (printed,) = print_orders(press, [order_for(press, Wish("orders"))])
        assert printed.artifacts is not None
        with pytest.raises(BroadsheetError, match="SALES_PDF, which is not set"):
            send_test(press, printed.artifacts, "bo@example.test")
    assert house.outbox == [], "never without the lock"
    with house.press({"SALES_PDF": "correct horse"}) as press:
        ((record, _),) = press.ledger.history.latest()
        letter = letter_of(printed.artifacts)
        assert show(press, record, letter, Approval(by="ida@example.test")).state == "sent"
        assert send_test(press, printed.artifacts, "bo@example.test").state == "sent"
    for path in house.var.glob("outbox/*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.SMTP)
        ((name, pdf),) = [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
        assert name == "orders-2026-W24.pdf", "a workbook cannot be locked"
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(pdf))
    assert len(house.outbox) == 2


def test_the_plan_tells_when_the_last_mail_leaves_and_what_does_not_fit(house: House) -> None:
    smtp = "mail: {channel: smtp, host: relay.example.test, limits: {per_minute: 1, per_day: %s}}\n"
    for per_day, notes in (
        (10, ("last mail at Mon 07:01 by mail.limits",)),
        (1, ("last mail at Tue 07:00 by mail.limits",)),
    ):
        house.write("config/settings.yaml", SETTINGS + smtp % per_day)
        with house.press() as press:
            (planned,) = agenda(press, 1)
        assert planned.notes == notes
    house.write("reports/orders.yaml", report(schedule='{every: day, at: "07:00"}', period="day"))
    with house.press() as press:
        first, *_ = agenda(press, 2)
    assert first.notes == ("last mail at Tue 07:00 by mail.limits",)
    house.write("config/settings.yaml", SETTINGS + (smtp % 1).replace("limits", "max_age: 3, limits"))
    with house.press() as press:
        first, *_ = agenda(press, 2)
    assert first.notes == ("last mail at Tue 07:00 by mail.limits; too late, mails expire at Mon 10:00",)


DYING = """
import os, sys
from datetime import datetime
from pathlib import Path
from broadsheet import failpoints
from broadsheet.clock import FixedClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.press.deliver import deliver_due
from broadsheet.press.press import Press

failpoints.reached = lambda step: os._exit(9) if step == sys.argv[3] else None
root = Path(sys.argv[1])
clock = FixedClock(datetime.fromisoformat(sys.argv[2]))
list(deliver_due(Press(load_workspace(root), clock, os.environ, root / "var")))
"""


@pytest.mark.faults
@pytest.mark.parametrize(
    ("step", "calls"), [("folder.after-file", 1), ("webhook.before-call", 1), ("webhook.after-call", 2)]
)
def test_who_dies_while_it_writes_or_calls_leaves_it_to_the_next(
    house: House, web: WebServer, step: str, calls: int
) -> None:
    by_channels(house, '[{folder: share}, {webhook: "${env:CHAT}"}]')
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    environ = {"CHAT": web.url("/hook")}
    assert look(house)["webhook"][0] == "queued", "its variable is not set"
    (house.root / "share").mkdir()
    house.clock.at += timedelta(minutes=1)
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(house.root), house.clock.at.isoformat(), step],
        env={**os.environ, **environ},
        timeout=60,
        check=False,
    )
    assert died.returncode == 9
    house.clock.at += timedelta(minutes=20)
    assert {state for state, _ in look(house, **environ).values()} == {"sent"}
    assert len(list((house.root / "share").glob("orders-*"))) == 2
    assert len(web.calls) == calls
    assert len({call.headers["Idempotency-Key"] for call in web.calls}) == 1
