"""Measures by plug-in: what names them, and whether a package that brings one is installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

GROUP = "broadsheet.measures"
Option = str | int | float | bool


@dataclass(frozen=True)
class Custom:
    """The value of a function that the package `package` registers under `measure`, of the KPIs `uses`."""

    measure: str
    package: str
    uses: tuple[str, ...]
    options: tuple[tuple[str, Option], ...] = ()


def installed(measure: str) -> EntryPoint | None:
    """The entry point of a measure; nothing of its package is loaded."""
    return next(iter(entry_points(group=GROUP, name=measure)), None)


def known() -> list[str]:
    """The measures of all installed packages."""
    return sorted({point.name for point in entry_points(group=GROUP)})
