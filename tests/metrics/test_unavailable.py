"""A source that cannot be reached is asked once, not once per question."""

from datetime import UTC, datetime

import pytest

from broadsheet.errors import UnavailableError
from broadsheet.metrics import Question, answer
from broadsheet.periods import Calendar, parse_label
from metrics.small import catalog

CATALOG = catalog(
    {"orders": {"key": "id", "clock": "at", "columns": {"id": "number", "at": "time"}}},
    {"orders_count": {"count": "orders"}},
)


class Nobody:
    def __init__(self) -> None:
        self.asked = 0

    def relation(self, name):
        self.asked += 1
        raise UnavailableError("the server is down")

    def size(self, name):
        return self.relation(name)

    def query(self, name, select):
        raise AssertionError("nothing can be asked")


def test_it_is_asked_once():
    calendar = Calendar()
    question = Question(("orders_count",), (parse_label("2026-06", calendar),))
    source = Nobody()
    with pytest.raises(UnavailableError):
        answer([question, question, question], CATALOG, calendar, source, datetime(2026, 7, 1, tzinfo=UTC))
    assert source.asked == 1
