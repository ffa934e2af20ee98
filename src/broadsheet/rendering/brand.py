"""Files that stand in a page. Whoever only hands them on loads no typesetter."""

from __future__ import annotations

from dataclasses import dataclass

SCHEME = "report:"
"""What the addresses of a page's own files begin with."""


@dataclass(frozen=True)
class Resource:
    """A file that a page refers to as `report:NAME`."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Brand:
    """The files that a theme brings along: its logo, and its typefaces by the names of `font_name`."""

    logo: Resource | None = None
    fonts: tuple[Resource, ...] = ()

    @property
    def files(self) -> tuple[Resource, ...]:
        """All of them."""
        return (*self.fonts, *((self.logo,) if self.logo else ()))


PLAIN = Brand()


def font_name(number: int) -> str:
    """The name of a theme's font as a resource of a page."""
    return f"font-{number + 1}"
