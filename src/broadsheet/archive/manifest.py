"""What an edition consists of: one small file that names all others by their digests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from broadsheet.archive.store import Archive
from broadsheet.errors import StorageError


@dataclass(frozen=True)
class Manifest:
    """An edition's bundle.

    `edition` has what names it, `as_of` and `period` what it is about; `definition` is the digest of its YAML files;
    `scope` that of the rows its audience may see; `versions` tell what drew it. `files` maps names to digests:
    what readers got, and what the edition was drawn from.
    """

    edition: Mapping[str, Any]
    period: Mapping[str, str]
    as_of: str
    definition: str
    scope: str
    versions: Mapping[str, str]
    subject: str
    pages: int
    files: Mapping[str, str]


def put_manifest(archive: Archive, manifest: Manifest) -> str:
    """Store a manifest as canonical JSON; its digest, which stands for the whole edition."""
    text = json.dumps(asdict(manifest), sort_keys=True, ensure_ascii=False, indent=1)
    return archive.put(text.encode())


def get_manifest(archive: Archive, digest: str) -> Manifest:
    """The manifest of a digest; StorageError when it is missing, altered or of another version."""
    content = archive.get(digest)
    try:
        return Manifest(**json.loads(content))
    except (TypeError, ValueError) as error:
        raise StorageError(
            f"the archive's manifest {digest[:12]}… cannot be read: {error}",
            "It was written by another version of Broadsheet; install that one to see it.",
        ) from error
