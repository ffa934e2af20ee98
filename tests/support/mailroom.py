"""Letters in the queue of a small workspace, without a page being drawn: what happens to them afterwards is real."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from broadsheet import failpoints
from broadsheet.archive.manifest import Manifest, put_manifest
from broadsheet.clock import FixedClock
from broadsheet.definitions.scope import WHOLE
from broadsheet.definitions.workspace import load_workspace
from broadsheet.delivery.folder import compose_listing
from broadsheet.delivery.message import Letter, compose, message_id
from broadsheet.ledger.records import DeliveryRecord, EditionKey, EditionRecord, NewDelivery
from broadsheet.press.batch import Attempt
from broadsheet.press.deliver import deliver_due
from broadsheet.press.press import Press
from support.smtp import MailServer

MONDAY = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
FILES = {
    "config/sources.yaml": "connections: {warehouse: {url: 'duckdb:///none.duckdb'}}\nfacts: {}\n",
    "config/themes/default.yaml": "{}\n",
}


@dataclass
class Mailroom:
    """A workspace whose ledger holds letters; its clock stands until the test moves it."""

    root: Path
    clock: FixedClock
    readers: list[str] = field(default_factory=lambda: ["ada@example.test"])

    def _admit(self, recipients: Sequence[str]) -> None:
        """Make readers of them: others would get nothing."""
        self.readers += [one for one in recipients if one not in self.readers]
        listed = ", ".join(f'"{one}"' for one in self.readers)
        audiences = f"audiences: {{sales: {{label: Sales, recipients: [{listed}]}}}}\n"
        (self.root / "config/audiences.yaml").write_text(audiences, encoding="utf-8")

    def settings(self, mail: str) -> None:
        """Write the settings with these of mail: `channel: smtp, host: localhost`."""
        text = f"version: 1\ncompany: Example Tackle\nmail: {{{mail}}}\n"
        for name, content in {**FILES, "config/settings.yaml": text}.items():
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        self._admit(())

    def by_smtp(self, server: MailServer, **more: object) -> None:
        """Send through a server of `support.smtp`."""
        usual = {
            "channel": "smtp",
            "host": server.host,
            "port": server.port,
            "ca_file": f"'{server.ca_file}'",
            "sender": "reports@tidewater.test",
            "timeout": 5,
        }
        self.settings(", ".join(f"{name}: {value}" for name, value in {**usual, **more}.items()))

    @contextmanager
    def press(self, environ: dict[str, str] | None = None) -> Iterator[Press]:
        """A press over the settings as they are now."""
        press = Press(load_workspace(self.root), self.clock, environ or {}, self.root / "var")
        try:
            yield press
        finally:
            press.close()

    def queue(
        self,
        recipients: Sequence[str],
        *,
        period: str = "2026-W24",
        expires: timedelta = timedelta(hours=48),
        pdf: bytes = b"%PDF-1.7 not really",
        files: tuple[tuple[str, bytes], ...] = (),
        beside: Sequence[tuple[str, str]] = (),
    ) -> EditionRecord:
        """An edition that is ready, with a letter to each recipient; `beside` goes to folders and webhooks: channel
        and place of each.
        """
        key = EditionKey("sales-weekly", period, "sales", "all", "en")
        self._admit(recipients)
        letter = Letter(
            str(key),
            key.report,
            period,
            "Sales weekly",
            "Text\n",
            "<body><p>Text</p></body>",
            (),
            pdf,
            files,
            locale=key.locale,
        )
        now, scope = self.clock.now(), WHOLE.digest
        with self.press() as press:
            mail, put = press.settings.mail, press.archive.put
            parts = {"pdf": pdf, "mail.html": letter.html.encode(), "mail.txt": letter.text.encode()}
            further = {f"further/{name}": content for name, content in files}
            manifest = put_manifest(
                press.archive,
                Manifest(
                    edition=asdict(key),
                    period={"label": period, "start": "2026-06-08", "end": "2026-06-14"},
                    as_of=now.isoformat(),
                    definition="",
                    scope=scope,
                    versions={},
                    subject=letter.subject,
                    pages=1,
                    files={name: put(content) for name, content in {**parts, **further}.items()},
                ),
            )
            letter = replace(letter, scope=scope, artifact=manifest)
            queue = [
                NewDelivery(
                    mail.channel,
                    to,
                    message_id(letter, to, mail),
                    put(compose(letter, to, mail, now)),
                    scope,
                    manifest,
                    expires_at=now + expires,
                )
                for to in recipients
            ]
            listed = put(compose_listing({f"{letter.report}.pdf": put(pdf)}))
            queue += [
                NewDelivery(channel, place, f"<{place}@x>", listed, scope, manifest, expires_at=now + expires)
                for channel, place in beside
            ]
            claimed = press.ledger.editions.begin(
                press.ledger.editions.plan(key, now, as_of=now), trigger="schedule"
            )
            assert claimed is not None
            assert press.ledger.editions.ready(
                claimed, manifest=manifest, pages=1, definition="", deliveries=queue, scope=scope
            )
            record = press.ledger.editions.find(key)
            assert record is not None
            return record

    def tick(self, environ: dict[str, str] | None = None) -> list[Attempt]:
        """One look at what is due, as `serve` takes it."""
        with self.press(environ) as press:
            press.ledger.recover()
            return list(deliver_due(press))

    def killed_at(self, step: str, visit: int) -> bool:
        """Let a process of its own look at what is due, and die when it comes to a step for the so-manieth time.

        Whether it came that far.
        """
        arguments = (str(self.root), self.clock.at, step, visit)
        context = get_context("forkserver")
        context.set_forkserver_preload(["support.mailroom"])
        process = context.Process(target=_tick_until, args=arguments)
        process.start()
        process.join(60)
        assert process.exitcode in (0, -signal.SIGKILL), f"ended with {process.exitcode}"
        return process.exitcode != 0

    def stand(self, record: EditionRecord) -> dict[str, DeliveryRecord]:
        """How the letters of an edition stand, by the recipient's name."""
        with self.press() as press:
            return {item.recipient.partition("@")[0]: item for item in press.ledger.deliveries.of(record)}

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.sleep(timedelta(**time).total_seconds())


def mailroom(root: Path) -> Mailroom:
    """A mailroom in a folder, on a Monday morning."""
    return Mailroom(root, FixedClock(MONDAY))


def _tick_until(root: str, at: datetime, step: str, visit: int) -> None:
    visits = 0

    def reached(name: str) -> None:
        nonlocal visits
        visits += name == step
        if visits == visit:
            os.kill(os.getpid(), signal.SIGKILL)

    failpoints.reached = reached
    Mailroom(Path(root), FixedClock(at)).tick()
