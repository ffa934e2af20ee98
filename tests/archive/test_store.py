"""The archive gives back what it was given, or says that it cannot."""

import os

import pytest

from broadsheet.archive.store import Archive, write_durably
from broadsheet.errors import StorageError


def test_equal_bytes_are_stored_once_and_come_back(tmp_path):
    archive = Archive(tmp_path)
    digest = archive.put(b"page")
    assert archive.put(b"page") == digest
    assert archive.get(digest) == b"page"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_altered_bytes_are_never_handed_out(tmp_path):
    archive = Archive(tmp_path)
    digest = archive.put(b"page")
    (tmp_path / digest[:2] / digest).write_bytes(b"pagf")
    with pytest.raises(StorageError, match="altered"):
        archive.get(digest)


def test_a_missing_object_is_a_plain_error(tmp_path):
    with pytest.raises(StorageError, match="no readable object"):
        Archive(tmp_path).get("0" * 64)


def test_what_is_pruned_while_it_is_stored_anew_is_written_again(tmp_path, monkeypatch):
    archive = Archive(tmp_path)
    digest = archive.put(b"page")

    def pruned(path):
        path.unlink()
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("os.utime", pruned)
    assert archive.put(b"page") == digest
    assert archive.get(digest) == b"page"


def test_what_others_finish_or_remove_meanwhile_is_passed_over(tmp_path):
    archive = Archive(tmp_path)
    digest = archive.put(b"page")
    os.utime(tmp_path / digest[:2] / digest, (0, 0))
    (tmp_path / digest[:2] / ".new-1").symlink_to("gone")
    assert [each.digest for each in archive.settled()] == [digest]


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        write_durably(tmp_path / "page.pdf", b"page")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_written_anew_stays_with_those_who_could_read_it(tmp_path):
    file, somebody = tmp_path / "audiences.yaml", 12345 if os.geteuid() == 0 else os.geteuid()
    write_durably(file, b"new")
    assert file.stat().st_mode & 0o777 == 0o600, "at first nobody else reads it"
    file.chmod(0o640)
    os.chown(file, somebody, -1)
    write_durably(file, b"newer")
    assert file.read_bytes() == b"newer"
    assert (file.stat().st_mode & 0o777, file.stat().st_uid) == (0o640, somebody)
