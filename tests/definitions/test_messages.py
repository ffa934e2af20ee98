from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from broadsheet.definitions.loader import load_yaml
from broadsheet.definitions.messages import problems_of
from broadsheet.definitions.models.dimensions import DimensionsFile
from broadsheet.definitions.models.kpis import KpiFile
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.sources import SourcesFile

VIA = "`via`: The path from a fact to the column: one for every fact, or one per fact."
QUOTES = "Put it in quotes to make it text."


def said(model: type[BaseModel], text: str) -> list[str]:
    source = load_yaml(text, "f")
    with pytest.raises(ValidationError) as caught:
        model.model_validate(source.data)
    return [str(problem).replace("\n   ", "") for _, problem in problems_of(caught.value, model, source)]


def test_branches_of_a_choice_speak_as_one() -> None:
    text = "dimensions:\n  a: {label: A, via: [x]}\n  b: {label: B, via: {deals: 5}}\n  c: {label: C, via: a..b}\n"
    assert said(DimensionsFile, text) == [
        f"f:2:22: error[wrong-type]: “via”: expected text or a mapping, found a list of 1 {VIA}",
        f"f:3:30: error[wrong-type]: “deals”: expected text, found the number 5 {QUOTES}",
        "f:4:22: error[wrong-value]: “a..b” is not a path Write column, link.column or link.link.column.",
    ]


def test_short_and_long_forms() -> None:
    link = "facts:\n  deals: {table: t, key: k, clock: c, link: {rep: {to: rep}, team: 5, Cap: x}}\nconnections: {}\n"
    assert said(SourcesFile, link) == [
        "f:2:51: error[missing-key]: the key “by” is missing `by`: The column of this table that holds its key.",
        f"f:2:68: error[wrong-type]: “team”: expected a mapping or text, found the number 5 {QUOTES}",
        "f:2:71: error[wrong-value]: “Cap” is not a name Write snake_case, such as won_count.",
    ]


def test_only_rows_of_a_longer_unit_are_shared_out() -> None:
    fact = "facts:\n  plan: {table: t, key: k, clock: c, grain: day, spread: days}\nconnections: {}\n"
    (told,) = said(SourcesFile, fact)
    assert "spread shares out the rows of a longer unit: it needs grain (month)" in told


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("{chart: line, kpis: [a], by: week, page: landscape}", "`page: landscape` is for tables and lists"),
        ("{list: a, page: landscape, width: half}", "has all of its width, not `width: half`"),
        ("{list: a, page: turned}", "“turned”"),
    ],
)
def test_only_tables_turn_a_page_and_take_all_of_it(block: str, words: str) -> None:
    head = "title: T\nquestion: Q?\naudience: sales\nperiod: week\nblocks:\n"
    (told,) = said(Report, f"{head}  - {block}\n")
    assert words in told
    Report.model_validate(load_yaml(f"{head}  - {{list: a, page: landscape}}\n", "f").data)


