"""Checks of what belongs to a country or language: locales and public holidays."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import WORKSPACE, Draft, Finding, Subject
from broadsheet.definitions.files import SETTINGS
from broadsheet.definitions.locales import LOCALES, known_locale
from broadsheet.errors import Place, Problem
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
    try:
        Calendar(holidays=code)
    except ValueError as wrong:
        place = draft.files.place(SETTINGS, "calendar", "holidays")
        remedy = "Delete the key and every Monday to Friday is a working day."
        yield WORKSPACE, error("unknown-holidays", place, str(wrong), remedy)
