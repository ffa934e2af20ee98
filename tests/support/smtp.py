"""A mail server on loopback that keeps what it accepts and answers as the test says."""

from __future__ import annotations

import asyncio
import hmac
import ssl
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, TypeVar

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Verb = Literal["MAIL", "RCPT", "DATA"]

USER = "press"
PASSWORD = "correct horse"

#: As a scripted reply: the message is kept, then the connection breaks before the client hears of it.
SILENCE = "silence"

#: As a scripted reply to RCPT: byte after byte of an answer that never ends.
DRIP = "drip"


@dataclass(frozen=True)
class ReceivedMail:
    """One accepted transaction: envelope and bytes as they came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed message."""
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


@dataclass
class MailServer:
    """Where it listens, which CA vouches for it, what came in, what it will answer."""

    ca_file: Path
    host: str = "localhost"
    port: int = 0
    mails: list[ReceivedMail] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    password: str = PASSWORD
    """What USER logs in with."""
    tokens: list[str] = field(default_factory=list)
    """Access tokens that a login by XOAUTH2 may have."""
    accepting: Callable[[], Awaitable[None]] | None = None
    """What happens after the final dot, before the answer to it."""
    mood: Callable[[Verb, str], str | None] = lambda _verb, _to: None
    """The answer to a command that the script has none for, as long as the mood lasts."""
    _script: dict[tuple[Verb, str], list[str]] = field(default_factory=dict)

    def answer(self, verb: Verb, reply: str, *, to: str = "", times: int = 1) -> None:
        """Answer the next `times` commands with `reply` (`451 4.3.0 busy`), for recipient `to` in RCPT."""
        self._script.setdefault((verb, to.lower()), []).extend([reply] * times)

    def _next(self, verb: Verb, to: str = "") -> str | None:
        waiting = self._script.get((verb, to.lower())) or self._script.get((verb, ""))
        return waiting.pop(0) if waiting else self.mood(verb, to)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := self._next("MAIL"):
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._next("RCPT", address)
        while reply == DRIP and not server.transport.is_closing():
            server.transport.write(b"2")
            await asyncio.sleep(0.2)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = self._next("DATA")
        if reply not in (None, SILENCE):
            return reply
        content = envelope.original_content
        assert content is not None
        assert envelope.mail_from is not None
        self.mails.append(ReceivedMail(envelope.mail_from, tuple(envelope.rcpt_tos), content))
        if reply == SILENCE:
            server.transport.abort()
        if self.accepting is not None:
            await self.accepting()
        return "250 2.0.0 accepted"

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802
        """A login by token; a refused one gets a challenge first, which the client answers with nothing."""
        self.logins.append("XOAUTH2")
        words = b64decode(arguments[1]).decode()
        if any(f"auth=Bearer {token}\x01" in words for token in self.tokens):
            return AuthResult(success=True, auth_data=words)
        await server.push("334 eyJzdGF0dXMiOiI0MDEifQ==")
        await server._reader.readline()
        return AuthResult(success=False, handled=False)

    async def auth_CRAM__MD5(self, server: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802
        """A login that proves the password by a challenge (RFC 2195)."""
        self.logins.append("CRAM-MD5")
        await server.push(f"334 {b64encode(b'<1@localhost>').decode()}")
        words = b64decode(await server._reader.readline()).decode()
        proof = hmac.new(self.password.encode(), b"<1@localhost>", "md5").hexdigest()
        return AuthResult(success=words == f"{USER} {proof}", handled=False)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """AUTH succeeds for USER and its password alone."""
        self.logins.append(mechanism)
        expected = LoginPassword(USER.encode(), self.password.encode())
        return AuthResult(success=data == expected, handled=False)


Server = TypeVar("Server", bound=MailServer)


class _AnyPort(Controller):
    """Listens on a port that the system chooses, so that tests run side by side."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    folder: Path,
    *,
    tls: Literal["starttls", "implicit", "none"] = "starttls",
    size: int = 33_554_432,
    utf8: bool = True,
    tokens: Sequence[str] = (),
    ways: Sequence[str] = ("PLAIN", "LOGIN", "XOAUTH2"),
    make: Callable[[Path], Server] = MailServer,
) -> Iterator[Server]:
    """A server for the length of the block; its CA certificate lies in `folder`. It offers the logins `ways`. `make`
    gives one of another kind.
    """
    authority = trustme.CA()
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    server = make(ca_file)
    server.tokens.extend(tokens)
    controller = _AnyPort(
        server,
        hostname="127.0.0.1",
        port=0,
        ssl_context=context if tls == "implicit" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_require_tls=tls != "none",
        data_size_limit=size,
        enable_SMTPUTF8=utf8,
        authenticator=server.authenticate,
        auth_exclude_mechanism=[way for way in ("PLAIN", "LOGIN", "XOAUTH2", "CRAM-MD5") if way not in ways],
    )
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
