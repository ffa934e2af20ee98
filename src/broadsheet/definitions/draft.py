"""What the files say, entry by entry, before it is known whether it fits together.

A mistake in one KPI, dimension, audience or report is the mistake of that entry alone; one in the settings
or sources is everybody's. So every problem is filed under a subject: its kind and name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.codes import error
from broadsheet.definitions.files import AUDIENCES, DIMENSIONS, LANGUAGES, SETTINGS, SOURCES, Files
from broadsheet.definitions.funnels import steps_of
from broadsheet.definitions.loader import Yaml
from broadsheet.definitions.messages import Located, problems_of
from broadsheet.definitions.models.audiences import AudiencesFile
from broadsheet.definitions.models.dimensions import DimensionsFile
from broadsheet.definitions.models.kpis import Kpi, KpiFile
from broadsheet.definitions.models.languages import Language
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.sources import SourcesFile
from broadsheet.definitions.models.themes import Theme
from broadsheet.definitions.salvage import salvage
from broadsheet.errors import Place, Problem

VERSION = 1
EVERY = "*"

Kind = Literal["workspace", "kpi", "dimension", "audience", "theme", "language", "report"]
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True)
class Subject:
    """Whose problem it is; the name EVERY means all of a kind, because a file of that kind cannot be used."""

    kind: Kind
    name: str = EVERY


Finding = tuple[Subject, Problem]
WORKSPACE = Subject("workspace")


@dataclass(frozen=True)
class Draft:
    """Every entry that is sound by itself, where it stands, and the names of those that are not."""

    files: Files
    catalog: Catalog
    audiences: Mapping[str, Any]
    themes: Mapping[str, Theme]
    languages: Mapping[str, Language]
    reports: Mapping[str, Report]
    homes: Mapping[Subject, tuple[str | int, ...]]
    findings: tuple[Finding, ...]

    def place(self, subject: Subject, *path: str | int) -> Place:
        """Where a value of an entry stands."""
        file, *home = self.homes[subject]
        return self.files.place(str(file), *home, *path)

    def key_place(self, subject: Subject, *path: str | int) -> Place:
        """Where a key of an entry stands."""
        file, *home = self.homes[subject]
        return self.files.key_place(str(file), *home, *path)

    def defines(self, kind: Kind, name: str) -> bool:
        """True also for a broken entry, and for any name where a file of its kind cannot be used."""
        return Subject(kind, name) in self.homes or any(
            subject == Subject(kind) for subject, _ in self.findings
        )

    def names(self, kind: Kind) -> list[str]:
        """The defined names of a kind."""
        return [subject.name for subject in self.homes if subject.kind == kind]


def draft(files: Files) -> Draft:
    """Validate every file by its model; findings hold what had to be left out."""
    reader = _Reader(files)
    settings = reader.single(SETTINGS, Settings, WORKSPACE)
    sources = reader.single(SOURCES, SourcesFile, WORKSPACE)
    kpis: dict[str, Kpi] = {}
    for file in files.below("config/kpis"):
        kpis |= reader.entries(file, KpiFile, "kpis", "kpi")
    for name, kpi in list(kpis.items()):
        kpis |= reader.made(Subject("kpi", name), steps_of(kpi, sources.facts if sources else {}))
    catalog = Catalog(
        settings or Settings(version=1, company=""),
        sources.connections if sources else {},
        sources.entities if sources else {},
        sources.facts if sources else {},
        reader.entries(DIMENSIONS, DimensionsFile, "dimensions", "dimension")
        if DIMENSIONS in files.problems
        else {},
        kpis,
    )
    audiences = reader.entries(AUDIENCES, AudiencesFile, "audiences", "audience")
    themes = {"default": Theme(), **reader.folder("config/themes", Theme, "theme")}
    languages = reader.folder(LANGUAGES, Language, "language")
    reports = reader.reports()
    reader.homes.setdefault(Subject("theme", "default"), (SETTINGS,))
    return Draft(files, catalog, audiences, themes, languages, reports, reader.homes, tuple(reader.findings))


class _Reader:
    """Collects homes and findings while the files are read."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.homes: dict[Subject, tuple[str | int, ...]] = {}
        self.findings: list[Finding] = []

    def single(self, file: str, model: type[_M], subject: Subject) -> _M | None:
        """A file that is one entry."""
        source = self._source(file, subject)
        if source is None:
            return None
        outdated = _version(source) if model is Settings else []
        value, problems = (None, outdated) if outdated else _validated(model, source, source.data)
        self.findings += [(subject, problem) for _, problem in problems]
        return value

    def folder(self, folder: str, model: type[_M], kind: Kind) -> dict[str, _M]:
        """The sound entries of a folder with one entry per file."""
        found = {}
        for file in self._files.below(folder):
            subject = Subject(kind, PurePosixPath(file).name.removesuffix(".yaml"))
            self.homes[subject] = (file,)
            value = self.single(file, model, subject)
            if value is not None:
                found[subject.name] = value
        return found

    def reports(self) -> dict[str, Report]:
        """The reports; of one with mistakes what is sound, so that all of it is checked at once."""
        found = self.folder("reports", Report, "report")
        for file in self._files.below("reports"):
            name = PurePosixPath(file).name.removesuffix(".yaml")
            if name not in found and not self._files.problems[file]:
                rest = salvage(self._files.files[file])
                found |= {name: rest} if rest is not None else {}
        return found

    def entries(self, file: str, model: type[BaseModel], key: str, kind: Kind) -> dict[str, Any]:
        """The sound entries of a file with many; only what is wrong outside them concerns every one."""
        source = self._source(file, Subject(kind))
        if source is None:
            return {}
        whole, problems = _validated(model, source, source.data)
        given = source.data.get(key) if isinstance(source.data, dict) else None
        names = list(given) if isinstance(given, dict) else []
        bad = set()
        for path, problem in problems:
            name = str(path[1]) if len(path) > 1 else EVERY
            self.findings.append((Subject(kind, name), problem))
            bad.add(name)
        if whole is None and isinstance(given, dict):
            whole, _ = _validated(
                model, source, {key: {name: given[name] for name in names if name not in bad}}
            )
        found: dict[str, Any] = dict(getattr(whole, key)) if whole is not None else {}
        for name in names:
            found = found if self._first(Subject(kind, name), file, key) else _without(found, name)
        return found

    def made(self, maker: Subject, steps: Mapping[str, Kpi]) -> dict[str, Kpi]:
        """The KPIs that a funnel makes; each is at home where its step stands."""
        file, key, name = self.homes[maker]
        path = (name, "funnel", "steps")
        return {
            step: kpi
            for step, kpi in steps.items()
            if self._first(Subject("kpi", step), str(file), str(key), *path)
        }

    def _first(self, subject: Subject, file: str, *path: str | int) -> bool:
        if subject not in self.homes:
            self.homes[subject] = (file, *path, subject.name)
            return True
        first = self.homes[subject][0]
        place = self._files.key_place(file, *path, subject.name)
        what = f"{subject.name} is also defined in {first}"
        self.findings.append(
            (subject, error("duplicate-name", place, what, "Rename or delete one of the two."))
        )
        return False

    def _source(self, file: str, subject: Subject) -> Yaml | None:
        if file not in self._files.problems:
            what = f"the workspace has no {file}"
            remedy = (
                "Write it, or copy one with `broadsheet init` in an empty folder; is this the right folder?"
            )
            self.findings.append((subject, error("missing-file", Place(file), what, remedy)))
            return None
        self.findings += [(subject, problem) for problem in self._files.problems[file]]
        return None if self._files.problems[file] else self._files.files[file]


def _validated(model: type[_M], source: Yaml, data: Any) -> tuple[_M | None, list[Located]]:
    try:
        return model.model_validate(data), []
    except ValidationError as failure:
        return None, problems_of(failure, model, source)


def _without(entries: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if key != name}


def _version(source: Yaml) -> list[Located]:
    version = source.data.get("version") if isinstance(source.data, dict) else None
    if type(version) is not int or version == VERSION:
        return []
    what = f"the workspace is of version {version}, this Broadsheet reads version {VERSION}"
    remedy = "Install a newer Broadsheet." if version > VERSION else f"Write version: {VERSION}."
    return [(("version",), error("version", source.place("version"), what, remedy))]
