"""Charts by structure against numbers worked by hand."""

from __future__ import annotations

import pytest

from document.build import document, report, section

WON = {"North": 471e3, "South": 384e3, "Coast": 538e3}
PLANNED = {"North": 460e3, "South": 410e3, "Coast": 520e3}


def by_member(values):
    return lambda bucket, member=None: values[member] if member else sum(values.values())


def test_ranked_members_have_their_difference_from_plan_beside_them():
    block = {"chart": "ranked", "kpis": ["won"], "by": "area", "compare": "plan"}
    data = {"won": by_member(WON), "plan": by_member(PLANNED)}
    told = section(block | {"variance": ["absolute", "relative"]}, data, {"area": sorted(WON)})
    amounts, percent = told.body.variances
    assert told.body.categories == ("Coast", "North", "South")
    assert amounts.values == (18e3, 11e3, -26e3)
    assert amounts.texts == ("+18.0", "+11.0", "−26.0")
    assert amounts.tones == ("good", "good", "bad")
    assert amounts.label == "ΔPL, €\u202fk"
    assert percent.texts == ("+3.5", "+2.4", "−6.3")
    assert told.caption.endswith("variance drawn at 5 times the scale of the values")
    bare = section(block | {"variance": []}, data, {"area": sorted(WON)})
    assert bare.body.variances == ()


def team_table(won=None, planned=None, **more):
    won, planned = won or WON, planned or PLANNED
    block = {"table": {"rows": "area", "kpis": ["won", "deals"], **more}, "compare": "plan"}
    data = {"won": by_member(won), "plan": by_member(planned), "deals": lambda *_: 7.0}
    return section(block, data, {"area": sorted(won)}).body


def drawn(body, head):
    (index,) = (at for at, one in enumerate(body.heads) if one.text == head)
    return [(row.cells[index].bar, row.cells[index].tick) for row in body.rows]


def test_bars_of_a_table_have_one_scale_with_the_ticks_of_their_plan() -> None:
    body = team_table()
    assert [row.cells[0].text for row in body.rows] == ["Coast", "North", "South", "All"]
    assert drawn(body, "Won amount") == [
        (1.0, 520 / 538),
        (471 / 538, 460 / 538),
        (384 / 538, 410 / 538),
        (None, None),
    ]
    assert body.heads[1].sub == "€\u202fk, tick: PL"


def test_differences_are_bars_to_both_sides_and_totals_have_none() -> None:
    assert drawn(team_table(), "ΔPL") == [(18 / 26, None), (11 / 26, None), (-1.0, None), (None, None)]


def test_other_is_no_member_to_compare_with() -> None:
    won = {"A": 50e3, "B": 25e3, "\0other": 900e3}
    block = {"table": {"rows": "area", "kpis": ["won"], "top": 2}, "compare": []}
    body = section(block, {"won": by_member(won)}, {"area": list(won)}, other_members=9).body
    assert drawn(body, "Won amount") == [(1.0, None), (0.5, None), (None, None), (None, None)]


def test_a_plan_beyond_all_values_sets_the_scale() -> None:
    body = team_table({"A": 50e3, "B": 25e3}, {"A": 100e3, "B": 25e3})
    assert drawn(body, "Won amount")[:2] == [(0.5, 1.0), (0.25, 0.25)]


@pytest.mark.parametrize(
    ("won", "bars"),
    [
        ({"A": 0.0, "B": 0.0}, [None, None]),
        ({"A": -20e3, "B": -40e3}, [-0.5, -1.0]),
        ({"A": 40e3, "B": -10e3}, [1.0, -0.25]),
        ({"A": 5.0}, [1.0]),
    ],
)
def test_bars_of_zeros_of_negative_values_and_of_one_row(won, bars) -> None:
    block = {"table": {"rows": "area", "kpis": ["won"]}, "compare": []}
    body = section(block, {"won": lambda b, m=None: won[m] if m else 1.0}, {"area": sorted(won)}).body
    found = {row.cells[0].text: row.cells[1].bar for row in body.rows}
    assert [found[name] for name in sorted(won)] == bars


def test_the_status_of_every_row_stands_in_a_word_and_a_shape() -> None:
    body = team_table(status=True)
    assert body.heads[-1].text == "Status"
    assert [(row.cells[-1].mark, row.cells[-1].text, row.cells[-1].tone) for row in body.rows] == [
        ("●", "On track", "good"),
        ("●", "On track", "good"),
        ("◆", "At risk", "bad"),
        ("●", "On track", "good"),
    ]


def test_without_a_plan_there_is_no_status() -> None:
    block = {"table": {"rows": "area", "kpis": ["deals"], "status": True}, "compare": []}
    body = section(block, {"deals": lambda *_: 7.0}, {"area": ["A", "B"]}).body
    assert [head.text for head in body.heads] == ["Area", "Decided deals"]


def test_of_long_tables_the_first_rows_are_printed_and_the_workbook_is_named() -> None:
    areas = [f"Area {number:04}" for number in range(1312)]
    block = {"table": {"rows": "area", "kpis": ["deals"]}, "compare": []}
    told = document(report(block, attach="workbook"), {"deals": lambda *_: 5.0}, {"area": areas}).sections[0]
    assert told.remarks[0] == "The first 20 of 1,312 rows; all stand in the workbook."
    assert [len(told.body.rows), len(told.body.further)] == [21, 1292]
    short = document(report(block), {"deals": lambda *_: 5.0}, {"area": areas[:200]}).sections[0]
    assert [len(short.body.rows), short.body.omitted, short.remarks] == [201, 0, ()]
