"""A rich edition of a fictitious company, and single charts of every kind."""

from __future__ import annotations

from dataclasses import replace

from broadsheet.document.bullets import Bullet, Bullets
from broadsheet.document.panels import Multiples, Panel
from broadsheet.document.tree import (
    Card,
    Cards,
    Cell,
    Change,
    Chart,
    Definition,
    Document,
    Edition,
    Figure,
    Head,
    Notice,
    Row,
    Section,
    Series,
    Spark,
    Table,
    Text,
    Variance,
)
from broadsheet.document.wording import LABELS as WORDS
from broadsheet.rendering.labels import LABELS

WEEKS = tuple(f"W{week}" for week in range(12, 25))


def texts(values, pattern="{:,.2f}"):
    return tuple("–" if value is None else pattern.format(value).replace("-", "−") for value in values)


def series(label, scenario, values, pattern="{:,.2f}"):
    return Series(label, scenario, tuple(values), texts(values, pattern))


BASES = {"plan": "plan", "last_year": "last year"}


def figure(value, text, **more):
    return Figure(value, text, **more)


def change(scenario, label, base, difference, relative, tone):
    direction = "flat" if relative[0] not in "+−" else "up" if relative[0] == "+" else "down"
    number = 1.0
    return Change(
        scenario,
        label,
        figure(number, base),
        figure(number, difference),
        figure(number, relative),
        direction,
        tone,
        versus(scenario, label, relative),
    )


def versus(scenario, label, text):
    return f"{text} vs {BASES.get(scenario, label)}"


def points(scenario, label, base, difference, tone):
    """A change in percentage points: it has no relative form."""
    direction = "up" if difference[0] == "+" else "down"
    return Change(
        scenario,
        label,
        figure(1.0, base),
        figure(1.0, difference),
        figure(None, "–"),
        direction,
        tone,
        versus(scenario, label, difference),
    )


SALES = (1.42, 1.51, 1.49, 1.62, 1.58, 1.71, 1.80, 1.77, 1.92, 1.90, 2.08, 2.10, 2.05)
PLAN = (1.45, 1.50, 1.55, 1.60, 1.65, 1.70, 1.75, 1.80, 1.85, 1.95, 2.05, 2.10, 2.30)
LAST = (1.31, 1.38, 1.40, 1.44, 1.47, 1.52, 1.60, 1.66, 1.70, 1.78, 1.82, 1.90, 1.94)

COLUMNS = Chart(
    "bar",
    WEEKS,
    (series("AC", "actual", SALES), series("PL", "plan", PLAN), series("PY", "last_year", LAST)),
    unit="€ M per week",
    groups=(("March", 3), ("April", 4), ("May", 4), ("June", 2)),
    highlight=12,
)


def variance(label, values, base, times, tones=("good", "bad")):
    """Differences in thousandths; of a relative variance `times` is None and they are percent."""
    gaps = [
        None if a is None or b is None else a - b if times else a / b - 1
        for a, b in zip(values, base, strict=True)
    ]
    shown = [gap and gap * (1000 if times else 100) for gap in gaps]
    signed = tuple("" if gap is None else f"{gap:+,.0f}".replace("-", "−") for gap in shown)
    return Variance(label, tuple(gaps), signed, tuple(tones[(gap or 0) < 0] for gap in gaps), times)


TIERS = replace(
    COLUMNS,
    variances=(variance("ΔPL, € k", SALES, PLAN, 2), variance("ΔPY %", SALES, LAST, None)),
)
MONTHS = (
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
)
PIPELINE = (2.9, 2.6, 2.3, 2.7, 2.6, 2.4, 1.9, 2.2, 2.5, 2.8, 3.1, 3.43)
EXPECTED = (3.29, 3.1, 2.9)
PLANNED = (2.84, 2.66, 2.34, 2.63, 2.6, 2.41, 1.97, 2.29, 2.56, 2.74, 3.19, 3.14, 3.2, 3.15, 3.0)
FORECAST = Chart(
    "bar",
    MONTHS,
    (
        series("AC", "actual", (*PIPELINE, None, None, None)),
        series("FC", "forecast", (*(None,) * 12, *EXPECTED)),
        series("PL", "plan", PLANNED),
    ),
    unit="€ M per month",
    groups=(("2025", 7), ("2026", 8)),
    highlight=11,
    variances=(variance("ΔPL, € k", PIPELINE + EXPECTED, PLANNED, 2),),
    ahead=3,
    parting=("Actual", "Forecast"),
    band=(*(None,) * 12, (3.1, 3.5), (2.8, 3.4), (2.5, 3.4)),
)


