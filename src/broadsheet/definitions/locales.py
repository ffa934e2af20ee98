"""Locales and the languages that editions are written in."""

from __future__ import annotations

LANGUAGES = ("en", "de", "fr", "zh", "ar")
"""Editions have fixed texts in these."""
LOCALES = "Write one such as en, en-US, de, fr, zh or ar."
_TRADITIONAL = frozenset({"Hant", "TW", "HK", "MO"})


def known_locale(name: str) -> bool:
    """Whether numbers and dates can be written for the locale."""
    from babel.localedata import exists

    return exists(name.replace("-", "_"))


def language_of(locale: str) -> str:
    """The language of an edition in a locale such as `de_AT`: English where there are no texts in its own."""
    language, *subtags = locale.replace("-", "_").split("_")
    # The Chinese texts are in simplified characters.
    return language if language in LANGUAGES and _TRADITIONAL.isdisjoint(subtags) else "en"
