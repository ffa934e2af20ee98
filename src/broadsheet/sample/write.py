"""The warehouse file: written beside its place, moved there when complete."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from broadsheet.errors import StorageError
from broadsheet.sample.company import generate
from broadsheet.sample.schema import Table
from broadsheet.sample.summary import SampleSummary
from broadsheet.sample.tables import TABLES
from broadsheet.sample.world import World


def write_warehouse(path: Path, world: World, progress: Callable[[str, int], None] | None) -> SampleSummary:
    """Generate the company, write every table to a DuckDB file and replace `path` by it in one step."""
    frames = generate(world)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            draft = Path(folder) / path.name
            rows = _fill(draft, frames, progress)
            draft.replace(path)
    except (OSError, duckdb.IOException) as failure:
        raise StorageError(
            f"cannot write the sample warehouse to {path}: {failure}",
            "Check that the folder is writable and the disk has room for about 60 MB at scale 1.",
        ) from failure
    return SampleSummary(path, world.start, world.until, rows)


def _fill(
    draft: Path, frames: dict[str, pd.DataFrame], progress: Callable[[str, int], None] | None
) -> dict[str, int]:
    rows: dict[str, int] = {}
    with duckdb.connect(str(draft)) as connection:
        for table in TABLES:
            rows[table.name] = _write(connection, table, frames[table.name])
            if progress is not None:
                progress(table.name, rows[table.name])
    return rows


def _write(connection: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> int:
    columns = ", ".join(column.sql for column in table.columns)
    connection.register("frame", frame)
    connection.execute(f'CREATE TABLE "{table.name}" AS SELECT {columns} FROM frame')  # noqa: S608
    connection.unregister("frame")
    return len(frame)
