"""Data that nobody expects: tables without end, no rows, values that are no numbers, names that are no words."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import duckdb
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from broadsheet.errors import StorageError, TemplateError, UsageError
from broadsheet.press.brand import MOST_PIXELS
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.gather import gather
from broadsheet.press.job import Artifacts
from broadsheet.press.names import slug
from broadsheet.press.parts import narrowed
from broadsheet.press.render import render
from broadsheet.press.tick import tick
from broadsheet.press.watch import watch
from press.workspace import FILES, MONDAY, SETTINGS, SUNDAY, House, report
from soak.traps import png_of

ODD = (
    "NUL \x00 and \x07 bell",
    "right to left \u202egnp.exe\u202c",
    "مبيعات \u200f القوارب",
    "🚤 Boats 👩‍👩‍👧 🇩🇪",
    "a" + "\u0301" * 200,
    "noncharacter \ufffe\uffff",
    "long " + "Wasserstraßenverwaltung " * 430,
    "word" * 2500,
    "line\r\nbreaks\n\ntabs\t\u2028separators",
    "   ",
)


def fill(house: House, channels: tuple[str, ...], amounts: tuple[float, ...] = (10.0,)) -> None:
    """Replace the orders by one per channel, all in the week that is reported."""
    numbers = list(range(len(channels)))
    money = [amounts[number % len(amounts)] for number in numbers]
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("DROP TABLE orders")
        connection.execute(
            "CREATE TABLE orders AS SELECT unnest(?::INTEGER[]) AS order_no, TIMESTAMP '2026-06-10 12:00' AS"
            " ordered_at, unnest(?::DOUBLE[]) AS amount, unnest(?::VARCHAR[]) AS channel",
            [numbers, money, list(channels)],
        )


def made(house: House, period: str = "2026-W24", **changes: str) -> Artifacts:
    house.write("reports/orders.yaml", report(attach="[workbook]", **changes))
    house.clock.at = MONDAY
    with house.press() as press:
        return render(gather(press, order_for(press, Wish("orders", period)), ("csv", "json")).job)


def text_of(artifacts: Artifacts) -> str:
    with pypdfium2.PdfDocument(artifacts.pdf) as file:
        return "\n".join(page.get_textpage().get_text_bounded() for page in file)


@pytest.mark.faults
def test_fault_r05_ten_thousand_row_table(house: House) -> None:
    fill(house, tuple(f"Channel {number:05d}" for number in range(10_000)))
    artifacts = made(house, blocks="[{table: {rows: channel, kpis: [orders, revenue]}}]")
    assert artifacts.pages <= 3
    assert "The first 20 of 10,000 rows; all stand in the workbook." in " ".join(text_of(artifacts).split())
    sheet = (
        CalamineWorkbook.from_filelike(BytesIO(artifacts.files[".xlsx"])).get_sheet_by_index(1).to_python()
    )
    assert len({row[0] for row in sheet if str(row[0]).startswith("Channel ")}) == 10_000


BLOCKS = (
    "[{kpis: [orders, revenue, mean]}, {chart: ranked, kpis: [revenue], by: channel},"
    " {chart: bar, kpis: [revenue], by: month, span: 3 months},"
    " {table: {rows: channel, kpis: [orders, revenue, mean]}}]"
)
MEAN = "  mean: {label: Mean amount, meaning: Money of an order., mean: orders.amount}\n"


def test_fault_r07_empty_period_nan_and_infinity(house: House) -> None:
    house.write("config/kpis/sales.yaml", FILES["config/kpis/sales.yaml"] + MEAN)
    for amounts, period in (((10.0,), "2024-W24"), ((float("nan"), float("inf"), float("-inf")), "2026-W24")):
        fill(house, ("Shop", "Web", "Fair"), amounts)
        artifacts = made(house, period, blocks=BLOCKS)
        told = text_of(artifacts)
        for text in (told, artifacts.mail_text, artifacts.files[".json"].decode()):
            assert not {"nan", "inf", "NaN", "Infinity"} & set(text.replace(",", " ").split()), text
        assert "–" in told, "what is not known is no 0"


def test_fault_r09_odd_text(house: House) -> None:
    fill(house, ODD)
    artifacts = made(
        house,
        blocks="[{chart: ranked, kpis: [revenue], by: channel}, {table: {rows: channel, kpis: [orders]}}]",
    )
    assert artifacts.pages <= 12
    for text in (artifacts.html.decode(), artifacts.mail_html, artifacts.mail_text):
        assert not {"\x00", "\x07", "\u202e", "\ufffe"} & set(text)
    told = text_of(artifacts)
    assert "NUL" in told
    assert "Boats" in told
    book = CalamineWorkbook.from_filelike(BytesIO(artifacts.files[".xlsx"]))
    assert any("NUL" in str(row[0]) for row in book.get_sheet_by_index(2).to_python())
    (csv,) = (content for name, content in artifacts.files.items() if name == "-block-2.csv")
    assert "\x00" not in StringIO(csv.decode("utf-8-sig")).read()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("/etc/passwd", "etc-passwd"),
        ("..\\..\\windows", "windows"),
        ("customer=../x", "customer-..-x"),
        ("a\x00b", "a-b"),
        ("CON", "CON"),
        ("x" * 500, "x" * 60),
        ("؟؟", ""),
    ],
)
def test_fault_a15_path_traversal_id_or_zip_name(text: str, name: str) -> None:
    made = slug(text)
    assert made.startswith(name)
    assert "/" not in made
    assert not made.startswith(".")
    assert len(made) <= 70


@pytest.mark.parametrize(
    "name", ["../orders", "..", "a/b", "/etc/passwd", "orders\x00", "ORDERS", "-x", "a" * 70]
)
def test_fault_a15_report_of_another_folder(house: House, name: str) -> None:
    with house.press() as press, pytest.raises(UsageError):
        order_for(press, Wish(name))


@pytest.mark.parametrize("period", ["../2026-W24", "2026-W24/../../x", "2026-W24\x00", "/etc/passwd"])
def test_fault_a15_period_that_is_a_path(house: House, period: str) -> None:
    with house.press() as press, pytest.raises((UsageError, ValueError)):
        order_for(press, Wish("orders", period))


def test_fault_a16_symlink_in_template_dir(house: House, tmp_path: Path) -> None:
    outside = tmp_path / "outside.j2"
    outside.write_text("secret of another folder", encoding="utf-8")
    (house.root / "templates").mkdir()
    (house.root / "templates" / "page.html.j2").symlink_to(outside)
    with pytest.raises(
        TemplateError, match=r"templates/page\.html\.j2: it is a link that leads out of its folder"
    ):
        made(house)
    # A mounted folder of Kubernetes consists of links within itself.
    (house.root / "templates" / "page.html.j2").unlink()
    house.write("templates/..data/block.html.j2", "<p>{{ document.title }}</p>")
    (house.root / "templates" / "block.html.j2").symlink_to("..data/block.html.j2")
    assert made(house).pages == 1


def test_fault_a28_image_decompression_bomb_logo(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    def decoded(*_: object) -> None:
        raise AssertionError("a picture was decoded")

    monkeypatch.setattr(Image, "open", decoded)
    house.write("config/themes/default.yaml", "logo: logo.png\n")
    logo = house.root / "config/themes/logo.png"
    logo.write_bytes(png_of(50_000, 50_000))
    assert logo.stat().st_size < 1000
    with pytest.raises(
        StorageError, match=r"logo\.png, which the theme names, has 50000 × 50000 pixels"
    ) as error:
        made(house)
    assert f"{MOST_PIXELS:,}" in error.value.remedy
    logo.write_bytes(b"no picture")
    with pytest.raises(StorageError, match="is no PNG picture"):
        made(house)
    logo.write_bytes(png_of(10, 10) + bytes(6_000_000))
    with pytest.raises(StorageError, match="larger than 5 MB"):
        made(house)


SLOW = """SELECT * FROM orders WHERE order_no < 0 OR 0 =
    (SELECT count(*) FROM range(3000000) a(x), range(3000000) b(y) WHERE a.x * b.y % 7 = 8)"""


@pytest.mark.faults
def test_fault_r10_source_timeout(house: House) -> None:
    slow = FILES["config/sources.yaml"].replace("wait: 0", "wait: 0, timeout: 1")
    house.write("config/sources.yaml", slow.replace("    table: orders", "    sql: config/orders.sql"))
    house.write("config/orders.sql", SLOW)
    house.write("config/settings.yaml", f"{SETTINGS}alerts: {{to: ola@example.test}}\n")
    house.clock.at = SUNDAY
    states = []
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        for _ in range(6):
            states += [item.state for item in tick(press).published]
            house.clock.at += timedelta(minutes=20)
        told = [each.notice.text for each in watch(press)]
    assert states == ["postponed", "postponed", "failed"]
    assert any(
        "facts.orders: the statement took longer than 1 seconds and was stopped" in text for text in told
    ), told


HOSTILE_NAMES = (
    "channel; DROP TABLE orders",
    "channel' OR 1=1 --",
    "orders.channel",
    '"channel"',
    "channel)",
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_fault_a08_dimension_name_sqli(house: House, name: str) -> None:
    with house.press() as press, pytest.raises(UsageError, match=r"no dimension|names no part"):
        narrowed(press, ["orders"], [f"{name}=Web"])
    house.write(
        "reports/orders.yaml", report(blocks=f"[{{table: {{rows: {json.dumps(name)}, kpis: [orders]}}}}]")
    )
    with house.press() as press:
        (problem,) = press.workspace.broken["orders"]
    assert problem.code in ("unknown-dimension", "wrong-value")


@pytest.mark.parametrize(
    "value", ["' OR 1=1 --", "Web' OR '1'='1", "'; DROP TABLE orders; --", "%", "Web\x00"]
)
def test_fault_a07_part_of_a_report_named_as_a_statement(house: House, value: str) -> None:
    house.clock.at = MONDAY
    with house.press() as press:
        part = narrowed(press, ["orders"], [f"channel={value}"])
        document = render(gather(part, order_for(part, Wish("orders", "2026-W24"))).job).document
    assert document.state == "empty", "no channel has that name"
