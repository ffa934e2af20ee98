from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from broadsheet.definitions.workspace import Workspace, load_workspace
from broadsheet.errors import DefinitionError, Place, UsageError

BASE = Path(__file__).parents[1] / "errors" / "base"
ROOT = Path(__file__).parents[2]
REPORT = "title: T\nquestion: Q\naudience: sales\nperiod: month\nblocks:\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "workspace"))


def write(root: Path, file: str, text: str) -> Workspace:
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text(text, encoding="utf-8")
    return load_workspace(root)


def change(root: Path, file: str, old: str, new: str) -> Workspace:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    return write(root, file, text.replace(old, new, 1))


def codes(workspace: Workspace) -> list[str]:
    return [problem.code for problem in workspace.problems]


@pytest.mark.parametrize("folder", [".", *sorted(path.name for path in (ROOT / "docs/examples").glob("*/"))])
def test_shipped_workspaces_are_sound(folder: str) -> None:
    workspace = load_workspace(ROOT if folder == "." else ROOT / "docs/examples" / folder)
    assert workspace.problems == ()
    assert workspace.reports


def test_a_broken_report_stops_no_other(root: Path) -> None:
    workspace = write(root, "reports/broken.yaml", "title: [")
    assert list(workspace.reports) == ["sales-monthly"]
    assert [problem.code for problem in workspace.broken["broken"]] == ["yaml-syntax"]
    assert workspace.report("sales-monthly").title == "Sales monthly"
    with pytest.raises(DefinitionError, match="yaml-syntax"):
        workspace.report("broken")
    with pytest.raises(UsageError) as caught:
        workspace.report("sales-montly")
    assert caught.value.remedy == "Did you mean “sales-monthly”?"


def test_a_broken_kpi_breaks_those_who_use_it_however_indirectly(root: Path) -> None:
    write(root, "reports/rate.yaml", REPORT + "  - kpis: [win_rate]\n")
    write(root, "reports/cycle.yaml", REPORT + "  - kpis: [cycle]\n")
    workspace = change(root, "config/kpis/sales.yaml", "meaning: Won deals.,", "")
    assert codes(workspace) == ["missing-key"]
    assert set(workspace.broken) == {"rate", "sales-monthly"}
    assert set(workspace.reports) == {"cycle"}
    assert "won_count" not in workspace.catalog.kpis
    assert "win_rate" not in workspace.catalog.kpis
    assert "cycle" in workspace.catalog.kpis


def test_an_unreadable_kpi_file_makes_no_false_accusations(root: Path) -> None:
    write(root, "config/kpis/more.yaml", "kpis: {tickets: {")
    workspace = write(root, "reports/more.yaml", REPORT + "  - kpis: [tickets]\n")
    assert codes(workspace) == ["yaml-syntax"]
    assert set(workspace.broken) == {"more"}


def test_a_broken_dimension_and_audience_break_their_users_only(root: Path) -> None:
    write(root, "reports/plain.yaml", REPORT + "  - kpis: [cycle]\n")
    workspace = change(root, "config/dimensions.yaml", "label: Segment, ", "")
    assert (set(workspace.broken), set(workspace.reports)) == ({"sales-monthly"}, {"plain"})
    workspace = write(
        root, "config/audiences.yaml", "audiences:\n  sales: {label: Sales, recipients: [nobody]}\n"
    )
    assert set(workspace.broken) == {"plain", "sales-monthly"}
    assert codes(workspace).count("unknown-audience") == 0


@pytest.mark.parametrize("file", ["config/settings.yaml", "config/sources.yaml"])
def test_broken_foundations_stop_all_and_say_so_once(root: Path, file: str) -> None:
    workspace = write(root, file, "a: b\n")
    assert workspace.reports == {}
    assert set(workspace.broken["sales-monthly"]) == set(workspace.problems)
    assert {problem.place.file for problem in workspace.problems} == {file}


def test_an_empty_folder_is_no_traceback(tmp_path: Path) -> None:
    workspace = load_workspace(tmp_path)
    assert codes(workspace) == ["missing-file"] * 3
    assert workspace.errors == workspace.problems


