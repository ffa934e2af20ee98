"""The last look before a letter leaves: who may have it now, and whether its bytes are what was queued."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from sqlalchemy import update

from broadsheet.archive.manifest import get_manifest, put_manifest
from broadsheet.definitions.people import People, filed_people
from broadsheet.errors import RefusedError, UsageError
from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.ledger.tables import delivery, edition
from broadsheet.press.deliver import deliver_due
from broadsheet.press.egress import readers_now
from broadsheet.press.personal import password_of
from broadsheet.press.press import Press
from broadsheet.press.resend import resend, to_resend
from support.mailroom import Mailroom
from support.smtp import MailServer

ADA, BO = "ada@example.test", "bo@example.test"
REPORT = "title: T\nquestion: Q?\naudience: sales\nperiod: week\nblocks: [{text: Nothing.}]\n"
LISTED = f"audiences: {{sales: {{label: Sales, recipients: [{ADA}, {BO}]}}}}\n"


def small_pdf() -> bytes:
    into = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(into)
    return into.getvalue()


def audiences(room: Mailroom, text: str) -> None:
    (room.root / "config/audiences.yaml").write_text(text, encoding="utf-8")


def sent(press: Press, record: EditionRecord) -> list[DeliveryRecord]:
    """The letters of an edition after a look at what is due."""
    tuple(deliver_due(press))
    return sorted(press.ledger.deliveries.of(record), key=lambda item: item.recipient)


@pytest.mark.parametrize(
    ("now", "states", "reply"),
    [
        ("sales: {label: Sales, recipients: [ADA, BO]}", "sent sent", ""),
        ("sales: {label: Sales, recipients: [Bo <BO@Example.test>, ADA]}", "sent sent", ""),
        (
            "sales: {label: Sales, recipients: [ADA]}",
            "sent cancelled",
            "not a reader of sales · all any more",
        ),
        (
            "other: {label: Sales, recipients: [ADA, BO]}",
            "cancelled cancelled",
            "there is no audience “sales”",
        ),
        ("sales: {label: S, audiences: [team]}, team: {label: T, recipients: [ADA, BO]}", "sent sent", ""),
        (
            "sales: {label: S, audiences: [team], domains: [other.test]}, team: {label: T, recipients: [ADA, BO]}",
            "cancelled cancelled",
            "is not a reader",
        ),
        (
            "sales: {label: Sales, file: people.csv}",
            "queued queued",
            "cannot be understood",
        ),
        ("sales: [", "queued queued", "config/audiences.yaml cannot be understood"),
        ("sales: {label: Sales, recipients: [nobody]}", "queued queued", "cannot be understood"),
        ("", "queued queued", "cannot be understood"),
    ],
)
def test_who_reads_now_is_asked_at_the_door(room: Mailroom, now: str, states: str, reply: str) -> None:
    room.settings("channel: outbox")
    record = room.queue([ADA, BO])
    with room.press() as press:
        text = f"audiences: {{{now}}}\n" if now else ""
        audiences(room, text.replace("ADA", ADA).replace("BO]", f"{BO}]"))
        items = sent(press, record)
        assert [item.state for item in items] == states.split()
        assert reply in items[-1].reply
        audiences(room, LISTED)
        room.later(minutes=1)
        left = [item.state for item in sent(press, record)]
        assert left == states.replace("queued", "sent").split(), (
            "once it can be told again, what waited leaves"
        )


def test_nobody_gets_anything_by_what_a_file_said_before_it_broke(room: Mailroom) -> None:
    """Bo was taken out in the same change that broke the file: no second look may fall back to the former one."""
    room.settings("channel: outbox")
    record = room.queue([ADA, BO])
    with room.press() as press:
        audiences(room, f"audiences: {{sales: {{label: Sales, recipients: [{ADA}]}}}}\nother: [\n")
        for _ in range(3):
            assert {item.state for item in sent(press, record)} == {"queued"}
            room.later(hours=1)
        audiences(room, f"audiences: {{sales: {{label: Sales, recipients: [{ADA}]}}}}\n")
        room.later(hours=9)
        assert [item.state for item in sent(press, record)] == ["sent", "cancelled"]


@pytest.mark.parametrize(
    ("wrong", "reply"),
    [
        ("message of another", "is not the one that was queued"),
        ("scope of the letter", "queued for other rows than the edition shows"),
        ("no scope at all", "may see other rows now"),
        ("scope of the edition", "may see other rows now"),
        ("bundle of another", "made of another edition's bundle"),
        ("rows of the bundle", "the archived bundle holds other rows"),
        ("another reader", "addressed to somebody else"),
        ("another identity", "is not the one that was queued"),
    ],
)
def test_bytes_that_were_mixed_up_do_not_leave(room: Mailroom, wrong: str, reply: str) -> None:
    room.settings("channel: outbox")
    first, second = room.queue([ADA, BO]), room.queue([ADA], period="2026-W25")
    with room.press() as press:
        ada, bo = sorted(press.ledger.deliveries.of(first), key=lambda item: item.recipient)
        (later,) = press.ledger.deliveries.of(second)
        other = put_manifest(
            press.archive, replace(get_manifest(press.archive, ada.artifact), scope="0" * 64)
        )
        content = press.archive.get(ada.message).replace(b"To: ada@", b"To: bo@")
        of_letter, of_edition = {
            "message of another": ({"message": later.message}, {}),
            "scope of the letter": ({"scope": "0" * 64}, {}),
            "no scope at all": ({"scope": ""}, {"scope": ""}),
            "scope of the edition": ({}, {"scope": "0" * 64}),
            "bundle of another": ({"artifact": later.artifact}, {}),
            "rows of the bundle": ({"artifact": other}, {"manifest": other}),
            "another reader": ({"message": press.archive.put(content)}, {}),
            "another identity": ({"message_id": "<another@x>"}, {}),
        }[wrong]
        with press.ledger.editions._store.write() as connection:
            for table, number, values in ((delivery, ada.id, of_letter), (edition, first.id, of_edition)):
                if values:
                    connection.execute(update(table).where(table.c.id == number).values(values))
        stopped, *_ = sent(press, first)
        assert (stopped.state, stopped.cause) == ("blocked", "entitlement")
        assert reply in stopped.reply
        assert "blocked" in {alert.kind for alert in press.ledger.alerts.untold()}
        assert not [name for name in (room.root / "var/outbox").glob("*ada*") if "W24" in name.name]
        assert bo.id != stopped.id


def test_folders_and_webhooks_leave_by_the_same_door(room: Mailroom) -> None:
    """Also one that has gone: its letter is cancelled, not sent; files can be read by whoever may read the folder."""
    room.settings("channel: outbox")
    share, hook = room.root / "share", "${env:CHAT}"
    record = room.queue([ADA], beside=[("folder", "share"), ("webhook", hook)])
    kept = f"audiences: {{sales: {{label: Sales, recipients: [{ADA}], channels: [{{folder: share}}]}}}}\n"
    audiences(room, kept)
    share.write_text("a file where the folder should be")
    with room.press() as press:
        found = {item.channel: item for item in sent(press, record)}
        assert {name: item.state for name, item in found.items()} == {
            "outbox": "sent",
            "folder": "queued",
            "webhook": "cancelled",
        }
        assert "is its share mounted?" in found["folder"].reply
        assert found["webhook"].reply == f"audience sales has no webhook {hook} any more"
        share.unlink()
        share.mkdir(mode=0o755)
        room.later(minutes=1)
        share.chmod(0o555)
        if os.geteuid():  # who may do everything writes all the same
            assert {item.state for item in sent(press, record)} == {"sent", "queued", "cancelled"}
        share.chmod(0o750)
        room.later(minutes=30)
        assert {item.state for item in sent(press, record)} == {"sent", "cancelled"}
    (file,) = share.iterdir()
    assert (file.name, oct(file.stat().st_mode & 0o777)) == ("sales-weekly.pdf", "0o640")
    assert file.read_bytes() == b"%PDF-1.7 not really"


def test_a_bundle_that_is_gone_leaves_a_folder_waiting(room: Mailroom) -> None:
    room.settings("channel: outbox")
    record = room.queue([ADA], beside=[("folder", "share")])
    audiences(
        room, f"audiences: {{sales: {{label: Sales, recipients: [{ADA}], channels: [{{folder: share}}]}}}}\n"
    )
    (room.root / "share").mkdir()
    with room.press() as press:
        listed = next(item for item in press.ledger.deliveries.of(record) if item.channel == "folder")
        press.archive._path(json.loads(press.archive.get(listed.message))["sales-weekly.pdf"]).unlink()
        states = {item.channel: item.state for item in sent(press, record)}
    assert states == {"outbox": "sent", "folder": "queued"}


def test_who_gets_it_now_is_told_only_where_they_may_see_the_same(room: Mailroom) -> None:
    room.settings("channel: outbox")
    record = room.queue([ADA, BO])
    with room.press() as press:
        assert set(readers_now(press, record)) == {ADA, BO}
        dimension = "dimensions: {region: {label: Region, via: {orders: region}}}\n"
        (room.root / "config/dimensions.yaml").write_text(dimension, encoding="utf-8")
        audiences(
            room, f"audiences: {{sales: {{label: Sales, recipients: [{ADA}], slice: {{region: North}}}}}}\n"
        )
        with pytest.raises(RefusedError, match="could see other rows"):
            readers_now(press, record)
        assert press.directory.scope("sales", "region=North") is not None
        assert press.directory.recipients(record.key) == ()
        with pytest.raises(UsageError, match="there is no audience “sale”") as unknown:
            press.directory.people("sale")
    assert "sales" in unknown.value.remedy


def test_what_is_to_be_sent_again_has_to_be_there(room: Mailroom) -> None:
    room.settings("channel: outbox")
    record, empty = room.queue([ADA, BO]), room.queue([], period="2026-W25")
    with room.press() as press:
        with pytest.raises(UsageError, match="has no letters"):
            to_resend(press, empty, failed=False, to=None)
        with pytest.raises(UsageError, match="has no letter to ad@") as close:
            to_resend(press, record, failed=False, to="ad@example.test")
        assert ADA in close.value.remedy
        assert to_resend(press, record, failed=True, to=None) == (), "they are under way"
        assert len(to_resend(press, record, failed=False, to=None)) == 2


def test_whoever_asks_need_not_wait_until_a_server_is_tried_again(
    room: Mailroom, smtp_server: MailServer
) -> None:
    room.by_smtp(smtp_server)
    record = room.queue([ADA])
    smtp_server.answer("RCPT", "550 5.7.1 not today")
    with room.press() as press:
        (letter,) = sent(press, record)
        assert letter.state == "rejected"
        press.ledger.channels.trouble("smtp", "down", room.clock.now() + timedelta(minutes=5), refused=True)
        assert [attempt.outcome.state for attempt in resend(press, record, (letter,))] == ["sent"]
        assert press.ledger.channels.shut() == ()


def test_a_domain_that_had_no_mail_waits_for_two_people_and_folders_are_no_domains(room: Mailroom) -> None:
    room.settings("channel: outbox, new_domains: confirm")
    record = room.queue([ADA, "kim@partner.test"], beside=[("folder", "share")])
    readers = f"recipients: [{ADA}, kim@partner.test], channels: [{{folder: share}}]"
    audiences(room, f"audiences: {{sales: {{label: Sales, {readers}}}}}\n")
    (room.root / "share").mkdir()
    with room.press() as press:
        found = {item.recipient: (item.state, item.cause) for item in sent(press, record)}
    assert found == {ADA: ("sent", ""), "kim@partner.test": ("held", "approval"), "share": ("sent", "")}


def test_a_domain_that_is_not_allowed_any_more_gets_nothing(room: Mailroom) -> None:
    room.settings("channel: outbox")
    record = room.queue([ADA, "kim@partner.test"])
    (room.root / "config/people.csv").write_text(f"address\n{ADA}\nkim@partner.test\n")
    audiences(room, "audiences: {sales: {label: Sales, file: config/people.csv}}\n")
    with (room.root / "config/settings.yaml").open("a") as settings:
        settings.write("domains: [example.test]\n")
    with room.press() as press:
        assert [item.state for item in sent(press, record)] == ["sent", "cancelled"]


def test_a_file_of_readers_is_read_once_for_many_letters(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.settings("channel: outbox")
    record, reads = room.queue([ADA, BO]), []

    def counted(*arguments: Any) -> People:
        reads.append(arguments)
        return filed_people(*arguments)

    monkeypatch.setattr("broadsheet.press.readers.filed_people", counted)
    file = room.root / "config/people.csv"
    file.write_text(f"address\n{ADA}\n{BO}\n", encoding="utf-8")
    group = "group: {label: Group, audiences: [sales]}"
    audiences(room, f"audiences: {{sales: {{label: Sales, file: config/people.csv}}, {group}}}\n")
    with room.press() as press:
        assert [item.state for item in sent(press, record)] == ["sent", "sent"]
        assert press.directory.entitled("group", "all") == {ADA, BO}
        assert len(reads) == 1
        file.write_text(f"address\n{BO}\n", encoding="utf-8")
        assert press.directory.entitled("group", "all") == {BO}, "a group is whoever its members are now"
        assert press.directory.entitled("sales", "all") == {BO}
        assert len(reads) == 2


def test_letters_wait_when_their_report_is_deleted_under_way(room: Mailroom) -> None:
    room.settings("channel: outbox")
    record, file = room.queue([ADA]), room.root / "reports/sales-weekly.yaml"
    file.parent.mkdir()
    file.write_text(REPORT, encoding="utf-8")
    with room.press() as press:
        assert press.workspace.reports
        file.unlink()
        (item,) = sent(press, record)
        assert (item.state, item.reply) == (
            "queued",
            "reports/sales-weekly.yaml is not there any more",
        )


PASSWORDS = f"""audiences:
  sales:
    label: Sales
    recipients: [Bo <{BO}>, {ADA}]
    password: {{"Bo <BO@example.test>": "${{env:BO_PDF}}"}}
