"""What comes back: bounces, and wishes to get no more. Everything else, such as automatic answers, is left alone.

A letter is known by its envelope address: `reports+TOKEN@example.test`, where TOKEN is the local part of its
Message-ID. Nothing is ever answered, so no loop can begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.replies import line_of

HARD = re.compile(r"(?:5\d\d[ -])?(?:5\.1\.(?!7|8)\d+|5\.2\.1|5\.4\.4)(?![.\d])")
"""Status codes, at the beginning of a reply, of an address that does not exist or takes no mail, ever (RFC 3463)."""
ARRIVED = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
"""Headers with the address at which a message arrived."""
LEAVE = re.compile(r"\s*unsubscribe\b", re.IGNORECASE)
TOKEN = re.compile(r"[0-9a-f]{20}\.[0-9a-f]{20}")


@dataclass(frozen=True)
class Bounce:
    """A letter that did not arrive after all. `hard`: its address does not exist; `reply` is the other server's."""

    token: str
    hard: bool
    reply: str


@dataclass(frozen=True)
class Leave:
    """Somebody wants a report no more: `address` wrote so to the address of a letter."""

    token: str
    address: str


def verp(address: str, token: str) -> str:
    """The envelope address of a letter: reports@example.test becomes reports+TOKEN@example.test."""
    known = parse_address(address)
    return f"{known.username}+{token}@{known.domain}"


def token_of(message_id: str) -> str:
    """What names a letter in its envelope address; empty for other messages than letters to an audience."""
    found = TOKEN.match(message_id.removeprefix("<"))
    return found.group() if found else ""


def read(content: bytes) -> Bounce | Leave | None:
    """What a message of the mailbox says; None when it is nothing for us, also when it cannot be read."""
    try:
        # Headers stay as they came: the library's parser of addresses can be kept busy for minutes by one of them.
        message = message_from_bytes(content)
        return _bounce(message) if message.get_content_type() == "multipart/report" else _leave(message)
    except (ValueError, RecursionError):
        # Anybody may write to this address: no address after all, or parts within parts within parts.
        return None


def hard(reply: str) -> bool:
    """Whether a reply, or the status of a report, says that there is no such address."""
    return HARD.match(reply) is not None


def _bounce(message: Message) -> Bounce | None:
    token = _arrived_at(message) or _original(message)
    for fields in _recipients(message):
        status, action = str(fields.get("Status", "")).strip(), str(fields.get("Action", "")).strip().lower()
        if token and action == "failed":
            # Also with a status like 4.4.1: a server in between has given up.
            said = str(fields.get("Diagnostic-Code", "")).partition(";")[2] or action
            return Bounce(token, hard(status), line_of(f"{status} {said}"))
    return None


def _recipients(message: Message) -> Iterator[Message]:
    """The blocks of fields of the delivery status, one per recipient (RFC 3464); the first is about the server."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (block for block in blocks[1:] if isinstance(block, Message))


def _original(message: Message) -> str:
    """The letter that comes back inside the report."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            inner = part.get_payload()
            headers = inner[0] if isinstance(inner, list) else message_from_string(str(inner))
            if isinstance(headers, Message):
                return token_of(_unfolded(headers.get("Message-ID", "")))
    return ""


def _leave(message: Message) -> Leave | None:
    automatic = str(message.get("Auto-Submitted", "no")).strip().lower() != "no"
    token = _arrived_at(message)
    if automatic or not token or not LEAVE.match(str(message.get("Subject", ""))):
        return None
    return Leave(token, parse_address(_unfolded(message["From"])).addr_spec.lower())


def _unfolded(value: object) -> str:
    """A header in one line: mail programs break long ones (RFC 5322 2.2.3)."""
    return " ".join(str(value).split())


def _arrived_at(message: Message) -> str:
    for name in ARRIVED:
        for value in message.get_all(name, []):
            for part in re.findall(r"\+([0-9a-f.]{41})@", str(value)):
                if TOKEN.fullmatch(part):
                    return str(part)
    return ""
