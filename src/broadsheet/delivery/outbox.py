"""The outbox folder: each message becomes an `.eml` file that any mail program opens. The default channel."""

from __future__ import annotations

import hashlib
import re
from email.parser import BytesHeaderParser
from email.policy import SMTP
from pathlib import Path

from broadsheet.archive.store import write_durably
from broadsheet.delivery.outcome import Outcome, Parcel, Trouble
from broadsheet.errors import StorageError


class Outbox:
    """Writes messages to a folder, named after edition and recipient, so that a repeat overwrites itself."""

    name = "outbox"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> Trouble | None:
        """Make the folder."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Trouble(f"{self._folder} cannot be written: {error.strerror}")
        return None

    def send(self, parcel: Parcel) -> Outcome:
        """Write the file; a disk that does not take it is tried again later."""
        target = self._folder / file_name(parcel.recipient, parcel.message)
        try:
            write_durably(target, parcel.message)
        except StorageError as error:
            return Outcome("retry", str(error))
        return Outcome("sent", f"written to {target.name}")

    def close(self) -> None:
        """Nothing is held open."""


DIGITS = 8
"""So many of a digest tell one letter from another."""
LONGEST = 200
"""Characters of a name that every file system takes, with what is added to it."""
FAITHFUL = re.compile(r"(\w[\w.]*(-[\w.]+)*(=[\w.-]*\w)?( / |$))+", re.ASCII)
"""Editions whose names lose nothing but what stands between their parts."""
PLAIN_ADDRESS = re.compile(r"[\w.]+@[\w.]+", re.ASCII)


def file_name(recipient: str, message: bytes) -> str:
    """`sales-weekly.2026-W24.sales.r1.en.ada-example.test.eml`: unique per edition, language and recipient.

    Where signs are lost, so that two letters could have one name, a digest of the Message-ID tells them apart.
    """
    headers = BytesHeaderParser(policy=SMTP).parsebytes(message)
    edition = str(headers.get("X-Broadsheet-Edition", "message"))
    parts = [_plain(part) for part in (*edition.split("/"), recipient.replace("@", "-"))]
    name = ".".join(part for part in parts if part)
    if FAITHFUL.fullmatch(edition) and PLAIN_ADDRESS.fullmatch(recipient) and len(name) <= LONGEST:
        return f"{name}.eml"
    identity = hashlib.sha256(str(headers.get("Message-ID", "")).encode()).hexdigest()
    return f"{name[:LONGEST]}.{identity[:DIGITS]}.eml"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text.strip()).strip("-.")
