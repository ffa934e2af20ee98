"""From artifacts to the archive and the queue: what an edition consists of, and one letter per recipient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.message import Letter, compose, message_id
from broadsheet.ledger.records import NewDelivery
from broadsheet.metrics.question import Statement
from broadsheet.press.former import TOLD, kept
from broadsheet.press.job import Artifacts
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.trail import trail_of
from broadsheet.rendering.edition import ATTACHED

FURTHER = "further/"
"""Where they stand in a manifest."""


def letter_of(artifacts: Artifacts, *, test: bool = False) -> Letter:
    """What every recipient of the edition gets alike."""
    document = artifacts.document
    return Letter(
        edition_key=document.edition.key,
        report=document.edition.report,
        period=document.edition.period,
        subject=document.subject,
        text=artifacts.mail_text,
        html=artifacts.mail_html,
        images=artifacts.images,
        pdf=artifacts.pdf,
        files=_attached(artifacts.files),
        test=test,
    )


def archive_edition(press: Press, order: Order, artifacts: Artifacts, trail: tuple[Statement, ...]) -> str:
    """Store the edition's files, the letter's parts and the statements behind the numbers; its manifest's digest."""
    put = press.archive.put
    parts = {"pdf": artifacts.pdf, "html": artifacts.html}
    letter = {"mail.html": artifacts.mail_html.encode(), "mail.txt": artifacts.mail_text.encode()}
    images = {f"image/{name}": png for name, png in artifacts.images}
    statements = trail_of(press, order, trail).text.encode()
    further = {f"{FURTHER}{ending}": content for ending, content in artifacts.files.items()}
    files = {
        **parts,
        **letter,
        **images,
        **further,
        "statements.sql": statements,
        TOLD: kept(artifacts.document.told),
    }
    return press.archive.put_manifest(
        {
            "edition": str(order.key),
            "as_of": order.as_of.isoformat(),
            "definition": press.workspace.hash(order.edition.report),
            "subject": artifacts.document.subject,
            "pages": artifacts.pages,
            "files": {name: put(content) for name, content in files.items()},
        }
    )


def letters(
    press: Press, letter: Letter, recipients: tuple[str, ...], date: datetime
) -> tuple[NewDelivery, ...]:
    """Compose, store and queue one message per recipient."""
    mail = press.settings.mail
    queue = []
    for recipient in recipients:
        stored = press.archive.put(compose(letter, recipient, mail, date))
        address = parse_address(recipient).addr_spec
        queue.append(NewDelivery(mail.channel, address, message_id(letter, address, mail), stored))
    return tuple(queue)


def letter_from_archive(press: Press, order: Order, manifest: str) -> Letter:
    """The letter of an edition made earlier, for recipients who have not had it."""
    entries = press.archive.manifest(manifest)
    files = entries["files"]
    assert isinstance(files, dict)  # noqa: S101  (put_manifest wrote it)
    get = press.archive.get
    further = {name: digest for name, digest in files.items() if name.startswith(FURTHER)}
    return Letter(
        edition_key=order.edition.key,
        report=order.edition.report,
        period=order.edition.period,
        subject=str(entries["subject"]),
        text=get(files["mail.txt"]).decode(),
        html=get(files["mail.html"]).decode(),
        images=tuple(
            (name.removeprefix("image/"), get(digest))
            for name, digest in files.items()
            if name.startswith("image/")
        ),
        pdf=get(files["pdf"]),
        files=_attached({name.removeprefix(FURTHER): get(digest) for name, digest in further.items()}),
    )


def _attached(files: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    """What goes with the PDF, always in the same order: the workbook, then the blocks by number."""
    kinds = ((kind, [name for name in files if name.endswith(kind)]) for kind in ATTACHED)
    return tuple(
        (name, files[name]) for _, names in kinds for name in sorted(names, key=lambda n: (len(n), n))
    )
