"""The wheel is all that a machine without a checkout needs: built, unpacked elsewhere, run in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str | Path, **options: object) -> str:
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=300, **options
    )  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_everything_and_nothing_else(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    for part in ("reports", "config", "templates"):
        shipped = {
            f"broadsheet/starter/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / part).rglob("*")
            if path.is_file()
        }
        assert shipped
        assert shipped - names == set()
    fonts = {path.name for path in (ROOT / "src/broadsheet/rendering/fonts").iterdir()}
    assert {name.rpartition("/")[2] for name in names if "/rendering/fonts/" in name} >= fonts
    assert any(name.startswith("OFL-") for name in fonts)
    migrations = {path.name for path in (ROOT / "src/broadsheet/ledger/migrations/versions").glob("*.py")}
    assert migrations
    assert {f"broadsheet/ledger/migrations/versions/{name}" for name in migrations} - names == set()
    assert "broadsheet/py.typed" in names
    strays = {name for name in names if not name.startswith(("broadsheet/", "broadsheet-"))}
    assert strays == set()
    assert not any("/tests/" in name or name.endswith(".pyc") or "/var/" in name for name in names)


def test_a_report_runs_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, here = tmp_path / "site", tmp_path / "empty"
    here.mkdir()
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel)
    environ = {**os.environ, "PYTHONPATH": str(site)}

    def broadsheet(*words: str) -> str:
        return run(sys.executable, "-m", "broadsheet", *words, cwd=here, env=environ)

    where = run(sys.executable, "-c", "import broadsheet; print(broadsheet.__file__)", cwd=here, env=environ)
    assert Path(where.strip()).is_relative_to(site)
    broadsheet("init", "shop")
    assert "0 errors" in broadsheet("-C", "shop", "check")
    broadsheet("-C", "shop", "sample", "--scale", "0.02", "--until", "2026-06-14")
    broadsheet("-C", "shop", "run", "sales-weekly", "--as-of", "2026-06-15T09:00")
    pdf = here / "shop/var/out/sales-weekly/2026-W24/sales-weekly-2026-W24.pdf"
    assert pdf.read_bytes().startswith(b"%PDF-")
