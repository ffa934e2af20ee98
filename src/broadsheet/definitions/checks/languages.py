"""Checks of translations: what the readers of a report would find in another language than theirs."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.checks.asks import asks
from broadsheet.definitions.codes import error, warning
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.files import LANGUAGES as FOLDER
from broadsheet.definitions.locales import LANGUAGES, language_of
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.texts import printed
from broadsheet.errors import Place, did_you_mean

_SHOWN = 3


def check_languages(draft: Draft) -> Iterator[Finding]:
    """Every file is that of a language, and has all texts of the reports that are read in it."""
    for name in draft.names("language"):
        if name not in LANGUAGES:
            what = f"there are no editions in “{name}”"
            place = Place(f"{FOLDER}/{name}.yaml")
            yield (
                Subject("language", name),
                error("unknown-locale", place, what, did_you_mean(name, LANGUAGES)),
            )
    own = language_of(draft.catalog.settings.locale)
    read = dict.fromkeys(
        language for report in draft.reports.values() for language in reading_languages(draft, report)
    )
    for language in (language for language in read if language != own):
        missing = untranslated(draft, language)
        if missing:
            shown = ", ".join(f"“{text}”" for text in missing[:_SHOWN])
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            what = f"not translated for readers of “{language}”: {shown}{more}"
            remedy = f"`broadsheet texts {language}` writes down what is missing."
            yield (
                Subject("language", language),
                warning("missing-translation", Place(f"{FOLDER}/{language}.yaml"), what, remedy),
            )


def reading_languages(draft: Draft, report: Report) -> list[str]:
    """The languages in which a report's audiences read it."""
    known = (draft.audiences.get(name) for name in report.audiences)
    usual = draft.catalog.settings.locale
    return [language_of((audience and audience.locale) or usual) for audience in known]


def untranslated(draft: Draft, language: str, *, everyone: bool = False) -> list[str]:
    """The texts of the reports read in a language that have no translation; of all reports for `everyone`."""
    translations = draft.languages[language].texts if language in draft.languages else {}
    reports = {
        name: report
        for name, report in draft.reports.items()
        if everyone or language in reading_languages(draft, report)
    }
    return [text for text in dict.fromkeys(_texts(draft, reports)) if text not in translations]


def _texts(draft: Draft, reports: dict[str, Report]) -> Iterator[str]:
    """What the reports print: of themselves, of the settings, of their KPIs and dimensions."""
    yield from printed(draft.catalog.settings) if reports else ()
    for report in reports.values():
        yield from printed(report)
    catalog = draft.catalog
    for ask in asks(draft):
        if ask.subject.name not in reports:
            continue
        for name, _ in ask.kpis:
            yield from printed(catalog.kpis[name]) if name in catalog.kpis else ()
        for name, _ in ask.dimensions:
            if name in catalog.dimensions:
                yield from printed(catalog.dimensions[name])
                yield from (band.label for band in catalog.dimensions[name].bands)
