"""The mailbox where bounces arrive, read by IMAP over TLS."""

from __future__ import annotations

import imaplib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from broadsheet.definitions.models.mail import Bounces
from broadsheet.definitions.secrets import Secret, resolve
from broadsheet.delivery.link import verified
from broadsheet.delivery.tokens import Tokens, xoauth2
from broadsheet.errors import DeliveryError

SECONDS = 60
LARGEST = 200_000
"""Bytes of a message that are read: a report says what it has to say at the beginning."""


class Mailbox:
    """Unseen messages of one folder, each marked as seen once it has been dealt with."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unseen(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """The number and the beginning of each unseen message, at most so many."""
        state, found = self._connection.uid("SEARCH", "UNSEEN")
        if state != "OK":
            raise imaplib.IMAP4.error(f"it does not tell what is unseen: {found[0]!r}")
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
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        raise DeliveryError(f"{where} cannot be reached: {error}", "Check mail.bounces.") from error
    try:
        if bounces.password is not None:
            _with_password(
                connection, bounces.user, resolve(bounces.password, environ, "mail.bounces.password")
            )
        else:
            _with_token(connection, bounces.user, tokens)
        state, _ = connection.select(_quoted(bounces.folder))
        if state != "OK":
            raise DeliveryError(f"{where} has no folder {bounces.folder}", "Check mail.bounces.folder.")
        yield Mailbox(connection)
    except (OSError, imaplib.IMAP4.error) as error:
        raise DeliveryError(f"{where} cannot be read: {error}", "Check user, password and folder.") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()


def _with_password(connection: imaplib.IMAP4, user: str, password: Secret) -> None:
    """Log in by SASL, which takes every character; by the older command where a server has nothing else."""
    if "AUTH=PLAIN" in connection.capabilities:
        words = f"\0{user}\0{password.reveal()}".encode()
        connection.authenticate("PLAIN", lambda _: words)
    elif (user + password.reveal()).isascii():
        connection.login(user, password.reveal())
    else:
        raise imaplib.IMAP4.error("it takes user and password in ASCII alone")


def _with_token(connection: imaplib.IMAP4, user: str, tokens: Tokens) -> None:
    """Log in by a token; one that was known before and is refused now has run out, and a new one is asked for."""
    token, fresh = tokens.get()
    try:
        _xoauth2(connection, user, token)
    except imaplib.IMAP4.error:
        tokens.refused(token)
        if fresh:
            raise
        _xoauth2(connection, user, tokens.get()[0])


def _xoauth2(connection: imaplib.IMAP4, user: str, token: Secret) -> None:
    words = xoauth2(user, token).encode()
    # A challenge that says something only tells in other words that the token is refused.
    connection.authenticate("XOAUTH2", lambda challenge: b"" if challenge else words)


def _quoted(folder: str) -> str:
    """The name of a folder as IMAP writes it: letters beyond ASCII in modified UTF-7 (RFC 3501 5.1.3)."""

    def encoded(letters: re.Match[str]) -> str:
        text = b64encode(letters[0].encode("utf-16-be")).decode().rstrip("=")
        return f"&{text.replace('/', ',')}-"

    plain = re.sub(r"[^\x20-\x7e]+", encoded, folder.replace("&", "&-"))
    return '"' + plain.replace("\\", "\\\\") + '"'
