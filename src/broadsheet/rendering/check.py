"""Does this machine have what typesetting needs?"""

from __future__ import annotations

import ctypes

from broadsheet.rendering.typefaces import BUNDLED

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    # Without it PDF files grow, and their bytes differ from run to run.
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def typesetting() -> tuple[str, ...]:
    """What is missing: Debian package names of system libraries, and names of bundled fonts."""
    lacking = [package for library, package in LIBRARIES.items() if not _loads(library)]
    return (*lacking, *(face.path.name for face in BUNDLED if not face.path.is_file()))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
