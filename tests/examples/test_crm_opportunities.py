"""The example on public CRM data: its figures are the published ones, and those of plain SQL over the files."""

from __future__ import annotations

import html
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from pypdf import PdfReader

from broadsheet.clock import FixedClock
from broadsheet.definitions.models.reports import TableBlock, TableSpec
from broadsheet.definitions.workspace import Workspace, load_workspace
from broadsheet.metrics import Answer, Question, answer
from broadsheet.periods import Calendar, Period, all_time, buckets
from broadsheet.warehouse.warehouse import Warehouse, open_warehouse
from examples.workspaces import as_printed, read

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "crm-opportunities"
CALENDAR = Calendar("UTC")
EVERYTHING = all_time(date(2017, 3, 1), date(2018, 1, 1))
AS_OF = datetime(2018, 1, 1, tzinfo=UTC)
DIMENSIONS = ("product", "region", "manager", "agent", "stage")

TOTALS = {
    "opportunities": "8,800",
    "open_count": "2,089",
    "closed_count": "6,711",
    "won_count": "4,238",
    "lost_count": "2,473",
    "won_amount": "10,005,534",
    "win_rate": "63.15 %",
    "mean_won_deal": "2,360.91",
    "median_won_deal": "1,117",
    "sales_cycle": "47.99",
    "won_cycle": "51.8",
    "open_list_value": "4,966,215",
}
QUARTERS = """
quarter | closed_count | won_count | lost_count | win_rate | won_amount
2017-Q1 |          647 |       531 |        116 |     82.1 % |  1,134,672
2017-Q2 |        2,032 |     1,254 |        778 |     61.7 % |  3,086,111
2017-Q3 |        2,047 |     1,257 |        790 |     61.4 % |  2,982,255
2017-Q4 |        1,985 |     1,196 |        789 |     60.3 % |  2,802,496
"""
PRODUCTS = """
product        | won_count | lost_count | open_count | win_rate | won_amount | won_cycle
GTX Pro        |       729 |        418 |        333 |    63.56 % |  3,510,578 |     48.33
GTX Plus Pro   |       479 |        266 |        223 |    64.30 % |  2,629,651 |     51.73
MG Advanced    |       654 |        430 |        328 |    60.33 % |  2,216,387 |     51.78
GTX Plus Basic |       653 |        398 |        332 |    62.13 % |    705,275 |     51.76
GTX Basic      |       915 |        521 |        430 |    63.72 % |    499,263 |     54.77
GTK 500        |        15 |         10 |         15 |    60.00 % |    400,612 |     64.07
MG Special     |       793 |        430 |        428 |    64.84 % |     43,768 |     51.34
"""
REGIONS = """
region  | closed_count | won_count | lost_count | win_rate | won_amount
West    |        2,249 |     1,438 |        811 |     63.9 % |  3,568,647
Central |        2,604 |     1,629 |        975 |     62.6 % |  3,346,293
East    |        1,858 |     1,171 |        687 |     63.0 % |  3,090,594
"""
MANAGERS = """
manager          | closed_count | lost_count | won_count | win_rate
Cara Losch       |          745 |        265 |       480 |    64.43 %
Celia Rouche     |          962 |        352 |       610 |    63.41 %
Dustin Brinkmann |        1,186 |        439 |       747 |    62.98 %
Melvin Marxen    |        1,418 |        536 |       882 |    62.20 %
Rocco Neubert    |        1,113 |        422 |       691 |    62.08 %
Summer Sewald    |        1,287 |        459 |       828 |    64.34 %
"""
AGENTS_BY_AMOUNT = """
agent            | won_amount | won_count
Darcel Schlecht  |  1,153,214 |       349
Vicki Laflamme   |    478,396 |       221
Kary Hendrixson  |    454,298 |       209
Cassey Cress     |    450,489 |       163
Donn Cantrell    |    445,860 |       158
"""
AGENTS_BY_WIN_RATE = """
agent              | win_rate
Hayden Neloms      |    70.39 %
Maureen Marcano    |    69.95 %
Wilburn Farren     |    69.62 %
Cecily Lampkin     |    66.88 %
Versie Hillebrand  |    66.67 %
Moses Frase        |    66.15 %
Boris Faz          |    66.01 %
James Ascencio     |    65.53 %
Corliss Cosme      |    65.50 %
Rosalina Dieter    |    65.45 %
"""
AGENTS_BY_DEAL = """
agent             | mean_won_deal | won_cycle
Darcel Schlecht   |      3,304.34 |     49.43
Vicki Laflamme    |      2,164.69 |     53.56
Anna Snelling     |      1,322.38 |     51.99
Kary Hendrixson   |      2,173.67 |     52.97
Donn Cantrell     |      2,821.90 |     53.33
"""
STAGES = """
stage       | opportunities
Prospecting |           500
Engaging    |         1,589
Won         |         4,238
Lost        |         2,473
"""
CYCLES = """
stage       | sales_cycle
Won         |        51.8
Lost        |        41.5
"""

