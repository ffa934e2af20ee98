"""The helpers themselves: tests that lean on them must be able to trust them."""

from __future__ import annotations

import smtplib
import ssl

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from support.postgres import read_only_role
from support.smtp import PASSWORD, SILENCE, USER, MailServer

TEXT = b"Subject: Sales weekly\r\n\r\nFigures inside.\r\n"


def connect(server: MailServer) -> smtplib.SMTP:
    client = smtplib.SMTP(server.host, server.port, timeout=10)
    client.starttls(context=ssl.create_default_context(cafile=str(server.ca_file)))
    return client


def test_mail_is_kept_as_sent_and_scripted_answers_come_first(smtp_server: MailServer) -> None:
    smtp_server.answer("RCPT", "550 5.1.1 no such user", to="gone@example.test")
    with connect(smtp_server) as client:
        client.login(USER, PASSWORD)
        refused = client.sendmail("press@example.test", ["a@example.test", "gone@example.test"], TEXT)

    assert refused == {"gone@example.test": (550, b"5.1.1 no such user")}
    [mail] = smtp_server.mails
    assert (mail.sender, mail.recipients, mail.content) == ("press@example.test", ("a@example.test",), TEXT)
    assert mail.message["Subject"] == "Sales weekly"


def test_silence_keeps_the_mail_and_drops_the_client(smtp_server: MailServer) -> None:
    smtp_server.answer("DATA", SILENCE)
    client = connect(smtp_server)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.sendmail("press@example.test", ["a@example.test"], TEXT)
    assert len(smtp_server.mails) == 1


def test_certificate_is_not_trusted_without_its_authority(smtp_server: MailServer) -> None:
    with (
        smtplib.SMTP(smtp_server.host, smtp_server.port, timeout=10) as client,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        client.starttls(context=ssl.create_default_context())


def test_reader_reads_and_writes_nothing(postgres_url: URL) -> None:
    owner = create_engine(postgres_url)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE visits (n integer); INSERT INTO visits VALUES (7)"))
    owner.dispose()

    reader = create_engine(read_only_role(postgres_url))
    with reader.connect() as connection:
        assert connection.execute(text("SELECT n FROM visits")).scalar_one() == 7
        with pytest.raises(DBAPIError, match="read-only"):
            connection.execute(text("INSERT INTO visits VALUES (8)"))
    reader.dispose()
