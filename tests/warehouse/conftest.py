"""A workspace of sources written in YAML words, and a warehouse over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from broadsheet.clock import Clock, FixedClock
from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.sources import SourcesFile
from broadsheet.warehouse.warehouse import Warehouse, open_warehouse

Opener = Callable[..., Warehouse]


def catalog_of(sources: dict[str, Any], **calendar: str) -> Catalog:
    parsed = SourcesFile.model_validate({"facts": {}, **sources})
    settings = Settings.model_validate({"version": 1, "company": "Example", "calendar": calendar})
    return Catalog(settings, parsed.connections, parsed.entities, parsed.facts, {}, {})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2024, 7, 1, tzinfo=UTC))


@pytest.fixture
def open_sources(tmp_path: Path, clock: Clock) -> Iterator[Opener]:
    """Opens a warehouse over sources; the workspace is `tmp_path`."""
    with ExitStack() as stack:

        def opener(
            sources: dict[str, Any], environ: dict[str, str] | None = None, **calendar: str
        ) -> Warehouse:
            warehouse = open_warehouse(
                catalog_of(sources, **calendar),
                tmp_path,
                environ or {},
                snapshots=tmp_path / "snapshots",
                clock=clock,
            )
            return stack.enter_context(warehouse)

        yield opener
