from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from broadsheet.cli import main
from press.workspace import House, build


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A small workspace in a folder with a space in its name."""
    return build(tmp_path / "my shop")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line in this process, as a person would."""

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["broadsheet", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as done:
            code = done.code or 0
        captured = capsys.readouterr()
        assert isinstance(code, int)
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def here(house: House, command: Command) -> Command:
    """Runs the command line on the small workspace, from another folder."""
    return lambda *arguments: command("-C", house.root, *arguments)
