"""Connections to mail servers that talk by a script, refuse us, hang up, or are gone already."""

import socket
import ssl
import time
from contextlib import contextmanager
from threading import Thread

import pytest
import trustme

from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.link import LateError, within
from broadsheet.delivery.outcome import Parcel, send_all
from broadsheet.delivery.smtp import Smtp

PARCEL = Parcel("ada@example.test", "<1@example.test>", b"Subject: hello\r\n\r\nhello\r\n")


@contextmanager
def talking(*answers, context=None):
    """A server that greets, then gives these answers, whatever it is asked, and hangs up; its port, what it heard."""
    heard = []

    def talk():
        plain, _ = listener.accept()
        client = context.wrap_socket(plain, server_side=True) if context else plain
        with client, client.makefile("rwb") as file:
            for answer in answers:
                file.write(answer.encode() + b"\r\n")
                file.flush()
                line = file.readline()
                while answer.startswith("354") and line not in (b".\r\n", b""):
                    line = file.readline()
                heard.append(line.decode().strip().partition(" ")[0].partition(":")[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=talk, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join(10)


@pytest.fixture
def encrypted(tmp_path):
    """Such a server with TLS from the first byte: the settings that reach it, and what it heard."""
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    @contextmanager
    def serving(*answers, **more):
        with talking(*answers, context=context) as (port, heard):
            reached = {"host": "localhost", "port": port, "ca_file": str(tmp_path / "ca.pem")}
            yield Mail(channel="smtp", security="tls", **reached, **more), heard

    return serving


@pytest.mark.parametrize(
    ("answers", "for_good", "reason", "asked"),
    [
        (("554 5.7.1 not you",), True, "takes nothing from this machine: 554 5.7.1 not you", [""]),
        (("421 4.3.2 busy",), False, "cannot be reached", [""]),
        (
            ("220 hi", "250-me\r\n250 STARTTLS", "454 4.7.0 not now"),
            False,
            "cannot be reached",
            ["ehlo", "STARTTLS", ""],
        ),
        (("220 hi", "500 what?", "500 what?"), True, "takes nothing from this machine", ["ehlo", "helo", ""]),
        (("hm",), False, "cannot be reached", [""]),
    ],
)
def test_a_server_that_does_not_let_us_in_hears_nothing_of_us(answers, for_good, reason, asked):
    with talking(*answers) as (port, heard):
        trouble = Smtp(
            Mail(channel="smtp", host="localhost", port=port, user="u", token_command=["x"]), {}
        ).open()
    assert trouble is not None
    assert trouble.refused == for_good
    assert reason in trouble.reason
    assert heard == asked


WELCOME = ("220 hi", "250-me\r\n250 SIZE")


@pytest.mark.parametrize(
    ("answers", "state", "asked"),
    [
        (
            ("250 ok", "250 ok", "451 4.3.0 later", "250 reset"),
            "retry",
            ["mail", "rcpt", "data", "rset", "quit"],
        ),
        (
            ("250 ok", "250 ok", "554 5.7.1 never", "250 reset"),
            "failed",
            ["mail", "rcpt", "data", "rset", "quit"],
        ),
        (("250 ok", "550 5.1.1 nobody"), "rejected", ["mail", "rcpt", "rset"]),
        (
            ("250 ok", "251 will forward", "354 go", "250 taken"),
            "sent",
            ["mail", "rcpt", "data", ".", "quit"],
        ),
        (("250 ok", "250 ok", "354 go", "421 no more"), "retry", ["mail", "rcpt", "data", ".", ""]),
        (("250 ok", "250 ok", "354 go"), "uncertain", ["mail", "rcpt", "data", "."]),
        (("421 4.3.2 closing",), "retry", ["mail", ""]),
        (("250 ok",), "retry", ["mail", "rcpt"]),
        (("530 5.7.0 log in", "250 reset"), "shut", ["mail", "rset", "quit"]),
    ],
)
def test_a_server_that_refuses_or_hangs_up_before_the_message(encrypted, answers, state, asked):
    with encrypted(*WELCOME, *answers) as (mail, heard):
        channel = Smtp(mail, {})
        assert channel.send(PARCEL).state == state
        channel.close()
    assert heard == ["ehlo", *asked]


@pytest.mark.parametrize(
    ("answer", "for_good"),
    [("500 5.5.1 what?", True), ("535 5.7.8 no", True), ("454 4.7.0 not now", False)],
)
def test_a_login_that_is_refused_for_good_is_not_tried_often(encrypted, answer, for_good):
    login = {"user": "u", "password": "${env:MAIL_PASSWORD}"}
    with encrypted("220 hi", "250-me\r\n250 AUTH PLAIN", answer, **login) as (mail, heard):
        trouble = Smtp(mail, {"MAIL_PASSWORD": "correct horse"}).open()
    assert trouble is not None
    assert (trouble.refused, trouble.reason) == (for_good, f"localhost refused user u: {answer}")
    assert heard == ["ehlo", "AUTH", ""]


def test_messages_besides_the_ledger_leave_no_connection_behind(encrypted):
    taken = ("250 ok", "250 ok", "354 go", "250 taken")
    with encrypted(*WELCOME, *taken, *taken) as (mail, heard):
        assert [outcome.state for outcome in send_all(Smtp(mail, {}), [PARCEL, PARCEL])] == ["sent", "sent"]
    assert heard == ["ehlo", *["mail", "rcpt", "data", "."] * 2, "quit"]
    with encrypted("554 5.7.1 not you") as (mail, heard):
        (outcome,) = send_all(Smtp(mail, {}), [PARCEL])
    assert (outcome.state, heard) == ("retry", [""])
    assert "not you" in outcome.reply


def test_a_connection_that_is_gone_already_needs_no_goodbye(encrypted):
    with encrypted(*WELCOME) as (mail, heard):
        channel = Smtp(mail, {})
        assert channel.open() is None
        channel._link.close()
        channel.close()
    assert heard == ["ehlo", ""]
    with (
        pytest.raises(LateError, match=r"no complete answer within 0.01 seconds"),
        within(0.01, lambda: None),
    ):
        time.sleep(0.1)


def test_silence_is_late_whichever_clock_finds_it():
    """That of the whole answer, or that of the socket, which ends a wait for a single byte."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.05)
        with pytest.raises(LateError), within(9, lambda: ours):
            ours.recv(1)
        ours.settimeout(9)
        with pytest.raises(LateError), within(0.05, lambda: ours):
            raise ConnectionResetError if ours.recv(1) == b"" else AssertionError
