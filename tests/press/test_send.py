"""Sending: nobody gets an edition twice, nobody is forgotten, and what waits is sent unchanged."""

from __future__ import annotations

import hashlib
import socket
from datetime import timedelta
from email import message_from_bytes, policy

from broadsheet.press.deliver import deliver, deliver_due
from broadsheet.press.demand import Sent, Wish, order_for, send_orders, send_test
from broadsheet.press.run import print_orders
from broadsheet.press.tick import make_due, tick
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report
from soak.staged import staged
from support.smtp import MailServer


def send(house: House, name: str = "orders", period: str | None = "2026-W24") -> Sent:
    with house.press() as press:
        (sent,) = send_orders(press, [order_for(press, Wish(name, period))])
        return sent


def states(sent: Sent) -> dict[str, str]:
    return {item.recipient.partition("@")[0]: item.state for item in sent.deliveries}


def test_nobody_makes_out_the_message_id_of_a_colleague(house: House) -> None:
    """Who knows it can report a letter as undeliverable; edition and address are all that a colleague knows."""
    identities = []
    for _ in range(2):
        identities.append({item.recipient: item.message_id for item in send(house).deliveries})
        for name in ("ledger.sqlite", "ledger.id"):
            (house.var / name).unlink()
    assert identities[0].keys() == identities[1].keys()
    assert not set(identities[0].values()) & set(identities[1].values()), "another ledger, another secret"


def readers(house: House, *addresses: str) -> None:
    was = "[Ada Example <ada@example.test>, bo@example.test]"
    house.write(
        "config/audiences.yaml", FILES["config/audiences.yaml"].replace(was, f"[{', '.join(addresses)}]")
    )


def by_smtp(house: House, port: int, ca_file: str = "") -> None:
    mail = f"mail: {{channel: smtp, host: localhost, port: {port}, timeout: 5"
    house.write("config/settings.yaml", SETTINGS + mail + (f", ca_file: {ca_file}}}\n" if ca_file else "}\n"))


def test_a_second_send_reaches_only_newcomers_with_the_edition_of_the_first(house: House) -> None:
    house.clock.at = MONDAY
    first = send(house)
    assert first.published is not None
    assert states(first) == {"ada": "sent", "bo": "sent"}
    readers(house, "ADA <Ada@Example.test>", "bo@example.test", "cy@example.test")
    house.write("reports/orders.yaml", report("Changed since"))
    second = send(house)
    assert second.published is None, "it is never made again"
    assert [attempt.delivery.recipient for attempt in second.attempts] == ["cy@example.test"]
    assert states(second) == {"ada": "sent", "bo": "sent", "cy": "sent"}
    mails = {
        path.name.split(".")[-3]: message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (house.var / "outbox").glob("*.eml")
    }
    pdfs = {name: next(mail.iter_attachments()).get_content() for name, mail in mails.items()}
    assert set(pdfs) == {"ada-example", "bo-example", "cy-example"}
    assert len(set(pdfs.values())) == 1
    assert send(house).attempts == ()


def test_sending_and_the_schedule_share_one_edition(house: House) -> None:
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY - timedelta(hours=2)
    early = send(house, period=None)
    assert early.order.as_of < MONDAY - timedelta(hours=1)
    house.clock.at = MONDAY
    with house.press() as press:
        assert tick(press).published == ()
    assert len(house.outbox) == 2


def test_a_skipped_or_failed_edition_is_made_when_somebody_asks(house: House) -> None:
    house.clock.at = SUNDAY - timedelta(weeks=1)
    with house.press() as press:
        tick(press)
    house.clock.at = MONDAY
    house.write("templates/page.html.j2", "{{ titel }}")
    with house.press() as press:
        tick(press)
    house.write("templates/page.html.j2", "<p>mended</p>")
    for period in ("2026-W23", "2026-W24"):
        assert states(send(house, period=period)) == {"ada": "sent", "bo": "sent"}


def test_a_test_copy_is_marked_and_leaves_no_trace_in_ledger_and_outbox(house: House) -> None:
    house.clock.at = MONDAY
    send(house)
    with house.press() as press:
        (printed,) = print_orders(press, [order_for(press, Wish("orders"))])
        assert printed.artifacts is not None
        before = press.ledger.history.latest()
        assert send_test(press, printed.artifacts, "ada@example.test").state == "sent"
        assert press.ledger.history.latest() == before
    copy = house.var / "outbox" / "orders.2026-W24.sales.r1.en.test.ada-example.test.eml"
    assert message_from_bytes(copy.read_bytes(), policy=policy.default)["Subject"].startswith("[Test] ")
    assert len(house.outbox) == 3, "it does not replace the real letter"


