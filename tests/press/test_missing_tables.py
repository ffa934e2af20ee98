"""A table or column that is not there costs the KPIs that need it their figures, and no report its life (A27)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from broadsheet.clock import AnchoredClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.document.compose import compose
from broadsheet.document.tree import Cards, Document, Notice, Section, Story
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.gather import gather
from broadsheet.press.press import Press
from broadsheet.sample.build import build

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 14, 22, tzinfo=UTC)
REPORTS = ("sales-weekly", "marketing-monthly", "service-weekly")
#: Facts of one report each, the plans, and masters that many facts are linked to.
TABLES = ("cases", "leads", "orders", "plan_targets", "segments", "users")
#: Columns of a KPI alone, of a dimension and of what views are made of.
COLUMNS = (
    "campaign_costs.kind",
    "cases.contacts_to_resolve",
    "opportunities.loss_reason",
    "leads.source_channel",
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("company")
    for folder in ("config", "reports", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "var").mkdir()
    build(root / "var" / "warehouse.duckdb", until=date(2026, 6, 14), seed=7, scale=0.02)
    return root


@contextmanager
def without(root: Path, name: str) -> Iterator[None]:
    table, _, column = name.partition(".")

    def rename(old: str, new: str) -> None:
        what = f"{table} RENAME {old} TO {new}" if column else f"{old} RENAME TO {new}"
        with duckdb.connect(str(root / "var" / "warehouse.duckdb")) as connection:
            connection.execute(f"ALTER TABLE {what}")

    lost = column or table
    rename(lost, f"{lost}_gone")
    try:
        yield
    finally:
        rename(f"{lost}_gone", lost)


def told(root: Path, report: str) -> Document:
    press = Press(load_workspace(root), AnchoredClock(NOW), {}, root / "var")
    order = order_for(press, Wish(report, None, False, NOW))
    return compose(gather(press, order).job.material)


@pytest.fixture(scope="module")
def whole(company: Path) -> dict[str, Document]:
    return {report: told(company, report) for report in REPORTS}


@pytest.mark.parametrize("name", TABLES + COLUMNS)
def test_no_report_fails_for_want_of_a_table_or_column(
    name: str, company: Path, whole: dict[str, Document]
) -> None:
    lost, lacking = name.rpartition(".")[2], 0
    with without(company, name):
        for report in REPORTS:
            found = told(company, report)
            assert found.state != "failed"
            for before, after in zip(whole[report].sections, found.sections, strict=True):
                if isinstance(before.body, Story):
                    continue  # tells what there is; the blocks say what is missing
                assert shown(after) == shown(before) or lost in said(after)
                lacking += lost in said(after)
    assert lacking


def shown(section: Section) -> str:
    """A section's body; the last digits of floats depend on how statements were cut."""
    return re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.9g}", repr(section.body))


def said(section: Section) -> str:
    """Everything a section says about what it lacks."""
    texts = [*section.remarks]
    if isinstance(section.body, Notice):
        texts.append(section.body.text)
    if isinstance(section.body, Cards):
        texts += [card.figure.reason for card in section.body.cards]
    return " ".join(text for text in texts if "missing" in text)
