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
    known = _read(folder)
    found = known.get(str(path))
    if isinstance(found, list) and found[:-1] == signature:
        return str(found[-1])
    content = digest(path)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".digests-", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({**known, str(path): [*signature, content]}, file)
    written = Path(name)
    if written.stat().st_mtime_ns - touched > SETTLED:
        written.replace(folder / NAME)
    else:
        written.unlink()
    return content


def _read(folder: Path) -> dict[str, object]:
    try:
        known = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
