"""F12: texts that would be code somewhere stay texts wherever an edition shows them; parsers never crash."""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from functools import partial
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pypdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.definitions.loader import load_bytes
from broadsheet.definitions.models.audiences import parse_address
from broadsheet.definitions.models.filters import parse_filter
from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.message import Letter, clean, compose
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.gather import gather
from broadsheet.press.job import Artifacts
from broadsheet.press.names import slug
from broadsheet.press.render import render
from press.workspace import FILES, MONDAY, House, build, report
from soak.fuzz import Chunk, feed, feed_all
from soak.hostile import STRINGS

FIELDS = ("channel", "customer", "note", "city", "owner")
BATCH = 16
KPIS = """  notes:
    label: Notes
    meaning: Orders with a note.
    count: orders
    list:
      columns: {Customer: customer, Note: note, City: city}
      owner: owner
      reason: They were written in {city}.
      next_step: Call {customer}.
"""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
TURNING = "\u202d\u202e"
"""They end no header; a document has none of them any more."""
PARSED = 20_000_000
"""Inputs of the parsers, in full: changed examples, beside those that follow no example."""
WILD = 200_000


class Elements(HTMLParser):
    """The elements and attributes that a browser sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.found.update(f"{tag} {name}" for name, _ in attrs)
        self.links.update(value or "" for name, value in attrs if name in ("href", "src"))


def shop(folder: Path) -> House:
    """A workspace whose report shows every text field: as dimension, in lists, charts and sentences."""
    house = build(folder)
    texts = ", ".join(f"{field}: text" for field in FIELDS)
    columns = f"columns: {{ordered_at: time, amount: money, {texts}}}"
    sources = re.sub(r"columns: \{.*\}", columns, FILES["config/sources.yaml"])
    house.write("config/sources.yaml", sources)
    house.write("config/kpis/sales.yaml", FILES["config/kpis/sales.yaml"] + KPIS)
    blocks = (
        "[{kpis: [orders, revenue]}, {chart: ranked, kpis: [revenue], by: channel},"
        " {table: {rows: channel, kpis: [orders, revenue]}}, {list: notes, top: 40}]"
    )
    house.write("reports/orders.yaml", report(blocks=blocks, attach="[workbook]"))
    house.clock.at = MONDAY
    return house


def printed(house: House, texts: tuple[str, ...]) -> Artifacts:
    """An edition in which every text stands in every field."""
    rows = list(texts)
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("DROP TABLE IF EXISTS orders")
        own = ", ".join(f"unnest($texts::VARCHAR[]) AS {field}" for field in FIELDS)
        connection.execute(
            "CREATE TABLE orders AS SELECT unnest($numbers::INTEGER[]) AS order_no, TIMESTAMP '2026-06-10 12:00' AS"
            f" ordered_at, 10.0 AS amount, {own}",
            {"texts": rows, "numbers": list(range(len(rows)))},
        )
    with house.press() as press:
        wanted = order_for(press, Wish("orders", "2026-W24"))
        return render(gather(press, wanted, ("csv", "json")).job)


def flaws(artifacts: Artifacts, harmless: Artifacts) -> Iterator[str]:
    """What an edition has that one with harmless names has not."""
    for name in ("html", "mail_html"):
        seen, usual = (Elements(_text(getattr(each, name))) for each in (artifacts, harmless))
        yield from (f"{name}: {what}" for what in seen.found - usual.found)
        # Pictures of the charts differ, links do not.
        yield from (
            f"{name}: {link[:60]}" for link in seen.links - usual.links if not link.startswith("data:image/")
        )
    yield from (f"mail text: {sign!r}" for sign in sorted(set(artifacts.mail_text)) if _control(sign))
    yield from _of_pdf(artifacts.pdf)
    for ending, content in artifacts.files.items():
        if ending == ".xlsx":
            with ZipFile(BytesIO(content)) as parts:
                yield from (
                    f"workbook: {mark} in {part}"
                    for part in parts.namelist()
                    for mark in (b"<f>", b"<hyperlink ", b"externalLink")
                    if mark in parts.read(part)
                )
        if ending.endswith(".csv"):
            for separator in (",", ";"):
                rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
                yield from (f"csv: {cell!r}" for row in rows for cell in row if cell.startswith(DANGEROUS))
        if ending == ".json":
            json.loads(content)


def _of_pdf(content: bytes) -> Iterator[str]:
    file = pypdf.PdfReader(BytesIO(content))
    root = file.trailer["/Root"]
    yield from (f"pdf: {name}" for name in ("/OpenAction", "/AA", "/AcroForm") if name in root)
    yield from (
        f"pdf: {name}" for name in ("/JavaScript", "/EmbeddedFiles") if name in root.get("/Names", {})
    )
    for page in file.pages:
        for each in page.get("/Annots", ()):
            action = each.get_object().get("/A", {})
            if action.get("/S", "/GoTo") != "/GoTo":
                yield f"pdf: {action}"


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _control(sign: str) -> bool:
    return (ord(sign) < 32 and sign != "\n") or 127 <= ord(sign) < 160 or sign in f"\u2028\u2029{TURNING}"


HEADERS = Letter(
    "orders · 2026-W24 · sales · r1", "orders", "2026-W24", "Orders", "text", "<p>a", (), b"%PDF"
)


def of_headers(text: str) -> Iterator[str]:
    """What a text does to the head of a mail, as its subject."""
    raw = compose(replace(HEADERS, subject=text), "ada@example.test", Mail(), MONDAY)
    usual = compose(HEADERS, "ada@example.test", Mail(), MONDAY)
    mail, plain = (message_from_bytes(each, policy=policy.default) for each in (raw, usual))
    if [name for name, _ in mail.items()] != [name for name, _ in plain.items()]:
        yield f"header: {mail.keys()}"
    if {"\x00", "\r", "\n"} & set(mail["Subject"]):
        yield f"subject: {mail['Subject']!r}"
    if [part.get_filename() for part in mail.walk()] != [part.get_filename() for part in plain.walk()]:
        yield "attachment"


def of_names(text: str) -> Iterator[str]:
    """What a text does to the name of a file."""
    name = slug(text)
    if not re.fullmatch(r"[A-Za-z0-9.-]*", name) or name.startswith((".", "-")) or len(name) > 70:
        yield f"file name: {name!r}"


def of_file(text: str) -> object:
    """What the loader makes of the bytes of a text."""
    read = load_bytes(text.encode("utf-8", "surrogatepass"), "f.yaml")
    assert read.file == "f.yaml"
    return type(read.data), tuple(problem.code for problem in read.problems)


def of_address(text: str) -> object:
    address = parse_address(text)
    assert address.addr_spec.isprintable()
    return bool(address.display_name), address.domain.startswith("xn--")


def of_header(text: str) -> object:
    kept = clean(text)
    assert "=?" not in kept
    assert not any(_control(sign) for sign in kept if sign not in TURNING)
    return len(kept) == len(text)


def of_filter(text: str) -> object:
    read = load_bytes(text.encode("utf-8", "replace"), "f.yaml")
    return tuple((each.operator, *map(type, each.values)) for each in parse_filter(read.data))


def outcome(parser: str, text: str) -> object:
    """What a parser makes of a text: an answer, or a refusal by ValueError."""
    look = {"file": of_file, "address": of_address, "header": of_header, "filter": of_filter}[parser]
    try:
        return look(text)
    except ValueError as refusal:
        return type(refusal).__name__, re.sub(r"“[^”]*”|[0-9]+", "", str(refusal))[:60]


def feeder(chunk: Chunk) -> int:
    return feed(chunk, partial(outcome, chunk.parser))


def wild(count: int) -> int:
    """Inputs that follow no example: as many of each parser, drawn by Hypothesis."""
    text = st.text(st.characters(codec=None), max_size=80) | st.sampled_from(STRINGS)
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | text,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=6,
    )

    def address(given_: str) -> None:
        outcome("address", given_)

    def header(given_: str) -> None:
        outcome("header", given_)

    def file(content: bytes) -> None:
        assert load_bytes(content, "f.yaml").file == "f.yaml"

    def filter_(given_: object) -> None:
        with suppress(ValueError):
            parse_filter(given_)

    parsers: tuple[tuple[st.SearchStrategy[Any], Callable[[Any], None]], ...] = (
        (st.binary(max_size=120), file),
        (text, address),
        (text, header),
        (value, filter_),
    )
    each = max(1, count // len(parsers))
    for strategy, parse in parsers:
        quiet = settings(
            max_examples=each, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        quiet(given(strategy)(parse))()
    return each * len(parsers)


def main(scale: float = 1.0) -> str:
    every = max(1, round(1 / max(scale, 0.1)))
    texts = STRINGS[::every]
    with tempfile.TemporaryDirectory() as folder:
        house = shop(Path(folder) / "shop")
        harmless = printed(house, tuple(f"Name {number}" for number in range(BATCH)))
        found = [
            flaw
            for first in range(0, len(texts), BATCH)
            for flaw in flaws(printed(house, texts[first : first + BATCH]), harmless)
        ]
    found += [flaw for text in texts for look in (of_headers, of_names) for flaw in look(text)]
    assert not found, found[:20]
    inputs = wild(max(1_000, round(WILD * scale))) + feed_all(max(1_000, round(PARSED * scale)), feeder)
    return (
        f"{len(texts)} texts × {len(FIELDS)} text fields × 9 places (page, mail, its text, PDF, workbook, CSV, JSON, "
        f"header, file name): 0 escapes; {inputs:,} inputs of loader, address, header and filter parsers: 0 crashes"
    )


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
