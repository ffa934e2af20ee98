"""The document as a whole: its news, its scope and notes, and that no data can break it."""

from __future__ import annotations

import pickle
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.document.blocks import questions
from broadsheet.document.compose import compose
from broadsheet.document.material import BlockData
from broadsheet.document.tree import Document, Notice
from broadsheet.document.wording import ENGLISH, LABELS
from broadsheet.metrics.quality import Flaw
from broadsheet.metrics.question import EMPTY, OTHER
from broadsheet.periods import Period, parse_label
from broadsheet.rendering import labels
from document.build import CALENDAR, CATALOG, WEEK, answer, document, material, report

N = "\u202f"
CARDS = {"kpis": ["won", "win_rate", "cost"]}
EVERYTHING = (
    {"kpis": ["won", {"kpi": "won", "label": "To date", "period": {"to_date": "quarter"}}, "win_rate", "cycle"]},
    {"chart": "bar", "kpis": ["won"], "by": "week", "span": "4 weeks"},
    {"chart": "line", "kpis": ["win_rate"], "by": "month", "span": "5 months"},
    {"chart": "bar", "kpis": ["won", "cost"], "by": "team"},
    {"chart": "ranked", "kpis": ["won"], "by": "team"},
    {"chart": "stacked", "kpis": ["deals"], "by": "week", "split": "team", "span": "3 weeks"},
    {"chart": "stacked", "kpis": ["deals"], "by": "segment", "split": "team"},
    {"table": {"rows": "team", "kpis": ["win_rate", "won", "cycle"], "top": 3}},
    {"table": {"rows": "month", "kpis": ["won", "win_rate"], "span": "3 months"}, "period": {"rolling": "4 weeks"}},
    {
        "crosstab": {
            "rows": "segment",
            "columns": "outcome",
            "count": "deals",
            "shares": ["row", "total"],
            "test": "chi_square",
        }
    },
    {"text": "Words."},
)  # fmt: skip


def sales(
    now: float | None, before: float = 2_000_000.0, plan: float | None = None, **more: object
) -> Document:
    def won(period: Period) -> float | None:
        return now if period == WEEK else before

    data = {"won": won, "plan": lambda _: plan, "win_rate": lambda _: (0.4, 100), "cost": lambda _: 9e4}
    return document(report(CARDS, **{"headline": "won", "compare": ["plan", "previous"]} | more), data)


@pytest.mark.parametrize(
    ("now", "plan", "headline", "subject"),
    [
        (
            2_046_000.0,
            2_300_000.0,
            f"Won amount of €2.05{N}M in W24, 11.0{N}% below plan and 2.3{N}% above W23",
            f"Sales weekly W24: won amount −11.0{N}% vs plan",
        ),
        (
            2_046_000.0,
            None,
            f"Won amount of €2.05{N}M in W24, 2.3{N}% above W23",
            f"Sales weekly W24: won amount +2.3{N}% vs W23",
        ),
        (
            2_010_000.0,
            None,
            f"No material change: won amount of €2.01{N}M in W24, 0.5{N}% above W23",
            f"Sales weekly W24: won amount +0.5{N}% vs W23",
        ),
        (
            2_000_000.0,
            None,
            f"No material change: won amount of €2.00{N}M in W24, level with W23",
            f"Sales weekly W24: won amount ±0.0{N}% vs W23",
        ),
        (
            -5_000.0,
            None,
            f"Won amount of −€5,000 in W24, €2.00{N}M below W23",
            f"Sales weekly W24: won amount −2.00{N}M vs W23",
        ),
        (
            None,
            None,
            "Won amount is undefined in W24: the base is 0",
            "Sales weekly W24: won amount –",
        ),
    ],
)
def test_news(now: float | None, plan: float | None, headline: str, subject: str) -> None:
    told = sales(now, plan=plan)
    assert told.headline == headline
    assert told.subject == subject
    assert told.preheader == (
        f"Win rate 40.0{N}%, level with W23. Cost of €90.0{N}k, 10.0{N}% below the goal. "
        "Are we on plan? Halyard Example."
    )


def test_where_the_subject_has_no_room_the_news_stand_without_the_title() -> None:
    told = sales(2_046_000.0, title="Sales of boats and fishing equipment in all shops, weekly")
    assert told.subject == f"W24: won amount +2.3{N}% vs W23"


