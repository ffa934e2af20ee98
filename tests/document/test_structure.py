"""Charts by structure against numbers worked by hand."""

from __future__ import annotations

from document.build import section

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
