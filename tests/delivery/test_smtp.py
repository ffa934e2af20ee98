"""The SMTP channel against a real server on loopback: replies become outcomes, nothing goes out in plain text."""

from datetime import UTC, datetime

import pytest

from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery import smtp
from broadsheet.delivery.bounces import token_of
from broadsheet.delivery.message import Letter, compose, message_id
from broadsheet.delivery.outcome import Parcel
from broadsheet.delivery.smtp import Smtp
from broadsheet.errors import BroadsheetError, DeliveryError
from support.smtp import PASSWORD, SILENCE, USER, mail_server

DATE = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
LETTER = Letter(
    "sales-weekly · 2026-W24 · sales · r1",
    "sales-weekly",
    "2026-W24",
    "Sales W24",
    "Text\n",
    "<p>Text</p>",
    (),
    b"%PDF-",
)


def settings(server, **changes):
    values = {
        "channel": "smtp",
        "host": server.host,
        "port": server.port,
        "ca_file": str(server.ca_file),
        "sender": "Reports <reports@tidewater.test>",
        "timeout": 10,
    }
    return Mail(**{**values, **changes})


@pytest.fixture
def channel(smtp_server):
    opened = Smtp(settings(smtp_server), {})
    yield opened
    opened.close()


def parcel(recipient):
    message = compose(LETTER, recipient, Mail(), DATE)
    return Parcel(recipient, message_id(LETTER, recipient, Mail()), message)


def refused(channel):
    """The trouble that a channel has before a letter is touched, and whether it heals by waiting."""
    trouble = channel.open()
    assert trouble is not None
    return trouble.refused, trouble.reason


def test_the_message_arrives_byte_for_byte_for_one_recipient(smtp_server, channel):
    outcome = channel.send(sent := parcel("ada@example.test"))
    assert outcome.state == "sent"
    assert outcome.reply.startswith("250")
    (mail,) = smtp_server.mails
    assert mail.recipients == ("ada@example.test",)
    assert mail.sender == "reports@tidewater.test"
    assert mail.content.replace(b"\r\n", b"\n") == sent.message.replace(b"\r\n", b"\n")


def test_one_connection_serves_many_and_a_refusal_spoils_only_one(smtp_server, channel):
    smtp_server.answer("RCPT", "550 5.1.1 no such user", to="bo@example.test")
    states = [
        channel.send(parcel(name)).state for name in ("a@example.test", "bo@example.test", "c@example.test")
    ]
    assert states == ["sent", "rejected", "sent"]
    assert len(smtp_server.mails) == 2


@pytest.mark.parametrize(
    ("verb", "reply", "state"),
    [
        ("MAIL", "451 4.3.0 busy", "retry"),
        ("RCPT", "452 4.5.3 too many recipients", "slow"),
        ("DATA", "421 4.3.2 closing", "retry"),
        ("MAIL", "552 5.3.4 too large", "failed"),
        ("DATA", "554 5.7.1 policy", "failed"),
        ("DATA", SILENCE, "uncertain"),
        ("DATA", "251 2.0.0 taken all the same", "sent"),
        ("DATA", "354 go on", "uncertain"),
        ("DATA", "what?", "uncertain"),
    ],
)
def test_replies_become_outcomes_and_the_next_message_goes_through(smtp_server, channel, verb, reply, state):
    smtp_server.answer(verb, reply)
    outcome = channel.send(parcel("ada@example.test"))
    assert outcome.state == state
    assert channel.send(parcel("bo@example.test")).state == "sent"


def test_login_with_the_password_from_the_environment(smtp_server):
    mail = settings(smtp_server, user=USER, password="${env:MAIL_PASSWORD}")
    good = Smtp(mail, {"MAIL_PASSWORD": PASSWORD})
    assert good.send(parcel("ada@example.test")).state == "sent"
    good.close()
    bad = Smtp(mail, {"MAIL_PASSWORD": "wrong"})
    for_good, reason = refused(bad)
    assert for_good
    assert USER in reason
    assert "wrong" not in reason
    bad.close()


def test_a_missing_password_variable_is_named():
    with pytest.raises(BroadsheetError, match="MAIL_PASSWORD"):
        Smtp(Mail(channel="smtp", host="localhost", user="u", password="${env:MAIL_PASSWORD}"), {})


def test_an_untrusted_certificate_sends_nothing(smtp_server):
    stranger = Smtp(settings(smtp_server, ca_file=None), {})
    for_good, reason = refused(stranger)
    assert for_good
    assert "not trusted" in reason
    assert smtp_server.mails == []


def test_a_server_without_tls_gets_nothing(tmp_path):
    with mail_server(tmp_path, tls="none") as server:
        plain = Smtp(settings(server), {})
        for_good, reason = refused(plain)
        assert for_good
        assert "plain text" in reason
        assert server.mails == []
        plain.close()


def test_implicit_tls(tmp_path):
    with mail_server(tmp_path, tls="implicit") as server:
        channel = Smtp(settings(server, security="tls"), {})
        assert channel.send(parcel("ada@example.test")).state == "sent"
        channel.close()


def test_an_unreachable_server_keeps_the_letter_due(tmp_path):
    nobody = Smtp(Mail(channel="smtp", host="localhost", port=9, timeout=2), {})
    for_good, reason = refused(nobody)
    assert not for_good
    assert "localhost:9 cannot be reached" in reason
    assert nobody.send(parcel("ada@example.test")).state == "retry"


