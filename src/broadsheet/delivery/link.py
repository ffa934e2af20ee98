"""One connection to a mail server: encrypted, its certificate verified, and with a deadline for every answer."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from broadsheet.definitions.models.mail import Mail
from broadsheet.definitions.secrets import Secret
from broadsheet.delivery.outcome import Trouble
from broadsheet.delivery.replies import told
from broadsheet.delivery.tokens import Tokens, xoauth2
from broadsheet.errors import DeliveryError

BROKEN = (smtplib.SMTPException, OSError)
"""What the library raises when a dialogue comes to nothing."""
UNUSABLE = (*BROKEN, UnicodeError)
"""What it raises before a dialogue has begun: names of hosts and accounts may hold what cannot be sent."""


class LateError(OSError):
    """The other side did not finish its answer in time."""


@contextmanager
def within(seconds: float, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut a connection when the time is up, however slowly the other side drips; LateError tells so.

    The timeout of a socket begins anew with every byte.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        found = connection()
        if found is not None:
            with suppress(OSError):
                # Below TLS: its own shutdown is not made for a second thread.
                socket.socket.shutdown(found, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    too_late = LateError(f"no complete answer within {seconds:g} seconds")
    try:
        yield
    except BROKEN as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise too_late from error
        raise
    finally:
        timer.cancel()
    if late.is_set():
        # The library takes what had come until then for a whole answer.
        raise too_late


class _Timely(smtplib.SMTP):
    """Encrypts after connecting. `timeout` holds for a whole answer."""

    def getreply(self) -> tuple[int, bytes]:
        """The next answer; LateError when it takes too long."""
        with within(self.timeout, lambda: self.sock):
            return super().getreply()


class _TimelyTls(_Timely, smtplib.SMTP_SSL):
    """Encrypts from the first byte."""


def connect(mail: Mail, context: ssl.SSLContext, log_in: Callable[[smtplib.SMTP], None]) -> smtplib.SMTP:
    """A connection that is ready for messages; raises what `trouble` explains."""
    host = str(mail.host)
    link: smtplib.SMTP
    if mail.security == "tls":
        link = _TimelyTls(host, mail.port, timeout=mail.timeout, context=context)
    else:
        link = _Timely(host, mail.port, timeout=mail.timeout)
    try:
        if mail.security == "starttls":
            # Never in plain text: a server without STARTTLS is refused.
            link.starttls(context=context)
        link.ehlo_or_helo_if_needed()
        log_in(link)
    except BaseException:
        link.close()
        raise
    return link


def with_token(link: smtplib.SMTP, user: str, tokens: Tokens) -> None:
    """Log in by a token; one that was known before and is refused now has run out, and a new one is asked for."""
    token, fresh = tokens.get()
    try:
        _xoauth2(link, user, token)
    except smtplib.SMTPAuthenticationError:
        tokens.refused(token)
        if fresh:
            raise
        _xoauth2(link, user, tokens.get()[0])


def _xoauth2(link: smtplib.SMTP, user: str, token: Secret) -> None:
    if "XOAUTH2" not in link.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("no XOAUTH2")

    def answer(challenge: bytes | None = None) -> str:
        # A challenge only tells in other words that the token is refused.
        return xoauth2(user, token) if challenge is None else ""

    way: Any = answer
    link.auth("XOAUTH2", way)


def with_password(link: smtplib.SMTP, user: str, password: Secret) -> None:
    """Log in by the first way that the server offers.

    The library's own `login` tries a refused password again by every further way, which locks accounts.
    """
    offered = link.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        # The library knows ASCII alone; RFC 4616 has UTF-8.
        words = f"\0{user}\0{password.reveal()}".encode()
        code, reply = link.docmd("AUTH", f"PLAIN {b64encode(words).decode()}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, reply)
        return
    link.user, link.password = user, password.reveal()
    ways: dict[str, Any] = {"LOGIN": link.auth_login, "CRAM-MD5": link.auth_cram_md5}
    for name, way in ways.items():
        if name in offered:
            link.auth(name, way)
            return
    raise smtplib.SMTPNotSupportedError("no login")


def give_up(link: smtplib.SMTP) -> None:
    """Say goodbye, if there is anybody to say it to; not for long."""
    link.timeout = 5
    try:
        if link.sock is not None:
            link.sock.settimeout(5)
        link.quit()
    except BROKEN:
        link.close()


def verified(ca_file: str | None) -> ssl.SSLContext:
    """TLS that trusts the system's authorities, or the one in a file; DeliveryError when it cannot be read."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise DeliveryError(
            f"the certificate file {ca_file} cannot be used: {error}",
            "mail.ca_file names a PEM file with the certificate authority of your mail server.",
        ) from error


def trouble(mail: Mail, error: Exception) -> Trouble:
    """Why no connection came about, in words for people."""
    where = f"{mail.host}:{mail.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        reason = f"{mail.host} refused user {mail.user}: {told(error.smtp_code, error.smtp_error)}"
        return Trouble(reason, refused=error.smtp_code >= 500)
    if isinstance(error, UnicodeError):
        # What it says quotes the password.
        reason = f"{mail.host}, user or password hold characters that cannot be sent"
        return Trouble(reason, refused=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(f"the certificate of {mail.host} is not trusted: {error.verify_message}", refused=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        reason = f"{where} offers no STARTTLS or no login; nothing is sent in plain text"
        return Trouble(reason, refused=True)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
        reason = f"{where} takes nothing from this machine: {told(error.smtp_code, error.smtp_error)}"
        return Trouble(reason, refused=True)
    return Trouble(f"{where} cannot be reached: {error}")
