"""The definition files of a workspace: found, read, parsed; nothing of what they mean is known here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from broadsheet.definitions.codes import error
from broadsheet.definitions.loader import MAX_BYTES, Yaml, load_bytes
from broadsheet.definitions.models.base import IDENTIFIER
from broadsheet.errors import Place, Problem, StorageError

SETTINGS = "config/settings.yaml"
SOURCES = "config/sources.yaml"
DIMENSIONS = "config/dimensions.yaml"
AUDIENCES = "config/audiences.yaml"
LANGUAGES = "config/languages"
FOLDERS = ("config/kpis", "config/themes", LANGUAGES, "reports")


@dataclass(frozen=True)
class Files:
    """Parsed files by name (`config/settings.yaml`, as shown to people) and the problems of reading them."""

    root: Path
    files: Mapping[str, Yaml]
    problems: Mapping[str, tuple[Problem, ...]]

    def below(self, folder: str) -> list[str]:
        """The names of the files of a folder, sound or not."""
        return [name for name in self.problems if name.rpartition("/")[0] == folder]

    def changed(self, file: str) -> bool:
        """Whether a file says something else now than when it was read, or cannot be read any more."""
        now = _read(self.root, file)
        return file not in self.files or isinstance(now, Problem) or digest(now) != digest(self.files[file])

    def place(self, file: str, *path: str | int) -> Place:
        """Where a value stands; the file alone where that is all that is known."""
        return self.files[file].place(*path) if file in self.files else Place(file)

    def key_place(self, file: str, *path: str | int) -> Place:
        """Where the key of a value stands."""
        return self.files[file].key_place(*path) if file in self.files else Place(file)


def read_files(root: Path, instead: Mapping[str, str] = MappingProxyType({})) -> Files:
    """Read every definition file below a workspace's root; of some files take other texts `instead`."""
    names = [name for name in (SETTINGS, SOURCES, DIMENSIONS, AUDIENCES) if (root / name).exists()]
    for folder in FOLDERS:
        names += sorted(f"{folder}/{path.name}" for path in _listed(root / folder))
    names += [name for name in instead if name not in names]
    files: dict[str, Yaml] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    for name in names:
        source = load_bytes(instead[name].encode(), name) if name in instead else _read(root, name)
        if isinstance(source, Problem):
            problems[name] = (source,)
        else:
            files[name], problems[name] = source, _reading_problems(source)
    return Files(root, MappingProxyType(files), MappingProxyType(problems))


def digest(source: Yaml) -> str:
    """SHA-256 of what a file says; comments and layout do not matter, the order of keys does."""
    return hashlib.sha256(
        json.dumps(source.data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()


def _listed(folder: Path) -> list[Path]:
    try:
        found = list(folder.iterdir()) if folder.is_dir() else []
    except OSError as failure:
        raise StorageError(
            f"{folder} cannot be listed: {failure.strerror}", "Check its permissions."
        ) from None
    return [path for path in found if path.suffix in (".yaml", ".yml") and not path.name.startswith(".")]


def _read(root: Path, name: str) -> Yaml | Problem:
    folder, _, base = name.rpartition("/")
    stem, _, suffix = base.rpartition(".")
    if folder in FOLDERS and (suffix != "yaml" or not IDENTIFIER.fullmatch(stem)):
        return error(
            "file-name",
            Place(name),
            f"“{base}” is not the name of a definition file",
            "Use lower-case letters, digits and hyphens (at most 63), then .yaml: sales-weekly.yaml.",
        )
    if not (root / name).is_file():
        return error(
            "unreadable-file", Place(name), "this is not a file", "Move the folder, or whatever it is, away."
        )
    try:
        with (root / name).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as failure:
        reason = failure.strerror or "the system refuses"
        return error(
            "unreadable-file", Place(name), f"the file cannot be read: {reason}", "Check its permissions."
        )
    return load_bytes(content, name)


def _reading_problems(source: Yaml) -> tuple[Problem, ...]:
    if source.problems or source.data is not None:
        return source.problems
    remedy = "Write its definitions, or delete it; the reference shows an example."
    return (error("empty-file", Place(source.file), "the file has no content", remedy),)
