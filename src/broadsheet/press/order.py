"""Orders: which report, for which period, seen from which moment, for which audience."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from broadsheet.definitions.locales import LOCALES, known_locale
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.scope import Scope
from broadsheet.document.tree import Edition
from broadsheet.errors import RefusedError, UsageError, did_you_mean
from broadsheet.ledger.records import EditionKey
from broadsheet.periods import Calendar, Period, slot_of
from broadsheet.press.press import Press
from broadsheet.press.readers import scope_of_slice, slice_name

YEARS = range(1900, 2900)
"""The years a calendar of business has."""


@dataclass(frozen=True)
class Order:
    """One edition to be made. `as_of` is data: it anchors periods and prints as the date of the numbers.

    `scope` are the rows that its readers may see; without one nobody has said so, and it is refused.
    """

    edition: Edition
    period: Period
    as_of: datetime
    scope: Scope | None

    @property
    def permitted(self) -> Scope:
        """The rows that its readers may see; RefusedError where nobody has said which."""
        if self.scope is None:
            edition = self.edition
            raise RefusedError(
                f"audience {edition.audience} has no slice “{edition.slice}”, so nobody may see it",
                "Slices stand in config/audiences.yaml; an audience with `each` has one per member.",
            )
        return self.scope

    @property
    def key(self) -> EditionKey:
        """The ledger's key of the edition."""
        edition = self.edition
        return EditionKey(
            edition.report, edition.period, edition.audience, edition.slice, edition.locale, edition.revision
        )


def order(
    press: Press,
    name: str,
    period: Period,
    as_of: datetime,
    audience: str | None = None,
    locale: str | None = None,
) -> Order:
    """The order for a report and period, in the audience's locale unless another is named.

    For an audience with `each` it is that of nobody: see `sliced`. Raises UsageError for an unknown audience or
    locale.
    """
    report = press.report(name)
    reader = audience or report.audience
    audiences = press.workspace.audiences
    if reader not in audiences:
        raise UsageError(f"there is no audience “{reader}”", did_you_mean(reader, audiences))
    if locale is not None and not known_locale(locale):
        raise UsageError(f"there is no locale “{locale}”", LOCALES)
    own = slice_name(audiences[reader].fixed)
    edition = Edition(name, period.label, reader, own, locale or locale_of(press, reader), 1)
    return Order(edition, period, as_of, scope_of_slice(audiences[reader], own))


def sliced(press: Press, wanted: Order, slice_: str, locale: str | None = None) -> Order:
    """The order for a slice of its audience; for one that the audience has not, or no more, it has no scope."""
    edition = replace(wanted.edition, slice=slice_, locale=locale or wanted.edition.locale)
    audience = press.workspace.audiences[edition.audience]
    return replace(wanted, edition=edition, scope=scope_of_slice(audience, slice_))


def for_readers(press: Press, wanted: Order) -> tuple[Order, ...]:
    """The order once for each slice and locale of its audience that has readers; none where nobody reads it."""
    groups = press.directory.groups(wanted.edition.audience)
    return tuple(sliced(press, wanted, group.slice, group.locale) for group in groups)


def locale_of(press: Press, audience: str) -> str:
    """The locale that an audience reads: its own, else the workspace's."""
    return press.workspace.audiences[audience].locale or press.settings.locale


def moment_of(report: Report, period: Period, calendar: Calendar, now: datetime) -> datetime:
    """The moment from which a period is seen when nobody names one: its due time, never “now”.

    So last month's edition, asked for again today, is the edition of last month. A period that is not due by
    the schedule, or not yet, is seen from its end.
    """
    if report.schedule is not None:
        slot = slot_of(report.schedule.rhythm, report.period, calendar, period)
        if slot is not None and slot.due <= now:
            return slot.due
    return period.bounds(calendar)[1]


def moment(text: str, calendar: Calendar) -> datetime:
    """Read `--as-of`: a date (its first instant) or a date and time, local unless it carries a zone."""
    try:
        read: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.year not in YEARS:
        raise UsageError(
            f"“{text}” is not a moment",
            "Write a date such as 2026-06-15, or a date and time: 2026-06-15T07:00.",
        )
    return read.astimezone(UTC) if read.tzinfo else calendar.instant(read)
