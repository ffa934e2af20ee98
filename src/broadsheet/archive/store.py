"""Content-addressed storage: bytes go in, their digest comes out, and equal bytes are stored once.

A file appears under its name only when it is complete and on disk (write, fsync, rename, fsync of the
folder), so a crash or a full disk never leaves half an artifact.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from broadsheet import failpoints
from broadsheet.errors import StorageError


class Archive:
    """The archive below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256; StorageError when the disk does not take them."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        if not _holds(target, content):
            write_durably(target, content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of a digest; StorageError when they are missing or no longer what they were."""
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            raise StorageError(
                f"the archive has no readable object {digest[:12]}…: {error.strerror}",
                "Restore the archive folder from a backup, or run the report again.",
            ) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise StorageError(
                f"the archive's object {digest[:12]}… was altered on disk",
                "Restore the archive folder from a backup; the altered file is never sent.",
            )
        return content

    def has(self, digest: str) -> bool:
        """Whether the bytes of a digest are there and are what they were."""
        try:
            self.get(digest)
        except StorageError:
            return False
        return True

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _holds(target: Path, content: bytes) -> bool:
    """Whether a file is there already, unaltered: a damaged one is written anew."""
    try:
        return target.read_bytes() == content
    except OSError:
        return False


def write_durably(target: Path, content: bytes) -> None:
    """Write a file so that it is either complete under its name or absent; StorageError when it cannot be."""
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        failpoints.reached("archive.before-write")
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            failpoints.reached("archive.before-sync")
            os.fsync(file.fileno())
        failpoints.reached("archive.before-rename")
        Path(temporary).replace(target)
        failpoints.reached("archive.after-rename")
        _sync_folder(target.parent)
    except OSError as error:
        raise StorageError(
            f"{target} cannot be written: {error.strerror}",
            "Free some space or mend the folder's permissions, then try again.",
        ) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
