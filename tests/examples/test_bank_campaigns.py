"""The example on a bank's calls: its figures are the published ones, and those of plain SQL over the files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from pypdf import PdfReader

from broadsheet.periods import between, buckets
from examples.workspaces import CALENDAR, Example, as_printed, close, opened, printed, read, words_of

TOTALS = read("""
total | contacts | subscribed | rate    | declined | decline_rate | older_contacts | older_subscribed | older_rate
all   | 41,188   | 4,640      | 11.27 % | 36,548   | 88.73 %      | 45,211         | 5,289            | 11.70 %
""")
# Dimension, member: rate. The last two of education are what the claim about university degrees overlooks.
RATES = """
channel        | cellular          | 14.74 %
channel        | telephone         | 5.23 %
job            | student           | 31.43 %
job            | retired           | 25.23 %
job            | blue-collar       | 6.89 %
age            | 60 and over       | 39.56 %
age            | 40 to 49          | 7.92 %
season         | may               | 6.43 %
season         | mar               | 50.55 %
season         | sep               | 44.91 %
season         | oct               | 43.87 %
season         | dec               | 48.90 %
weekday        | thu               | 12.12 %
former         | success           | 65.11 %
credit_default | no                | 12.88 %
education      | university.degree | 13.72 %
education      | unknown           | 14.50 %
education      | illiterate        | 22.22 %
calls          | one               | 13.04 %
calls          | two               | 11.46 %
calls          | three             | 10.75 %
calls          | four              | 9.39 %
calls          | five              | 7.50 %
calls          | six or more       | 5.49 %
"""
OLDER_RATES = """
channel        | cellular          | 14.92 %
channel        | unknown           | 4.07 %
channel        | telephone         | 13.42 %
former         | success           | 64.73 %
job            | student           | 28.68 %
job            | retired           | 22.79 %
job            | blue-collar       | 7.27 %
season         | may               | 6.72 %
season         | mar               | 51.99 %
"""
TOGETHER = [
    ({"age": "60 and over", "channel": "cellular", "former": "success"}, "75.39 %"),
    ({"age": "30 to 39", "channel": "cellular", "former": "success"}, "63.37 %"),
    ({"job": "retired", "age": "60 and over"}, "42.55 %"),
    ({"job": "student", "age": "below 30"}, "33.43 %"),
]
COLUMNS = {
    "channel": "contact", "job": "job", "season": "month", "weekday": "day_of_week", "former": "poutcome",
    "credit_default": '"default"', "education": "education",
    "age": """CASE WHEN age < 30 THEN 'below 30' WHEN age < 40 THEN '30 to 39' WHEN age < 50 THEN '40 to 49'
        WHEN age < 60 THEN '50 to 59' ELSE '60 and over' END""",
}  # fmt: skip


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    return shared_data / "data" / "campaign_contacts_bank"


@pytest.fixture(scope="module")
def example(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    with opened("bank-campaigns", data, tmp_path_factory.mktemp("snapshots")) as found:
        yield found


def rows(table: str) -> list[tuple[str, str, str]]:
    lines = (line.split("|") for line in table.strip().splitlines())
    return [(dimension.strip(), member.strip(), rate.strip()) for dimension, member, rate in lines]


def test_totals_are_the_published_ones(example: Example) -> None:
    assert as_printed({"all": example.total(*TOTALS["all"])}, TOTALS) == TOTALS


@pytest.mark.parametrize(("kpi", "table"), [("rate", RATES), ("older_rate", OLDER_RATES)])
def test_rates_are_the_published_ones(kpi: str, table: str, example: Example) -> None:
    found = {name: example.ask(kpi, by=(name,)) for name in {row[0] for row in rows(table)}}
    for dimension, member, published in rows(table):
        ours = as_printed({member: found[dimension][member]}, {member: {kpi: published}})
        assert ours == {member: {kpi: published}}, dimension


@pytest.mark.parametrize(("where", "published"), TOGETHER)
def test_rates_of_small_groups_are_the_published_ones(
    where: dict[str, str], published: str, example: Example
) -> None:
    members = tuple(where.values())
    found = example.ask("rate", by=tuple(where))[members]
    assert as_printed({"": found}, {"": {"rate": published}}) == {"": {"rate": published}}


def test_best_and_largest_are_the_published_ones(example: Example) -> None:
    season = example.ask("contacts", "subscribed", "rate", by=("season",))
    assert sorted(season, key=lambda month: -season[month]["rate"])[:4] == ["mar", "dec", "sep", "oct"]
    assert max(season, key=lambda month: season[month]["contacts"]) == "may"
    assert (season["may"]["subscribed"], season["may"]["contacts"]) == (886, 13769)
    weekday = example.ask("rate", by=("weekday",))
    assert max(weekday, key=lambda day: weekday[day]["rate"]) == "thu"
    former = example.ask("contacts", "subscribed", by=("former",))["success"]
    assert (former["subscribed"], former["contacts"]) == (894, 1373)
    assert example.ask("contacts", by=("credit_default",))["yes"]["contacts"] == 3
    # “Students 17 to 29” are those below 30: there is no younger one.
    youngest = example.sql("SELECT min(age) FROM 'bank-additional-full.csv' WHERE job = 'student'")
    assert youngest == [(17,)]


def test_a_degree_is_not_the_best_education(example: Example) -> None:
    education = example.ask("contacts", "rate", by=("education",))
    best = sorted(education, key=lambda name: -education[name]["rate"])
    assert best[:3] == ["illiterate", "unknown", "university.degree"]
    assert [education[name]["contacts"] for name in best[:2]] == [18, 1731]


@pytest.mark.parametrize("dimension", sorted(COLUMNS))
@pytest.mark.parametrize("prefix", ["", "older_"])
def test_every_figure_is_that_of_plain_sql(dimension: str, prefix: str, example: Example) -> None:
    if prefix and dimension in ("weekday", "credit_default", "education"):
        assert not example.workspace.catalog.dimensions[dimension].path("older_contacts")
        return
    kpis = (f"{prefix}contacts", f"{prefix}subscribed", f"{prefix}rate")
    found = example.ask(*kpis, by=(dimension,))
    file = "bank-full.csv" if prefix else "bank-additional-full.csv"
    expected = example.sql(f"""
        SELECT {COLUMNS[dimension]}, count(*), count(*) FILTER (y = 'yes'), avg((y = 'yes')::int)
        FROM read_csv('{example.data / file}', types = {{'y': 'VARCHAR', 'default': 'VARCHAR'}}) GROUP BY 1
    """)
    assert set(found) == {row[0] for row in expected}
    for member, *figures in expected:
        for kpi, figure in zip(kpis, figures, strict=True):
            assert close(found[member][kpi], figure), (member, kpi)


@pytest.mark.parametrize(
    ("kpi", "file"), [("contacts", "bank-additional-full.csv"), ("older_contacts", "bank-full.csv")]
)
def test_the_order_of_rows_tells_the_year(kpi: str, file: str, example: Example) -> None:
    with (example.data / file).open(encoding="utf-8", newline="") as source:
        months = [row["month"] for row in csv.DictReader(source, delimiter=";")]
    runs = [(month, len(list(rows))) for month, rows in groupby(months)]
    found = example.ask(kpi, buckets=buckets(between(date(2008, 1, 1), date(2011, 1, 1)), "month", CALENDAR))
    ours = {label: row[kpi] for label, row in found.items() if row[kpi]}
    assert (min(ours), max(ours)) == ("2008-05", "2010-11"), "as the source says"
    named = [
        (date.fromisoformat(f"{label}-01").strftime("%b").lower(), count) for label, count in ours.items()
    ]
    assert named == runs


def test_tables_say_the_rest(example: Example) -> None:
    # Equal rows are no KPI: nothing tells which of them is one too many.
    (count,) = example.sql("SELECT count(*) FROM (SELECT DISTINCT * FROM 'bank-additional-full.csv')")
    assert 41188 - count[0] == 12


def test_the_report_prints_them(example: Example, tmp_path: Path) -> None:
    pdf = printed(example, "campaign", tmp_path)
    assert 3 <= len(PdfReader(pdf).pages) <= 6
    words = words_of(pdf)
    for row in (
        "4,640 of 41,188",
        "May 13,769 886 6.43 %",
        "60 and over 1,193 472 39.56 %",
        "Illiterate 18 4 22.22 %",
    ):
        assert row in words, row
    assert "45,211" not in words, "two versions of the data are never mixed"
