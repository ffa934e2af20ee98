"""docs/reference/ is what docs/generate.py writes, and its examples work."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from broadsheet.definitions.workspace import load_workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_up_to_date(generate: ModuleType) -> None:
    written = {
        name: (ROOT / "docs/reference" / name).read_text(encoding="utf-8") for name in generate.pages()
    }
    assert written == generate.pages(), "run: python docs/generate.py"
    assert {path.name for path in (ROOT / "docs/reference").glob("yaml-*")} == set(written) - {"errors.md"}


def test_the_kpi_catalog_is_up_to_date(generate: ModuleType) -> None:
    page = (ROOT / "docs/kpi-catalog.md").read_text(encoding="utf-8")
    assert page == generate.catalog_page(), "run: python docs/generate.py"
    defined = load_workspace(ROOT).catalog.kpis
    for name, kpi in defined.items():
        (row,) = (line for line in page.splitlines() if f" `{name}` " in line)
        assert row.startswith(f"| {kpi.ref} | **{kpi.label}** `{name}` |")
        assert row.endswith(f"| {kpi.edge_cases} |")
        assert f"| {kpi.meaning} |" in row


def test_links_lead_to_headings(generate: ModuleType) -> None:
    for text in generate.pages().values():
        headings = {
            line.strip("# ").lower().replace(" ", "-") for line in text.splitlines() if line[:3] == "## "
        }
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_examples_are_a_sound_workspace(tmp_path: Path) -> None:
    for page in (ROOT / "docs/reference").glob("yaml-*.md"):
        found = re.search(r"```yaml\n# (\S+)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        assert found is not None, page
        path = tmp_path / found[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found[2], encoding="utf-8")
    workspace = load_workspace(tmp_path)
    assert workspace.problems == ()
    assert set(workspace.reports) == {"sales-monthly"}
    assert set(workspace.themes) == {"brand", "default"}
