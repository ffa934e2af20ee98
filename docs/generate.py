"""Write docs/reference/ and docs/kpi-catalog.md from what they describe: `python docs/generate.py`.

A test compares the pages with what this program would write, so they never fall behind.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.codes import CODES, DATA_CODES
from broadsheet.definitions.models.blocks import Block
from broadsheet.definitions.schema import kinds, schemas
from broadsheet.definitions.workspace import load_workspace
from broadsheet.metrics.definition import ADDITIVITY, additivity, attribution
from broadsheet.metrics.explain import describe

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
CATALOG = ROOT / "docs" / "kpi-catalog.md"
CASES = ROOT / "tests" / "errors"
NOTICE = "Made by docs/generate.py from the models; change it there."

#: One example per kind; together they are a workspace, which a test loads.
EXAMPLES = {
    "report": (
        "reports/sales-monthly.yaml",
        """\
title: Sales monthly
question: Are we on plan, and where do we lose deals?
audience: sales
period: month
schedule: {every: month, day: first_workday, at: "07:00"}
compare: [previous, last_year, plan]
blocks:
  - kpis: [revenue, win_rate]
  - chart: line
    kpis: [revenue]
    by: month
    span: 13 months
  - table: {rows: segment, kpis: [won_count, win_rate], top: 10}
  - crosstab: {rows: segment, columns: outcome, count: closed_count, shares: row, test: chi_square}
  - text: Revenue counts won deals on the day they were closed.
""",
    ),
    "settings": (
        "config/settings.yaml",
        """\
version: 1
company: Example Tackle Ltd
currency: EUR
locale: en
calendar:
  timezone: Europe/Berlin
  fiscal_year_starts: april
  holidays: DE
  working_hours: "09:00-17:00"
mail:
  channel: smtp
  sender: Reports <reports@example.test>
  host: mail.example.test
  user: reports
  password: ${env:MAIL_PASSWORD}
""",
    ),
    "sources": (
        "config/sources.yaml",
        """\
connections:
  warehouse: {url: "postgresql+psycopg://reader:${env:CRM_PASSWORD}@db.example.test/crm"}
entities:
  customer:
    table: customers
    key: customer_id
    columns: {segment: text}
facts:
  deals:
    table: opportunities
    key: opportunity_id
    clock: closed_at
    columns: {amount: money, status: text, is_test: flag, opened_at: time, closed_at: time}
    link: {customer: customer_id}
    always: {is_test: false}
""",
    ),
    "dimensions": (
        "config/dimensions.yaml",
        """\
dimensions:
  segment: {label: Segment, via: customer.segment}
  outcome: {label: Outcome, via: {deals: status}, order: [won, lost], labels: {won: Won, lost: Lost}}
  deal_size:
    label: Deal size
    via: {deals: amount}
    bands:
      - {label: small, below: 1000}
      - {label: middle, from: 1000, below: 10000}
      - {label: large, from: 10000}
""",
    ),
    "kpis": (
        "config/kpis/sales.yaml",
        """\
kpis:
  revenue:
    label: Revenue
    meaning: Amount of the deals won in the period.
    sum: deals.amount
    where: {status: won}
    unit: money
    good: up
    target: 250000
  won_count: {label: Won, meaning: Deals won., count: deals, where: {status: won}, good: up}
  closed_count: {label: Closed, meaning: Deals won or lost., count: deals}
  win_rate: {label: Win rate, meaning: Won among closed., ratio: [won_count, closed_count], unit: percent, good: up}
  cycle_days:
    label: Cycle
    meaning: Half of the won deals were closed within this time.
    median: {days: [deals.opened_at, deals.closed_at]}
    where: {status: won}
    open_rows: exclude
    unit: days
    good: down
""",
    ),
    "audiences": (
        "config/audiences.yaml",
        """\
audiences:
  sales:
    label: Sales management
    recipients: [ada@example.test, "Grace Example <grace@example.test>"]
    locale: en