def test_frame() -> None:
    told = document(
        report(CARDS, owner="Ole Example", where={"outcome": ["won", "lost"], "team": {"not": "North"}}),
        {"won": lambda _: 1.0},
        freshness=(
            ("CRM", datetime(2026, 6, 15, 3, 30, tzinfo=UTC)),
            ("ERP", datetime(2026, 6, 14, 3, tzinfo=UTC)),
        ),
        formulas=(("won", "sum of amount"),),
        sources=(("won", "CRM"),),
    )
    assert told.scope == "Outcome: Won, Lost · Team not North · EUR · W24, 8–14 June 2026"
    assert told.period_text == "W24, 8–14 June 2026"
    assert told.as_of_text == "Mon 15 June 2026, 05:40 CEST"
    assert told.as_of_iso == "2026-06-15T03:40:00+00:00"
    assert told.owner == "Ole Example"
    assert told.edition.key == "sales-weekly · 2026-W24 · sales · r1"
    won = told.definitions[0]
    assert (won.label, won.formula, won.source, won.owner) == (
        "Won amount",
        "sum of amount",
        "CRM",
        "Ida Example",
    )
    assert [definition.label for definition in told.definitions] == ["Won amount", "Win rate", "Cost"]
    assert dict(told.notes)["Data"] == (
        "Data up to Mon 15 June 2026, 05:40 CEST. Latest records: CRM 05:30, ERP 14 June 2026, 05:00."
    )


def test_definitions_tell_the_good_direction_and_the_edge_cases() -> None:
    told = document(report({"kpis": ["stale", "deals"]}), {"deals": lambda _: 1})
    assert [(each.good, each.edge_cases) for each in told.definitions] == [
        ("less is better", "Deals without a date are never stale."),
        ("more is better", ""),
    ]


def test_notes_tell_what_is_wrong_with_the_rows() -> None:
    flaws = (
        Flaw("orphan", "order_lines", "product", 1),
        Flaw("blank", "deals", "team", 1200),
        Flaw("blank", "orders", "team", 2),
        Flaw("future", "deals", "", 2),
        Flaw("unread", "deals", "amount", 3),
    )
    found = document(report(CARDS), {"won": lambda _: 1.0}, flaws=flaws)
    assert dict(found.notes)["Data quality"] == (
        "Rows of the period that refer to no known product: order lines 1. "
        "Rows of the period without Team: deals 1,200, orders 2. "
        "Rows dated in the future and in no figure: deals 2. "
        "Values of amount that cannot be read and count as empty: deals 3."
    )
    clean = document(report(CARDS), {"won": lambda _: 1.0})
    assert dict(clean.notes)["Data quality"].startswith("In the rows of the period no key without its record")


def test_notes_tell_how_periods_were_matched() -> None:
    def text(label: str, compare: list[str]) -> str:
        told = document(
            report(CARDS, compare=compare), {"won": lambda _: 1.0}, period=parse_label(label, CALENDAR)
        )
        return dict(told.notes).get("Comparisons", "")

    week_53 = text("2026-W53", ["last_year"])
    assert (
        "PY is W52, 22–28 December 2025. 2026-W53 has no counterpart last year and is compared with 2025-W52."
        in week_53
    )
    assert "Previous period: 28 days against 31." in text("2026-02", ["previous"])
    assert "Last year: to date, after 14 days against 14." in text("2026-06.to.2026-06-14", ["last_year"])
    assert text("2026-06", []) == ""


@pytest.mark.parametrize(
    ("label", "headline"),
    [
        ("2026-06-14", f"Won amount of €20.0{N}k on 14 June 2026, level with the period before"),
        ("2026-05", f"Won amount of €20.0{N}k in May 2026, level with April 2026"),
        (
            "2026-06.to.2026-06-14",
            f"Won amount of €20.0{N}k in June 2026 to date, level with the period before",
        ),
        (
            "13w.to.2026-06-14",
            f"Won amount of €20.0{N}k in the 13 weeks to 14 June 2026, level with the period before",
        ),
        ("FY2026-Q3", f"Won amount of €20.0{N}k in FY2026-Q3, level with FY2026-Q2"),
        ("2026-05-28..2026-06-03", f"Won amount of €20.0{N}k between 28 May 2026 and 3 June 2026"),
        (
            "all.2016-10-20..2017-12-31",
            f"Won amount of €20.0{N}k between 20 October 2016 and 31 December 2017",
        ),
    ],
)
def test_every_kind_of_period_can_be_told(label: str, headline: str) -> None:
    told = document(
        report(*EVERYTHING, compare=["previous", "last_year"]),
        dict.fromkeys(CATALOG.kpis, lambda *_: (20_000.0, 50)),
        {"team": ["North"], "segment": ["a", "b"], "outcome": ["won", "lost"]},
        period=parse_label(label, CALENDAR),
    )
    assert told.headline.removeprefix("No material change: w").removeprefix("W").startswith(headline[1:])
    assert {section.state for section in told.sections} == {"ok"}


