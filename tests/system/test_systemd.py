"""The systemd unit of the manual, judged by systemd itself."""

import shutil
import subprocess
from pathlib import Path

UNIT = (Path(__file__).parents[2] / "docs/operate/broadsheet.service").read_text(encoding="utf-8")


def test_systemd_understands_the_unit_and_finds_it_tight(tmp_path: Path) -> None:
    unit = tmp_path / "broadsheet.service"
    # The program need not be installed here.
    unit.write_text(
        UNIT.replace("/srv/reports/.venv/bin/broadsheet", shutil.which("true") or "true"), encoding="utf-8"
    )
    verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    tight = ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(unit)]
    judged = subprocess.run(tight, capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout[-500:]