""",
    ),
    "language": (
        "config/languages/de.yaml",
        """\
texts:
  Sales monthly: Vertrieb monatlich
  Are we on plan, and where do we lose deals?: Sind wir im Plan, und wo verlieren wir Abschlüsse?
  Revenue: Umsatz
  "Due {due_at}": "Fällig {due_at}"
""",
    ),
    "theme": (
        "config/themes/brand.yaml",
        """\
colors: {favorable: "#00695c", unfavorable: "#c2410c"}
title_font: Source Serif 4
""",
    ),
}

FORMATS = {
    "name": "a name (snake_case)",
    "path": "a path (`column` or `link.column`)",
    "column": "`fact.column`",
    "sentence": "a text (`Due {due_at}`)",
    "order": "a column (`due_at`, `amount desc`)",
    "duration": "`{days: [fact.start, fact.end]}` (or hours, minutes, seconds, business_hours, business_minutes, "
    "working_days; the end may be `period_end`), or `{product: [fact.column, fact.column]}`",
    "holds": "`[fact.start, fact.end]`",
    "hours": 'hours (`"09:00-17:00"`)',
    "weekly hours": 'hours by weekday (`{mon: "09:00-17:00"}`)',
    "special days": 'hours by day (`{12-24: "09:00-12:00"}`)',
    "each": "`{each: dimension, kpi: name}`",
    "condition": "conditions (`{status: won}`, `{amount: {at_least: 10}}`, `{closed_at: present}`)",
    "period": "a period (`week`, `{to_date: month}`, `{rolling: 30 days}`, `all`)",
    "span": "a span (`13 months`)",
    "length of time": "a length of time (`8 hours`, `30 days`)",
    "time of day": 'a time of day (`"07:00"`)',
    "date": "a date (`2026-01-31`)",
    "end of waiting": 'a time of day (`"11:00"`) or a length of time (`4 hours`)',
    "day of a month": "a day (`5`, `last`, `first_workday`, `{workday: 3}`, `{nth: 2, weekday: tue}`)",
    "offset": "an offset (`5 days`, `5 workdays`)",
    "deadline": "a deadline (`fri`, `3 workdays`, `10 days`, `2026-07-01`)",
    "currency": "a currency code",
    "size": "a size (`1 GiB`, `800 MB`)",
    "length": "a length (`24 months`, `10 years`) or `forever`",
    "color": 'a color (`"#0072b2"`)',
    "address": "a mail address (`name@host` or `Name <name@host>`)",
    "domain": "a domain, such as `example.test`",
}
CONDITIONS = """\
## Conditions

A mapping of columns (in reports: of dimensions) to what they must be; all of them must hold.

| condition | holds for |
| --- | --- |
| `{status: won}` | this value |
| `{status: [won, lost]}` | one of these values |
| `{status: {not: cancelled}}` | every other value, and rows without one |
| `{closed_at: present}`, `{closed_at: missing}` | rows with a value, without one |
| `{amount: {at_least: 10, below: 100}}` | numbers and times between bounds: `at_least`, `at_most`, `above`, `below` |
| `{closed_at: {at_most: {column: promised_at}}}` | a comparison with another column of the row |
| `{resolved_at: {within: 8 hours, of: created_at}}` | a time at most so long after another; not in reports |
| `{resolved_at: {within: {by: priority, P1: 8 hours, else: 3 days}, of: created_at}}` | the same, by class |
| `{customer.segment: retail}` | a column over a link |
| `{due_at: {before: period_end}}` | times before the end of the period, or `after`; of KPIs only, like the next |
| `{created_at: {age: {at_least: 31 days}}}` | times so long before the end of the period |
| `{term_end: {ahead: {at_most: 90 days}}}` | times so far ahead of the end of the period |
""".splitlines()
MEMBERS = """\

Of measures with `{each: …}`, conditions are on KPIs of the members:

