"""The mailbox where bounces arrive, read by IMAP over TLS."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from broadsheet.definitions.models.mail import Bounces
from broadsheet.definitions.secrets import resolve
from broadsheet.delivery.link import verified
from broadsheet.delivery.tokens import Tokens, xoauth2
from broadsheet.errors import DeliveryError

SECONDS = 60
LARGEST = 1_000_000
"""Bytes of a message that are read: a report says what it has to say at the beginning."""


class Mailbox:
    """Unseen messages of one folder, each marked as seen once it has been dealt with."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unseen(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """The number and the beginning of each unseen message, at most so many."""
        _, found = self._connection.uid("SEARCH", "UNSEEN")
        for number in (found[0] or b"").split()[:limit]:
            uid = number.decode()
            _, parts = self._connection.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
            for part in parts:
                if isinstance(part, tuple):
                    yield uid, part[1]

    def seen(self, uid: str) -> None:
        """Mark a message: it is not read again."""
        self._connection.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)")


@contextmanager
def open_mailbox(bounces: Bounces, environ: Mapping[str, str], tokens: Tokens) -> Iterator[Mailbox]:
    """The mailbox, logged in; DeliveryError when it cannot be used."""
    where = f"the mailbox of bounces at {bounces.host}:{bounces.port}"
    try:
        connection = imaplib.IMAP4_SSL(
            bounces.host, bounces.port, ssl_context=verified(bounces.ca_file), timeout=SECONDS
        )
    except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
        raise DeliveryError(f"{where} cannot be reached: {error}", "Check mail.bounces.") from error
    try:
        if bounces.password is not None:
            connection.login(bounces.user, resolve(bounces.password, environ, "mail.bounces.password"))
        else:
            words = xoauth2(bounces.user, tokens.get()[0]).encode()
            connection.authenticate("XOAUTH2", lambda _: words)
        state, _ = connection.select(f'"{bounces.folder}"')
        if state != "OK":
            raise DeliveryError(f"{where} has no folder {bounces.folder}", "Check mail.bounces.folder.")
        yield Mailbox(connection)
    except (OSError, imaplib.IMAP4.error) as error:
        raise DeliveryError(f"{where} cannot be read: {error}", "Check user, password and folder.") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()
