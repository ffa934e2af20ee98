"""Where rows look as if they added up to their total but do not, it is said: in the table and on the last page."""

from __future__ import annotations

import pytest

from document.build import document, report, section

ROWS = "rows do not add up to the total, which is counted anew."
TEAM = {"team": ["North", "South"]}


@pytest.mark.parametrize(
    ("kpis", "remarks"),
    [
        (["customers", "deals"], (f"Customers: {ROWS}",)),
        (["deals", "won", "win_rate"], ()),
    ],
)
def test_distinct_counts_do_not_add_up(kpis: list[str], remarks: tuple[str, ...]) -> None:
    block = {"table": {"rows": "team", "kpis": kpis}, "compare": []}
    told = section(block, {kpi: lambda *_: (0.5, 100) for kpi in kpis}, TEAM)
    assert told.remarks == remarks


def test_without_a_total_nothing_is_said() -> None:
    block = {"table": {"rows": "team", "kpis": ["customers"], "total": False}, "compare": []}
    assert section(block, {"customers": lambda *_: 5}, TEAM).remarks == ()


def test_overlapping_members_concern_every_kpi() -> None:
    block = {"table": {"rows": "team", "kpis": ["deals"]}, "compare": []}
    told = section(block, {"deals": lambda *_: 5}, TEAM, overlapping=frozenset({"team"}))
    assert told.remarks == ("A record counts in every row it belongs to: rows do not add up to the total.",)


def test_the_last_page_names_them() -> None:
    found = document(
        report({"kpis": ["customers", "deals"]}, {"table": {"rows": "team", "kpis": ["deals"]}}),
        {"customers": lambda *_: 5, "deals": lambda *_: 5},
        TEAM,
        overlapping=frozenset({"team"}),
    )
    assert dict(found.notes)["Totals"] == (
        "Customers, all by Team: parts do not add up to the whole, which counts every record or thing once."
    )
    plain = document(report({"kpis": ["deals"]}), {"deals": lambda _: 5})
    assert "Totals" not in dict(plain.notes)
