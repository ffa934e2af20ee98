"""Past editions: the stored bytes, and the same bytes drawn again from what they were drawn from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from broadsheet.archive.manifest import Manifest
from broadsheet.archive.store import write_durably
from broadsheet.ledger.records import EditionKey, EditionRecord
from broadsheet.press.bundle import IMAGE, artifact_files
from broadsheet.press.editions import manifest_of
from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.press.names import slug
from broadsheet.press.pool import Pool
from broadsheet.press.posts import FURTHER
from broadsheet.press.press import Press
from broadsheet.press.readers import WHOLE
from broadsheet.press.redraw import job_from
from broadsheet.rendering.versions import versions

ENDINGS = {"pdf": ".pdf", "html": ".html", "mail.html": "-mail.html", "mail.txt": "-mail.txt"}
BUNDLE = "bundle"


@dataclass(frozen=True)
class Part:
    """A file of an edition: its name in the manifest, and that under which it is written for people."""

    name: str
    file: str
    digest: str

    @property
    def read(self) -> bool:
        """Whether readers got it, rather than that the edition was drawn from it."""
        return not self.file.startswith(BUNDLE)


@dataclass(frozen=True)
class Redrawn:
    """An edition drawn again: its files, which of them are not the stored ones, and versions then and now."""

    record: EditionRecord
    files: Mapping[str, bytes]
    different: tuple[str, ...]
    versions: tuple[tuple[str, str, str], ...]


def parts_of(record: EditionRecord, manifest: Manifest) -> tuple[Part, ...]:
    """All files of an edition, what readers got first."""
    parts = (Part(name, _file(record.key, name), digest) for name, digest in manifest.files.items())
    return tuple(sorted(parts, key=lambda part: (not part.read, part.file)))


def stored(press: Press, part: Part) -> bytes:
    """The bytes of a part as they were stored; StorageError when they are missing or altered."""
    return press.archive.get(part.digest)


def write_parts(press: Press, parts: tuple[Part, ...], folder: Path) -> Iterator[Path]:
    """Write parts below a folder, each verified; StorageError when one is missing or the disk does not take it."""
    for part in parts:
        target = folder / part.file
        write_durably(target, stored(press, part))
        yield target


def job_of_bundle(press: Press, manifest: Manifest) -> RenderJob:
    """What an edition was drawn from; StorageError when some of it is missing or this version cannot read it."""
    return job_from(manifest.files, lambda name: press.archive.get(manifest.files[name]))


def redraw(press: Press, record: EditionRecord) -> Redrawn:
    """Draw an edition from its bundle, without the data source, the YAML and the templates of today.

    Raises what `manifest_of` and `render` do.
    """
    manifest = manifest_of(press, record)
    job = replace(job_of_bundle(press, manifest), limits=press.settings.limits)
    files = artifact_files(draw(job))
    then = {name: digest for name, digest in manifest.files.items() if name in files or _artifact(name)}
    now = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return Redrawn(
        record=record,
        files={_file(record.key, name): content for name, content in files.items()},
        different=tuple(sorted(name for name in then | now if then.get(name) != now.get(name))),
        versions=tuple(differing(manifest.versions, versions())),
    )


def draw(job: RenderJob) -> Artifacts:
    """Render one job, behind the walls that every job is rendered behind."""
    with Pool(1) as pool:
        return pool.submit(job).result()


def differing(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Names with what they had then and have now, where that differs; empty where there is nothing."""
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield name, then.get(name, ""), now.get(name, "")


def _artifact(name: str) -> bool:
    return name in ENDINGS or name.startswith((FURTHER, IMAGE))


def _file(key: EditionKey, name: str) -> str:
    stem = _stem(key)
    if name in ENDINGS:
        return stem + ENDINGS[name]
    if name.startswith(FURTHER):
        return stem + name.removeprefix(FURTHER)
    if name.startswith(IMAGE):
        return f"{stem}-{name.removeprefix(IMAGE).partition('@')[0]}.png"
    return f"{BUNDLE}/{name}"


def _stem(key: EditionKey) -> str:
    part = "" if key.slice == WHOLE else f"-{slug(key.slice)}"
    revision = "" if key.revision == 1 else f"-r{key.revision}"
    return f"{key.report}-{key.period}{part}{revision}"
