"""Mail by SMTP: certificate verified, one recipient per message, replies sorted into outcomes.

Responsibility moves when the server accepts the message after the final dot. If the link dies there,
nobody can know on which side it is: the outcome is `uncertain` and a repeat sends the same bytes with the
same Message-ID.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.utils import parseaddr

from broadsheet.definitions.models.mail import Mail
from broadsheet.definitions.secrets import resolve
from broadsheet.delivery.outcome import Outcome
from broadsheet.errors import DeliveryError

ACCEPT_SECONDS = 600
"""How long a server may think after the final dot before the outcome counts as uncertain (RFC 5321 4.5.3.2)."""


class Smtp:
    """An SMTP relay. Connects at the first message and again whenever the link was lost."""

    name = "smtp"

    def __init__(self, mail: Mail, environ: Mapping[str, str]) -> None:
        self._mail = mail
        self._password = resolve(mail.password, environ, "mail.password") if mail.password else None
        self._sender = parseaddr(mail.sender)[1]
        self._context = _context(mail.ca_file)
        self._link: smtplib.SMTP | None = None

    def send(self, recipient: str, message: bytes) -> Outcome:
        """Deliver one message to one address."""
        try:
            link = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome("retry", _connection_trouble(self._mail, error), link_down=True)
        try:
            return self._hand_over(link, recipient, message)
        except (smtplib.SMTPException, OSError) as error:
            # Nothing was accepted yet: the dialogue broke before the message's final dot.
            self._drop()
            return Outcome("retry", f"the connection to {self._mail.host} broke: {error}")

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        if self._link is not None:
            try:
                self._link.quit()
            except (smtplib.SMTPException, OSError):
                self._link.close()
            self._link = None

    def _hand_over(self, link: smtplib.SMTP, recipient: str, message: bytes) -> Outcome:
        code, reply = link.mail(self._sender, [f"size={len(message)}"] if link.has_extn("size") else [])
        if code != 250:
            return self._refused(code, reply, "failed")
        code, reply = link.rcpt(recipient)
        if code not in (250, 251):
            return self._refused(code, reply, "rejected")
        return self._data(link, message)

    def _data(self, link: smtplib.SMTP, message: bytes) -> Outcome:
        code, reply = link.docmd("data")
        if code != 354:
            return self._refused(code, reply, "failed")
        if link.sock is not None:
            link.sock.settimeout(ACCEPT_SECONDS)
        try:
            link.send(_dotted(message))
            code, reply = link.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Outcome("uncertain", f"the connection broke while the message was being accepted: {error}")
        if code != 250:
            return self._refused(code, reply, "failed")
        return Outcome("sent", _words(code, reply))

    def _refused(self, code: int, reply: bytes, final: str) -> Outcome:
        """4xx means later, 5xx means never; after either the dialogue starts afresh."""
        words = _words(code, reply)
        if code == 421 or self._link is None:
            self._drop()
        else:
            self._start_over(self._link)
        if 500 <= code < 600:
            return Outcome("rejected" if final == "rejected" else "failed", words)
        return Outcome("retry", words)

    def _start_over(self, link: smtplib.SMTP) -> None:
        try:
            link.rset()
        except (smtplib.SMTPException, OSError):
            # Its answer stands, even when the server hangs up after it.
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._link is not None:
            return self._link
        mail = self._mail
        host = str(mail.host)
        link: smtplib.SMTP
        if mail.security == "tls":
            link = smtplib.SMTP_SSL(host, mail.port, timeout=mail.timeout, context=self._context)
        else:
            link = smtplib.SMTP(host, mail.port, timeout=mail.timeout)
        self._link = link
        if mail.security == "starttls":
            # Never in plain text: a server without STARTTLS is refused.
            link.starttls(context=self._context)
        link.ehlo_or_helo_if_needed()
        if mail.user is not None and self._password is not None:
            link.login(mail.user, self._password)
        return link

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


def _context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise DeliveryError(
            f"the certificate file {ca_file} cannot be used: {error}",
            "mail.ca_file names a PEM file with the certificate authority of your mail server.",
        ) from error


def _connection_trouble(mail: Mail, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{mail.host} refused user {mail.user}: {_words(error.smtp_code, error.smtp_error)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {mail.host} is not trusted: {error.verify_message}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{mail.host}:{mail.port} offers no STARTTLS or no login; nothing is sent in plain text"
    return f"{mail.host}:{mail.port} cannot be reached: {error}"


def _words(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"


def _dotted(message: bytes) -> bytes:
    """The message in transit form: CRLF line ends, leading dots doubled, the final dot (RFC 5321 4.5.2)."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"
