"""Content-addressed storage: bytes go in, their digest comes out, and equal bytes are stored once.

A file appears under its name only when it is complete and on disk (write, fsync, rename, fsync of the
folder), so a crash or a full disk never leaves half an artifact.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from broadsheet import failpoints
from broadsheet.errors import StorageError

TEMPORARY = ".new-"


YOUNG = 3600
"""Seconds in which an object may be of an edition that its press has not entered in the ledger yet."""


@dataclass(frozen=True)
class Stored:
    """An object as it lies on disk: its digest, its size in bytes, and when it was last stored."""

    digest: str
    size: int
    stored_at: int


class Archive:
    """The archive below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256; StorageError when the disk does not take them."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        if not (_holds(target, content) and _renewed(target)):
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

    def settled(self) -> Iterator[Stored]:
        """The objects that have lain there for a while, by the clock of the disk itself.

        What a write that was interrupted has left is removed by the way.
        """
        if not self._folder.is_dir():
            return
        with tempfile.NamedTemporaryFile(dir=self._folder) as probe:
            old = Path(probe.name).stat().st_mtime_ns - YOUNG * 1_000_000_000
        for path in sorted(self._folder.glob("??/*")):
            try:
                stat = path.stat()
            except FileNotFoundError:  # A press has just finished writing it, or another one has removed it.
                continue
            if stat.st_mtime_ns > old:
                continue
            if path.name.startswith(TEMPORARY):
                path.unlink(missing_ok=True)
            else:
                yield Stored(path.name, stat.st_size, stat.st_mtime_ns)

    def remove(self, each: Stored) -> bool:
        """Remove an object, unless it is gone or was stored anew meanwhile."""
        path = self._path(each.digest)
        failpoints.reached("archive.before-remove")
        try:
            if path.stat().st_mtime_ns != each.stored_at:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageError(
                f"{path} cannot be removed: {error.strerror}", "Mend its permissions."
            ) from error
        failpoints.reached("archive.after-remove")
        return True

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _holds(target: Path, content: bytes) -> bool:
    """Whether a file is there already, unaltered: a damaged one is written anew."""
    try:
        return target.read_bytes() == content
    except OSError:
        return False


def _renewed(target: Path) -> bool:
    """Make a file young again; False where it is gone by now or belongs to somebody else: then it is written anew."""
    try:
        os.utime(target)
    except OSError:
        return False
    return True


def write_durably(target: Path, content: bytes, *, readable: bool = False) -> None:
    """Write a file so that it is either complete under its name or absent; StorageError when it cannot be.

    It has the owner and mode of the file that it replaces. A new one may be read by nobody else, unless it is to be
    `readable` by those who may read its folder.
    """
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        failpoints.reached("archive.before-write")
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=TEMPORARY)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            with suppress(OSError):  # Not every share has modes.
                if readable:
                    os.fchmod(handle, target.parent.stat().st_mode & 0o644)
                elif target.exists():
                    _take_after(handle, target.stat())
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
            with suppress(OSError):
                Path(temporary).unlink(missing_ok=True)


def _take_after(handle: int, former: os.stat_result) -> None:
    """Let those who could read a file read what replaces it, whoever writes it."""
    for owner, group in ((-1, former.st_gid), (former.st_uid, -1)):
        with suppress(OSError):  # Only root gives files away, and others only to their own groups.
            os.fchown(handle, owner, group)
    os.fchmod(handle, former.st_mode & 0o666)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
