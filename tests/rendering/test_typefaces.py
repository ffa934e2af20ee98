"""Every letter of every shipped text is in a typeface that we ship or name."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from broadsheet.document.language import FORMS, wording
from broadsheet.errors import StorageError
from broadsheet.rendering import typefaces
from broadsheet.rendering.charts.measure import text_width
from broadsheet.rendering.pdf import render_pdf
from broadsheet.rendering.typefaces import BUNDLED, SANS, SCRIPTS, Face, faces, lacking, require

ROOT = Path(__file__).parents[2]
# Marks without a shape, and spaces of which only the width matters.
INVISIBLE = {0x2002, *range(0x200E, 0x2010), *range(0x2066, 0x206A), 0x0A, 0x09}


@cache
def letters(path: Path) -> frozenset[int]:
    return frozenset(TTFont(path).getBestCmap())


def missing(text: str) -> set[str]:
    """Letters that no face of a text holds; in each weight that it is set in."""
    found: set[str] = set()
    for weight in (400, 600):
        used = [face for face in faces(text) if face.weight == weight or _only(face)]
        known = frozenset().union(*(letters(face.path) for face in used)) | INVISIBLE
        found |= {letter for letter in text if ord(letter) not in known}
    return found


def _only(face: Face) -> bool:
    return any([each.path for each in script.faces] == [face.path] for script in SCRIPTS)


@pytest.mark.parametrize("language", FORMS)
def test_every_text_of_a_language_can_be_set(language: str) -> None:
    words = wording(language)
    require(language)
    for name, text in {**words.messages, **words.labels}.items():
        assert not missing(text), (language, name)


@pytest.mark.parametrize("locale", [*FORMS, "en-US", "de-CH", "fr-CA", "pt-BR", "pl", "el", "ru", "ja"])
def test_dates_and_numbers_can_be_set(locale: str) -> None:
    """The names of months, days and units come from locale data, not from a catalog of ours."""
    from babel import Locale

    data = Locale.parse(locale.replace("-", "_"))
    widths = [width for kind in (data.months, data.days) for width in kind["format"].values()]
    names = [name for width in widths for name in width.values()]
    signs = [data.number_symbols["latn"][sign] for sign in ("decimal", "group", "percentSign", "minusSign")]
    short = [
        str(pattern) for form in data.compact_decimal_formats["short"].values() for pattern in form.values()
    ]
    for text in (*names, *signs, *short):
        assert not missing(text), (locale, text)


@pytest.mark.parametrize(
    "path",
    [path for folder in ("reports", "config") for path in sorted((ROOT / folder).rglob("*.yaml"))],
    ids=lambda path: path.name,
)
def test_every_shipped_definition_can_be_set(path: Path) -> None:
    assert not missing(path.read_text(encoding="utf-8"))


def test_templates_need_no_letter_that_is_missing() -> None:
    for path in sorted((ROOT / "templates").glob("*.j2")):
        assert not missing(path.read_text(encoding="utf-8")), path.name


def test_a_text_takes_only_the_faces_that_it_needs() -> None:
    assert faces("Won amount of €2.05 M, −11 %") == BUNDLED
    assert {face.family for face in faces("Won \u0645\u0628\u0644\u063a")} - {
        face.family for face in BUNDLED
    } == {"IBM Plex Sans Arabic"}
    assert [face.family for face in faces("第24周")][len(BUNDLED) :] == ["Noto Sans SC"]


def test_without_its_package_a_language_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "_installed", lambda _: ())
    assert (lacking("ar"), lacking("zh"), lacking("en")) == ("Arabic", "Chinese", "")
    with pytest.raises(StorageError, match="no typeface for Arabic is installed") as caught:
        require("ar")
    assert caught.value.remedy == "pip install 'broadsheet[fonts]'"
    assert faces("第24周") == BUNDLED


def test_letters_that_join_are_measured_joined() -> None:
    word = "\u0627\u0644\u0623\u0633\u0628\u0648\u0639"
    apart = sum(text_width(letter, 10) for letter in word)
    assert 0 < text_width(word, 10) < apart


PAGE = """<!DOCTYPE html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>{text}</title><style>
body {{ font: 10pt "Source Sans 3", "IBM Plex Sans Arabic", "Noto Sans SC" }} b {{ font-weight: 600 }}
</style></head><body><h1>{text}</h1><p>{text} <b>{text}</b></p></body></html>"""


def family_of(font: Any) -> str:
    name = str(font.get_object()["/BaseFont"]).partition("+")[2]
    return re.sub("(-Semi)?(-Bold)?,?$", "", name)


@pytest.mark.parametrize(
    ("language", "family"), [("ar", "IBM-Plex-Sans-Arabic"), ("zh", "Noto-Sans-SC"), ("de", "Source-Sans-3")]
)
def test_a_page_is_set_in_packaged_typefaces_only(language: str, family: str) -> None:
    words = wording(language)
    text = words.say("above", amount="−11.0 %", base=words.say("base.last_year"))
    page = PAGE.format(lang=language, dir=words.direction, text=text)
    pdf = render_pdf(page, ())
    embedded = set(map(family_of, PdfReader(BytesIO(pdf.content)).pages[0]["/Resources"]["/Font"].values()))
    assert pdf.warnings == ()
    assert family in embedded
    assert embedded <= {"Source-Sans-3", "Source-Serif-4", "IBM-Plex-Sans-Arabic", "Noto-Sans-SC"}
    assert render_pdf(page, ()).content == pdf.content


def test_a_missing_letter_is_told() -> None:
    """What no packaged typeface holds is found by the tests above, and named by the typesetter."""
    assert missing("\u0e01") == {"\u0e01"}
    assert SANS in {face.family for face in faces("")}
