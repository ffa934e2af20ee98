"""A render job as files, and back: what an edition was drawn from outlives the process, the templates and the YAML.

The answers are Parquet tables that any other tool reads, everything else JSON and the files themselves. What
editions share (KPIs, dimensions, translations, templates, logo, typefaces) stands in files of its own, which the
archive keeps once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from broadsheet.archive.codec import Codec
from broadsheet.archive.tables import Column, Kind, read_table, write_tables
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.limits import RenderLimits
from broadsheet.document.material import Material
from broadsheet.metrics.question import Answer, Level, RowKind, Rows
from broadsheet.press.job import RenderJob

JOB = "job.json"
CATALOG = "catalog.json"
FRAMES = "frames.parquet"
TEMPLATES = "templates/"
BRAND = "brand/"

_MEASURED = {"numerator": ":numerator", "denominator": ":denominator"}
_KINDS: Mapping[RowKind, Kind] = {
    "number": "number",
    "money": "number",
    "kpi": "number",
    "flag": "flag",
    "date": "date",
    "time": "time",
}
"""How the values of rows are stored; all others are texts."""


@dataclass(frozen=True)
class Catalog:
    """What the editions of a workspace share, in one language."""

    kpis: Mapping[str, Kpi]
    dimensions: Mapping[str, Dimension]
    texts: Mapping[str, str]


def job_files(job: RenderJob) -> dict[str, bytes]:
    """Everything that a job consists of, as files by name: the same job, the same files."""
    material, apart = job.material, _Apart(job)
    catalog = Catalog(material.kpis, material.dimensions, material.texts)
    # How much a process may take is no part of what it draws.
    own = replace(
        job, templates={}, limits=RenderLimits(), material=replace(material, kpis={}, dimensions={}, texts={})
    )
    return {
        JOB: _job_codec().dumps(own, apart.put),
        CATALOG: _catalog_codec().dumps(catalog, apart.put),
        **write_tables({FRAMES: _frame_columns(material, apart.frames), **apart.rows}),
        **apart.brand,
        **{f"{TEMPLATES}{name}": source.encode() for name, source in job.templates.items()},
    }


def job_from(names: Iterable[str], read: Callable[[str], bytes]) -> RenderJob:
    """The job whose files `read` gives by name; StorageError when this version cannot read them."""
    frames = _frames_by_number(read_table(read(FRAMES)))

    def get(reference: Any) -> Any:
        if "frame" in reference:
            return _frame(reference["columns"], frames.get(reference["frame"], []))
        if "rows" in reference:
            return _rows(reference, read_table(read(reference["rows"])))
        return read(reference["file"])

    job: RenderJob = _job_codec().loads(read(JOB), get)
    catalog: Catalog = _catalog_codec().loads(read(CATALOG), get)
    material = replace(job.material, kpis=catalog.kpis, dimensions=catalog.dimensions, texts=catalog.texts)
    templates = {
        name.removeprefix(TEMPLATES): read(name).decode() for name in names if name.startswith(TEMPLATES)
    }
    return replace(job, templates=templates, material=material)


@cache
def _job_codec() -> Codec:
    return Codec(RenderJob, apart=(pd.DataFrame, Rows, bytes))


@cache
def _catalog_codec() -> Codec:
    return Codec(Catalog)


@dataclass
class _Apart:
    """What a job's description leaves out, as it comes by: frames, rows, and the files of the theme."""

    job: RenderJob
    frames: dict[int, int] = field(default_factory=dict)
    rows: dict[str, list[Column]] = field(default_factory=dict)

    @property
    def brand(self) -> dict[str, bytes]:
        return {f"{BRAND}{each.name}": each.content for each in self.job.brand.files}

    def put(self, value: Any) -> dict[str, Any]:
        """Where a part is found again."""
        if isinstance(value, pd.DataFrame):
            number = self.frames.setdefault(id(value), len(self.frames))
            return {"frame": number, "columns": list(value.columns)}
        if isinstance(value, Rows):
            name = f"rows-{len(self.rows) + 1}.parquet"
            self.rows[name] = list(_row_columns(value))
            return {"rows": name, "types": list(value.types.items()), "zone": _zone_of(value)}
        return {"file": next(name for name, content in self.brand.items() if content is value)}


# Frames: one table for all of an edition, a line per KPI of a row.


