"""The digests of files, remembered: a file that has not been touched is not read to know that it is the same."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from broadsheet.warehouse.files import digest

NAME = ".digests.json"
SETTLED = 2_000_000_000
"""Nanoseconds after which a file's times would tell that it was written again."""


def remembered(path: Path, folder: Path) -> str:
    """The SHA-256 of a file's content. `folder` keeps it, by the file's size, times and place on the disk.

    A file that was written just now is not remembered, since it could be written again in the same moment.
    """
    status = path.stat()
    touched = max(status.st_mtime_ns, status.st_ctime_ns)
    signature = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_dev, status.st_ino]
    known = kept(folder / NAME)
    found = known.get(str(path))
    if isinstance(found, list) and found[:-1] == signature:
        return str(found[-1])
    content = digest(path)
    keep(folder / NAME, {**known, str(path): [*signature, content]}, since=touched + SETTLED)
    return content


def kept(file: Path) -> dict[str, object]:
    """What was kept in a file; nothing where there is none."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def keep(file: Path, known: dict[str, object], *, since: int = 0) -> None:
    """Keep it, whole or not at all; not before `since`, in nanoseconds by the clock of the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".keeping-", dir=file.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        json.dump(known, target)
    written = Path(name)
    if written.stat().st_mtime_ns > since:
        written.replace(file)
    else:
        written.unlink()