"""


def test_who_has_a_password_gets_no_pdf_without_it(room: Mailroom, smtp_server: MailServer) -> None:
    room.by_smtp(smtp_server)
    pdf = small_pdf()
    record = room.queue([ADA, BO], pdf=pdf)
    audiences(room, PASSWORDS)
    with room.press() as press:
        ada, bo = sent(press, record)
        assert (ada.state, bo.state) == ("sent", "queued")
        assert "the password of audience sales needs the environment variable BO_PDF" in bo.reply
    room.later(minutes=1)
    with room.press({"BO_PDF": "correct horse"}) as press:
        assert {item.state for item in sent(press, record)} == {"sent"}
    plain, locked = (next(mail.message.iter_attachments()).get_content() for mail in smtp_server.mails)
    assert plain == pdf
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(locked))


@pytest.mark.parametrize("password", ["", "'${env:ALL_PDF}'", "{bo@example.test: '${env:BO_PDF}'}"])
def test_whose_password_it_is(room: Mailroom, password: str) -> None:
    room.settings("channel: outbox")
    more = f", password: {password}" if password else ""
    audiences(room, f"audiences: {{sales: {{label: Sales, recipients: [{ADA}, {BO}]{more}}}}}\n")
    with room.press({"ALL_PDF": "for everyone", "BO_PDF": "for bo alone"}) as press:
        found = [password_of(press, "sales", one) for one in (ADA, "Bo <BO@example.test>")]
        assert password_of(press, "gone", ADA) is None
    known = [one.reveal() if one else "" for one in found]
    assert known == {"": ["", ""], "'": ["for everyone"] * 2, "{": ["", "for bo alone"]}[password[:1]]


def test_a_file_of_readers_that_goes_away_leaves_letters_waiting(room: Mailroom) -> None:
    room.settings("channel: outbox")
    record, file = room.queue([ADA, BO]), room.root / "config/people.csv"
    file.write_text(f"address\n{ADA}\n{BO}\n", encoding="utf-8")
    audiences(room, "audiences: {sales: {label: Sales, file: config/people.csv}}\n")
    with room.press() as press:
        assert press.directory.entitled("sales", "all") == {ADA, BO}
        file.unlink()
        items = sent(press, record)
        assert [item.state for item in items] == ["queued", "queued"]
        assert "people.csv, which names the readers of audience sales, cannot be read" in items[0].reply
        file.write_text(f"address\n{ADA}\n", encoding="utf-8")
        room.later(minutes=1)
        assert [item.state for item in sent(press, record)] == ["sent", "cancelled"]


def test_letters_for_a_mail_server_wait_where_none_is_configured_any_more(
    room: Mailroom, smtp_server: MailServer
) -> None:
    room.by_smtp(smtp_server)
    record = room.queue([ADA])
    room.settings("channel: outbox")
    with room.press() as press:
        (item,) = sent(press, record)
        assert (item.state, item.attempts) == ("queued", 0)
        assert "none is configured" in press.ledger.channels.state("smtp").reason
        room.by_smtp(smtp_server)
    with room.press() as press:
        room.later(minutes=5)
        assert [item.state for item in sent(press, record)] == ["sent"]