def _frame_columns(material: Material, numbers: Mapping[int, int]) -> list[Column]:
    lines = [line for told in _frames(material) for line in _lines(numbers[id(told[3])], *told)]
    kinds: dict[str, Kind] = {
        "frame": "whole", "block": "whole", "level": "text", "row": "whole", "bucket": "whole",
        "period": "text", "members": "texts", "kpi": "text", "value": "number", "n": "whole", "why": "text",
        "numerator": "number", "denominator": "number",
    }  # fmt: skip
    columns = zip(*lines, strict=True) if lines else [() for _ in kinds]
    return [
        Column(name, kind, list(values)) for (name, kind), values in zip(kinds.items(), columns, strict=True)
    ]


def _frames(material: Material) -> Iterator[tuple[int, Answer, Level, pd.DataFrame]]:
    """Every frame once, with the number of the first block that shows it."""
    seen = set()
    for block, data in enumerate(material.data, start=1):
        for each in data.every:
            if each.answer is None:
                continue
            for level, frame in each.answer.frames.items():
                if id(frame) not in seen:
                    seen.add(id(frame))
                    yield block, each.answer, level, frame


def _lines(
    number: int, block: int, answer: Answer, level: Level, frame: pd.DataFrame
) -> Iterator[tuple[Any, ...]]:
    plain = {name: frame[name].tolist() for name in frame.columns}
    nothing = [None] * len(frame)
    for row, bucket in enumerate(plain["bucket"]):
        members = [plain[dimension][row] for dimension in level]
        place = (
            number,
            block,
            " and ".join(level),
            row,
            bucket,
            answer.question.buckets[bucket].label,
            members,
        )
        for kpi in _kpis(plain, level):
            parts = (plain.get(f"{kpi}{ending}", nothing)[row] for ending in _MEASURED.values())
            yield (*place, kpi, plain[kpi][row], plain[f"{kpi}:n"][row], plain[f"{kpi}:why"][row], *parts)


def _kpis(columns: Iterable[str], level: Iterable[str]) -> list[str]:
    others = {"bucket", *level}
    return [name for name in columns if name not in others and ":" not in name]


def _frames_by_number(table: Mapping[str, list[Any]]) -> dict[int, list[dict[str, Any]]]:
    """The lines of each frame."""
    found: dict[int, list[dict[str, Any]]] = {}
    for values in zip(*table.values(), strict=True):
        line = dict(zip(table, values, strict=True))
        found.setdefault(line["frame"], []).append(line)
    return found


def _frame(columns: list[str], lines: list[dict[str, Any]]) -> pd.DataFrame:
    """A frame as it was: its columns, in their order, with their types."""
    measured = {name.rpartition(":")[0] for name in columns if name.endswith(":n")}
    dimensions = [name for name in columns[1:] if ":" not in name and name not in measured]
    rows: dict[int, dict[str, Any]] = {}
    for line in lines:
        row = rows.setdefault(
            line["row"], {"bucket": line["bucket"], **dict(zip(dimensions, line["members"], strict=True))}
        )
        kpi = line["kpi"]
        row.update({kpi: line["value"], f"{kpi}:n": line["n"], f"{kpi}:why": line["why"]})
        row.update({f"{kpi}{ending}": line[name] for name, ending in _MEASURED.items()})
    found = [rows[row] for row in sorted(rows)]
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in found], dtype=_dtype(name, dimensions)) for name in columns}
    )


def _dtype(column: str, dimensions: Iterable[str]) -> str:
    if column in dimensions or column.endswith(":why"):
        return "object"
    return "int64" if column == "bucket" or column.endswith(":n") else "float64"


# Rows: a table per list.


def _row_columns(rows: Rows) -> Iterator[Column]:
    for i, (name, kind) in enumerate(rows.types.items()):
        values = [row[i] for row in rows.values]
        if kind == "time":
            values = [value and value.astimezone(UTC).replace(tzinfo=None) for value in values]
        yield Column(name, _KINDS.get(kind, "text"), values)


def _zone_of(rows: Rows) -> str | None:
    """The zone of their times, which is the calendar's."""
    values = (value for row in rows.values for value in row)
    zones = (value.tzinfo for value in values if isinstance(value, datetime))
    return next((zone.key for zone in zones if isinstance(zone, ZoneInfo)), None)


def _rows(reference: Mapping[str, Any], table: Mapping[str, list[Any]]) -> Rows:
    types: dict[str, RowKind] = dict(reference["types"])
    zone = reference["zone"] and ZoneInfo(reference["zone"])
    columns = [
        [value and value.replace(tzinfo=UTC).astimezone(zone) for value in values]
        if kind == "time"
        else values
        # By place: a Parquet file takes no two names that differ in case alone.
        for values, kind in zip(table.values(), types.values(), strict=True)
    ]
    return Rows(types, tuple(zip(*columns, strict=True)))
