"""The example on a web shop: its figures are the published ones, and those of plain SQL over the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from broadsheet.periods import between, buckets
from examples.workspaces import CALENDAR, Example, as_printed, close, opened, printed, read, words_of

SPAN = between(date(2012, 3, 19), date(2015, 4, 2))

TOTALS = read("""
total | orders | items  | refund_count | revenue      | cost       | gross_profit | refund_amount | net_revenue
all   | 32,313 | 40,025 | 1,731        | 1,938,509.75 | 722,370.25 | 1,216,139.50 | 85,338.69     | 1,853,171.06
""")
RATES = read("""
total | margin  | customers | order_value | items_per_order | refund_rate | order_refund_rate | value_refund_rate
all   | 62.74 % | 31,696    | 59.99       | 1.24            | 4.32 %      | 5.33 %            | 4.40 %
""")
YEARS = read("""
year | orders | revenue   | order_value
2012 | 2,586  | 129,274   | 49.99
2013 | 7,447  | 393,248   | 52.81
2014 | 16,860 | 1,075,612 | 63.80
2015 | 5,420  | 340,375.55 | 62.80
""")
# Published for the second and third quarter of 2013: 1,718 and 1,840. By the day of the order they are as here.
QUARTERS = read("""
quarter | orders | order_value
2012-Q1 | 60     | 49.99
2012-Q2 | 347    | 49.99
2012-Q3 | 684    | 49.99
2012-Q4 | 1,495  | 49.99
2013-Q1 | 1,273  | 52.14
2013-Q2 | 1,717  | 51.54
2013-Q3 | 1,841  | 51.73
2013-Q4 | 2,616  | 54.72
2014-Q1 | 3,069  | 62.16
2014-Q2 | 3,848  | 64.37
2014-Q3 | 4,035  | 64.49
2014-Q4 | 5,908  | 63.79
2015-Q1 | 5,420  | 62.80
""")
PRODUCTS = read("""
product                    | items  | revenue   | margin  | refund_count | refund_rate
The Original Mr. Fuzzy     | 24,226 | 1,211,058 | 61.0 %  | 1,237        | 5.11 %
The Forever Love Bear      | 5,796  | 347,702   | 62.5 %  | 129          | 2.23 %
The Birthday Sugar Panda   | 4,985  | 229,260   | 68.49 % | 301          | 6.04 %
The Hudson River Mini bear | 5,018  | 150,490   | 68.36 % | 64           | 1.28 %
""")
PAIRS = {(1, 4): 3142, (1, 3): 2036, (1, 2): 944, (2, 4): 680, (3, 4): 662, (2, 3): 248}


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    return shared_data / "data" / "orders_refunds_toystore"


@pytest.fixture(scope="module")
def example(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    with opened("toy-store", data, tmp_path_factory.mktemp("snapshots")) as found:
        yield found


@pytest.mark.parametrize("published", [TOTALS, RATES])
def test_totals_are_the_published_ones(published: dict[str, dict[str, str]], example: Example) -> None:
    assert as_printed({"all": example.total(*published["all"])}, published) == published


@pytest.mark.parametrize(("grain", "published"), [("year", YEARS), ("quarter", QUARTERS)])
def test_periods_are_the_published_ones(
    grain: str, published: dict[str, dict[str, str]], example: Example
) -> None:
    kpis = tuple(next(iter(published.values())))
    found = example.ask(*kpis, buckets=buckets(SPAN, grain, CALENDAR))  # type: ignore[arg-type]
    assert as_printed(found, published) == published


def test_products_are_the_published_ones(example: Example) -> None:
    found = example.ask("items", "revenue", "margin", "refund_count", "refund_rate", by=("product",))
    assert as_printed(found, PRODUCTS) == PRODUCTS
    refunds = example.ask("refund_amount", by=("product",))["The Original Mr. Fuzzy"]
    assert f"{refunds['refund_amount']:,.2f}" == "61,837.63"


def test_growth_positions_and_pairs_are_the_published_ones(example: Example) -> None:
    years = example.ask("revenue", buckets=buckets(SPAN, "year", CALENDAR))
    growth = [
        years[str(year)]["revenue"] / years[str(year - 1)]["revenue"] * 100 - 100 for year in (2013, 2014)
    ]
    # The second was published as +173 %, which is cut, not rounded.
    assert [f"{value:.1f}" for value in growth] == ["204.2", "173.5"]
    spring = [between(date(year, 1, 1), date(year, 3, 20)) for year in (2013, 2014, 2015)]
    found = example.ask("order_value", buckets=spring)
    assert [f"{row['order_value']:.2f}" for row in found.values()] == ["52.24", "61.84", "62.80"]
    positions = example.ask("items", by=("position",))
    assert {name: row["items"] for name, row in positions.items()} == {"yes": 32313, "no": 7712}
    names = list(PRODUCTS)
    pairs = example.ask("pairs", by=("first_product", "second_product"))
    assert {
        (names.index(one) + 1, names.index(two) + 1): row["pairs"] for (one, two), row in pairs.items()
    } == PAIRS


def test_every_month_and_product_is_that_of_plain_sql(example: Example) -> None:
    months = buckets(SPAN, "month", CALENDAR)
    found = example.ask("revenue", "gross_profit", buckets=months)
    rows = example.sql("""
        SELECT strftime(created_at, '%Y-%m'), sum(price_usd), sum(price_usd) - sum(cogs_usd)
        FROM 'order_items.csv' GROUP BY 1
    """)
    assert len(rows) == 37
    assert all(
        close(found[m]["revenue"], revenue) and close(found[m]["gross_profit"], profit)
        for m, revenue, profit in rows
    )
    best = max(found, key=lambda month: found[month]["revenue"])
    assert (best, f"{found[best]['revenue']:,.2f}") == ("2014-12", "144,823.02")
    for product in PRODUCTS:
        ours = example.ask("revenue", "gross_profit", buckets=months, where={"product": product})
        theirs = example.sql(f"""
            SELECT strftime(i.created_at, '%Y-%m'), sum(price_usd), sum(price_usd) - sum(cogs_usd)
            FROM 'order_items.csv' i JOIN 'products.csv' p USING (product_id)
            WHERE product_name = '{product}' GROUP BY 1
        """)
        for month, revenue, profit in theirs:
            row = ours[month]
            assert close(row["revenue"], revenue), (product, month)
            assert close(row["gross_profit"], profit), (product, month)
        if product == "The Original Mr. Fuzzy":
            january = ours["2013-01"]["gross_profit"]
            assert f"{january:,.2f}" == "10,461.50", "a published margin says 16,089.54"


def test_tables_say_the_rest(example: Example) -> None:
    # First and last day of a column are no KPI.
    (days,) = example.sql("SELECT min(created_at), max(created_at) FROM 'order_item_refunds.csv'")
    assert [day.date().isoformat() for day in days] == ["2012-04-06", "2015-04-01"]
    assert example.sql("SELECT count(*) FROM 'products.csv'") == [(4,)]


def test_the_report_prints_them(example: Example, tmp_path: Path) -> None:
    pdf = printed(example, "shop", tmp_path)
    assert 3 <= len(PdfReader(pdf).pages) <= 5
    words = words_of(pdf)
    for row in (
        "2013 393,248 7,447 52.81",
        "Q2 2013 1,717",
        "All 32,313 1,938,510 1,216,140 62.74 % 59.99 4.32 %",
    ):
        assert row in words, row
    assert "$63.80" not in words
    assert "$59.99" in words
