"""What every command needs: the workspace of the `-C` option, checked, and the press over it."""

from __future__ import annotations

import os
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

    def workspace(self) -> Workspace:
        """The loaded workspace, with whatever problems it has; UsageError when there is none here."""
        from broadsheet.definitions.workspace import load_workspace

        return load_workspace(self.folder())

    def load(self, clock: Clock | None = None, var: str = VAR) -> Press:
        """The press over this workspace; DefinitionError when its configuration cannot be used at all.

        Problems of single reports do not stop the others: they are printed once, and those reports refuse.
        """
        from broadsheet.press.press import Press

        workspace = self.workspace()
        if workspace.errors and not workspace.reports:
            raise DefinitionError(workspace.errors)
        if workspace.broken:
            names = ", ".join(sorted(workspace.broken))
            typer.echo(f"Broken and left out: {names}. See: broadsheet check", err=True)
        press = Press(workspace, clock or SystemClock(), os.environ, workspace.root / var)
        self.redact.learn(press.secrets)
        return press

    @contextmanager
    def press(self, clock: Clock | None = None, var: str = VAR) -> Iterator[Press]:
        """The press, released afterwards."""
        opened = self.load(clock, var)
        try:
            yield opened
        finally:
            opened.close()


def door(context: typer.Context) -> Door:
    """The global options of a command."""
    found: Door = context.obj
    return found


def interactive() -> bool:
    """Whether a person watches: progress is drawn only then."""
    return sys.stderr.isatty()
