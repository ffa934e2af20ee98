"""The repository speaks of the product alone: no machine's paths, no package index of one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from architecture.source import ROOT

# Written in two parts so that this file does not find itself.
BETRAYING = [
    re.compile(r"(?<![\w.$}-])/" + folder + "/")
    for folder in ("wo" + "rk", "tm" + "p", "ro" + "ot", "ho" + "me", "op" + "t")
] + [
    re.compile(text)
    for text in (
        "--(extra-)?index" + "-url",
        "--find" + "-links",
        "--trusted" + "-host",
        r"py" + r"pi\.org",
        "python" + r"hosted\.org",
    )
]


def tracked_texts() -> dict[str, str]:
    """Text files of the next commit: what git knows, without what it was told to forget."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    found = {}
    for name in filter(None, names.stdout.split("\0")):
        path = Path(ROOT / name)
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            found[name] = content.decode("utf-8")
    return found


def test_no_file_names_a_machine() -> None:
    texts = tracked_texts()
    assert "pyproject.toml" in texts
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if any(pattern.search(line) for pattern in BETRAYING)
    ]
    assert found == []
