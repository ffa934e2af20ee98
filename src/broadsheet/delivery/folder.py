"""Folders: an edition's files under their own names, each complete or absent."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from broadsheet import failpoints
from broadsheet.archive.store import Archive, write_durably
from broadsheet.delivery.outcome import Outcome, Parcel, Trouble
from broadsheet.errors import StorageError


class Folder:
    """Copies an edition's files from the archive to folders, named from the workspace's `root`."""

    name = "folder"

    def __init__(self, root: Path, archive: Archive) -> None:
        self._root, self._archive = root, archive

    def open(self) -> Trouble | None:
        """Nothing is held open: every folder is a place of its own."""
        return None

    def send(self, parcel: Parcel) -> Outcome:
        """Write the files; a repeat overwrites them with the same bytes."""
        target, files = self._root / parcel.recipient, json.loads(parcel.message)
        if not os.path.isdir(target):  # noqa: PTH112  (false, not an error, where a share has gone stale)
            # Never made by us: below an unmounted share it would fill the disk, and nobody would see it.
            return Outcome("retry", f"the folder {parcel.recipient} is not there; is its share mounted?")
        try:
            for name, digest in files.items():
                write_durably(target / name, self._archive.get(digest), readable=True)
                failpoints.reached("folder.after-file")
        except StorageError as error:
            return Outcome("retry", str(error))
        return Outcome("sent", f"{len(files)} files written")

    def close(self) -> None:
        """Nothing is held open."""


def compose_listing(files: Mapping[str, str]) -> bytes:
    """What a folder gets of an edition: digests in the archive by file name."""
    return json.dumps(files, ensure_ascii=False, sort_keys=True).encode()
