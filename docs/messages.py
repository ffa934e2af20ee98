"""Brings the message catalogs in step with the English texts: `make messages`.

Every catalog then holds every message once, in the order of the English source. A message whose English text is
new or changed stands without translation, below a comment with what it was; tests name it until it is translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from broadsheet.document.language import CATALOGS, FORMS, LABEL
from broadsheet.document.wording import ENGLISH, LABELS

HEADER = """\
# Texts of editions. Their source is document/wording.py; `make messages` brings this file in step with it.
# A translation that equals its source bears a comment that says why.
#"""
HEADS = ("Project-Id-Version", "Language:", "Plural-Forms", "MIME-Version", "Content-")
Source = tuple[str, str | tuple[str, str]]


def sources() -> Iterator[Source]:
    """The ids and English texts of all messages; of a plural both forms."""
    yield from ((LABEL + name, text) for name, text in LABELS.items())
    for name, text in ENGLISH.items():
        stem, _, form = name.rpartition(".")
        one, other = f"{stem}.one" in ENGLISH, f"{stem}.other" in ENGLISH
        if not (one and other and form in FORMS["en"]):
            yield name, text
        elif form == "one":
            yield stem, (text, ENGLISH[f"{stem}.other"])


def renewed(language: str, old: Catalog) -> Catalog:
    """A catalog of all messages with the translations that still belong to them."""
    new = Catalog(language, header_comment=HEADER, project="Broadsheet", version="", fuzzy=False)
    known = {entry.context: entry for entry in old if entry.context}
    for context, source in sources():
        former = known.get(context)
        if former is not None and former.id == source:
            new.add(source, former.string, context=context, user_comments=former.user_comments)
        else:
            was = [f"was: {former.id} = {former.string}"] if former is not None and any(former.string) else []
            new.add(source, context=context, user_comments=was)
    return new


def main() -> None:
    """Write every catalog anew."""
    for language in FORMS:
        if language != "en":
            write(language, CATALOGS / f"{language}.po")


def write(language: str, path: Path) -> None:
    """Bring one catalog in step."""
    old = read_po(path.open("rb")) if path.exists() else Catalog(language)
    out = BytesIO()
    write_po(out, renewed(language, old), width=0)
    head, rest = out.getvalue().decode().split("\n\n", 1)
    kept = [line for line in head.splitlines() if not line.startswith('"') or line[1:].startswith(HEADS)]
    path.write_text("\n".join(kept) + "\n\n" + rest, encoding="utf-8")


if __name__ == "__main__":
    main()
