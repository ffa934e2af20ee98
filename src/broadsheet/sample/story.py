"""The manual page of the sample company, written from the tables that generate it."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.sample import names
from broadsheet.sample.company import generate
from broadsheet.sample.dirt import DIRT
from broadsheet.sample.schema import SQL_TYPES, Column
from broadsheet.sample.tables import TABLES
from broadsheet.sample.world import World

INTRODUCTION = """\
# The sample company

*{company}* is a made-up retail chain for boats and fishing equipment. It sells to consumers and businesses
through nine shops, a web shop, a B2B portal and field sales, mostly in Germany and a little abroad. No person,
company or figure in it is real; mail addresses end in `example.com`. It exists so that reports have something to
say on the first day, and so that every analysis can be checked against what is known to be in the data.

`broadsheet sample` writes it as one DuckDB file. The data cover three full years, here {start} to {until}, and
know nothing of the time after the last day. Equal seed, scale and last day give equal tables; `--scale` multiplies
customers and facts. This page describes seed {seed} at scale 1; another seed moves the planted effects to other
places, dates and sizes. The page is generated from the tables of the generator.

## How to read the data

- Times are UTC without a zone; the company lives in {zone}. Plain dates are local days.
- Every fact refers to `golden_id`. `customers` holds dated versions: among the rows whose status is not `merged`,
  the versions of one golden customer follow each other without gap or overlap, and the current one has an empty
  `valid_to`. Leave out merged rows before joining; leave out `is_test` customers from every figure.
- Amounts are in the `currency` of their row or order. `fx_rates.rate` is EUR for one unit of the currency.
- The SLA is about resolution: a case keeps it when `resolved_at` is not after `sla_due_at` (P1 8 h, P2 24 h,
  P3 72 h, P4 120 h after creation, round the clock). Only what is due, promised or valid by then (`sla_due_at`,
  `due_at`, `promised_at`, `valid_until`, `term_end`, `contracts.end`) may lie after the last day.
- `plan_targets` holds months and, under a `kpi_id` that ends in `_week`, ISO weeks; `period_end` is the last day.
  Scenario `plan`: `won_amount`, `won_count`, `leads`, `qualified_leads` per sales team, `revenue` per selling team,
  `campaign_spend` of Marketing, `sourced_opportunities` per sales team, `cases_created` per service team and
  `new_contacts` of the company (scope `all`). Scenario `budget`: `revenue` and `campaign_spend`, set in the November
  before (version 1) and anew in June for the second half (version 2). Scenario `forecast`: `revenue`, made a month
  before (1), on the eve (2: the one to be judged) and within the month (3). Scenario `target`: `sla_share` (0 to 1),
  `first_response_hours` (average) and `satisfaction` (index 0 to 100) per service team. The plan follows each team's
  three-year level, season and growth with a stretch of 3 %; it does not know when a planted effect begins.
- `web_visits`, `page_views` and `carts` hold only the part of the visitors (about one in six) who agreed to be
  measured, and bots; a visit has a `golden_id` only where the visitor logged in. `store_traffic` knows the three
  largest shops; a day that its counter was down, and a day that `app_usage` was not loaded, is a gap and not a zero.
  Leave out bots, `is_service` accounts, `is_machine` opens and clicks, and carts with a `merged_cart_id`.
- The applications came out some fourteen months before the last day. `usage-score` is 1 + 9 times the weighted use of
  the last 7, 30 and 182 days against a frozen volume per week; the weights changed with model version 2.
- `market_data` are in EUR and come two quarters late; `market_sales` are those of all sellers, own sales included.
- Invoices exist for what is shipped, for billed service, for subscription terms and, with negative amounts, for what
  was taken back; what a shop hands over is paid at the till and neither invoiced nor delivered. `open_amount` is
  what is open at the end: what was open on an earlier day follows from the payments up to it. A failed payment moved
  no money, a reversed one moved it back at `reversed_at`.
- Stock is counted on Sundays. From one count to the next it changes by what was delivered or handed over in shops
  (southern places and their shops are served by Ulm, all boats come from Hamburg) and by what came in; of products
  made in the two plants that is what `production_runs` says.
- A subscription counts as renewed until 30 days after its `term_end`; the next term is a row of its own.
- Opportunities that were open on the first day are carried over, with their earlier stages; nothing closed before
  that day is here.
"""


def tell(world: World) -> str:
    """The page as Markdown, with row counts of a generated company (rounded to two digits)."""
    rows = {name: len(frame) for name, frame in generate(world).items()}
    introduction = INTRODUCTION.format(
        company=names.COMPANY, start=world.start, until=world.until, seed=world.seed, zone=names.ZONE
    )
    parts = [introduction, _effects(world), _dirt(), _overview(rows), _columns()]
    return "\n".join(parts)


def _effects(world: World) -> str:
    lines = [
        "## Planted effects",
        "",
        "| id | subject | tables | where | from | to | size | what an analyst should find |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for effect in world.effects.values():
        where = f"{effect.column} = {effect.place}"
        size = f"{effect.size:g} ({effect.measure})"
        cells = (
            effect.id, effect.subject, ", ".join(effect.tables), where,
            str(effect.start), str(effect.end), size, effect.finding,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _dirt() -> str:
    lines = ["## Dirt", "", "| id | column | share | what |", "| --- | --- | --- | --- |"]
    for dirt in DIRT:
        share = f"{dirt.share:.1%} of {dirt.base}"
        lines.append(f"| {dirt.id} | {dirt.table}.{dirt.column} | {share} | {dirt.what} |")
    return "\n".join([*lines, ""])


def _overview(rows: Mapping[str, int]) -> str:
    lines = ["## Tables", "", "| table | one row is | rows, about | key |", "| --- | --- | ---: | --- |"]
    lines += [
        f"| {table.name} | {table.grain} | {_about(rows[table.name])} | {', '.join(table.key)} |"
        for table in TABLES
    ]
    return "\n".join([*lines, ""])


def _about(count: int) -> str:
    return f"{round(count, 2 - len(str(count))) if count >= 100 else count:,}"


def _columns() -> str:
    lines = ["## Columns", "", "A `*` marks a column beside the general data model of the product.", ""]
    for table in TABLES:
        lines += [f"### {table.name}", "", "| column | type | meaning |", "| --- | --- | --- |"]
        lines += [f"| {column.name} | {_type(column)} | {column.meaning} |" for column in table.columns]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _type(column: Column) -> str:
    kind = SQL_TYPES.get(column.kind, "VARCHAR")
    return f"{kind.lower()} key" if column.kind.startswith("key:") else kind.lower()
