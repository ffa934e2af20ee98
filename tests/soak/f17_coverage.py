"""F17: lines and branches that the tests of a room run, and small faults planted in its code that they notice.

`python -m soak.f17_coverage [SCALE] [ROOM]`. A scale below one takes a sample of the faults (soak/planted.py).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OUTBOX = (
    "bounces", "deliver", "egress", "holds", "personal", "posts", "readers", "recipients", "resend", "smaller",
)  # fmt: skip
"""The modules of the press that carry letters and decide who may have them."""
ROOMS = {
    "ledger": (("ledger/*.py",), ("tests/ledger",)),
    "delivery": (
        ("delivery/*.py",),
        ("tests/delivery", "tests/press/test_channels.py", "tests/press/test_alarms.py"),
    ),
    "outbox": (
        (*(f"press/{name}.py" for name in OUTBOX), "definitions/people.py"),
        (
            "tests/delivery",
            "tests/definitions/test_people.py",
            "tests/press/test_channels.py",
            "tests/press/test_directory.py",
            "tests/press/test_faults_audiences.py",
        ),
    ),
    "loader": (
        ("definitions/loader.py", "definitions/scope.py", "definitions/secrets.py"),
        ("tests/definitions",),
    ),
}
"""Modules below src/broadsheet/ by room, with the tests that must notice."""
COVERED, NOTICED = 98.0, 90.0
"""Per cent that are promised."""
MEMORY = Path("/dev/shm")
"""Where ledgers of tests cost no waiting for a disk."""
ENOUGH = 100
"""Faults from which on a share of them says something."""


def measured(room: str, scale: float) -> dict[str, Any]:
    """What the tests of a room cover and notice."""
    modules, tests = ROOMS[room]
    found = [str(path) for name in modules for path in sorted((ROOT / "src/broadsheet").glob(name))]
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        order = Path(folder) / "order.json"
        order.write_text(json.dumps({"modules": found, "tests": tests, "scale": scale}), "utf-8")
        subprocess.run(
            [sys.executable, "-m", "soak.warm", str(order)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        answer: dict[str, Any] = json.loads(order.with_suffix(".answer").read_text("utf-8"))
    return answer


def main(scale: float = 1.0, *rooms: str) -> str:
    """Cover, then plant faults."""
    told, short = [], []
    for room in rooms or ROOMS:
        answer = measured(room, scale)
        print(answer["not covered"], flush=True)
        for told_of in ("not passed", "unfit", "missed"):
            for line in answer[told_of]:
                print(f"  {told_of}: {line}", flush=True)
        planted, noticed = answer["planted"], answer["planted"] - len(answer["missed"])
        percent = answer["covered"]
        told.append(f"{room}: {percent:.1f} % covered, {noticed} of {planted} faults noticed")
        enough = planted < ENOUGH or 100 * noticed >= NOTICED * planted
        short += [] if percent >= COVERED and enough else [room]
    assert not short, f"below {COVERED:g} % and {NOTICED:g} %: {', '.join(short)} · {' · '.join(told)}"
    return " · ".join(told)


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, *sys.argv[2:]))
