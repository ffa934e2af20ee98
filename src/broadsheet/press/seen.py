"""What the data behind an edition look like, and what those of former ones did: only that tells what is usual."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from broadsheet.archive.manifest import get_manifest
from broadsheet.definitions.models.gate import Gate
from broadsheet.definitions.scope import WHOLE
from broadsheet.document.material import Material
from broadsheet.errors import StorageError, UnavailableError, UsageError, WarehouseError
from broadsheet.ledger.records import EditionRecord
from broadsheet.metrics.profile import Profile, measured, profile
from broadsheet.metrics.source import Context
from broadsheet.periods import Period, parse_label
from broadsheet.press.gate import Finding, Reach, Seen, of_blocks, of_print, reasons, words
from broadsheet.press.job import Artifacts, Gathered
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.warehouse.extent import logged_load

GATE = "gate.json"
"""Its name in a manifest."""
LOOKED_AT = 8
"""So many former editions tell what is usual."""


def look(
    context: Context, kpis: Iterable[str], loads: Iterable[tuple[str, datetime]], period: Period, gate: Gate
) -> Seen:
    """Look at the rows of the facts whose rows happen in the period; `loads` are the latest times of facts.

    A fact that cannot be read is told by the blocks that need it. Raises UnavailableError.
    """
    columns = measured(kpis, context.catalog)
    profiles = []
    if (gate.volume.then, gate.nulls.then) != ("send", "send"):
        for fact, names in columns.items():
            try:
                profiles.append(profile(context, fact, names, period))
            except UnavailableError:
                raise
            except WarehouseError:
                continue
    return Seen(tuple(profiles), reach_of(context, columns, dict(loads)))


def reach_of(context: Context, facts: Iterable[str], latest: Mapping[str, datetime]) -> Reach | None:
    """How far the data of the connection that is furthest behind reach. By a part of the rows nobody can tell."""
    catalog, found = context.catalog, []
    for connection in dict.fromkeys(catalog.facts[fact].connection for fact in facts):
        ours = [fact for fact in facts if catalog.facts[fact].connection == connection]
        if catalog.connections[connection].loads is not None:
            logged = logged_load(context, connection)
            found += [] if logged is None else [Reach(logged, logged=True)]
        elif context.scope == WHOLE:
            newest = max((latest[fact] for fact in ours if fact in latest), default=None)
            found += [] if newest is None else [Reach(newest, logged=False)]
    return min(found, key=lambda each: each.moment, default=None)


def looked_at(press: Press, gathered: Gathered, artifacts: Artifacts) -> tuple[Finding, ...]:
    """What was found in the data, and on the printed pages as readers will see them."""
    material, document = gathered.job.material, artifacts.document
    gate = material.report.gate.over(press.settings.gate)
    size = len(artifacts.pdf) + sum(map(len, artifacts.files.values()))
    texts = (document.subject, document.preheader, artifacts.mail_text, words(artifacts.html.decode()))
    failed = [section.title for section in document.sections if section.state == "failed"]
    pages = of_print(artifacts.pages, size, texts, _members(material), gate)
    return (*gathered.findings, *of_blocks(failed, gate), *pages)


def _members(material: Material) -> Iterator[str]:
    """Everything that the data themselves say in words."""
    for answer in (each.answer for block in material.data for each in block.every if each.answer):
        for level, frame in answer.frames.items():
            for dimension in level:
                yield from map(str, frame[dimension].unique())
        for row in answer.rows.values if answer.rows else ():
            yield from (value for value in row if isinstance(value, str))


def kept_gate(seen: Seen, findings: tuple[Finding, ...]) -> bytes:
    """What was seen and found, as the archive keeps it."""
    found = [{"check": each.check, "verdict": each.verdict, "reason": each.reason} for each in findings]
    content = {"profiles": [asdict(each) for each in seen.profiles], "findings": found}
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def doubts_of(press: Press, manifest: str) -> str:
    """Why an archived edition should have waited for somebody's decision, in one line; empty where nothing was found.

    Raises StorageError when its bundle is gone.
    """
    kept = get_manifest(press.archive, manifest).files.get(GATE)
    found = json.loads(press.archive.get(kept))["findings"] if kept else ()
    return reasons((Finding(each["check"], each["verdict"], each["reason"]) for each in found), "hold")


def usual(press: Press, order: Order) -> tuple[Seen, ...]:
    """What was seen for the last editions of the same readers, as far as the archive has them."""
    if not press.has_ledger:
        return ()
    return tuple(_seen(press, order))


def _seen(press: Press, order: Order) -> Iterator[Seen]:
    # What is usual on a Sunday, only Sundays tell.
    daily = order.period.kind == "day"
    formers = press.ledger.editions.former(order.key, order.as_of, LOOKED_AT * (7 if daily else 1))
    for record in formers:
        if record.manifest is None or (daily and not _same_weekday(press, record, order.period)):
            continue
        try:
            files = get_manifest(press.archive, record.manifest).files
            if GATE not in files:
                continue
            found = json.loads(press.archive.get(files[GATE]))
        except StorageError:
            continue
        yield Seen(
            tuple(
                Profile(each["fact"], each["rows"], tuple((name, share) for name, share in each["nulls"]))
                for each in found["profiles"]
            )
        )


def _same_weekday(press: Press, record: EditionRecord, period: Period) -> bool:
    try:
        former = parse_label(record.key.period, press.calendar)
    except UsageError:
        return False
    return former.start.weekday() == period.start.weekday()
