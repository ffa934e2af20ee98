"""Funnels: shares worked by hand, beside those of last year."""

from __future__ import annotations

from document.build import WEEK, document, report, section

N = "\u202f"
STEPS = {
    "way": lambda *_: 0.125,
    "way_decided": lambda *_: 400.0,
    "way_signed": lambda *_: 100.0,
    "way_won": lambda *_: 50.0,
}
LAST_YEAR = {"way_decided": 200.0, "way_signed": 80.0, "way_won": 40.0}


def test_a_funnel_shows_each_step_of_the_first_and_of_the_one_before() -> None:
    told = section({"funnel": "way"}, STEPS, pending={"way_decided": 12, "way_signed": 3})
    stages = told.body.stages
    assert [(stage.label, stage.text, stage.passed, stage.first, stage.young) for stage in stages] == [
        ("Decided", "400", "", f"100.0{N}%", 12),
        ("Signed", "100", f"25{N}%", f"25.0{N}%", 3),
        ("Won", "50", f"50{N}%", f"12.5{N}%", 0),
    ]
    assert told.title == f"Won of decided 12.5{N}%: fewest go on after decided (25{N}%)"
    assert f"each followed for 90{N}days" in told.caption
    assert told.remarks == (
        f"Too young: less than 90{N}days old and left out; how far these have come so far.",
    )
    assert f"Signed 100 (25.0{N}%)" in told.alt


def test_conversion_stands_beside_that_of_last_years_cohort() -> None:
    data = {
        step: lambda b, step=step: STEPS[step]() if b == WEEK else LAST_YEAR.get(step, 0.2) for step in STEPS
    }
    stages = section({"funnel": "way", "compare": ["previous", "last_year"]}, data).body.stages
    assert [(stage.change, stage.tone) for stage in stages] == [
        ("", "neutral"),
        (f"−15.0{N}pp vs PY", "bad"),
        (f"±0.0{N}pp vs PY", "neutral"),
    ]
    alone = section({"funnel": "way", "compare": ["previous"]}, data).body.stages
    assert {stage.change for stage in alone} == {""}


def test_the_young_are_those_of_its_own_cohort() -> None:
    young = {"way_decided": (12, 7), "way_signed": (3, 2)}
    counts = {step: sum(each) for step, each in young.items()}
    told = document(
        report({"funnel": "way", "compare": ["last_year"]}), STEPS, pending=counts, pending_in=young
    )
    assert [stage.young for stage in told.sections[0].body.stages] == [12, 3, 0]


def test_the_workbook_has_counts_and_shares() -> None:
    body = section({"funnel": "way"}, STEPS, pending={"way_decided": 12}).body
    assert [head.text for head in body.columns] == [
        "Step", "Number", "of the first", "of the one before", "too young",
    ]  # fmt: skip
    assert body.lines == (
        ("Decided", 400.0, 1.0, None, 12.0),
        ("Signed", 100.0, 0.25, 0.25, 0.0),
        ("Won", 50.0, 0.125, 0.5, 0.0),
    )


def test_a_funnel_that_nobody_entered_divides_by_nothing() -> None:
    told = section({"funnel": "way"}, {step: lambda *_: 0.0 for step in STEPS})
    assert told.state == "empty"
    young = section({"funnel": "way"}, {**STEPS, "way_decided": lambda *_: 0.0}, pending={"way_decided": 5})
    first, second, _ = young.body.stages
    assert (first.text, first.first, first.young, second.passed) == ("0", "–", 5, "–")
