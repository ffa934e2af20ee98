"""Editions by the names that people give them: `sales-weekly/2026-W46`, a part of more, or the ledger's number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from broadsheet.archive.manifest import Manifest, get_manifest
from broadsheet.errors import StorageError, UsageError, did_you_mean
from broadsheet.ledger.records import EditionRecord
from broadsheet.press.press import Press
from broadsheet.press.readers import WHOLE

FORM = "Write REPORT/PERIOD, such as sales-weekly/2026-W46, or REPORT/PERIOD/AUDIENCE/SLICE@REVISION."


@dataclass(frozen=True)
class Reference:
    """What somebody wrote to name an edition; None where it says nothing."""

    report: str
    period: str
    audience: str | None = None
    slice: str | None = None
    revision: int | None = None


def parse_reference(text: str) -> Reference:
    """Read `REPORT/PERIOD`, with `/AUDIENCE`, `/SLICE` and `@REVISION` as wanted; UsageError otherwise."""
    name, _, revision = text.rpartition("@") if "@" in text else (text, "", "")
    report, _, rest = name.partition("/")
    period, *readers = rest.split("/", 2)
    number = revision.removeprefix("r")
    if not report or not period or (revision and not number.isdecimal()):
        raise UsageError(f"“{text}” names no edition", FORM)
    audience, part = (*readers, "", "")[:2]
    return Reference(report, period, audience or None, part or None, int(number) if number else None)


def named_editions(press: Press, text: str) -> tuple[EditionRecord, ...]:
    """The revisions of the edition that `text` names, the first one first; only one of them where it names it.

    Raises UsageError for a name that fits no edition, or those of several groups of readers.
    """
    if not press.has_ledger:
        raise UsageError(
            "no edition has been planned or sent here yet", "`broadsheet plan` shows what comes."
        )
    if text.isdecimal():
        found = press.ledger.history.one(int(text))
        if found is None:
            raise UsageError(f"there is no edition with the number {text}", "See: broadsheet history")
        return (found,)
    wanted = parse_reference(text)
    records = press.ledger.history.of_period(wanted.report, wanted.period)
    if not records:
        raise _unknown(press, wanted)
    return _revisions(records, wanted, text)


def named_edition(press: Press, text: str) -> EditionRecord:
    """The latest revision of a named edition that was made; where none was, the latest of all."""
    records = named_editions(press, text)
    made = [record for record in records if record.manifest is not None]
    return (made or records)[-1]


def manifest_of(press: Press, record: EditionRecord) -> Manifest:
    """What an edition consists of. UsageError where it was never made, StorageError where it is gone."""
    key = record.key
    if record.manifest is None:
        raise UsageError(
            f"{key} was not made: it is {record.state}{f', {record.reason}' if record.reason else ''}",
            f"Its story: broadsheet explain {reference_of(record)}",
        )
    if record.gone_at is not None:
        raise StorageError(
            f"{key} is gone: it left the archive on {record.gone_at:%Y-%m-%d}, as the settings say",
            anew(record),
        )
    try:
        return get_manifest(press.archive, record.manifest)
    except StorageError as error:
        raise StorageError(f"{key} is gone: {error}", f"{error.remedy} {anew(record)}") from error


def anew(record: EditionRecord) -> str:
    """How an edition that is gone is made again."""
    key = record.key
    return f"As a new revision: broadsheet run {key.report} --period {key.period} --audience {key.audience}"


def reference_of(record: EditionRecord) -> str:
    """How an edition is named in full."""
    key = record.key
    part = "" if key.slice == WHOLE else f"/{key.slice}"
    return f"{key.report}/{key.period}/{key.audience}{part}@{key.revision}"


def _revisions(records: Sequence[EditionRecord], wanted: Reference, text: str) -> tuple[EditionRecord, ...]:
    audiences = {record.key.audience for record in records}
    if wanted.audience is not None:
        records = [record for record in records if record.key.audience == wanted.audience]
        if not records:
            raise UsageError(
                f"“{wanted.audience}” has no edition of {wanted.report}/{wanted.period}",
                did_you_mean(wanted.audience, audiences),
            )
    if wanted.slice is not None:
        slices = {record.key.slice for record in records}
        records = [record for record in records if record.key.slice == wanted.slice]
        if not records:
            raise UsageError(f"there is no slice “{wanted.slice}” of it", did_you_mean(wanted.slice, slices))
    if wanted.revision is not None:
        records = [record for record in records if record.key.revision == wanted.revision]
        if not records:
            raise UsageError(f"{text} has no such revision", f"See: broadsheet history {wanted.report}")
    readers = {(record.key.audience, record.key.slice, record.key.locale) for record in records}
    if len(readers) > 1:
        named = ", ".join(
            f"{reference_of(record)} ({record.key.locale}, number {record.id})" for record in records
        )
        raise UsageError(
            f"“{text}” names several editions", f"Name one of them, in full or by its number: {named}"
        )
    return tuple(sorted(records, key=lambda record: record.key.revision))


def _unknown(press: Press, wanted: Reference) -> UsageError:
    known = press.ledger.history.reports()
    if wanted.report not in known:
        return UsageError(
            f"there is no edition of a report “{wanted.report}”", did_you_mean(wanted.report, known)
        )
    periods = press.ledger.history.periods(wanted.report)
    return UsageError(
        f"there is no edition of {wanted.report} for “{wanted.period}”", did_you_mean(wanted.period, periods)
    )