| condition | holds for |
| --- | --- |
| `{orders: {at_least: 2}}`, `{orders: 0}` | members whose value compares so |
| `{orders: {above: {kpi: orders_before}}}` | a comparison with another KPI of the member |
| `{revenue: {top: 0.1}}`, `{revenue: {top: 10}}` | the first part or number of all members; ties by name |
| `{revenue: {beyond: 0.2, top: 0.5}}` | those behind the first fifth, up to the half |
| `{score: present}`, `{score: missing}` | members with a value, without one; no other condition holds without one |
""".splitlines()
TYPES = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}


def words(schema: dict[str, Any]) -> str:
    """The type of a value in words."""
    if "$ref" in schema:
        title = heading(schema["$ref"].rpartition("/")[2])
        return f"[{title}](#{title.lower().replace(' ', '-')})"
    if "format" in schema:
        return FORMATS[schema["format"]]
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{choice}`" for choice in schema.get("enum", [schema.get("const")]))
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            parts = [words(part) for part in schema[choice] if part.get("type") != "null"]
            known = [part for part in parts if part != "a whole number" or "a number" not in parts]
            return " or ".join(dict.fromkeys(known))
    if schema.get("type") == "array":
        return f"a list of: {words(schema['items'])}"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties") or next(iter(schema["patternProperties"].values()))
        return f"a mapping of names to: {words(values)}"
    return TYPES[schema["type"]] + limits(schema)


def limits(schema: dict[str, Any]) -> str:
    """The bounds of a number, as an addition to its type."""
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    if least is None:
        return ""
    if "exclusiveMinimum" in schema and schema.get("type") == "integer":
        least += 1
    if "exclusiveMaximum" in schema and schema.get("type") == "integer":
        most -= 1
    if most is None:
        return f", at least {least}"
    between = "between" if "exclusiveMinimum" in schema and schema["type"] == "number" else "from"
    return f" {between} {least} {'and' if between == 'between' else 'to'} {most}"


def default(key: str, model: dict[str, Any]) -> str:
    """What holds where a key is left out."""
    if key in model.get("required", []):
        return "*required*"
    value = model["properties"][key].get("default")
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list):
        return ", ".join(f"`{item}`" for item in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def heading(name: str) -> str:
    """The name of a model as people read it."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Def")).capitalize()
    return f"Inside {parts.removesuffix(' spec').lower()}" if parts.endswith(" spec") else parts


def table(model: dict[str, Any], left_out: Iterable[str] = ()) -> Iterator[str]:
    """The keys of a mapping."""
    yield "| key | value | default | meaning |"
    yield "| --- | --- | --- | --- |"
    for key, schema in model["properties"].items():
        if key not in left_out:
            cells = (f"`{key}`", words(schema), default(key, model), schema.get("description", ""))
            yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def nested(schema: dict[str, Any]) -> list[str]:
    """The names of the models inside a model, in the order in which its keys lead to them."""
    models = schema.get("$defs", {})
    found: list[str] = []

    def visit(part: Any) -> None:
        if isinstance(part, list):
            for item in part:
                visit(item)
        elif isinstance(part, dict):
            name = part.get("$ref", "").rpartition("/")[2]
            if name and name not in found:
                found.append(name)
                visit(models[name])
            for key, value in part.items():
                if key != "$defs":
                    visit(value)

    visit(schema)
    return found


def sections(schema: dict[str, Any]) -> Iterator[str]:
    """A section per nested model; what all blocks have in common stands once."""
    blocks = [name for name in nested(schema) if name.endswith("Block")]
    for name in nested(schema):
        model = schema["$defs"][name]
        common = Block.model_fields if name in blocks else ()
        if name == next(iter(blocks), None):
            shared = {"properties": {key: model["properties"][key] for key in common}}
            yield from (
                "## Every block",
                "",
                "What every block may say, beside its own keys.",
                "",
                *table(shared),
                "",
            )
        yield from (f"## {heading(name)}", "", model.get("description", ""), "", *table(model, common), "")


