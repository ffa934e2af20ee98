"""The canary of F10 in small: six audiences in one process, whose caches and charts cross between scopes."""

from __future__ import annotations

from pathlib import Path

import pytest

from soak.canary import look
from soak.mutants import MUTANTS, ROOT, noticed

pytestmark = pytest.mark.faults


def test_fault_a23_cache_crossed_between_scopes(tmp_path: Path) -> None:
    own = look(tmp_path / "company", 6)
    assert own["pdf"] == own["xlsx"] == own["pdf alt texts"] == 6


def test_every_planted_fault_is_still_where_it_was() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
    for mutant in MUTANTS:
        assert mutant.old in (ROOT / "src/broadsheet" / mutant.file).read_text(encoding="utf-8"), mutant.name


@pytest.mark.parametrize("name", ["all scopes have one digest", "rows over a bridge are told apart"])
def test_planted_faults_are_noticed(name: str) -> None:
    (mutant,) = (each for each in MUTANTS if each.name == name)
    assert noticed(mutant)
