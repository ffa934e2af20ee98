"""The small shop with readers by channel: each gets the orders of their own channel, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from unittest.mock import patch

from pypdf import PdfReader

from broadsheet.ledger.records import DeliveryRecord, EditionRecord
from broadsheet.press.planning import plan_due
from broadsheet.press.press import Press
from broadsheet.press.run import Published, publish
from broadsheet.press.tick import due_claims
from press.workspace import MONDAY, SUNDAY, House, report
from support.inline import InlinePool

AUDIENCE = "audiences:\n  channels: {label: Channels, each: channel, file: config/people.csv}\n"
PEOPLE = (("ada@example.test", "Shop"), ("bo@example.test", "Web"), ("cy@example.test", "Web"))


def sliced(house: House, audiences: str = AUDIENCE, **changes: str) -> House:
    """The shop's report goes to the readers of each channel."""
    house.write("config/audiences.yaml", audiences)
    people(house)
    house.write("reports/orders.yaml", report(**{"audience": "channels", **changes}))
    return house


def people(house: House, *rows: tuple[str, str]) -> None:
    """Write who reads what, of everyone unless rows are given."""
    lines = "".join(f"{address},{channel}\n" for address, channel in rows or PEOPLE)
    house.write("config/people.csv", f"address,channel\n{lines}")


@contextmanager
def press_on_monday(house: House) -> Iterator[Press]:
    """A press that first looked at the schedule on Sunday, and renders in its own process."""
    with house.press() as press:
        house.clock.at = SUNDAY
        plan_due(press)
        house.clock.at = MONDAY
        with patch("broadsheet.press.run.Pool", InlinePool):
            yield press


def made(press: Press) -> tuple[Published, ...]:
    """Make what has become due; nothing is sent yet."""
    plan_due(press)
    return tuple(publish(press, due_claims(press), "schedule"))


def records(press: Press) -> dict[str, EditionRecord]:
    """The latest editions by slice."""
    return {record.key.slice: record for record, _ in press.ledger.history.latest()}


def deliveries(press: Press) -> dict[str, DeliveryRecord]:
    """All deliveries by recipient's name."""
    found = (item for record in records(press).values() for item in press.ledger.deliveries.of(record))
    return {item.recipient.partition("@")[0]: item for item in found}


def states(press: Press) -> dict[str, tuple[str, str]]:
    """State and cause of each recipient's letter."""
    return {name: (item.state, item.cause) for name, item in deliveries(press).items()}


def mails(house: House) -> Mapping[str, EmailMessage]:
    """What lies in the outbox, by the name of its recipient."""
    files = (path.read_bytes() for path in (house.var / "outbox").glob("*.eml"))
    found = (message_from_bytes(content, policy=policy.default) for content in files)
    return {str(mail["To"]).partition("@")[0]: mail for mail in found}


def pdf_text(mail: EmailMessage) -> str:
    """The words of a mail's PDF."""
    pdf = next(part for part in mail.iter_attachments() if part.get_content_type() == "application/pdf")
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf.get_content())).pages)