def test_a_missing_certificate_file_is_a_plain_error():
    with pytest.raises(DeliveryError, match=r"nowhere\.pem"):
        Smtp(Mail(channel="smtp", host="localhost", ca_file="nowhere.pem"), {})


@pytest.mark.parametrize("way", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_the_first_way_to_log_in_that_the_server_offers_is_tried_once(tmp_path, way):
    with mail_server(tmp_path, ways=(way,)) as server:
        mail = settings(server, user=USER, password="${env:MAIL_PASSWORD}")
        for password, good in ((PASSWORD, True), ("wrong", False)):
            channel = Smtp(mail, {"MAIL_PASSWORD": password})
            found = channel.open()
            assert (found is None) == good
            assert good or (found.refused and "535" in found.reason)
            channel.close()
        assert server.logins == [way, way]


def test_a_password_in_any_letters(tmp_path):
    for ways, sent in ((("PLAIN",), True), (("LOGIN",), False)):
        with mail_server(tmp_path, ways=ways) as server:
            server.password = "grün-gelb-日本"
            mail = settings(server, user=USER, password="${env:MAIL_PASSWORD}")
            channel = Smtp(mail, {"MAIL_PASSWORD": server.password})
            found = channel.open()
            assert (found is None) == sent
            assert sent or (found.refused and "cannot be sent" in found.reason and "ü" not in found.reason)
            channel.close()


def test_a_server_without_a_login_gets_no_password(tmp_path):
    with mail_server(tmp_path, ways=()) as server:
        channel = Smtp(
            settings(server, user=USER, password="${env:MAIL_PASSWORD}"), {"MAIL_PASSWORD": PASSWORD}
        )
        for_good, reason = refused(channel)
        assert for_good
        assert "offers no STARTTLS or no login" in reason
        token = Smtp(settings(server, user=USER, token_command=("echo", "token-1")), {})
        assert refused(token)[0]
        assert server.logins == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("no-such-program",), "no-such-program: FileNotFoundError"),
        (("sleep", "9"), "sleep: TimeoutExpired"),
        (("echo", "not", "a", "token"), "echo ended with 0 and gave no token"),
        (("sh", "-c", "echo token; exit 1"), "sh ended with 1 and gave no token"),
        (("printf", r"\377\376"), "printf ended with 0 and gave no token"),
        (("true",), "true ended with 0 and gave no token"),
        (("sh", "-c", "read name && echo $name"), "sh ended with 1 and gave no token"),
    ],
)
def test_a_program_without_a_token_is_told_plainly(smtp_server, monkeypatch, command, said):
    monkeypatch.setattr("broadsheet.delivery.tokens.SECONDS", 0.3)
    for_good, reason = refused(Smtp(settings(smtp_server, user=USER, token_command=command), {}))
    assert for_good
    assert said in reason
    assert smtp_server.logins == []


def test_a_connection_is_replaced_after_so_many_messages(smtp_server, monkeypatch):
    monkeypatch.setattr(smtp, "CARRIED", 2)
    channel = Smtp(
        settings(smtp_server, user=USER, password="${env:MAIL_PASSWORD}"), {"MAIL_PASSWORD": PASSWORD}
    )
    states = [channel.send(parcel(f"reader{number}@example.test")).state for number in range(5)]
    channel.close()
    channel.close()
    assert states == ["sent"] * 5
    assert len(smtp_server.logins) == 3


def test_the_envelope_has_the_senders_domain_as_servers_know_it(smtp_server):
    bounces = {
        "host": "imap.example.test",
        "user": "u",
        "password": "${env:P}",
        "address": "Returns <returns@Bücher.example>",
    }
    for more, sender in (
        ({}, "reports@xn--bcher-kva.example"),
        (
            {"bounces": bounces},
            f"returns+{token_of(parcel('ada@example.test').message_id)}@xn--bcher-kva.example",
        ),
    ):
        channel = Smtp(settings(smtp_server, sender="Reports <reports@bücher.example>", **more), {})
        assert channel.send(parcel("ada@example.test")).state == "sent"
        channel.close()
        assert smtp_server.mails[-1].sender == sender


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "nobody"},
        {"sender": "jörg@example.test"},
        {"sender": "a@example.test, b@example.test"},
        {"reply_to": "nobody"},
        {"bounces": {"host": "x", "user": "u", "password": "${env:P}", "address": "nobody"}},
    ],
)
def test_addresses_of_our_own_are_checked_before_anything_is_made(changes):
    with pytest.raises(ValueError, match=r"is not one mail address|cannot be a sender"):
        Mail(**changes)


@pytest.mark.parametrize("size", [0, 10**6, 10**30])
def test_a_limit_that_is_none_keeps_no_message(tmp_path, size):
    with mail_server(tmp_path, size=size) as server:
        channel = Smtp(settings(server), {})
        assert channel.send(parcel("ada@example.test")).state == "sent"
        channel.close()


@pytest.mark.parametrize("host", ["mail..example.test", f"{'m' * 64}.example.test"])
def test_a_name_that_no_server_can_have_is_told_plainly(host):
    assert refused(Smtp(Mail(channel="smtp", host=host), {})) == (
        True,
        f"{host}, user or password hold characters that cannot be sent",
    )