TEAMS = {
    "Export": (
        "−309 k",
        "320 318 350 360 380 410 420 405 430 450 251",
        "350 370 380 390 380 400 420 430 440 450 560",
    ),
    "South": (
        "−26 k",
        "300 310 320 330 335 330 350 345 360 395 384",
        "310 315 325 330 335 350 360 370 380 400 410",
    ),
    "North": (
        "+11 k",
        "350 345 360 390 420 370 420 410 440 460 471",
        "360 355 370 380 390 400 410 420 430 450 460",
    ),
    "Coast": (
        "+18 k",
        "390 420 400 430 440 435 460 455 470 490 538",
        "400 405 415 420 430 440 450 460 480 500 520",
    ),
    "Online": (
        "+52 k",
        "270 275 280 300 320 330 315 320 350 340 402",
        "272 280 285 295 300 305 310 320 330 340 350",
    ),
}


def panel(name, difference, values, plans):
    """A member's weeks with its plan; `difference` says how the last one stands to it."""
    up = difference[0] == "+"
    shown = change("plan", "PL", "", difference, "+3.5 %" if up else "−6.3 %", "good" if up else "bad")
    lines = (series("AC", "actual", values, "{:.0f}"), series("PL", "plan", plans, "{:.0f}"))
    return Panel(name, lines[0].texts[-1], shown, lines)


RISING = (0.9, 0.98)
BULLETS = Bullets(
    (
        Bullet("Won amount", 2.05e6, "€2.05 M", change("plan", "PL", "2.3 M", "−254", "−11 %", "bad"), 0.89, RISING),
        Bullet("SLA kept", 0.886, "88.6 %", points("plan", "Goal", "92.0 %", "−3.4 pp", "bad"), 0.963, RISING),
        Bullet("Open cases", 336.0, "336", change("plan", "Goal", "290", "+46", "+16 %", "bad"), 1.159, (1.1, 1.02)),
        Bullet("Leads", 940.0, "940", change("plan", "PL", "400", "+540", "+135.0 %", "good"), 2.35, RISING),
        Bullet("Visits", None, "–", None, None, None),
    ),
    "AC",
    "PL",
)  # fmt: skip
MULTIPLES = Multiples(
    "bar",
    tuple(
        panel(name, difference, *([float(value) for value in course.split()] for course in courses))
        for name, (difference, *courses) in TEAMS.items()
    ),
    WEEKS[2:],
    "€ k per week",
    10,
)
LINE = Chart(
    "line",
    WEEKS,
    (
        series("Open", "actual", (259, 255, 259, 255, 259, 263, 259, 266, 275, 270, 282, 293, 336), "{:.0f}"),
        series("Limit", "plan", (290,) * 13, "{:.0f}"),
    ),
    unit="Open cases at week end",
    highlight=12,
    zero_based=False,
)
STACKED = Chart(
    "stacked",
    WEEKS[-8:],
    (
        series("Retail", "member", (0.52, 0.55, 0.53, 0.6, 0.58, 0.61, 0.63, 0.60)),
        series("Web shop", "member", (0.44, 0.47, 0.5, 0.48, 0.55, 0.57, 0.6, 0.64)),
        series("B2B portal", "member", (0.31, 0.3, 0.33, 0.36, 0.35, 0.38, 0.4, 0.41)),
        series("Field sales", "member", (0.44, 0.48, 0.41, 0.48, 0.42, 0.52, 0.47, 0.4)),
    ),
    unit="€ M by channel",
    highlight=7,
    totals=("1.71", "1.80", "1.77", "1.92", "1.90", "2.08", "2.10", "2.05"),
)
RANKED = Chart(
    "ranked",
    ("Boats and tenders", "Engines and parts", "Fishing rods", "Clothing", "Electronics", "Safety", "Other"),
    (
        series("AC", "actual", (742, 431, 322, 214, 168, 121, 48), "{:.0f}"),
        series("PL", "plan", (930, 420, 300, 220, 170, 120, 60), "{:.0f}"),
        series("PY", "last_year", (700, 390, 310, 200, 150, 118, 52), "{:.0f}"),
    ),
    unit="€ k by product group",
    highlight=0,
)


