"""The shipped translations are those of the shipped reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.definitions.checks.languages import untranslated
from broadsheet.definitions.draft import Draft, draft
from broadsheet.definitions.files import read_files
from broadsheet.definitions.locales import LANGUAGES
from broadsheet.document.language import FORMS

OTHERS = [language for language in LANGUAGES if language != "en"]
# Names that are written alike, and words that German and French have from the same source.
ALIKE = {
    "de": {"Marketing", "Service", "Team", "Segment", "Controlling", "Leads", "Lead", "Problem", "Name", "West",
           "International", "Online"},
    "fr": {"Marketing", "Service", "Satisfaction", "Segment", "Agent", "International", "Club"},
    "zh": set(),
    "ar": set(),
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Draft:
    return draft(read_files(Path(__file__).parents[2]))


def test_every_language_of_editions_has_plural_forms() -> None:
    assert tuple(FORMS) == LANGUAGES


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_shipped_reports_is_translated(shipped: Draft, language: str) -> None:
    assert untranslated(shipped, language, everyone=True) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_not_its_source(shipped: Draft, language: str) -> None:
    texts = shipped.languages[language].texts
    assert {text for text, translation in texts.items() if text == translation} == ALIKE[language]


@pytest.mark.parametrize("language", OTHERS)
def test_sentences_end_as_their_source_does(shipped: Draft, language: str) -> None:
    stops = {"zh": "。", "ar": "."}
    asks = {"zh": "？", "ar": "؟", "fr": "\u202f?"}
    for text, translation in shipped.languages[language].texts.items():
        if text.endswith("."):
            assert translation.endswith(stops.get(language, ".")), translation
        if text.endswith("?"):
            assert translation.endswith(asks.get(language, "?")), translation


def test_all_languages_translate_the_same_texts(shipped: Draft) -> None:
    assert len({tuple(shipped.languages[language].texts) for language in OTHERS}) == 1
