"""Two editions beside each other: values as sent and as of now, rows of lists, definitions, texts, versions."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose, isnan

from broadsheet.document.material import Material
from broadsheet.document.plain import plain_text
from broadsheet.ledger.records import EditionRecord
from broadsheet.metrics.explain import conditions_text
from broadsheet.metrics.question import EMPTY, OTHER, Answer
from broadsheet.press.again import differing, job_of_bundle
from broadsheet.press.bundle import DEFINITIONS, artifact_files
from broadsheet.press.editions import manifest_of, reference_of
from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.rendering.versions import versions

_MEMBERS = {EMPTY: "(not set)", OTHER: "other"}


@dataclass(frozen=True)
class Side:
    """One of two editions: what it was drawn from, what it says, and by what it was defined and drawn."""

    name: str
    job: RenderJob
    text: str
    definitions: Mapping[str, str]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """Which value: a KPI in a period, of some members (`region=Bavaria`) or in total, under a block's conditions."""

    kpi: str
    period: str
    members: str = ""
    where: str = ""


@dataclass(frozen=True)
class Moved:
    """A value that is another one now; None where there was or is none."""

    cell: Cell
    label: str
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Listed:
    """A list whose rows differ: how many came and how many went."""

    block: int
    came: int
    went: int


@dataclass(frozen=True)
class Differences:
    """What two editions have different. `totals` are those of KPIs in the period itself, `others` all further values.

    `definitions` and `text` are lines of a unified diff; `templates` names what the pages are laid out with.
    """

    then: str
    now: str
    totals: tuple[Moved, ...]
    others: tuple[Moved, ...]
    lists: tuple[Listed, ...]
    definitions: tuple[str, ...]
    templates: tuple[str, ...]
    text: tuple[str, ...]
    versions: tuple[tuple[str, str, str], ...]

    @property
    def any(self) -> bool:
        """Whether anything differs at all."""
        return any((self.values, self.definitions, self.templates, self.text, self.versions))

    @property
    def values(self) -> bool:
        """Whether figures or rows differ."""
        return bool(self.totals or self.others or self.lists)


def archived(press: Press, record: EditionRecord) -> Side:
    """An edition of the archive; StorageError when it is gone or this version cannot read it."""
    manifest, get = manifest_of(press, record), press.archive.get
    files = manifest.files
    return Side(
        name=reference_of(record),
        job=job_of_bundle(press, manifest),
        text=get(files["mail.txt"]).decode(),
        definitions={
            name.removeprefix(DEFINITIONS): get(digest).decode()
            for name, digest in files.items()
            if name.startswith(DEFINITIONS)
        },
        versions=manifest.versions,
    )


def printed_now(press: Press, order: Order, job: RenderJob, artifacts: Artifacts) -> Side:
    """An edition that was just drawn."""
    text = artifact_files(artifacts)["mail.txt"].decode()
    return Side(str(order.key), job, text, press.workspace.sources(order.edition.report), versions())


def compare(then: Side, now: Side) -> Differences:
    """Everything that differs between two editions; of different periods, the totals of their own period only."""
    one, other = then.job.material, now.job.material
    before, after = _values(one), _values(other)
    if one.period != other.period:
        before, after = _own(before, one), _own(after, other)
    moved = [
        Moved(cell, _label(cell.kpi, other, one), before.get(cell), after.get(cell))
        for cell in dict.fromkeys((*after, *before))
        if _others(before.get(cell), after.get(cell))
    ]
    own = {other.period.label, ""}
    return Differences(
        then=then.name,
        now=now.name,
        totals=tuple(each for each in moved if _is_total(each.cell) and each.cell.period in own),
        others=tuple(each for each in moved if not (_is_total(each.cell) and each.cell.period in own)),
        lists=tuple(_lists(one, other)) if one.period == other.period else (),
        definitions=tuple(_definitions(then.definitions, now.definitions)),
        templates=tuple(_templates(then.job, now.job)),
        text=tuple(_lines(_said(then), _said(now), "as sent", "as of now")),
        versions=tuple(differing(then.versions, now.versions)),
    )


def _others(then: float | None, now: float | None) -> bool:
    """Whether two values are others; in which order a database has added is no difference."""
    if then is None or now is None:
        return then is not now
    return not isclose(then, now, rel_tol=1e-12, abs_tol=1e-12)


def _is_total(cell: Cell) -> bool:
    return not cell.members and not cell.where


def _own(values: Mapping[Cell, float | None], material: Material) -> dict[Cell, float | None]:
    return {
        Cell(cell.kpi, "", cell.members, cell.where): value
        for cell, value in values.items()
        if cell.period == material.period.label
    }


def _values(material: Material) -> dict[Cell, float | None]:
    """Every value that the blocks were drawn from."""
    found: dict[Cell, float | None] = {}
    for data in material.data:
        for each in data.every:
            if each.answer is not None:
                found.update(_cells(each.answer))
    return found


def _cells(answer: Answer) -> Iterator[tuple[Cell, float | None]]:
    where = "everyone" if answer.question.everyone else conditions_text(answer.question.where)
    # The part of a week that lies inside a month bears the label of its whole.
    labels = [
        f"{bucket.label} ({bucket.start} to {bucket.last_day})" if bucket.clipped else bucket.label
        for bucket in answer.question.buckets
    ]
    for level, frame in answer.frames.items():
        columns = {name: frame[name].tolist() for name in frame.columns}
        kpis = [kpi for kpi in answer.question.kpis if kpi in columns]
        for row, bucket in enumerate(columns["bucket"]):
            named = ((name, columns[name][row]) for name in level)
            members = ", ".join(f"{name}={_MEMBERS.get(member, member)}" for name, member in named)
            for kpi in kpis:
                value = columns[kpi][row]
                yield Cell(kpi, labels[bucket], members, where), None if isnan(value) else value


def _label(kpi: str, *materials: Material) -> str:
    return next((each.kpis[kpi].label for each in materials if kpi in each.kpis), kpi)


def _lists(then: Material, now: Material) -> Iterator[Listed]:
    before, after = _rows(then), _rows(now)
    for block in sorted({*before, *after}):
        had, has = before.get(block, set()), after.get(block, set())
        if had != has:
            yield Listed(block, len(has - had), len(had - has))


def _rows(material: Material) -> dict[int, set[tuple[object, ...]]]:
    found: dict[int, set[tuple[object, ...]]] = {}
    for number, data in enumerate(material.data, start=1):
        for each in data.every:
            if each.answer is not None and each.answer.rows is not None:
                found.setdefault(number, set()).update(each.answer.rows.values)
    return found


def _definitions(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield from _lines(then.get(name, ""), now.get(name, ""), f"{name} then", f"{name} now")


def _templates(then: RenderJob, now: RenderJob) -> Iterator[str]:
    yield from (name for name, _, _ in differing(then.templates, now.templates))
    before = {each.name: each.content.hex() for each in then.brand.files}
    yield from (
        name for name, _, _ in differing(before, {each.name: each.content.hex() for each in now.brand.files})
    )


def _said(side: Side) -> str:
    """What an edition says, but for the revision in its name."""
    printed = plain_text(side.job.material.edition.key)
    return side.text.replace(printed, printed.rpartition(" · ")[0])


def _lines(then: str, now: str, one: str, other: str) -> Iterator[str]:
    yield from difflib.unified_diff(then.splitlines(), now.splitlines(), one, other, lineterm="", n=0)
