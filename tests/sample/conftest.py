from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from broadsheet.sample.build import build
from broadsheet.sample.summary import DEFAULT_SEED

UNTIL = date(2026, 6, 14)


@pytest.fixture(scope="session", params=[DEFAULT_SEED, 11], ids=lambda seed: f"seed-{seed}")
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[duckdb.DuckDBPyConnection, int]]:
    """A full-size company: the planted effects of short windows do not show in a small one."""
    path = tmp_path_factory.mktemp("company") / "company.duckdb"
    build(path, until=UNTIL, seed=request.param)
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection, request.param


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path: Path = tmp_path_factory.mktemp("small") / "small.duckdb"
    build(path, until=UNTIL, scale=0.1)
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection
