"""The files that a theme brings along: read, and looked at before anything decodes them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from broadsheet.definitions.models.themes import Theme
from broadsheet.errors import StorageError
from broadsheet.rendering.brand import Brand, Resource, font_name

FONT_TYPES = {".ttf": "font/ttf", ".otf": "font/otf"}
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
LARGEST_LOGO, LARGEST_FONT = 5_000_000, 30_000_000
"""Bytes of a file."""
MOST_PIXELS = 16_000_000
"""Of a logo: a few bytes of PNG can describe a picture that fills all memory when it is decoded."""
_PNG = b"\x89PNG\r\n\x1a\n"


def load_brand(root: Path, theme: Theme) -> Brand:
    """Logo and typefaces of a theme. StorageError for a file that cannot be read, or is too large to be drawn."""
    logo = _beside(root, theme.logo, theme.logo, LOGO_TYPES, LARGEST_LOGO) if theme.logo else None
    if logo is not None and logo.media_type == "image/png":
        _measured(logo)
    fonts = (
        _beside(root, font.file, font_name(number), FONT_TYPES, LARGEST_FONT)
        for number, font in enumerate(theme.fonts)
    )
    return Brand(logo, tuple(fonts))


def _beside(root: Path, file: str, name: str, types: Mapping[str, str], largest: int) -> Resource:
    """A file of the theme as a resource of the page."""
    path = root / "config" / "themes" / file
    try:
        with path.open("rb") as opened:
            content = opened.read(largest + 1)
        kind = types[path.suffix.lower()]
    except (OSError, KeyError) as error:
        raise StorageError(
            f"{file}, which the theme names, cannot be read: {error}",
            f"A theme names files in config/themes/ that end with {' or '.join(types)}.",
        ) from error
    if len(content) > largest:
        raise StorageError(
            f"{file}, which the theme names, is larger than {largest // 1_000_000} MB",
            "Save it smaller.",
        )
    return Resource(name, content, kind)


def _measured(logo: Resource) -> None:
    """Refuse a picture by the size that its head tells, before it is decoded."""
    if not logo.content.startswith(_PNG) or len(logo.content) < 24:
        raise StorageError(f"{logo.name}, which the theme names, is no PNG picture", "Save it as PNG or SVG.")
    width, height = struct.unpack(">II", logo.content[16:24])
    if width * height > MOST_PIXELS:
        raise StorageError(
            f"{logo.name}, which the theme names, has {width} × {height} pixels",
            f"A logo has at most {MOST_PIXELS:,}: save it smaller.",
        )
