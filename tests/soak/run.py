"""Run every figure's program, at a scale, and print one line each: `python -m soak.run [SCALE]`.

A program is a module `fNN_name` with `main(scale: float) -> str`: it measures, raises AssertionError where a promise
does not hold, and returns one line. Exit code 1 when any did not hold.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
import traceback
from pathlib import Path


def main() -> int:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    # The test mail server warns of itself at each login.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    broken = []
    for path in sorted(Path(__file__).parent.glob("f[0-9][0-9]_*.py")):
        started = time.monotonic()
        try:
            line = importlib.import_module(f"soak.{path.stem}").main(scale)
        except Exception:
            broken.append(path.stem)
            line = traceback.format_exc()
        print(f"{path.stem} ({time.monotonic() - started:.0f} s): {line}", flush=True)
    print(f"broken: {', '.join(broken)}" if broken else "every promise held")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
