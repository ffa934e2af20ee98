"""From artifacts to the archive and the queue: what an edition consists of, and one letter per recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from broadsheet.archive.manifest import Manifest, get_manifest, put_manifest
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.delivery.message import Letter, compose, message_id
from broadsheet.errors import RefusedError
from broadsheet.ledger.records import EditionRecord, NewDelivery
from broadsheet.press.expiry import expiry
from broadsheet.press.former import TOLD, kept
from broadsheet.press.job import Artifacts, Gathered
from broadsheet.press.order import Order
from broadsheet.press.personal import personal
from broadsheet.press.posts import FURTHER, posts
from broadsheet.press.press import Press
from broadsheet.press.redraw import job_files
from broadsheet.press.seen import GATE, kept_gate
from broadsheet.press.trail import trail_of
from broadsheet.rendering.data import ATTACHED, findings
from broadsheet.rendering.versions import versions

IMAGE = "image/"
DEFINITIONS = "definitions/"
FINDINGS = "findings.json"
STATEMENTS = "statements.sql"
"""Names, and what names begin with, in a manifest."""


def letter_of(artifacts: Artifacts, *, test: bool = False) -> Letter:
    """What every recipient of the edition gets alike."""
    edition = artifacts.edition
    return Letter(
        edition_key=edition.key,
        locale=edition.locale,
        report=edition.report,
        period=edition.period,
        subject=artifacts.document.subject,
        text=artifacts.mail_text,
        html=artifacts.mail_html,
        images=artifacts.images,
        pdf=artifacts.pdf,
        files=_attached(artifacts.files),
        test=test,
    )


def archive_edition(press: Press, order: Order, artifacts: Artifacts, gathered: Gathered) -> str:
    """Store all that an edition consists of and was drawn from; the digest of its manifest.

    Raises StorageError when the disk does not take it: nothing refers to what was stored until then.
    """
    report, period = order.edition.report, order.period
    files = {
        **artifact_files(artifacts),
        FINDINGS: findings(artifacts.document),
        STATEMENTS: trail_of(press, order, gathered.statements).text.encode(),
        TOLD: kept(artifacts.document.told),
        GATE: kept_gate(gathered.seen, gathered.findings),
        **job_files(gathered.job),
        **{f"{DEFINITIONS}{name}": text.encode() for name, text in press.workspace.sources(report).items()},
    }
    manifest = Manifest(
        edition=asdict(order.key),
        period={"label": period.label, "start": str(period.start), "end": str(period.end)},
        as_of=order.as_of.isoformat(),
        definition=press.workspace.hash(report),
        scope=order.permitted.digest,
        versions=versions(),
        subject=artifacts.document.subject,
        pages=artifacts.pages,
        files={name: press.archive.put(content) for name, content in files.items()},
    )
    return put_manifest(press.archive, manifest)


def artifact_files(artifacts: Artifacts) -> dict[str, bytes]:
    """What readers get, by its name in a manifest."""
    return {
        "pdf": artifacts.pdf,
        "html": artifacts.html,
        "mail.html": artifacts.mail_html.encode(),
        "mail.txt": artifacts.mail_text.encode(),
        **{f"{IMAGE}{name}": png for name, png in artifacts.images},
        **{f"{FURTHER}{ending}": content for ending, content in artifacts.files.items()},
    }


def letters(
    press: Press, order: Order, letter: Letter, recipients: tuple[str, ...], date: datetime
) -> tuple[NewDelivery, ...]:
    """Compose and store one message per recipient, and what the audience's other channels get, to be queued."""
    mail, until, secret = press.settings.mail, expiry(press, order, date), press.ledger.continuity.identity()
    queue = []
    for recipient in recipients:
        own = personal(press, order.key, letter, recipient)
        address = parse_address(recipient).addr_spec
        identity = message_id(letter, address, mail, secret)
        stored = press.archive.put(compose(own, recipient, mail, date, identity))
        queue.append(
            NewDelivery(
                mail.channel, address, identity, stored, letter.scope, letter.artifact, expires_at=until
            )
        )
    return (*queue, *posts(press, order, letter, until, secret))


def letter_from_archive(press: Press, record: EditionRecord, manifest: str) -> Letter:
    """The letter of an edition made earlier, for recipients who have not had it.

    Raises RefusedError where the archive holds another edition there, or other rows than the ledger says.
    """
    entries, get, key = get_manifest(press.archive, manifest), press.archive.get, record.key
    files = entries.files
    if entries.scope != record.scope or entries.edition != asdict(key):
        raise RefusedError(f"the archive has something else under {key}", "Make a new revision of it.")
    further = {name: digest for name, digest in files.items() if name.startswith(FURTHER)}
    return Letter(
        edition_key=str(key),
        locale=key.locale,
        report=key.report,
        period=key.period,
        subject=entries.subject,
        text=get(files["mail.txt"]).decode(),
        html=get(files["mail.html"]).decode(),
        images=tuple(
            (name.removeprefix(IMAGE), get(digest))
            for name, digest in files.items()
            if name.startswith(IMAGE)
        ),
        pdf=get(files["pdf"]),
        files=_attached({name.removeprefix(FURTHER): get(digest) for name, digest in further.items()}),
        scope=record.scope,
        artifact=manifest,
    )


def _attached(files: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    """What goes with the PDF, always in the same order: the workbook, then the blocks by number."""
    kinds = ((kind, [name for name in files if name.endswith(kind)]) for kind in ATTACHED)
    return tuple(
        (name, files[name]) for _, names in kinds for name in sorted(names, key=lambda n: (len(n), n))
    )
