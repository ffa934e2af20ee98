"""The rows that KPIs list, against plain SQL: the same rows with the same values in the same order."""

from __future__ import annotations

import pytest

from catalog.count import shipped
from catalog.proof import World, listed

LISTS = sorted(name for name, kpi in shipped().items() if "list" in kpi)


@pytest.mark.parametrize("kpi", LISTS)
def test_rows_equal_plain_sql(kpi: str, world: World) -> None:
    assert listed(kpi, world) == []
