"""The KPIs of config/kpis/customer-view.yaml against plain SQL."""

from __future__ import annotations

import pytest

from broadsheet.metrics import EMPTY, Answer, Question, answer
from catalog.proof import AS_OF, World, cases, differences, engine_answers, kpis_of

KPIS = kpis_of("customer-view")


@pytest.fixture(scope="module")
def given(world: World) -> dict[tuple[str, str], Answer]:
    """What the engine says."""
    return engine_answers(KPIS, world)


@pytest.mark.parametrize("kpi", cases(KPIS))
def test_equals_plain_sql(kpi: str, world: World, given: dict[tuple[str, str], Answer]) -> None:
    assert differences(kpi, world, given) == []


def test_the_index_of_a_group_compares_it_with_all(world: World) -> None:
    period, level = world.periods[0], ("customer_type", "brand")
    question = Question(("preference_index",), (period,), level, (level,))
    given = answer((question,), world.catalog, world.calendar, world.source, AS_OF).answers[0]
    assert given is not None
    frame = given.frames[level]
    ours = {tuple(key): value for *key, value in frame[[*level, "preference_index"]].itertuples(index=False)}
    start, until = (moment.replace(tzinfo=None) for moment in period.bounds(world.calendar))
    rows = world.plain.execute(
        """
        WITH spent AS (
            SELECT c.customer_type AS who, p.brand AS brand,
                   sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at)))::DOUBLE AS amount
            FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
            LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.ordered_at)
            WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
              AND o.ordered_at >= $start AND o.ordered_at < $until
            GROUP BY ALL
        )
        SELECT who, brand, 100 * (amount / sum(amount) OVER (PARTITION BY who))
            / (sum(amount) OVER (PARTITION BY brand) / sum(amount) OVER ())
        FROM spent
        """,
        {"start": start, "until": until},
    ).fetchall()
    assert len(rows) > 5
    assert ours == pytest.approx({(who or EMPTY, brand): index for who, brand, index in rows})