def test_failed_blocks_say_why_and_the_rest_stands() -> None:
    asked = report(CARDS, {"chart": "bar", "kpis": ["won"], "by": "week"}, {"text": "Words."})
    (good,) = questions(asked, WEEK, CATALOG, CALENDAR)[0]
    cards = BlockData(answer(good, {"won": lambda _: 1.0}, {}))
    told = compose(material(asked, (cards, BlockData(None, "the warehouse is locked"), BlockData(None))))
    assert [section.state for section in told.sections] == ["ok", "failed", "ok"]
    assert told.sections[1].body == Notice("failed", "This part is missing: the warehouse is locked")
    assert told.state == "failed"
    assert dict(told.notes)["Completeness"] == "Missing parts: Won amount."
    alone = compose(material(asked, (BlockData(None, "x"), BlockData(None), BlockData(None))))
    assert alone.headline == "Sales weekly, W24: data are missing"


def test_author_replaces_title_and_adds_a_note() -> None:
    block = {
        "table": {"rows": "team", "kpis": ["deals"]},
        "title": "Mine",
        "note": "Noted.",
        "where": {"team": "North"},
    }
    told = document(report(block | {"page": "new"}), {"deals": lambda *_: 5.0}, {"team": ["North"]}).sections[
        0
    ]
    assert (told.title, told.remarks[-1], told.new_page) == ("Mine", "Noted.", True)
    assert told.caption.endswith(" · Team: North")


def test_a_german_edition_writes_german_numbers() -> None:
    told = document(report(CARDS), {"won": lambda _: 2_046_000.0}, locale="de")
    assert told.headline.startswith(f"Keine wesentliche Änderung – Won amount: 2,05{N}Mio.{N}€ in KW{N}24")
    assert told.period_text == f"KW{N}24, 8.–14. Juni 2026"
    assert (told.language, told.direction) == ("de", "ltr")


def test_every_label_that_rendering_needs_has_a_text() -> None:
    known = {key for key, _ in sales(1.0).labels}
    assert set(labels.LABELS) <= known == {*LABELS, "between"}


def test_messages_are_plain_templates() -> None:
    for message in (*ENGLISH.values(), *LABELS.values()):
        fields = [field for _, field, _, _ in string.Formatter().parse(message) if field is not None]
        assert all(field.isidentifier() for field in fields), message


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_numbers_break_a_document(data: st.DataObject) -> None:
    value = st.tuples(
        st.one_of(st.none(), st.floats(-1e12, 1e12), st.sampled_from([0.0, 1.0, float("nan"), float("inf")])),
        st.integers(0, 50),
    )
    pool = data.draw(st.lists(value, min_size=1, max_size=12))

    def drawn(period: Period, *members: str) -> tuple[float, int]:
        found, n = pool[(period.start.toordinal() + sum(map(len, members))) % len(pool)]
        return (float("nan") if found is None else found, n)

    told = document(
        report(*EVERYTHING, compare=["plan", "previous", "last_year"]),
        dict.fromkeys(CATALOG.kpis, drawn),
        {"team": ["North", "<b>$&", OTHER], "segment": ["a", EMPTY], "outcome": ["won", "lost"]},
        other_members=2,
    )
    assert len(told.headline) <= 90
    assert len(told.subject) <= 60
    assert 0 < len(told.preheader) <= 110
    assert "nan" not in repr(told).replace("nance", "")
    assert all(
        section.title for section in told.sections if section.body.__class__.__name__ in ("Chart", "Table")
    )
    assert pickle.loads(pickle.dumps(told)) == told
