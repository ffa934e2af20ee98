"""Nothing of the catalog is forgotten: an entry has a proven KPI, or a stated reason why not."""

from __future__ import annotations

from collections import Counter

from catalog.count import announced, coverage, covered, declared, entries, missing, proven, shipped
from catalog.proof import splits_of


def test_every_entry_is_covered_or_accounted_for() -> None:
    told = Counter([*covered(), *announced(), *(entry for _, _, entry in missing())])
    assert told == Counter(entries())


def test_every_shipped_kpi_has_a_plain_query() -> None:
    assert set(shipped()) - proven() == declared()


def test_entries_that_are_methods_are_declared() -> None:
    predictions = {f"PRD-{number:02d}" for number in range(1, 17)}
    assert announced() == predictions | {
        "MKT-07", "MKT-23", "SVC-05", "CUS-14", "CI-05", "CI-15", "PLN-05",
    }  # fmt: skip
    assert all(shipped()[name]["edge_cases"] for name in declared())


def test_every_kpi_says_its_rule_for_the_special_cases() -> None:
    assert [name for name, kpi in shipped().items() if not kpi.get("edge_cases")] == []


def test_what_is_in_part_is_there() -> None:
    assert set(coverage()["partly"]) - covered() == set()


def test_entries_by_dimension_are_proven_by_it() -> None:
    wanted = coverage()["by_dimension"].values()
    assert [(kpi, by) for kpi, by in wanted if by not in splits_of(kpi)] == []
