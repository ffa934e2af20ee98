"""Checks of what belongs to a country or language: locales, public holidays, time zones."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import WORKSPACE, Draft, Finding, Subject
from broadsheet.definitions.files import SETTINGS
from broadsheet.definitions.locales import LOCALES, known_locale
from broadsheet.errors import Place, Problem, did_you_mean
from broadsheet.periods import Calendar


def check_locales(draft: Draft) -> Iterator[Finding]:
    """Numbers and dates can be written for the locale."""
    place = draft.files.place(SETTINGS, "locale")
    for problem in _locale(draft.catalog.settings.locale, place):
        yield WORKSPACE, problem
    for name, audience in draft.audiences.items():
        if audience.locale is not None:
            subject = Subject("audience", name)
            for problem in _locale(audience.locale, draft.place(subject, "locale")):
                yield subject, problem


def _locale(name: str, place: Place) -> Iterator[Problem]:
    if not known_locale(name):
        yield error("unknown-locale", place, f"unknown locale “{name}”", LOCALES)


def check_holidays(draft: Draft) -> Iterator[Finding]:
    """The holidays of the country, and of its region, are known."""
    code = draft.catalog.settings.calendar.holidays
    if code is None:
        return
    place = draft.files.place(SETTINGS, "calendar", "holidays")
    remedy = "Delete the key and every Monday to Friday is a working day."
    for problem in unknown_holidays(code, place, remedy):
        yield WORKSPACE, problem


def unknown_holidays(code: str, place: Place, remedy: str) -> Iterator[Problem]:
    """The problem of a country code whose holidays are not known."""
    try:
        Calendar(holidays=code)
    except ValueError as wrong:
        yield error("unknown-holidays", place, str(wrong), remedy)


def unknown_zone(name: str, place: Place) -> Iterator[Problem]:
    """The problem of a time zone that is not in the zone database."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        near = did_you_mean(name, available_timezones())
        remedy = near if near.startswith("Did") else "Write a name such as Europe/Berlin or UTC."
        yield error("unknown-timezone", place, f"unknown time zone “{name}”", remedy)
