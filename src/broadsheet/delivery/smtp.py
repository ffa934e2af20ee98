"""Mail by SMTP: certificate verified, one recipient per message, replies sorted into outcomes.

Responsibility moves when the server accepts the message after the final dot. If the link dies there,
nobody can know on which side it is: the outcome is `uncertain` and a repeat sends the same bytes with the
same Message-ID.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping

from broadsheet import failpoints
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.models.mail import Mail
from broadsheet.definitions.secrets import resolve
from broadsheet.delivery.bounces import token_of, verp
from broadsheet.delivery.link import (
    BROKEN,
    UNUSABLE,
    connect,
    give_up,
    trouble,
    verified,
    with_password,
    with_token,
    within,
)
from broadsheet.delivery.outcome import Outcome, Parcel, Trouble
from broadsheet.delivery.replies import Stage, sort, told
from broadsheet.delivery.tokens import Tokens
from broadsheet.errors import DeliveryError

ACCEPT_SECONDS = 600
"""How long a server may think after the final dot before the outcome counts as uncertain (RFC 5321 4.5.3.2)."""
CARRIED = 100
"""Messages that one connection takes before another is opened: servers close connections that never end."""
MEGABYTE = 1_000_000
DIGITS = 20
"""A size with so many digits is none (RFC 1870)."""


class Smtp:
    """An SMTP relay. Connects when it is opened, and again whenever the link was lost."""

    name = "smtp"

    def __init__(self, mail: Mail, environ: Mapping[str, str], tokens: Tokens | None = None) -> None:
        self._mail = mail
        self._password = resolve(mail.password, environ, "mail.password") if mail.password else None
        self._tokens = tokens or Tokens(mail.token_command)
        self._sender = parse_address(mail.sender).addr_spec
        self._context = verified(mail.ca_file)
        self._link: smtplib.SMTP | None = None
        self._carried = 0

    def open(self) -> Trouble | None:
        """Connect and log in, unless a connection is there."""
        if self._link is not None and self._carried >= CARRIED:
            self.close()
        if self._link is None:
            try:
                self._link = connect(self._mail, self._context, self._log_in)
            except UNUSABLE as error:
                return trouble(self._mail, error)
            except DeliveryError as error:
                return Trouble(str(error), refused=True)
            self._carried = 0
        return None

    def send(self, parcel: Parcel) -> Outcome:
        """Deliver one message to one address."""
        found = self.open()
        if self._link is None or found is not None:
            reason = found.reason if found else "no connection"
            return Outcome("shut" if found and found.refused else "retry", reason)
        self._carried += 1
        try:
            return self._hand_over(self._link, parcel)
        except BROKEN as error:
            # Nothing was accepted yet: the dialogue broke before the message's final dot.
            self._drop()
            return Outcome("retry", f"the connection to {self._mail.host} broke: {error}")

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        if self._link is not None:
            give_up(self._link)
            self._link = None

    def _hand_over(self, link: smtplib.SMTP, parcel: Parcel) -> Outcome:
        size = len(parcel.message)
        too_large = self._too_large(link, size)
        if too_large is not None:
            return too_large
        options = [f"size={size}"] if link.has_extn("size") else []
        if not parcel.recipient.isascii():
            if not link.has_extn("smtputf8"):
                words = f"{self._mail.host} takes no address like {parcel.recipient}: it offers no SMTPUTF8"
                return Outcome("rejected", words, "address")
            options.append("SMTPUTF8")
        code, reply = link.mail(self._from(parcel), options)
        if code != 250:
            return self._refused("MAIL", code, reply)
        code, reply = link.rcpt(parcel.recipient)
        if code not in (250, 251):
            return self._refused("RCPT", code, reply)
        return self._data(link, parcel.message)

    def _log_in(self, link: smtplib.SMTP) -> None:
        if self._mail.user is None:
            return
        if self._password is not None:
            with_password(link, self._mail.user, self._password)
        else:
            with_token(link, self._mail.user, self._tokens)

    def _from(self, parcel: Parcel) -> str:
        """The envelope's sender: an address of the letter's own, so that a bounce tells what came back."""
        bounces, token = self._mail.bounces, token_of(parcel.message_id)
        if bounces is None or not token:
            return self._sender
        return verp(bounces.address or self._sender, token)

    def _too_large(self, link: smtplib.SMTP, size: int) -> Outcome | None:
        offered = link.esmtp_features.get("size", "").strip()
        limits = [int(offered)] if offered.isdecimal() and len(offered) < DIGITS and int(offered) else []
        if self._mail.max_megabytes is not None:
            limits.append(self._mail.max_megabytes * MEGABYTE)
        if not limits or size <= min(limits):
            return None
        words = f"{self._mail.host} takes {min(limits):,} bytes, the message has {size:,}"
        return Outcome("failed", words, "size")

    def _data(self, link: smtplib.SMTP, message: bytes) -> Outcome:
        code, reply = link.docmd("data")
        if code != 354:
            return self._refused("DATA", code, reply)
        self._wait_for(link, ACCEPT_SECONDS)
        with within(ACCEPT_SECONDS, lambda: link.sock):
            link.send(in_transit(message))
        failpoints.reached("smtp.before-dot")
        try:
            link.send(b".\r\n")
            failpoints.reached("smtp.after-dot")
            code, reply = link.getreply()
        except BROKEN as error:
            self._drop()
            return Outcome("uncertain", f"the connection broke while the message was being accepted: {error}")
        failpoints.reached("smtp.after-answer")
        self._wait_for(link, self._mail.timeout)
        if 200 <= code < 300:
            return Outcome("sent", told(code, reply))
        if 400 <= code < 600:
            return self._refused("DATA", code, reply)
        self._drop()
        return Outcome("uncertain", f"what {self._mail.host} answered is no reply: {told(code, reply)}")

    def _refused(self, stage: Stage, code: int, reply: bytes) -> Outcome:
        """After a refusal the dialogue starts afresh."""
        if code == 421 or self._link is None:
            self._drop()
        else:
            try:
                self._link.rset()
            except BROKEN:
                # Its answer stands, even when the server hangs up after it.
                self._drop()
        return sort(stage, code, reply)

    def _wait_for(self, link: smtplib.SMTP, seconds: float) -> None:
        link.timeout = seconds
        if link.sock is not None:
            link.sock.settimeout(seconds)

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


def in_transit(message: bytes) -> bytes:
    """The message as it goes over the wire, but for the final dot: CRLF line ends, leading dots doubled
    (RFC 5321 4.5.2). A bare CR or LF becomes a whole line end, so that none can end the message early."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n"
