"""The KPIs of config/kpis/finance.yaml against plain SQL."""

from __future__ import annotations

import pytest

from broadsheet.metrics import Answer
from catalog.proof import World, cases, differences, engine_answers, kpis_of

KPIS = kpis_of("finance")


@pytest.fixture(scope="module")
def given(world: World) -> dict[tuple[str, str], Answer]:
    """What the engine says."""
    return engine_answers(KPIS, world)


@pytest.mark.parametrize("kpi", cases(KPIS))
def test_equals_plain_sql(kpi: str, world: World, given: dict[tuple[str, str], Answer]) -> None:
    assert differences(kpi, world, given) == []