def spark(values, reference):
    return Spark(tuple(values), reference, f"13 weeks from {values[0]} to {values[-1]}")


def cards():
    rate = (33.1, 33.4, 33.0, 33.9, None, 34.6, 34.2, 34.8, 35.0, 35.1, 35.4, 35.7, 35.9)
    return Cards(
        (
            Card(
                "revenue", "Sales, week 24", figure(2.05, "€2.05 M"), "orders booked in the week",
                (change("plan", "PL", "2.30", "−254 k", "−11.0 %", "bad"),
                 change("last_year", "PY", "1.94", "+106 k", "+5.5 %", "good")),
                spark(SALES, 1.80), "off_track", "Off track",
            ),
            Card(
                "quarter", "Quarter to date vs plan", figure(98.7, "98.7 %"), "€20.75 M in 11 of 13 weeks",
                (change("plan", "PL", "21.03", "−282 k", "−1.3 %", "bad"),
                 change("last_year", "PY", "19.54", "+1,205 k", "+6.2 %", "good")),
                spark((100, 101, 99, 98, 100, 100, 101, 100, 100, 99, 100, 99.9, 98.7), 100), "at_risk", "At risk",
            ),
            Card(
                "deal", "Average deal", figure(8420.0, "€8,420"), "243 won deals",
                (change("previous", "W23", "8,610", "−190", "−2.2 %", "bad"),
                 change("last_year", "PY", "7,980", "+440", "+5.5 %", "good")),
                spark((7.9, 8.0, 8.2, 8.1, 8.4, 8.3, 8.5, 8.4, 8.7, 8.6, 8.5, 8.61, 8.42), None),
                "on_track", "On track",
            ),
            Card(
                "cover", "Cover of open gap", figure(None, "–", reason="no open gap left this quarter"),
                "pipeline ÷ open gap", (), None, None, "",
            ),
            Card(
                "win_rate", "Win rate, 13 weeks", figure(35.9, "35.9 %", n=9, low_base=True), "9 deals decided",
                (points("plan", "PL", "35.0", "+0.9 pp", "good"),
                 points("last_year", "PY", "31.4", "+4.5 pp", "good")),
                spark(rate, 35.0), "on_track", "On track",
            ),
        ),
        "Value rows: base and change. Sparkline: W12 to W24, ● this week, ○ low and high, dashed: plan.",
    )  # fmt: skip


def team_table():
    rows = (
        ("Export", "251", "560", "−309", "−55.2 %", "bad", "▼", 0.18, "Off track"),
        ("South", "384", "410", "−26", "−6.3 %", "bad", "▼", 0.27, "At risk"),
        ("North", "471", "460", "+11", "+2.4 %", "good", "▲", 0.34, "On track"),
        ("Coast", "538", "520", "+18", "+3.5 %", "good", "▲", 0.38, "On track"),
        ("Online", "402", "350", "+52", "+14.9 %", "good", "▲", 0.29, "On track"),
    )
    body = [
        Row(
            (
                Cell(name), Cell(actual, float(actual), bar=share / 0.38), Cell(plan), Cell(gap, tone=tone),
                Cell(percent, tone=tone, mark=mark), Cell(word, tone=tone),
            )
        )
        for name, actual, plan, gap, percent, tone, mark, share, word in rows
    ]  # fmt: skip
    body.append(
        Row((Cell("Other"), Cell("–"), Cell("–"), Cell("–"), Cell("–"), Cell("", tone="muted")), kind="other")
    )
    body.append(
        Row(
            (
                Cell("All teams"), Cell("2,046"), Cell("2,300"), Cell("−254", tone="bad"),
                Cell("−11.0 %", tone="bad", mark="▼"), Cell("Off track", tone="bad"),
            ),
            kind="total",
        )
    )  # fmt: skip
    heads = (
        Head("Team", align="start", share=1.6),
        Head("Actual W24", "€ k", share=2),
        Head("Plan", "€ k"),
        Head("ΔPL", "€ k"),
        Head("ΔPL", "%"),
        Head("Status", align="start"),
    )
    return Table(heads, tuple(body), omitted=14)


