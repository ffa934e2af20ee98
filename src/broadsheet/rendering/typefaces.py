"""Typefaces: the bundled ones, and for scripts that they lack those of the packages of the extra `fonts`.

All come from files of installed packages, never from what a machine happens to have: same text, same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from broadsheet.errors import StorageError

SANS, SERIF = "Source Sans 3", "Source Serif 4"
FOLDER = Path(__file__).parent / "fonts"
REMEDY = "pip install 'broadsheet[fonts]'"


@dataclass(frozen=True)
class Face:
    """One file of a typeface."""

    family: str
    weight: int
    path: Path


@dataclass(frozen=True)
class Script:
    """A script with the package that sets it: the languages written in it, its letters, its faces by weight."""

    name: str
    languages: frozenset[str]
    letters: re.Pattern[str]
    package: str
    family: str
    files: tuple[tuple[int, str], ...]

    @property
    def faces(self) -> tuple[Face, ...]:
        """The faces; none where the package is not installed."""
        return _installed(self)


BUNDLED = (
    Face(SANS, 400, FOLDER / "SourceSans3-Regular.ttf"),
    Face(SANS, 600, FOLDER / "SourceSans3-Semibold.ttf"),
    Face(SERIF, 600, FOLDER / "SourceSerif4-Semibold.ttf"),
)
SCRIPTS = (
    Script(
        "Arabic",
        frozenset({"ar"}),
        re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
        "fontpkg_ibm_plex_sans_arabic",
        "IBM Plex Sans Arabic",
        ((400, "files/IBMPlexSansArabic-Regular.ttf"), (600, "files/IBMPlexSansArabic-SemiBold.ttf")),
    ),
    Script(
        "Chinese",
        frozenset({"zh"}),
        re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"),
        "pylopdf_fonts_zh_cn",
        "Noto Sans SC",
        ((400, "NotoSansSC-Regular.otf"),),
    ),
)
"""The bold of a typeface with one weight is drawn by the typesetter."""


def scripts(text: str) -> Iterator[Script]:
    """The installed scripts beyond the bundled ones that a text has letters of."""
    if text.isascii():
        return
    yield from (script for script in SCRIPTS if script.letters.search(text) and script.faces)


def faces(text: str) -> tuple[Face, ...]:
    """The files that typesetting a text takes."""
    return (*BUNDLED, *(face for script in scripts(text) for face in script.faces))


def lacking(language: str) -> str:
    """The name of the script of a language that cannot be set here; empty where it can."""
    return next((script.name for script in SCRIPTS if language in script.languages and not script.faces), "")


def require(language: str) -> None:
    """Raise StorageError where a language cannot be set here."""
    script = lacking(language)
    if script:
        raise StorageError(f"no typeface for {script} is installed", REMEDY)


@cache
def _installed(script: Script) -> tuple[Face, ...]:
    found = find_spec(script.package)
    if found is None or found.origin is None:
        return ()
    folder = Path(found.origin).parent
    return tuple(Face(script.family, weight, folder / file) for weight, file in script.files)