def page(kind: str) -> str:
    """The reference of one kind of file."""
    place, _ = kinds()[kind]
    file, example = EXAMPLES[kind]
    schema = schemas()[f"{kind}.schema.json"]
    lines = [f"# `{place}`", "", f"<!-- {NOTICE} -->", ""]
    lines += [f"```yaml\n# {file}\n{example}```", "", schema.get("description", ""), ""]
    lines += [*table(schema), ""]
    lines += sections(schema)
    if "'condition'" in str(schema):
        lines += CONDITIONS
    if "'each'" in str(schema):
        lines += MEMBERS
    return "\n".join(lines).rstrip() + "\n"


def errors_page() -> str:
    """Every code with its explanation and an example of its words."""
    lines = ["# What `broadsheet check` can say", "", f"<!-- {NOTICE} -->", ""]
    lines += [
        "Each problem names its place, what is wrong and what to do. An error makes what it concerns unusable,"
    ]
    lines += ["and every report that needs it; the other reports go on. A warning stops nothing.", ""]
    for code, meaning in CODES.items():
        said = (CASES / code / "expected.txt").read_text(encoding="utf-8").splitlines()
        first = next(index for index, line in enumerate(said) if f"[{code}]" in line)
        lines += [f"## {code}", "", meaning, "", "```text", *said[first : first + 2], "```", ""]
    lines += ["# What `broadsheet check --data` adds", ""]
    lines += [f"- **{code}**: {meaning}" for code, meaning in DATA_CODES.items()]
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """Every page of docs/reference/ by file name."""
    return {"errors.md": errors_page(), **{f"yaml-{kind}.md": page(kind) for kind in kinds()}}


def catalog_page() -> str:
    """Every KPI of the sample company, by subject, in the order of its file."""
    catalog = load_workspace(ROOT).catalog
    lines = ["# KPI catalog", "", "<!-- Made by docs/generate.py from config/kpis/; change it there. -->", ""]
    lines += [
        f"{len(catalog.kpis)} KPIs, each with one definition. `broadsheet explain KPI` tells more of each:"
    ]
    lines += ["its dimensions with their paths, standing exclusions, components and statements.", ""]
    lines += [f"- **{kind}**: {meaning}" for kind, meaning in ADDITIVITY.items()]
    for path in sorted((ROOT / "config" / "kpis").glob("*.yaml")):
        names = yaml.safe_load(path.read_text(encoding="utf-8"))["kpis"]
        lines += ["", f"## {path.stem.replace('-', ' ').capitalize()}", ""]
        lines += [
            "| ref | KPI | meaning | formula | unit | good | owner | attribution | additivity | edge cases |",
            "| --- " * 10 + "|",
        ]
        lines += [kpi_row(step, catalog) for name in names for step in with_steps(name, catalog)]
    return "\n".join(lines) + "\n"


def with_steps(name: str, catalog: Catalog) -> tuple[str, ...]:
    """A KPI and, of a funnel, those of its steps."""
    kpi = catalog.kpis.get(name)
    return () if kpi is None else (name, *(kpi.funnel.steps if kpi.funnel else ()))


def kpi_row(name: str, catalog: Catalog) -> str:
    """A KPI as a line of the catalog."""
    kpi = catalog.kpis[name]
    cells = (
        kpi.ref,
        f"**{kpi.label}** `{name}`",
        kpi.meaning,
        "; ".join(describe(name, catalog)),
        kpi.unit,
        kpi.good,
        kpi.owner,
        "; ".join(attribution(name, catalog)),
        additivity(name, catalog),
        kpi.edge_cases,
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main() -> None:
    """Write the pages."""
    PAGES.mkdir(exist_ok=True)
    CATALOG.write_text(catalog_page(), encoding="utf-8")
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(pages())} pages in docs/reference/, and docs/kpi-catalog.md\n")


if __name__ == "__main__":
    main()
