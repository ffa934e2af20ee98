"""Every catalog is complete, in step with the English texts, and grammatical in its plural forms."""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import pytest
from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from broadsheet.document.language import CATALOGS, FORMS, Wording, english, wording
from broadsheet.document.wording import ENGLISH, LABELS

sys.path.append(str(Path(__file__).parents[2] / "docs"))
import messages

LANGUAGES = [language for language in FORMS if language != "en"]
SAME = "Same: "


def catalog(language: str) -> Catalog:
    with (CATALOGS / f"{language}.po").open("rb") as stream:
        return read_po(stream)


def entries(language: str) -> list[Message]:
    return [entry for entry in catalog(language) if entry.context]


def texts(entry: Message) -> Iterator[tuple[str, str]]:
    """Each translation beside the English text that it translates."""
    if isinstance(entry.id, str):
        yield entry.id, str(entry.string)
    else:
        yield from ((entry.id[-1], text) for text in entry.string)


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_holds_every_message_in_its_present_english_form(language: str) -> None:
    wanted, found = dict(messages.sources()), {entry.context: entry.id for entry in entries(language)}
    stale = {name for name in wanted.keys() & found.keys() if wanted[name] != found[name]}
    assert (wanted.keys() - found.keys(), found.keys() - wanted.keys(), stale) == (set(), set(), set())
    assert list(wanted) == list(found), "run make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    missing = {entry.context for entry in entries(language) if not all(text for _, text in texts(entry))}
    assert not missing
    assert not [entry.context for entry in entries(language) if entry.fuzzy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_that_equals_its_source_says_why(language: str) -> None:
    for entry in entries(language):
        said = any(
            len(comment) > len(SAME) + 10 for comment in entry.user_comments if comment.startswith(SAME)
        )
        same = any(source == text for source, text in texts(entry))
        assert same == said, (language, entry.context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_the_placeholders_of_its_source(language: str) -> None:
    for entry in entries(language):
        for source, text in texts(entry):
            left_out = {"count"} if isinstance(entry.id, tuple) else set()
            assert fields(source) - left_out <= fields(text) <= fields(source), (language, entry.context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_the_forms_that_the_language_needs(language: str) -> None:
    """Those of CLDR, which choose at run time, in the order of gettext, which translators' tools know."""
    rule, forms = c2py(catalog(language).plural_expr), FORMS[language]
    for number in range(1000):
        form = Locale.parse(language).plural_form(number)
        assert forms[rule(number)] == (form if form in forms else "other"), (language, number)
    for entry in entries(language):
        if isinstance(entry.id, tuple):
            # A form that stands for one number alone may say it in a word; every other one prints it.
            many = [
                text for form, text in zip(forms, entry.string, strict=True) if form not in ("one", "two")
            ]
            assert len(entry.string) == len(forms)
            assert all("{count}" in text for text in many), (language, entry.context)


def every_text(words: Wording) -> dict[str, str]:
    return {**words.messages, **{f"label.{name}": text for name, text in words.labels.items()}}


def test_every_text_is_reached_by_the_ids_of_the_english_one() -> None:
    for words in map(wording, LANGUAGES):
        for name in ENGLISH:
            stem, _, form = name.rpartition(".")
            plural = form in FORMS["en"] and f"{stem}.one" in ENGLISH
            assert (f"{stem}.other" if plural else name) in words.messages
        assert words.labels.keys() == LABELS.keys()


def test_other_locales_have_english_texts() -> None:
    for locale in ("en", "en-US", "nl", "ja", "zh_Hant", "zh-TW", "zh_HK"):
        assert wording(locale) == english()
    for locale, language in (("de_AT", "de"), ("fr-CA", "fr"), ("zh_Hans_CN", "zh"), ("ar-EG", "ar")):
        assert wording(locale).language == language


def test_english_is_not_read_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadsheet.document.language._translated", lambda _: pytest.fail("read"))
    assert wording("en_GB").count("grain.week", 1, "1") == "1 week"


@pytest.mark.parametrize(("language", "mark"), [("zh", re.compile("[,;!?]")), ("ar", re.compile("[,;?]"))])
def test_punctuation_is_that_of_the_script(language: str, mark: re.Pattern[str]) -> None:
    for name, text in every_text(wording(language)).items():
        assert not mark.search(text), (name, text)
