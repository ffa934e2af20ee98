"""Notices: short messages of text, to the people who run Broadsheet and to readers whose edition is late.

To the owner they go by mail; by webhook, program or folder when mail does not go through. The ways do not depend on
each other, and what goes wrong on one is an outcome, never an exception.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from broadsheet.archive.store import write_durably
from broadsheet.definitions.models.alerts import Alerts
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.models.mail import Mail
from broadsheet.definitions.secrets import resolve
from broadsheet.delivery.call import call
from broadsheet.delivery.message import clean, policy_for
from broadsheet.delivery.outcome import Outcome
from broadsheet.delivery.webhook import escaped
from broadsheet.errors import BroadsheetError, StorageError

COMMAND_SECONDS = 30


@dataclass(frozen=True)
class Notice:
    """What is told. The same `id` is the same notice: a mail program that gets it twice can know."""

    id: str
    subject: str
    text: str


def compose_notice(notice: Notice, recipient: str, mail: Mail, date: datetime) -> bytes:
    """A mail of plain text to one address."""
    sender, reader = parse_address(mail.sender), parse_address(recipient)
    message = EmailMessage(policy=policy_for(reader))
    message["Subject"] = clean(notice.subject)
    message["From"], message["To"] = sender, reader
    message["Date"] = format_datetime(date)
    identity = hashlib.sha256(f"{notice.id} {reader.addr_spec.lower()}".encode()).hexdigest()[:40]
    message["Message-ID"] = f"<notice.{identity}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["X-Broadsheet-Edition"] = f"notice / {notice.id}"
    message.set_content(notice.text, subtype="plain", charset="utf-8", cte="quoted-printable")
    return message.as_bytes()


def other_ways(
    alerts: Alerts, notice: Notice, root: Path, environ: Mapping[str, str]
) -> Iterator[tuple[str, Outcome]]:
    """Tell the owner by each way besides mail that the settings name; its name and what came of it."""
    ways: dict[str, Callable[[], Outcome]] = {}
    if alerts.webhook:
        url = alerts.webhook
        ways["webhook"] = lambda: _post(resolve(url, environ, "alerts.webhook"), alerts, notice)
    if alerts.command:
        ways["command"] = lambda: _run(alerts.command, notice)
    if alerts.folder is not None:
        folder = root / alerts.folder
        ways["folder"] = lambda: _file(folder, notice)
    for name, tell in ways.items():
        try:
            yield name, tell()
        except BroadsheetError as error:
            yield name, Outcome("failed", str(error))


def _post(url: str, alerts: Alerts, notice: Notice) -> Outcome:
    # Slack, Teams and Mattermost all print `text`; what a stranger's server has said calls nobody there.
    text = escaped(f"{notice.subject}\n{notice.text}")
    return call(url, alerts.hosts, {"text": text, "subject": notice.subject, "id": notice.id})


def _run(command: tuple[str, ...], notice: Notice) -> Outcome:
    text = f"{notice.subject}\n\n{notice.text}"
    try:
        done = subprocess.run(  # noqa: S603  (the program that the settings name, without a shell)
            command, input=text.encode(), capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Outcome("failed", f"{command[0]}: {type(error).__name__}")
    return Outcome("sent" if done.returncode == 0 else "failed", f"{command[0]} ended with {done.returncode}")


def _file(folder: Path, notice: Notice) -> Outcome:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", notice.id).strip("-.") + ".txt"
    try:
        write_durably(folder / name, f"{notice.subject}\n\n{notice.text}".encode())
    except StorageError as error:
        return Outcome("failed", str(error))
    return Outcome("sent", f"written to {name}")