def test_unknown_keys_deep_inside_and_aliases() -> None:
    text = "dimensions:\n  size: {label: S, via: a, bands: [{label: small, form: 3}]}\n"
    assert said(DimensionsFile, text) == [
        "f:2:51: error[unknown-key]: unknown key “form” Did you mean “from”?",
    ]


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("formula: a ** b", "“a ** b” is not allowed in a formula"),
        ("formula: __import__('os')", "“__import__('os')” is not a formula"),
        ("formula: 'a[0]'", "“a[0]” is not a formula"),
        ("formula: a.b", "“a.b” is not allowed in a formula"),
        ("formula: len(a)", "“len(a)” is not allowed in a formula"),
        ("formula: min(a)", "“min(a)” is not allowed in a formula"),
        ("formula: 'ceil(a, b)'", "“ceil(a, b)” is not allowed in a formula"),
        ("formula: max()", "“max()” is not allowed in a formula"),
        ("formula: 1e999 * a", "“1e309” is not allowed in a formula"),
        ("formula: " + "(" * 240 + "a" + ")" * 240, "is not a formula"),
        ("formula: " + "a+" * 300 + "a", "a formula has at most 500 characters"),
        ("sum: revenue", "“revenue” is not a column"),
        ("mean: {days: [a.x, b.y]}", "a duration needs two columns of one fact, not of a and b"),
        (
            "mean: {days: [a.x, a.y]}",
            "a duration between two times of a row, and only that, states open_rows",
        ),
        ("mean: {days: [a.x, period_end]}\n    open_rows: exclude", "and only that, states open_rows"),
        ("mean: {weeks: [a.x, a.y]}", "Use seconds, minutes, hours, days, business_hours"),
        ("sum: {product: [a.x, b.y]}", "a product needs two columns of one fact, not of a and b"),
        ("sum: a.x\n    less: [b.x, b.y]", "`less` takes time off a duration"),
        ("balance: a", "balance needs `begins` and `ends`"),
        ("count: a\n    begins: x", "a row that never ends has ends: never"),
        ("formula: a\n    begins: x\n    ends: y", "belong to measures of rows"),
        ("formula: a\n    as: period_end", "belong to measures of rows"),
        ("count: a\n    begins: x\n    ends: y\n    clock: z", "have neither `clock` nor `take`"),
        (
            "mean: {days: [a.x, a.y]}\n    open_rows: exclude\n    begins: x\n    ends: y",
            "rows that stand at the period's end last up to it",
        ),
        ("count: a\n    where: {x: {before: today}}", "x lies before a moment"),
        ("count: a\n    where: {x: {age: 31 days}}", "x has an age between lengths"),
        ("count: a\n    where: {x: {ahead: {at_most: 3}}}", "“3” is no length"),
        (
            "count: {each: c}\n    where: {k: {top: {below_100: 0.3}}}",
            "the first of k go by how many there are",
        ),
        ("count: {each: c}\n    where: {k: {top: {below_9: 0.3, below_4: 0.5, else: 0.2}}}", "limits rising"),
        (
            "count: {each: c}\n    where: {k: {top: {below_9: 1.5, else: 0.2}}}",
            "are a part of all such as 0.2",
        ),
        ("count: deals\n    sum: deals.amount", "found sum and count"),
        ("count: deals\n    where: {x: {at_least: [1, 2]}}", "x is compared with one value, not with a list"),
        ("count: deals\n    where: {x: {}}", "x needs a value or a list of values"),
        (
            "count: deals\n    where: {x: {above: {column: 'a b'}}}",
            "x is compared with a value or with {column:",
        ),
    ],
)
def test_measures_that_cannot_be(measure: str, words: str) -> None:
    (problem,) = said(KpiFile, f"kpis:\n  k:\n    label: K\n    meaning: M.\n    {measure}\n")
    assert "error[wrong-value]" in problem
    assert words in problem


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("columns: {Due: due_at}, reason: 'Due {due_at}'", "the key “next_step” is missing"),
        ("columns: {Due: due_at}, next_step: Call.", "the key “reason” is missing"),
        ("columns: {Due: due_at}, reason: '', next_step: Call.", "say it in words"),
        ("columns: {}, reason: Due, next_step: Call.", "at least one item"),
        ("columns: {'': due_at}, reason: Due, next_step: Call.", "every column needs a head"),
        ("columns: {Due: due_at}, reason: 'Due {due_at:%d}', next_step: Call.", "is not a field"),
        ("columns: {Due: due_at}, reason: 'Due {0}', next_step: Call.", "is not a field"),
        ("columns: {Due: due_at}, reason: 'Due {', next_step: Call.", "has a brace that is not closed"),
        ("columns: {Due: due_at}, reason: Due, next_step: Call., order: due_at down", "is not an order"),
        ("columns: {Due: due_at}, reason: Due, next_step: Call., kpis: {Sold: revenue}", "belong together"),
        ("columns: {Due: due_at}, reason: Due, next_step: Call., each: customer", "belong together"),
        (
            "columns: {Due: due_at}, each: team, kpis: {Due: revenue}, reason: Due, next_step: Call.",
            "a head stands both under",
        ),
        (
            "columns: {Sold: revenue}, each: team, kpis: {All: revenue}, reason: Due, next_step: Call.",
            "printed as a column and as a KPI",
        ),
    ],
)
def test_a_list_has_a_reason_and_a_next_step(spec: str, words: str) -> None:
    text = f"kpis:\n  a:\n    {{label: A, meaning: A., count: tasks, list: {{{spec}}}}}\n"
    assert any(words in line for line in said(KpiFile, text))


def test_only_what_has_rows_has_a_list() -> None:
    text = (
        "kpis:\n  a: {label: A, meaning: A., ratio: [b, c], "
        "list: {columns: {Due: due_at}, reason: Due, next_step: Call.}}\n"
    )
    assert "`list` belongs to sum and count and balance" in said(KpiFile, text)[0]
