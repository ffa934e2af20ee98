"""Waterfalls and movements against numbers worked by hand."""

from __future__ import annotations

import pytest

from broadsheet.document.tree import Notice
from document.build import WEEK, section

PLANNED = {"Export": 560e3, "South": 410e3, "North": 460e3, "Coast": 520e3, "Online": 350e3}
WON = {"Export": 251e3, "South": 384e3, "North": 471e3, "Coast": 538e3, "Online": 402e3}


def by_team(values):
    return lambda bucket, team=None: values[team] if team else sum(values.values())


def bridge(won=WON, planned=PLANNED, **more):
    block = {"waterfall": {"kpi": "won", "by": "area", **more}, "compare": "plan"}
    data = {"won": by_team(won), "plan": by_team(planned)}
    return section(block, data, {"area": sorted(won)})


def test_steps_are_sorted_by_size_and_add_up_to_the_change():
    drawn = bridge().body
    assert [(step.label, step.value) for step in drawn.steps] == [
        ("Plan, W24", 2_300e3),
        ("Export", -309e3),
        ("Online", 52e3),
        ("South", -26e3),
        ("Coast", 18e3),
        ("North", 11e3),
        ("Actual, W24", 2_046e3),
    ]
    assert sum(step.value for step in drawn.steps[1:-1]) == drawn.change.value == -254e3
    assert [step.text for step in drawn.steps[:3]] == ["2,300", "−309", "+52"]
    assert [step.share for step in drawn.steps[1:4]] == ["122\u202f%", "−20\u202f%", "10\u202f%"]
    assert [step.tone for step in drawn.steps[1:4]] == ["bad", "good", "bad"]
    assert drawn.unit == "€\u202fk"


def test_small_steps_stand_on_the_base_as_zero_line():
    told = bridge()
    assert told.body.relative
    assert "zero line: plan" in told.caption
    assert "steps add up to −254" in told.caption
    large = bridge(planned={"Export": 600e3, "South": 100e3}, won={"Export": 200e3, "South": 190e3})
    assert not large.body.relative
    assert "zero line" not in large.caption


def test_title_and_alternative_text_say_who_explains_how_much():
    told = bridge()
    assert told.title == "Won amount €254\u202fk below plan: Export alone is €309\u202fk below"
    assert "Export −309" in told.alt
    assert "Actual, W24 2,046" in told.alt
    one = bridge(won={"Export": 400e3, "South": 380e3}, planned={"Export": 460e3, "South": 400e3})
    assert one.title == "Won amount €80.0\u202fk below plan: Export explains 75\u202f% of it"
    offset = bridge(won={"A": 60e3, "B": 20e3, "C": 90e3}, planned={"A": 100e3, "B": 60e3, "C": 40e3})
    assert offset.title == "Won amount €30.0\u202fk below plan: A alone is €40.0\u202fk below"
    partly = bridge(won={"A": 80e3, "B": 80e3, "C": 70e3}, planned={"A": 100e3, "B": 100e3, "C": 55e3})
    assert partly.title == "Won amount €25.0\u202fk below plan: A alone is €20.0\u202fk below"
    level = bridge(won={"Export": 460e3, "South": 400e3}, planned={"Export": 400e3, "South": 460e3})
    assert level.title == "Won amount level with plan"


def test_members_beyond_the_top_are_one_step():
    drawn = bridge(top=2).body
    assert [(step.label, step.value) for step in drawn.steps[1:-1]] == [
        ("Export", -309e3),
        ("Online", 52e3),
        ("Other (3)", 3e3),
    ]


def test_against_the_former_period_new_and_vanished_members_are_steps():
    values = {"New": (0.0, 70e3), "Gone": (50e3, 0.0), "Same": (30e3, 30e3)}

    def won(bucket, team=None):
        at = int(bucket == WEEK)
        return values[team][at] if team else sum(pair[at] for pair in values.values())

    block = {"waterfall": {"kpi": "won", "by": "area"}, "compare": "previous"}
    drawn = section(block, {"won": won}, {"area": sorted(values)}).body
    assert [(step.label, step.value) for step in drawn.steps] == [
        ("W23", 80e3),
        ("New", 70e3),
        ("Gone", -50e3),
        ("Actual, W24", 100e3),
    ]


def test_parts_that_do_not_add_up_explain_nothing():
    block = {"waterfall": {"kpi": "won", "by": "area"}, "compare": "plan"}
    data = {
        "won": lambda bucket, team=None: 10e3 if team else 15e3,
        "plan": lambda bucket, team=None: 5e3 if team else 10e3,
    }
    told = section(block, data, {"area": ["A", "B"]})
    assert isinstance(told.body, Notice)
    assert told.body.text == "The parts by area do not add up to the whole, so they explain no change."


def test_without_a_base_the_block_says_so():
    block = {"waterfall": {"kpi": "deals", "by": "area"}, "compare": "plan"}
    told = section(block, {"deals": lambda bucket, team=None: 5}, {"area": ["A"]})
    assert told.body.text == "There is nothing that Decided deals could be compared with."


OPEN = {"start": 5_280e3, "end": 3_850e3}


def moved(start=5_280e3, end=3_850e3, **more):
    block = {"movement": {"of": "open", "plus": ["created"], "minus": ["won", "lost"], **more}}
    data = {
        "open": lambda bucket: end if bucket == WEEK else start,
        "created": lambda bucket: 850e3,
        "won": lambda bucket: 1_020e3,
        "lost": lambda bucket: 1_260e3,
    }
    return section(block, data)


def test_a_movement_leads_from_the_beginning_to_the_end():
    told = moved()
    assert [(step.label, step.text, step.tone) for step in told.body.steps] == [
        ("At the beginning", "5,280", "neutral"),
        ("Created", "+850", "good"),
        ("Won amount", "−1,020", "muted"),
        ("Lost", "−1,260", "bad"),
        ("At the end", "3,850", "neutral"),
    ]
    assert "the steps close the way from beginning to end" in told.caption
    assert (
        told.title
        == "Open amount fell by €1.43\u202fM in W24: lost of €1.26\u202fM, won amount of €1.02\u202fM"
    )
    assert not told.remarks


def test_what_the_steps_do_not_explain_is_a_step_of_its_own():
    told = moved(end=3_930e3, rest="Value changes")
    assert [(step.label, step.value) for step in told.body.steps[-2:]] == [
        ("Value changes", 80e3),
        ("At the end", 3_930e3),
    ]
    assert "close the way" not in told.caption
    assert told.remarks == ("Value changes: what the other steps do not explain, +80.",)


@pytest.mark.parametrize("spec", [{"of": "open"}, {"of": "open", "plus": []}])
def test_a_movement_without_steps_is_refused(spec):
    with pytest.raises(ValueError, match="names KPIs under `plus`, `minus` or both"):
        section({"movement": spec}, {})
