"""The outbox folder: each message becomes an `.eml` file that any mail program opens. The default channel."""

from __future__ import annotations

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


def file_name(recipient: str, message: bytes) -> str:
    """`sales-weekly.2026-W24.sales.r1.ada-example.test.eml`: unique per edition and recipient."""
    edition = BytesHeaderParser(policy=SMTP).parsebytes(message).get("X-Broadsheet-Edition", "message")
    parts = [_plain(part) for part in (*str(edition).split("/"), recipient.replace("@", "-"))]
    return ".".join(part for part in parts if part) + ".eml"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text.strip()).strip("-.")
