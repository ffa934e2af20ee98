"""A password lives in the environment alone: no output, log or file of ours ever shows it."""

from __future__ import annotations

import socket

import pytest

from broadsheet.ledger.horizons import Horizon
from cli.conftest import Command, Said
from press.workspace import FILES, SETTINGS, SUNDAY, House
from support.smtp import PASSWORD, USER, MailServer

SECRET = "Kn0rr-und-5egel"


def test_a_password_is_never_shown(
    house: House, command: Command, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    url = f"postgresql://reader:${{env:SHOP_PASSWORD}}@127.0.0.1:{closed}/shop"
    house.write("config/sources.yaml", FILES["config/sources.yaml"].replace("duckdb:///shop.duckdb", url))
    mail = f"mail: {{channel: smtp, host: localhost, port: {closed}, timeout: 2, user: press,"
    house.write("config/settings.yaml", f"{SETTINGS}{mail} password: '${{env:SHOP_PASSWORD}}'}}\n")
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    house.clock.at = SUNDAY
    with house.press() as press:
        press.ledger.horizons.enter([], {"orders": Horizon(SUNDAY)})
    said: list[Said] = [
        command("-C", house.root, *words.split())
        for words in (
            "check --data",
            "run orders",
            "run orders --send --period 2026-W24",
            "tick",
            "doctor --mail me@example.test",
            "history --json",
            "plan",
        )
    ]
    assert [item.code for item in said] == [1, 1, 3, 3, 1, 0, 0], said
    shown = "".join(item.out + item.err for item in said) + caplog.text
    assert "cannot be reached" in shown
    assert SECRET not in shown
    written = [path for path in house.var.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []
    debugged = command("-C", house.root, "--debug", "run", "orders").err
    assert "Traceback" in debugged
    assert SECRET not in debugged


def test_what_a_mail_server_quotes_is_not_shown(
    house: House, command: Command, monkeypatch: pytest.MonkeyPatch, smtp_server: MailServer
) -> None:
    """A reply is printed as it came, but for the password or the access token that it quotes."""
    mail = f"channel: smtp, host: localhost, port: {smtp_server.port}, ca_file: '{smtp_server.ca_file}'"
    logins = {
        PASSWORD: "password: '${env:SMTP_PASSWORD}'",
        "ya29-t0ken": "token_command: [printf, ya29-t0ken]",
    }
    smtp_server.tokens.append("ya29-t0ken")
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
    for secret, login in logins.items():
        house.write("config/settings.yaml", f"{SETTINGS}mail: {{{mail}, user: {USER}, {login}}}\n")
        for words in ("doctor --mail me@example.test", "run orders --period 2026-W24 --to me@example.test"):
            smtp_server.answer("RCPT", f"550 5.7.1 {secret} may not send")
            said = command("-C", house.root, *words.split())
            shown = said.out + said.err
            assert "550 5.7.1 *** may not send" in shown, shown
            assert secret not in shown