def test_hash_follows_meaning_not_layout(root: Path) -> None:
    before = load_workspace(root).hash("sales-monthly")
    assert before == load_workspace(root).hash("sales-monthly")
    commented = change(root, "reports/sales-monthly.yaml", "period: month", "# a comment\nperiod:   month")
    assert commented.hash("sales-monthly") == before
    other = write(root, "reports/other.yaml", REPORT + "  - kpis: [cycle]\n")
    assert other.hash("sales-monthly") == before != other.hash("other")
    renamed = change(root, "config/settings.yaml", "Example Tackle Ltd", "Example Tackle SE")
    assert renamed.hash("sales-monthly") != before


def test_hash_covers_views_and_logos(root: Path) -> None:
    (root / "config/views").mkdir()
    (root / "config/views/reps.sql").write_text("select 1")
    (root / "config/themes").mkdir()
    (root / "config/themes/logo.svg").write_text("<svg/>")
    write(root, "config/themes/brand.yaml", "logo: logo.svg\n")
    seen = {
        change(root, "config/sources.yaml", "table: reps", "sql: config/views/reps.sql").hash("sales-monthly")
    }
    (root / "config/views/reps.sql").write_text("select 2")
    seen.add(load_workspace(root).hash("sales-monthly"))
    (root / "config/themes/logo.svg").write_text("<svg />")
    workspace = load_workspace(root)
    assert workspace.problems == ()
    assert len(seen | {workspace.hash("sales-monthly")}) == 3


def test_places_and_pickling(root: Path) -> None:
    workspace = load_workspace(root)
    assert workspace.place("config/kpis/sales.yaml", "kpis", "revenue").line == 2
    assert workspace.place("config/no-such.yaml") == Place("config/no-such.yaml")
    assert pickle.loads(pickle.dumps(workspace.catalog)) == workspace.catalog


def test_themes_have_a_default_and_a_workspace_may_replace_it(root: Path) -> None:
    assert load_workspace(root).themes["default"].colors.actual == "#404040"
    workspace = write(root, "config/themes/default.yaml", 'colors: {actual: "#112233"}\n')
    assert workspace.themes["default"].colors.actual == "#112233"
    broken = write(root, "config/themes/default.yaml", "colors: {actual: blue}\n")
    assert set(broken.broken) == {"sales-monthly"}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://reader@db.example.test/crm", None),
        ("postgresql://reader:${env:PASSWORD}@db.example.test/crm", None),
        ("postgresql://${env:USER}:${env:PASSWORD}@db.example.test/crm", None),
        ("${env:CRM_URL}", None),
        ("postgresql://db.example.test:5432/crm?sslmode=verify-full", None),
        ("postgresql://reader:pass@db.example.test/crm", "secret-in-file"),
        ("postgresql://reader:a${env:PASSWORD}@db.example.test/crm", "secret-in-file"),
        ("postgresql://db.example.test/crm?user=reader&password=pass", "secret-in-file"),
        ("postgresql://reader:${PASSWORD}@db.example.test/crm", "environment-variable"),
        ("postgresql://reader:${env:}@db.example.test/crm", "environment-variable"),
    ],
)
def test_secrets_in_urls(root: Path, url: str, code: str | None) -> None:
    workspace = change(root, "config/sources.yaml", "duckdb:///var/warehouse.duckdb", url)
    assert codes(workspace) == ([code] if code else [])


@pytest.mark.parametrize("grain", ["month", "quarter", "year", "fiscal_quarter", "fiscal_year"])
def test_months_add_up_to_longer_periods(root: Path, grain: str) -> None:
    text = REPORT.replace("month", grain) + "  - kpis: [planned]\n"
    assert codes(write(root, "reports/plan.yaml", text)) == []


@pytest.mark.parametrize("period", ["week", "day", "{rolling: 30 days}", "{to_date: week}"])
def test_months_do_not_add_up_to_shorter_periods(root: Path, period: str) -> None:
    text = REPORT.replace("period: month", f"period: {period}") + "  - kpis: [planned]\n"
    assert codes(write(root, "reports/plan.yaml", text)) == ["finer-than-data"]


def test_a_card_may_have_a_period_of_its_own(root: Path) -> None:
    blocks = "  - kpis: [{kpi: planned, period: {to_date: month}}, cycle]\n"
    text = REPORT.replace("period: month", "period: week") + blocks
    assert codes(write(root, "reports/plan.yaml", text)) == []
