"""A company whose every row bears a token of the only audience that may see it, and a search for tokens in its mail.

Names, titles and members of dimensions hold the token of their region, so that whatever is printed, drawn, attached
or written into metadata tells whose rows it comes from.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from random import Random
from unittest.mock import patch

import duckdb
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from broadsheet.clock import FixedClock
from broadsheet.press.deliver import deliver_due
from broadsheet.press.planning import plan_due
from broadsheet.press.pool import Pool
from broadsheet.press.tick import make_due
from press.workspace import MONDAY, SUNDAY, House
from support.inline import InlinePool

TOKEN = re.compile(r"Q[A-Z]{9}Z")
FILES = {
    "config/settings.yaml": "version: 1\ncompany: Example Tackle\ncalendar: {timezone: Europe/Berlin}\n",
    "config/themes/default.yaml": "{}\n",
    "config/audiences.yaml": """
audiences:
  regions: {label: Regions, persons: true, each: region, file: config/people.csv}
""",
    "config/dimensions.yaml": """
dimensions:
  region: {label: Region, via: {orders: customer.region, tasks: customer.region, plan: region}}
  customer: {label: Customer, via: {orders: customer.name, tasks: customer.name}}
  channel: {label: Channel, via: {orders: channel}}
  segment: {label: Segment, via: {orders: customer.segment}}
""",
    "config/sources.yaml": """
connections: {warehouse: {url: "duckdb:///shop.duckdb"}}
entities:
  customer: {table: customers, key: id, columns: {name: text, region: text, segment: text}}
facts:
  orders:
    table: orders
    key: id
    clock: day
    link: {customer: customer_id}
    columns: {day: date, channel: text, amount: money}
  tasks:
    table: tasks
    key: id
    clock: opened
    link: {customer: customer_id}
    columns: {opened: date, closed: date, title: text}
  plan:
    table: plan
    key: [region, month]
    clock: month
    grain: month
    columns: {month: date, region: text, goal: money}
""",
    "config/kpis/all.yaml": """
kpis:
  orders: {label: Orders, meaning: Orders of the period., count: orders}
  revenue: {shareable: true, label: Revenue, meaning: Money ordered., sum: orders.amount, unit: money}
  customers: {label: Customers, meaning: Who ordered., distinct: orders.customer_id}
  middle: {label: Median order, meaning: Half are larger., median: orders.amount, unit: money}
  goal: {label: Goal, meaning: Planned money., sum: plan.goal, unit: money}
  repeat:
    label: Repeat buyers
    meaning: Customers with two orders or more.
    share: {each: customer}
    of: {orders: {at_least: 1}}
    where: {orders: {at_least: 2}}
  open_tasks:
    label: Open tasks
    meaning: Tasks that nobody has closed.
    balance: tasks
    begins: opened
    ends: closed
    owner: Sales
    list: {columns: {Task: title, Since: opened}, reason: "Open since {opened}", next_step: Close it.}
""",
    "reports/canary.yaml": """
title: Canary
question: Whose rows are these?
audience: regions
period: month
schedule: {every: month, day: first_workday, at: "07:00"}
compare: [previous, last_year]
attach: [workbook, csv]
blocks:
  - kpis: [{kpi: revenue, everyone: true}, orders, customers, middle, repeat, goal]
  - {chart: line, kpis: [revenue], by: month, span: 6 months}
  - story: {by: [customer, channel], actions: [{list: open_tasks, by: fri}]}
  - {chart: ranked, kpis: [revenue], by: customer}
  - table: {rows: customer, kpis: [revenue, orders, repeat], top: 3}
  - table: {rows: region, kpis: [revenue, customers]}
  - waterfall: {kpi: revenue, by: customer}
  - pareto: {kpi: revenue, by: customer}
  - crosstab: {rows: customer, columns: channel, count: orders, test: chi_square}
  - {list: open_tasks, top: 5}
