"""A table of every published figure beside ours: `make answers` runs the tests of the examples with this plug-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples import workspaces

Row = tuple[str, str, str, str]
"""The figure's name, as published, ours, yes or no."""


class Answers:
    """Notes what each test compares, in the order of the tests."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self._test = ""
        self._like = workspaces.like

    def like(self, value: float, published: str, name: str = "") -> str:
        """As `workspaces.like`, noted."""
        ours = self._like(value, published)
        row = (name, published, ours, "yes" if ours == published else "no")
        self.rows.setdefault(self._test, []).append(row)
        return ours

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._test = item.nodeid.rpartition("/")[2]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.table():
            terminalreporter.write_line(line)

    def table(self) -> Iterator[str]:
        """The figures by test, and last how many are equal."""
        for test, rows in self.rows.items():
            yield f"\n{test}"
            yield f"  {'figure':<58}{'published':>16}{'ours':>16}  equal"
            yield from (
                f"  {name:<58}{published:>16}{ours:>16}  {equal}" for name, published, ours, equal in rows
            )
        found = [row for rows in self.rows.values() for row in rows]
        yield f"\n{sum(row[3] == 'yes' for row in found)} of {len(found)} published figures are equal"


def pytest_configure(config: pytest.Config) -> None:
    answers = Answers()
    workspaces.like = answers.like
    config.pluginmanager.register(answers)
