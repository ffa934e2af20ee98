"""Replies of a mail server sorted into outcomes (RFC 5321 4.2, RFC 3463)."""

from __future__ import annotations

import re
from typing import Literal

from broadsheet.delivery.outcome import Outcome

Stage = Literal["MAIL", "RCPT", "DATA"]

RATE = re.compile(
    r"\b4\.4\.5\b|\b4\.5\.3\b|\b4\.7\.28\b|\brates?\b|too (?:many|much|fast)|throttl|slow down"
    r"|(?:sending|message|connection|thread|concurrency|hourly|daily)\w* (?:limit|quota)",
    re.IGNORECASE,
)
"""What servers say when they are asked for too much at once."""
MAILBOX = re.compile(r"\b[45]\.2\.\d+\b")
"""The trouble is the recipient's mailbox, whatever else the words say."""
SIZE = re.compile(r"\b5\.3\.4\b|\b5\.2\.3\b")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
"""Commands to terminals, and marks that turn the direction of writing."""
LONGEST = 500
"""Characters of a reply that are kept."""
LOGIN = (530, 534, 535, 538)


def sort(stage: Stage, code: int, reply: bytes | str) -> Outcome:
    """What a reply other than success means for the message: 4xx later, 5xx never."""
    words = told(code, reply)
    if code in LOGIN:
        # Asked for only at the recipient, it is for this one: the server had taken the sender without.
        return Outcome("retry" if stage == "RCPT" else "shut", words)
    if not 500 <= code < 600:
        rate = RATE.search(words) and not MAILBOX.search(words)
        return Outcome("slow" if rate else "retry", words)
    if SIZE.search(words) or (code == 552 and stage != "RCPT"):
        return Outcome("failed", words, "size")
    return Outcome("rejected", words, "address") if stage == "RCPT" else Outcome("failed", words, "policy")


def told(code: int, reply: bytes | str) -> str:
    """A reply in one line."""
    return f"{code} {line_of(reply)}"


def line_of(words: bytes | str) -> str:
    """What the other side says, as one line that may be printed anywhere: no commands to a terminal, no novels."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(UNPRINTABLE.sub(" ", text).split())[:LONGEST]