""",
}
FIRST = MONDAY.replace(month=7, day=1)
"""An hour after the edition of June is due."""


def token(dice: Random) -> str:
    """A word that stands nowhere else."""
    return f"Q{''.join(dice.choices('ABCDEFGHIJKLMNOPQRSTUVWXY', k=9))}Z"


def company(root: Path, count: int) -> tuple[House, dict[str, str]]:
    """A workspace with so many regions and their readers; the token of every reader by the name in their address."""
    dice, house = Random(11), House(root, FixedClock(SUNDAY))
    for name, text in FILES.items():
        house.write(name, text)
    tokens = [token(dice) for _ in range(count)]
    readers = {f"reader{i}": each for i, each in enumerate(tokens)}
    lines = "".join(f"{name}@example.test,Region {each}\n" for name, each in readers.items())
    house.write("config/people.csv", f"address,region\n{lines}")
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("CREATE TABLE names (i INTEGER, token VARCHAR)")
        connection.executemany("INSERT INTO names VALUES (?, ?)", list(enumerate(tokens)))
        connection.execute(
            "CREATE TABLE customers AS SELECT i * 6 + k AS id, 'Customer ' || token || ' ' || k AS name,"
            " 'Region ' || token AS region, 'Segment ' || (k % 2) AS segment FROM names, range(6) r(k)"
        )
        connection.execute(
            "CREATE TABLE orders AS SELECT row_number() OVER () AS id, c.id AS customer_id,"
            " DATE '2025-05-01' + CAST((n * 37 + c.id * 11) % 425 AS INTEGER) AS day,"
            " CASE WHEN (n + c.id) % 3 = 0 THEN 'Shop' ELSE 'Web' END AS channel,"
            " CAST((n * 7919 + c.id * 104729) % 900 + 100 AS DECIMAL(18, 2)) AS amount"
            " FROM customers c, range(25) r(n)"
        )
        connection.execute(
            "CREATE TABLE tasks AS SELECT c.id AS id, c.id AS customer_id, DATE '2026-05-10' AS opened,"
            " CAST(NULL AS DATE) AS closed, 'Call ' || c.name AS title FROM customers c"
        )
        connection.execute(
            "CREATE TABLE plan AS SELECT 'Region ' || token AS region, DATE '2026-06-01' AS month,"
            " CAST(20000 AS DECIMAL(18, 2)) AS goal FROM names"
        )
    return house, readers


MANY = 50
"""From so many audiences on, processes of their own are worth their start."""


def send_all(house: House, pool: type[Pool | InlinePool]) -> int:
    """Make and send the edition of every region; how many editions were made."""
    with house.press() as press, patch("broadsheet.press.run.Pool", pool):
        plan_due(press)
        house.clock.at = FIRST
        made = tuple(make_due(press))
        tuple(deliver_due(press))
    assert {item.state for item in made} == {"ready"}, {(item.state, item.reason) for item in made}
    return len(made)


def tokens_of(path: Path) -> tuple[str, dict[str, set[str]]]:
    """The recipient of a mail, and the tokens in each kind of its parts."""
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    found: dict[str, set[str]] = {}
    for kind, text in texts(mail):
        found.setdefault(kind, set()).update(TOKEN.findall(text))
    return str(mail["To"]).partition("@")[0], found


def read_all(mails: Iterable[Path], many: bool) -> Iterator[tuple[str, dict[str, set[str]]]]:
    """The tokens of every mail; of many on all cores."""
    if many:
        with ProcessPoolExecutor(mp_context=get_context("forkserver")) as readers:
            yield from readers.map(tokens_of, mails, chunksize=10)
    else:
        yield from map(tokens_of, mails)


def texts(mail: EmailMessage) -> Iterator[tuple[str, str]]:
    """Every text of a mail and its attachments, with the kind of part that holds it."""
    yield "headers", "\n".join(f"{name}: {value}" for name, value in mail.items())
    for part in mail.walk():
        kind, content = part.get_content_type(), part.get_payload(decode=True) or b""
        yield "names", str(part.get_filename())
        if kind == "application/pdf":
            yield from _pdf(content)
        elif kind == "image/png":
            yield "png", " ".join(map(str, Image.open(BytesIO(content)).info.values()))
        elif kind.endswith("spreadsheetml.sheet"):
            with zipfile.ZipFile(BytesIO(content)) as book:
                yield "xlsx", " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
        elif not part.is_multipart():
            yield kind, content.decode("utf-8", "replace")


def _pdf(content: bytes) -> Iterator[tuple[str, str]]:
    reader = PdfReader(BytesIO(content))
    yield "pdf", "\n".join(page.extract_text() for page in reader.pages)
    further = reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else b""
    yield "pdf metadata", f"{dict(reader.metadata or {})} {further.decode('utf-8', 'replace')}"
    yield "pdf alt texts", " ".join(_alternatives(reader.trailer["/Root"].get("/StructTreeRoot")))


def _alternatives(node: object) -> Iterator[str]:
    """The alternative texts of a tagged PDF."""
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        for each in node:
            yield from _alternatives(each)
    elif isinstance(node, DictionaryObject):
        yield from (str(node[key]) for key in ("/Alt", "/ActualText", "/T") if key in node)
        if "/K" in node:
            yield from _alternatives(node.raw_get("/K"))


def look(root: Path, count: int) -> dict[str, int]:
    """Send so many audiences their editions and look for tokens: how many each kind of part has of their own.

    AssertionError where anybody has a token that is not theirs, or none that is.
    """
    house, readers = company(root, count)
    many = count >= MANY
    assert send_all(house, Pool if many else InlinePool) == count
    own: dict[str, int] = {}
    seen = set()
    for reader, found in read_all((house.var / "outbox").rglob("*.eml"), many):
        seen.add(reader)
        for kind, tokens in found.items():
            assert tokens <= {readers[reader]}, f"{reader} has foreign tokens in {kind}: {tokens}"
            own[kind] = own.get(kind, 0) + len(tokens)
        for kind in ("pdf", "text/plain", "text/html", "xlsx", "text/csv", "pdf alt texts"):
            assert found.get(kind), f"{reader} has nothing of their own in {kind}"
    assert seen == readers.keys(), "everybody has a mail"
    return own
