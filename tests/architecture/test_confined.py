"""The pure core stays pure: time, environment, chance, network and heavy libraries have their rooms."""

from __future__ import annotations

import pytest

from architecture.source import Module, imported, modules, used_names

CLOCK = {"clock"}
ENVIRONMENT = {"warehouse", "delivery", "cli", "walls"}

#: A name, or everything below it, and the rooms that may use it.
ROOMS_OF = {
    "time": CLOCK,
    "datetime.datetime.now": CLOCK,
    "datetime.datetime.today": CLOCK,
    "datetime.datetime.utcnow": CLOCK,
    "datetime.date.today": CLOCK,
    "pandas.Timestamp.now": CLOCK,
    "pandas.Timestamp.today": CLOCK,
    "email.utils.localtime": CLOCK,
    "os.environ": ENVIRONMENT,
    "os.getenv": ENVIRONMENT,
    "os.path.expandvars": ENVIRONMENT,
    "random": {"sample"},
    "numpy.random": {"sample"},
    "smtplib": {"delivery"},
    "imaplib": {"delivery"},
    "pikepdf": {"delivery"},
    "yaml": {"definitions"},
    "duckdb": {"warehouse", "sample", "archive"},
    "matplotlib": {"rendering"},
    "weasyprint": {"rendering"},
    "apscheduler": {"schedule"},
    "typer": {"cli"},
    "urllib3": {"delivery"},
    "http.client": {"delivery"},
    "prometheus_client": {"monitor"},
    "http.server": {"monitor", "preview"},
}


def strays(module: Module) -> set[str]:
    found = set()
    for line, name in [*imported(module), *used_names(module)]:
        for confined, rooms in ROOMS_OF.items():
            if (name == confined or name.startswith(confined + ".")) and module.room not in rooms:
                found.add(f"{module.shown}:{line} uses {name}, which belongs to {', '.join(sorted(rooms))}")
    return found


@pytest.mark.parametrize("module", modules().values(), ids=lambda module: module.name)
def test_each_thing_is_used_in_its_room(module: Module) -> None:
    assert strays(module) == set()
