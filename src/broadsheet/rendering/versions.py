"""What draws an edition, by version: another typesetter breaks lines elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

PACKAGES = (
    "broadsheet", "weasyprint", "pydyf", "matplotlib", "pillow", "fonttools", "numpy", "pandas", "duckdb", "jinja2",
    "css-inline", "xlsxwriter", "babel", "holidays", "tzdata", "fontpkg-ibm-plex-sans-arabic", "pylopdf-fonts-zh-cn",
)  # fmt: skip
"""Distributions that have a part in what a page looks like; typefaces come with the program and the last two."""


@cache
def versions() -> dict[str, str]:
    """The version of each part that is installed, of Python and of the text layout library Pango."""
    from weasyprint.text.ffi import pango

    number: int = pango.pango_version()
    layout = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    installed = {name: found for name in PACKAGES if (found := _version(name))}
    return {"python": python_version(), "pango": layout, **installed}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
