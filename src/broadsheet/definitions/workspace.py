"""A workspace as it can be used: what is sound, what is broken and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from broadsheet.definitions import checks
from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.draft import WORKSPACE, Kind, Subject, draft
from broadsheet.definitions.files import AUDIENCES, Files, digest, read_files
from broadsheet.definitions.impact import reasons
from broadsheet.definitions.loader import Yaml
from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.models.languages import Language
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.themes import Theme
from broadsheet.errors import DefinitionError, Place, Problem, UsageError, did_you_mean

_T = TypeVar("_T")

THEMES = "config/themes/"


@dataclass(frozen=True)
class Workspace:
    """The definitions below `root`.

    `catalog`, `audiences`, `themes`, `languages` and `reports` (by id, the file's name) hold what is sound;
    `broken` maps the id of every other report to its reasons, wherever they lie; `problems` lists everything,
    warnings too, by place. `former` are the files of which a former text is in force.
    """

    root: Path
    catalog: Catalog
    audiences: Mapping[str, Audience]
    themes: Mapping[str, Theme]
    languages: Mapping[str, Language]
    reports: Mapping[str, Report]
    broken: Mapping[str, tuple[Problem, ...]]
    problems: tuple[Problem, ...]
    files: Files
    former: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that break something."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def paused(self) -> tuple[str, ...]:
        """The reports of which nothing is made now."""
        return tuple(name for name, report in self.reports.items() if report.paused)

    def report(self, report_id: str) -> Report:
        """A sound report; DefinitionError with the reasons for a broken one, UsageError for an unknown one."""
        if report_id in self.broken:
            raise DefinitionError(self.broken[report_id])
        if report_id not in self.reports:
            known = did_you_mean(report_id, self.reports)
            raise UsageError(f"there is no report “{report_id}” in {self.root / 'reports'}", known)
        return self.reports[report_id]

    def place(self, file: str, *path: str | int) -> Place:
        """Where a value stands in a file named as from the root: `config/sources.yaml`."""
        return self.files.place(file, *path)

    def deleted(self, report_id: str) -> bool:
        """Whether the file of a report, which was there when the workspace was loaded, is there no more."""
        return not (self.root / "reports" / f"{report_id}.yaml").exists()

    def hash(self, report_id: str) -> str:
        """SHA-256 over all that defines a report: its own file, those of config/, the views and logos they name."""
        files = self._defining(report_id)
        lines = [f"{name} {digest(source)}" for name, source in files.items()]
        lines += [f"{name} {_content(self.root / name)}" for name in self._assets()]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def sources(self, report_id: str) -> dict[str, str]:
        """The text of every file that defines a report, by name, as it was read; but not who receives it."""
        files = self._defining(report_id).items()
        texts = {name: source.text for name, source in files if name != AUDIENCES}
        views = (name for name in self._assets() if not name.startswith(THEMES))
        return texts | {name: found for name in views if (found := _text(self.root / name)) is not None}

    def _defining(self, report_id: str) -> dict[str, Yaml]:
        own = f"reports/{report_id}.yaml"
        files = self.files.files.items()
        return {name: source for name, source in files if name.startswith("config/") or name == own}

    def _assets(self) -> Iterable[str]:
        tables = (*self.catalog.entities.values(), *self.catalog.facts.values())
        yield from {table.sql for table in tables if table.sql is not None}
        for theme in self.themes.values():
            yield from {f"{THEMES}{file}" for file in theme.files}


def load_workspace(root: Path, instead: Mapping[str, str] = MappingProxyType({})) -> Workspace:
    """Read and check all definitions below `root`, with other texts `instead` of some files.

    Never raises for what they say.
    """
    drafted = draft(read_files(root, instead))
    findings = [*drafted.findings]
    if all(subject != WORKSPACE for subject, _ in findings):
        findings += checks.findings(drafted)
    why = reasons(drafted, findings)
    catalog = replace(
        drafted.catalog,
        kpis=_sound("kpi", drafted.catalog.kpis, why),
        dimensions=_sound("dimension", drafted.catalog.dimensions, why),
    )
    return Workspace(
        root,
        catalog,
        _sound("audience", drafted.audiences, why),
        _sound("theme", drafted.themes, why),
        _sound("language", drafted.languages, why),
        _sound("report", drafted.reports, why),
        {subject.name: problems for subject, problems in why.items() if subject.kind == "report"},
        tuple(sorted({problem for _, problem in findings})),
        drafted.files,
        tuple(instead),
    )


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "missing"


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _sound(
    kind: Kind, entries: Mapping[str, _T], why: Mapping[Subject, tuple[Problem, ...]]
) -> Mapping[str, _T]:
    return {name: entry for name, entry in entries.items() if Subject(kind, name) not in why}