def test_an_unreachable_server_keeps_letters_queued_and_sends_the_same_bytes_later(
    house: House, smtp_server: MailServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    by_smtp(house, closed)
    house.clock.at = MONDAY
    down = send(house)
    assert states(down) == {"ada": "queued", "bo": "queued"}
    assert down.attempts == (), "no letter is touched while the server is down"
    assert {item.attempts for item in down.deliveries} == {0}
    with house.press() as press:
        assert f"localhost:{closed} cannot be reached" in press.ledger.channels.state("smtp").reason
        stored = {item.message_id: press.archive.get(item.message) for item in down.deliveries}

    by_smtp(house, smtp_server.port, str(smtp_server.ca_file))
    house.clock.at = MONDAY + timedelta(hours=1)
    with house.press() as press:
        assert {attempt.outcome.state for attempt in tick(press).attempts} == {"sent"}
    arrived = {mail.message["Message-ID"]: mail.content.replace(b"\r\n", b"\n") for mail in smtp_server.mails}
    assert arrived == {name: message.replace(b"\r\n", b"\n") for name, message in stored.items()}
    assert [attempt.outcome.state for attempt in send(house).attempts] == []


def test_asking_again_does_not_wait_for_the_next_attempt(house: House, smtp_server: MailServer) -> None:
    by_smtp(house, smtp_server.port, str(smtp_server.ca_file))
    smtp_server.answer("RCPT", "451 4.7.1 greylisted", to="ada@example.test")
    house.clock.at = MONDAY
    assert states(send(house)) == {"ada": "queued", "bo": "sent"}
    assert states(send(house)) == {"ada": "sent", "bo": "sent"}
    assert [mail.recipients for mail in smtp_server.mails] == [("bo@example.test",), ("ada@example.test",)]


def test_a_refused_address_is_told_and_not_tried_again(house: House, smtp_server: MailServer) -> None:
    by_smtp(house, smtp_server.port, str(smtp_server.ca_file))
    smtp_server.answer("RCPT", "550 5.1.1 no such user", to="bo@example.test")
    house.clock.at = MONDAY
    assert states(send(house)) == {"ada": "sent", "bo": "rejected"}
    again = send(house)
    assert again.attempts == ()
    assert [item.reply for item in again.deliveries if item.state == "rejected"] == ["550 5.1.1 no such user"]


def test_an_altered_letter_is_never_sent_but_made_again_byte_for_byte(house: House) -> None:
    house.clock.at = MONDAY
    (house.var / "outbox").parent.mkdir()
    (house.var / "outbox").write_text("a file where the folder should be")
    queued = send(house).deliveries
    (house.var / "outbox").unlink()
    (house.var / "archive" / queued[0].message[:2] / queued[0].message).write_bytes(b"altered")
    with house.press() as press:
        (record, _), *_ = press.ledger.history.latest()
        attempts = list(deliver(press, press.ledger.deliveries.waiting(record), asked=True))
    assert [attempt.outcome.state for attempt in attempts] == ["sent", "sent"]
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (house.var / "outbox").iterdir()}
    assert digests == {item.message for item in queued}


def test_letters_for_a_server_that_is_no_longer_configured_wait_and_say_so(house: House) -> None:
    by_smtp(house, 9)
    house.clock.at = MONDAY
    send(house)
    house.write("config/settings.yaml", SETTINGS)
    assert states(again := send(house)) == {"ada": "queued", "bo": "queued"}
    assert again.attempts == ()
    with house.press() as press:
        assert "none is configured" in press.ledger.channels.state("smtp").reason


def test_what_a_report_attaches_goes_to_everyone_also_to_those_who_join_later(house: House) -> None:
    house.write("reports/orders.yaml", report(attach="[workbook, csv]"))
    house.clock.at = MONDAY
    send(house)
    readers(house, "ada@example.test", "bo@example.test", "eve@example.test")
    send(house)
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.SMTP) for path in house.var.glob("outbox/*.eml")
    ]
    names = {tuple(part.get_filename() for part in mail.iter_attachments()) for mail in mails}
    stem = "orders-2026-W24"
    assert len(mails) == 3
    assert names == {(f"{stem}.pdf", f"{stem}.xlsx", f"{stem}-block-1.csv", f"{stem}-block-2.csv")}
    for mail in mails:
        text = mail.get_body(("plain",))
        assert text is not None
        assert [
            part.get_filename()
            for part in mail.iter_attachments()
            if part.get_filename() not in text.get_content()
        ] == []


def test_the_same_edition_in_another_language_is_another_letter(house: House) -> None:
    """The readers change their language between the two."""
    house.clock.at = MONDAY
    found: list[Sent] = []
    for locale in ("en", "de"):
        audience = f"{{label: Sales, recipients: [ada@example.test, bo@example.test], locale: {locale}}}"
        house.write("config/audiences.yaml", f"audiences:\n  sales: {audience}\n")
        with staged(), house.press() as press:
            found += send_orders(press, [order_for(press, Wish("orders", period="2026-W24"))])
    first, second = found
    assert [len(sent.deliveries) for sent in (first, second)] == [2, 2]
    assert not {item.message_id for item in first.deliveries} & {
        item.message_id for item in second.deliveries
    }


def test_letters_wait_from_the_moment_in_which_their_report_is_deleted(house: House) -> None:
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        assert [item.state for item in make_due(press)] == ["ready"]
        file = house.root / "reports/orders.yaml"
        text = file.read_text(encoding="utf-8")
        file.unlink()
        assert {attempt.outcome.state for attempt in deliver_due(press)} == {"retry"}
        assert house.outbox == []
        file.write_text(text, encoding="utf-8")
        house.clock.at += timedelta(minutes=1)
        assert {attempt.outcome.state for attempt in deliver_due(press)} == {"sent"}
        assert len(house.outbox) == 2
