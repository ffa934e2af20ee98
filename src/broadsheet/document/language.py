"""A language of documents: its messages, its plural forms, and how values stand in its sentences.

English is the source and stands in `wording`. Every other language is a gettext catalog in `catalogs/`; an
edition in a locale without one has English texts, with the locale's numbers and dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from broadsheet.definitions.locales import language_of
from broadsheet.document.wording import ENGLISH, LABELS

CATALOGS = Path(__file__).parent / "catalogs"
FORMS: Mapping[str, tuple[str, ...]] = {
    "en": ("one", "other"),
    "de": ("one", "other"),
    "fr": ("one", "other"),
    "zh": ("other",),
    "ar": ("zero", "one", "two", "few", "other", "many"),
}
"""The languages and their plural forms (CLDR), in the order in which gettext numbers them."""
LABEL = "label."
"""What the ids of labels begin with in a catalog."""

RIGHT_TO_LEFT = frozenset({"ar"})
_LOWERED = frozenset({"en"})
_UNSPACED = frozenset({"zh"})
# Isolates keep a value in one piece among letters that run the other way.
_LEFT_ISOLATE, _RIGHT_ISOLATE, _END = "\u2066", "\u2067", "\u2069"
_PLAIN = re.compile("[\u0590-\u08ff\\d\\s.,:–]*")
"""Letters that run from right to left, and numbers without a sign, keep their places by themselves."""
_INVISIBLE = re.compile("[\u200e\u200f\u2066-\u2069]")
_RIGHT_LETTERS = re.compile("[\u200f\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True)
class Wording:
    """Texts of one language."""

    language: str
    messages: Mapping[str, str]
    labels: Mapping[str, str]

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Where lines run to."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def between(self) -> str:
        """What stands between two sentences."""
        return "" if self.language in _UNSPACED else " "

    def say(self, message: str, **values: object) -> str:
        """The text of that id, its placeholders filled."""
        return self.messages[message].format(**{name: self.apart(value) for name, value in values.items()})

    def count(self, message: str, number: int, shown: str, **values: object) -> str:
        """A text in the plural form for `number`, which is printed as `shown`."""
        return self.say(f"{message}.{self._form(number)}", count=shown, **values)

    def listed(self, items: Iterable[object]) -> str:
        """Items in one line: plan, last year."""
        return self.labels["comma"].join(map(self.apart, items))

    def told(self, head: str, tail: str) -> str:
        """What is spoken of, and what is said of it: Team: Export."""
        return self.apart(head) + self.labels["colon"] + self.apart(tail)

    def inside(self, label: str) -> str:
        """A label in the middle of a sentence: “Won amount” becomes “won amount”, “CSAT” stays.

        Only where a label never begins a sentence after all: in other languages labels stay as they are.
        """
        lowered = self.language in _LOWERED and label[1:2].islower()
        return label[:1].lower() + label[1:] if lowered else label

    def apart(self, value: object) -> str:
        """A value as part of a sentence."""
        return apart(str(value), self.direction)

    def _form(self, number: int) -> str:
        if self.language == "en":
            return "one" if number == 1 else "other"
        from babel import Locale

        form = Locale.parse(self.language).plural_form(number)
        return form if form in FORMS[self.language] else "other"


def apart(text: str, direction: str) -> str:
    """A text within another that runs in that direction: from right to left its signs keep their places."""
    if direction == "ltr" or _PLAIN.fullmatch(text):
        return text
    return (_RIGHT_ISOLATE if _RIGHT_LETTERS.search(text) else _LEFT_ISOLATE) + text + _END


def length(text: str) -> int:
    """How many characters of a text can be seen."""
    return len(_INVISIBLE.sub("", text))


def begin(sentence: str) -> str:
    """A sentence with a capital at its start."""
    return sentence[:1].upper() + sentence[1:]


def wording(locale: str) -> Wording:
    """The texts for a locale such as `de_AT`; English where its language has no catalog."""
    language = language_of(locale)
    return english() if language == "en" else _translated(language)


def english() -> Wording:
    """The English texts."""
    return Wording("en", ENGLISH, LABELS)


@cache
def _translated(language: str) -> Wording:
    from babel.messages.pofile import read_po

    with (CATALOGS / f"{language}.po").open("rb") as stream:
        catalog = read_po(stream)
    texts: dict[str, str] = {}
    for entry in catalog:
        if not entry.id:
            continue  # the head of the file
        if isinstance(entry.id, str):
            texts[entry.context or ""] = str(entry.string)
        else:
            forms = zip(FORMS[language], tuple(entry.string or ()), strict=True)
            texts |= {f"{entry.context}.{form}": text for form, text in forms}
    labels = {name: texts.pop(LABEL + name) for name in LABELS}
    return Wording(language, texts, labels)
