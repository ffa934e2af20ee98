"""Fixtures that several rooms need, and the rule that nothing is skipped on the build machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from support.postgres import postgres_server
from support.smtp import MailServer, mail_server

RUNTIME_FOLDER = pytest.StashKey[str]()


class NoSkips:
    """Fails the session when a test was skipped: what is not run is not known to work."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("skipped tests fail the session (CI=true)", red=True)
            for nodeid in self.skipped:
                terminalreporter.line(nodeid)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    if os.environ.get("CI") == "true":
        config.pluginmanager.register(NoSkips())
    # One runtime folder for all workers: the database server keeps its lock and long sockets there.
    if "XDG_RUNTIME_DIR" not in os.environ:
        config.stash[RUNTIME_FOLDER] = tempfile.mkdtemp(prefix="broadsheet-runtime-")
        os.environ["XDG_RUNTIME_DIR"] = config.stash[RUNTIME_FOLDER]


PROOFS = ("catalog", "conformance", "examples", "miniature")
"""Rooms whose tests are proofs of figures: thousands of answers that others have worked out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] in PROOFS:
            item.add_marker("proof")


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(RUNTIME_FOLDER, ""):
        del os.environ["XDG_RUNTIME_DIR"]
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the public data sets and the specification's tables."""
    folder = os.environ.get("BROADSHEET_TEST_DATA", "")
    if not folder:
        pytest.skip("BROADSHEET_TEST_DATA names no folder with the shared data sets")
    return Path(folder)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[URL]:
    """The superuser's URL of an empty PostgreSQL, one server per worker."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def smtp_server(tmp_path: Path) -> Iterator[MailServer]:
    """A mail server on loopback that insists on STARTTLS."""
    with mail_server(tmp_path) as server:
        yield server
