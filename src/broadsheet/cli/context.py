"""What every command needs: the workspace of the `-C` option, checked, and the press over it."""

from __future__ import annotations

import os
import pwd
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from broadsheet.clock import Clock, SystemClock
from broadsheet.definitions.secrets import Redactor
from broadsheet.errors import DefinitionError, UsageError

if TYPE_CHECKING:
    from broadsheet.definitions.workspace import Workspace
    from broadsheet.press.press import Press

VAR = "var"


@dataclass(frozen=True)
class Door:
    """The global options: `root` is the folder of the workspace, if it is one; `redact` hides its secrets."""

    root: Path
    redact: Redactor

    def folder(self) -> Path:
        """The workspace's folder; UsageError when there is no workspace."""
        if not (self.root / "config").is_dir():
            raise UsageError(
                f"{self.root.resolve()} is no workspace: it has no config/ folder",
                "Change into one, name it with -C FOLDER, or make one: broadsheet init FOLDER",
            )
        return self.root.resolve()

    def var(self, name: str = VAR) -> Path:
        """The folder below which commands write; UsageError for root where it belongs to another user."""
        root = self.folder()
        written = root / VAR
        if os.geteuid() == 0 and written.exists() and (owner := written.stat().st_uid):
            user = _user(owner)
            raise UsageError(
                f"{written} belongs to {user}, who could not read or replace what root leaves there",
                f"Run it as that user: sudo -u {shlex.quote(user)} broadsheet …, or a container with --user {owner}.",
            )
        return root / name

    def workspace(self) -> Workspace:
        """The loaded workspace, with whatever problems it has; UsageError when there is none here."""
        from broadsheet.definitions.workspace import load_workspace

        return load_workspace(self.folder())

    def load(self, clock: Clock | None = None, var: str = VAR) -> Press:
        """The press over this workspace; DefinitionError when its configuration cannot be used at all.

        Problems of single reports do not stop the others: they are printed once, and those reports refuse.
        """
        return _usable(self._written(clock, var))

    def standing(self, clock: Clock | None = None, var: str = VAR) -> Press:
        """The press over the definitions in force: of files that are broken, what they said when last sound."""
        from broadsheet.press.inforce import in_force

        press = _usable(in_force(self._written(clock, var)))
        self.redact.learn(press.secrets)
        return press

    def _written(self, clock: Clock | None, var: str) -> Press:
        from broadsheet.press.press import Press

        workspace = self.workspace()
        press = Press(workspace, clock or SystemClock(), os.environ, self.var(var))
        self.redact.learn(press.secrets)
        return press

    @contextmanager
    def press(self, clock: Clock | None = None, var: str = VAR, *, standing: bool = False) -> Iterator[Press]:
        """The press, released afterwards; over the definitions in force where those are wanted."""
        opened = (self.standing if standing else self.load)(clock, var)
        try:
            yield opened
        finally:
            opened.close()


def _user(number: int) -> str:
    """The name of a user, as sudo takes it; of one without a name, the number."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"


def _usable(press: Press) -> Press:
    workspace = press.workspace
    if workspace.errors and not workspace.reports:
        press.close()
        raise DefinitionError(workspace.errors)
    if workspace.former:
        names = ", ".join(sorted(workspace.former))
        typer.echo(f"Broken, the former text stays in force: {names}. See: broadsheet check", err=True)
    if workspace.broken:
        names = ", ".join(sorted(workspace.broken))
        typer.echo(f"Broken and left out: {names}. See: broadsheet check", err=True)
    return press


def door(context: typer.Context) -> Door:
    """The global options of a command."""
    found: Door = context.obj
    return found


def interactive() -> bool:
    """Whether a person watches: progress is drawn only then."""
    return sys.stderr.isatty()
