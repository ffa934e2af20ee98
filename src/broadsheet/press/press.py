"""The press: a workspace with the clock, the environment and the folders that its runs use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.archive.store import Archive
from broadsheet.clock import Clock
from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.secrets import Redactor, refuse_weak, resolve, secrets_in
from broadsheet.definitions.workspace import Workspace
from broadsheet.ledger.records import EditionKey
from broadsheet.periods import Calendar
from broadsheet.press.readers import Directory, Row

if TYPE_CHECKING:
    from broadsheet.delivery.channels import Resources
    from broadsheet.delivery.tokens import Tokens
    from broadsheet.ledger.ledger import Ledger
    from broadsheet.warehouse.probes import Probes
    from broadsheet.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class Press:
    """Everything a run needs. All it writes lies below `var`."""

    workspace: Workspace
    clock: Clock
    environ: Mapping[str, str] = field(repr=False)
    var: Path

    @property
    def settings(self) -> Settings:
        """The workspace's settings."""
        return self.workspace.catalog.settings

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, opened (and created or upgraded) at first use.

        StorageError when it cannot be, BroadsheetError when a password is one that everybody knows.
        """
        # Planning and checking need no database library.
        from broadsheet.ledger.ledger import Ledger

        refuse_weak(self._named, self.environ)
        written = self.settings.ledger
        server = resolve(written, self.environ, "ledger in config/settings.yaml") if written else None
        return Ledger.open(self.ledger_file, self.clock, server, self.redact)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """What must be printed nowhere: the values that the settings and connections take from the environment."""
        return secrets_in(self._named, self.environ)

    @cached_property
    def redact(self) -> Redactor:
        """Takes them, and the access tokens that this press asks for, out of a text."""
        return Redactor(self.secrets)

    @property
    def _named(self) -> tuple[dict[str, Any], ...]:
        """The settings and connections, where variables are named."""
        catalog = self.workspace.catalog
        return (catalog.settings.model_dump(), *(each.model_dump() for each in catalog.connections.values()))

    @property
    def has_ledger(self) -> bool:
        """Whether anything was planned or sent here before: who only reads need not create a ledger."""
        return self.settings.ledger is not None or self.ledger_file.exists()

    @property
    def ledger_file(self) -> Path:
        """Where the ledger lies, unless the settings name a database server."""
        return self.var / "ledger.sqlite"

    @cached_property
    def directory(self) -> Directory:
        """Who the readers are, as long as this press lives: what changes is read anew."""
        return Directory(self.workspace, self.clock, self._queried, self._planned)

    def _queried(self, name: str, audience: Audience) -> Iterator[Row]:
        # Most audiences need no database library.
        from broadsheet.press.recipients import queried

        return queried(self.workspace, name, audience, self.warehouse)

    def _planned(self, key: EditionKey) -> bool:
        return self.ledger.editions.find(key) is not None

    def warehouse(self, catalog: Catalog | None = None) -> Warehouse:
        """The workspace's data sources, or those of another catalog: opened on demand and read-only."""
        from broadsheet.warehouse.warehouse import open_warehouse

        snapshots, known = self.var / "snapshots", catalog or self.workspace.catalog
        return open_warehouse(known, self.workspace.root, self.environ, snapshots=snapshots, clock=self.clock)

    @cached_property
    def probes(self) -> Probes:
        """The questions to data sources whether they answer, kept as long as the press."""
        from broadsheet.warehouse.probes import Probes

        return Probes()

    @cached_property
    def archive(self) -> Archive:
        """The bundles of finished editions."""
        return Archive(self.var / "archive")

    @cached_property
    def calendar(self) -> Calendar:
        """The workspace's calendar."""
        return self.settings.calendar.rules

    @property
    def outbox(self) -> Path:
        """Where messages go when no mail server is configured."""
        return self.var / "outbox"

    @property
    def resources(self) -> Resources:
        """What channels leave from."""
        from broadsheet.delivery.channels import Resources

        settings = self.settings
        return Resources(
            settings.mail,
            settings.webhook_hosts,
            self.environ,
            self.redact,
            self.workspace.root,
            self.outbox,
            self.archive,
            self.tokens,
        )

    @cached_property
    def tokens(self) -> Tokens:
        """The access tokens of the mail account, kept as long as the press."""
        from broadsheet.delivery.tokens import Tokens

        return Tokens(self.settings.mail.token_command, self.redact.learn)

    def report(self, name: str) -> Report:
        """A sound report; DefinitionError for a broken one, UsageError for an unknown one."""
        return self.workspace.report(name)

    def close(self) -> None:
        """Release the ledger, if it was opened."""
        if "ledger" in self.__dict__:
            self.ledger.close()