Values = Mapping[str, Mapping[str, float]]
"""Values by member and KPI."""


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    return shared_data / "data" / "crm_opportunities_maven"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load_workspace(EXAMPLE)


@pytest.fixture(scope="module")
def warehouse(
    workspace: Workspace, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    environ = {"BROADSHEET_DATA": str(data)}
    snapshots = tmp_path_factory.mktemp("snapshots")
    clock = FixedClock(AS_OF)
    with open_warehouse(
        workspace.catalog, workspace.root, environ, snapshots=snapshots, clock=clock
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def answered(workspace: Workspace, warehouse: Warehouse) -> Mapping[str, Answer]:
    """Every KPI by every dimension over all data, and by quarter, in one go as a report asks them."""
    kpis = tuple(workspace.catalog.kpis)
    everything = (EVERYTHING,)
    asked = {
        "total": Question(kpis, everything),
        **{name: Question(kpis, everything, (name,), ((name,), ())) for name in DIMENSIONS},
        "quarter": Question(kpis, (EVERYTHING, *quarters())),
    }
    found = answer(list(asked.values()), workspace.catalog, CALENDAR, warehouse, AS_OF)
    assert not found.failures
    return {name: given for name, given in zip(asked, found.answers, strict=True) if given is not None}


def quarters() -> tuple[Period, ...]:
    return buckets(EVERYTHING, "quarter", CALENDAR)


def by_member(given: Answer, dimension: str) -> Values:
    rows = given.frames[(dimension,)].to_dict("records")
    return {row[dimension]: {kpi: row[kpi] for kpi in given.question.kpis} for row in rows}


def by_quarter(given: Answer) -> Values:
    return {
        period.label: {kpi: given.value(kpi, i) for kpi in given.question.kpis}
        for i, period in enumerate(given.question.buckets)
    }


def test_definitions_are_sound(workspace: Workspace) -> None:
    assert not workspace.problems
    assert set(workspace.reports) == {"sales"}


def test_totals_are_the_published_ones(answered: Mapping[str, Answer]) -> None:
    total = answered["total"]
    assert as_printed({"all": {kpi: total.value(kpi) for kpi in TOTALS}}, {"all": TOTALS}) == {"all": TOTALS}


def test_quarters_are_the_published_ones(answered: Mapping[str, Answer]) -> None:
    assert as_printed(by_quarter(answered["quarter"]), read(QUARTERS)) == read(QUARTERS)


@pytest.mark.parametrize(
    ("dimension", "table", "members"),
    [
        ("product", PRODUCTS, 7),
        ("region", REGIONS, 3),
        ("manager", MANAGERS, 6),
        ("agent", AGENTS_BY_AMOUNT, 30),
        ("agent", AGENTS_BY_WIN_RATE, 30),
        ("agent", AGENTS_BY_DEAL, 30),
        ("stage", STAGES, 4),
        ("stage", CYCLES, 4),
    ],
)
def test_tables_are_the_published_ones(
    dimension: str, table: str, members: int, answered: Mapping[str, Answer]
) -> None:
    values = by_member(answered[dimension], dimension)
    assert len(values) == members
    assert as_printed(values, read(table)) == read(table)


@pytest.mark.parametrize(
    ("kpi", "table"), [("won_amount", AGENTS_BY_AMOUNT), ("win_rate", AGENTS_BY_WIN_RATE)]
)
def test_best_agents_are_the_published_ones(kpi: str, table: str, answered: Mapping[str, Answer]) -> None:
    values = by_member(answered["agent"], "agent")
    best = sorted(values, key=lambda agent: -values[agent][kpi])
    assert best[: len(read(table))] == list(read(table))


def test_figures_published_wrongly_are_not_ours(answered: Mapping[str, Answer]) -> None:
    total, region = answered["total"], by_member(answered["region"], "region")
    won, everything = total.value("won_count"), total.value("opportunities")
    assert f"{won / everything:.1%}" == "48.2%", "the rate that counts open deals as lost"
    assert f"{total.value('win_rate'):.1%}" != "48.2%"
    # One dashboard has the two largest regions swapped.
    assert max(region, key=lambda name: region[name]["won_amount"]) == "West"
    # Lost deals hold the value 0; over all closed ones the mean deal would be smaller by a third.
    zeros_included = total.value("won_amount") / total.value("closed_count")
    assert f"{zeros_included:,.2f}" == "1,490.92"
    assert total.value("mean_won_deal") > 1.5 * zeros_included


SQL = """
WITH deals AS (
    SELECT p.*, p.close_date - p.engage_date AS days, t.manager, t.regional_office AS region, l.sales_price,
           p.deal_stage AS stage, p.sales_agent AS agent,
           '2017-Q' || quarter(p.close_date) AS closed_in
    FROM (SELECT * REPLACE (CASE product WHEN 'GTXPro' THEN 'GTX Pro' ELSE product END AS product)
          FROM read_csv($pipeline)) p
    LEFT JOIN read_csv($teams) t ON t.sales_agent = p.sales_agent
    LEFT JOIN read_csv($prices) l ON l.product = p.product
)
SELECT {by} AS member,
    count(*) AS opportunities,
    count(*) FILTER (stage IN ('Prospecting', 'Engaging')) AS open_count,
    count(*) FILTER (stage IN ('Won', 'Lost')) AS closed_count,
    count(*) FILTER (stage = 'Won') AS won_count,
    count(*) FILTER (stage = 'Lost') AS lost_count,
    count(*) FILTER (stage = 'Won') / nullif(count(*) FILTER (stage IN ('Won', 'Lost')), 0) AS win_rate,
    coalesce(sum(close_value) FILTER (stage = 'Won'), 0) AS won_amount,
    avg(close_value) FILTER (stage = 'Won') AS mean_won_deal,
    median(close_value) FILTER (stage = 'Won') AS median_won_deal,
    avg(days) FILTER (stage IN ('Won', 'Lost')) AS sales_cycle,
    avg(days) FILTER (stage = 'Won') AS won_cycle,
    coalesce(sum(sales_price) FILTER (stage IN ('Prospecting', 'Engaging')), 0) AS open_list_value
FROM deals GROUP BY member
"""


def in_sql(by: str, data: Path) -> dict[str, dict[str, float]]:
    """All KPIs by a column, straight from the files; undefined values are NaN."""
    files = {"pipeline": "sales_pipeline.csv", "teams": "sales_teams.csv", "prices": "products.csv"}
    with duckdb.connect() as connection:
        found = connection.execute(SQL.format(by=by), {key: str(data / name) for key, name in files.items()})
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    return {
        row[0]: {
            name: math.nan if value is None else float(value)
            for name, value in zip(names[1:], row[1:], strict=True)
        }
        for row in rows
    }


@pytest.mark.parametrize("by", ["total", "quarter", *DIMENSIONS])
def test_every_figure_is_that_of_plain_sql(by: str, data: Path, answered: Mapping[str, Answer]) -> None:
    columns = {"total": "'all'", "quarter": "closed_in"}
    expected = in_sql(columns.get(by, by), data)
    if by == "quarter":
        # Open deals close in no quarter.
        expected.pop(None)  # type: ignore[call-overload]
        ours: Values = {
            label: row for label, row in by_quarter(answered[by]).items() if label.startswith("2017-Q")
        }
    elif by == "total":
        total = answered["total"]
        ours = {"all": {kpi: total.value(kpi) for kpi in total.question.kpis}}
    else:
        ours = by_member(answered[by], by)
    assert set(ours) == set(expected)
    for member, row in expected.items():
        assert dict(ours[member]) == pytest.approx(row, rel=1e-9, nan_ok=True), member


@pytest.fixture(scope="module")
def edition(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the edition that `broadsheet run sales` writes, run on a copy of the example."""
    folder = tmp_path_factory.mktemp("example")
    copy = shutil.copytree(EXAMPLE, folder / "workspace", ignore=shutil.ignore_patterns("var"))
    run = subprocess.run(
        [sys.executable, "-m", "broadsheet", "-C", str(copy), "run", "sales", "--out", str(folder / "out")],
        env={**os.environ, "BROADSHEET_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    (pdf,) = (folder / "out").rglob("*.pdf")
    assert pdf.stem == f"sales-{EVERYTHING.label}"
    return pdf.parent


PLACES = {"win_rate": 2, "mean_won_deal": 2, "sales_cycle": 2, "won_cycle": 2}


def printed(kpi: str, value: float) -> str:
    if math.isnan(value):
        return "–"
    percent = kpi == "win_rate"
    return f"{value * 100 if percent else value:,.{PLACES.get(kpi, 0)}f}{'%' if percent else ''}"


def rows_of(page: Path) -> list[tuple[str, ...]]:
    """The table rows of an HTML page as texts without spaces inside figures."""
    rows = re.findall(r"<tr.*?</tr>", page.read_text(encoding="utf-8"), re.DOTALL)
    cells = (re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL) for row in rows)
    texts = ([html.unescape(re.sub("<[^>]+>", " ", cell)) for cell in row] for row in cells)
    return [tuple(" ".join(text.replace("\u202f", "").split()) for text in row) for row in texts]


def expected_rows(table: TableSpec, data: Path) -> Iterator[tuple[str, ...]]:
    """What plain SQL makes of a table's rows, the total last."""
    figures = in_sql("closed_in" if table.rows == "quarter" else table.rows, data)
    for member, row in {**figures, "All": in_sql("'all'", data)["all"]}.items():
        if member is not None:
            yield member, *(printed(kpi, row[kpi]) for kpi in table.kpis)


def test_every_table_prints_them(workspace: Workspace, data: Path, edition: Path) -> None:
    rows = rows_of(next(edition.glob("*.html")))
    # A rate from few deals has its interval below it; the quarter that is cut has an asterisk.
    found = {
        (re.sub(r"Q(\d) 2017\*?", r"2017-Q\1", row[0]), *(cell.partition(" ")[0] for cell in row[1:]))
        for row in rows
        if row
    }
    tables = [block.table for block in workspace.reports["sales"].blocks if isinstance(block, TableBlock)]
    assert [table.rows for table in tables] == ["quarter", "stage", "product", "region", "manager", "agent"]
    for table in tables:
        assert set(expected_rows(table, data)) <= found, table.rows


def test_the_pdf_holds_them(workspace: Workspace, data: Path, edition: Path) -> None:
    pages = PdfReader(next(edition.glob("*.pdf"))).pages
    assert 3 <= len(pages) <= 6
    text = " ".join(page.extract_text() for page in pages).replace("\u202f", "")
    words = set(text.split())
    tables = (block.table for block in workspace.reports["sales"].blocks if isinstance(block, TableBlock))
    figures = {figure for table in tables for row in expected_rows(table, data) for figure in row[1:]}
    assert figures <= words
    assert {"10,005,534", "8,800", "63.15%", "2,360.91", "3,568,647"} <= words
    assert "$1,117" in text
    assert not re.search(r"\b48\.(2|16)%|\b1,490\.9|\$1,491", text)