def crosstab():
    shares = (
        ("Private boat buyers", (34, 16, 28, 22), (48, 22, 39, 31), ("", "▼", "▲", ""), 140),
        ("Dealers and resellers", (53, 19, 14, 13), (52, 19, 14, 13), ("▲", "", "", "▼"), 98),
        ("Charter and marinas", (27, 35, 15, 23), (21, 27, 12, 18), ("", "▲", "", ""), 78),
        ("Commercial fishing", (34, 20, 29, 18), (19, 11, 16, 10), ("", "", "", ""), 56),
        ("Public and rescue", (20, 23, 13, 45), (8, 9, 5, 18), ("▼", "", "", "▲"), 40),
    )
    rows = [
        Row(
            (
                Cell(name),
                *(
                    Cell(f"{share} %", share, heat=min(5, share // 9), mark=mark, sub=str(count))
                    for share, count, mark in zip(row, counts, marks, strict=True)
                ),
                Cell("100 %", 100, sub=str(total)),
            )
        )
        for name, row, counts, marks, total in shares
    ]
    rows.append(
        Row(
            (
                Cell("All segments"), Cell("36 %", sub="148"), Cell("21 %", sub="88"), Cell("21 %", sub="86"),
                Cell("22 %", sub="90"), Cell("100 %", sub="412"),
            ),
            kind="total",
        )
    )  # fmt: skip
    heads = (
        Head("Segment", align="start", share=1.9),
        Head("Won"),
        Head("Lost to competitor"),
        Head("Lost on price"),
        Head("No decision"),
        Head("All", "n"),
    )
    return Table(heads, tuple(rows), kind="crosstab")


def long_table(count=48):
    rows = tuple(
        Row(
            (
                Cell(f"Customer {number} & Sons <{number}>", sub="2 × Halyard 34" if number % 5 == 0 else ""),
                Cell("Export" if number % 3 else "North"),
                Cell(f"{9000 - number * 137:,}", strong=number < 3),
                Cell(f"{number % 40}"),
                Cell(
                    "Bank guarantee" if number % 4 else "Type approval of the engine, papers to be sent again"
                ),
            )
        )
        for number in range(1, count + 1)
    )
    heads = (
        Head("Customer and product", align="start", share=2.4),
        Head("Team", align="start"),
        Head("Amount", "€"),
        Head("Age", "days"),
        Head("Missing", align="start", share=2),
    )
    return Table(heads, rows)


def sections():
    return (
        Section("cards", "", "", cards()),
        Section(
            "trend",
            "Sales have grown by 0.63 M in 13 weeks but missed the week’s plan by 11 %",
            "Order value per week, W12 to W24, € M. Dark: actual, outline: plan, light: last year.",
            COLUMNS,
            alt="Sales per week rose from 1.42 in W12 to 2.05 in W24, against a plan of 2.30.",
        ),
        Section(
            "teams",
            "Export alone fell €309 k short; the other four teams together beat plan by €55 k",
            "Order value by team, € k, sorted by ΔPL of week 24. Bar: actual.",
            team_table(),
            remarks=("Plan version 2026-B of 2 March.",),
        ),
        Section(
            "groups",
            "Boats missed plan by €188 k, all else is within €20 k",
            "Order value in week 24, € k, sorted by actual.",
            RANKED,
            alt="Boats and tenders 742 against a plan of 930; engines and parts 431 against 420.",
            width="half",
        ),
        Section(
            "backlog",
            "Open cases rose to 336, 46 over the limit",
            "Cases open at week end. The line does not start at zero.",
            LINE,
            alt="Open cases stood near 259 until W18 and rose to 336 in W24; the limit is 290.",
            width="half",
        ),
        Section(
            "segments",
            "53 % of dealer deals are won; 45 % of public ones end undecided",
            "Row %, rounded: share of a segment’s decided deals, darker is more; small: number.",
            crosstab(),
            remarks=(
                "Who the customer is and how a deal ends are associated; the link is real but modest.",
                "χ² = 44.5, 12 degrees of freedom, p < 0.001, Cramér’s V = 0.19. All expected counts ≥ 5.",
            ),
        ),
        Section(
            "channels",
            "The web shop overtook retail",
            "Order value per week by channel, € M.",
            STACKED,
            alt="The web shop grew from 0.44 to 0.64, retail from 0.52 to 0.60.",
            width="half",
        ),
        Section(
            "words",
            "In plain words",
            "",
            Text(
                (
                    "Three Export boat orders worth €344 k moved to July. All else beat plan by €90 k.",
                    "Online beat plan by €52 k, carried by the tackle spring sale; South missed by €26 k.",
                ),
                term="Why.",
            ),
            width="half",
        ),
        Section(
            "returns",
            "Returns are not available this week",
            "Share of returned order lines.",
            Notice(
                "failed", "The table “returns” was last loaded on 2 June; the block needs 14 June or later."
            ),
            state="failed",
        ),
        Section(
            "deals",
            "48 open deals wait for papers, together €243 k",
            "Open deals with a missing paper, sorted by amount.",
            long_table(),
        ),
    )


def definitions():
    return (
        Definition(
            "Sales", "Order lines booked in the period, not cancelled, net of tax and discount.",
            "sum of net amount", "M. Lindqvist", "SAL-25", "ERP, web shop",
        ),
        Definition(
            "Win rate", "Deals won, of all deals decided in 13 weeks; no decision counts as lost.",
            "won ÷ (won + lost)", "P. Osei", "SAL-19", "CRM",
        ),
        Definition(
            "Cover of open gap", "How often the open pipeline would fill what is missing to the quarter’s plan.",
            "open pipeline ÷ (quarter plan − sales to date)", "M. Lindqvist", "SAL-31", "CRM, plan",
        ),
    )  # fmt: skip


def document(**changes):
    base = Document(
        edition=Edition("sales-weekly", "2026-W24", "sales", "", "en", 1),
        company="Halyard Marine",
        title="Weekly sales",
        question="Are we on plan, and where do we lose deals?",
        headline="Sales of €2.05 M missed plan by 11.0 %: three Export boat orders slipped to July",
        preheader="Sales missed plan by 11.0 %, but beat last year by 5.5 %; three boat orders moved to July.",
        scope="All teams, all channels. Order value net of tax, EUR. Week 24: Mon 8 to Sun 14 June 2026.",
        period_text="2026-W24, 8–14 June 2026",
        as_of_text="Mon 15 June 2026, 05:40 CEST",
        as_of_iso="2026-06-15T05:40:00+02:00",
        owner="Marta Lindqvist, Sales Ops",
        confidentiality="Confidential",
        language="en",
        direction="ltr",
        sections=sections(),
        definitions=definitions(),
        notes=(
            (
                "Missing reasons",
                "14 of 412 decided deals (3.4 %) had no reason; they count as “no decision”.",
            ),
            ("Amounts", "6 open deals (1.5 %) have no amount: in the number of deals, not in the sums."),
            (
                "Late data",
                "Two shops sent Sunday’s till data at 05:31, after a failed load; now complete.",
            ),
            ("Currencies", "Orders in NOK, DKK and GBP at the rate of the booking day. Weeks by ISO 8601."),
        ),
        subject="Sales W24: €2.05 M, 11.0 % under plan",
        banner="One block is missing: returns. All other figures are complete.",
        labels=tuple((key, {**WORDS, "between": " "}[key]) for key in LABELS),
    )
    return replace(base, **changes)
