"""The codec gives back exactly what it was given, and builds nothing but the classes it knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from broadsheet.archive.codec import Codec
from broadsheet.definitions.models.base import Definition
from broadsheet.errors import StorageError


@dataclass(frozen=True)
class Leaf:
    value: Any


@dataclass(frozen=True)
class Oak(Leaf):
    age: int = 0


class Model(Definition):
    as_: str = Field(alias="as")
    leaf: Leaf | None = None


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    named: Mapping[Any, Model]


CODEC = Codec(Tree, apart=(bytes,))
BERLIN = ZoneInfo("Europe/Berlin")


def again(value: Any, codec: Codec = CODEC) -> Any:
    return codec.loads(codec.dumps(value, lambda part: part.hex()), bytes.fromhex)


SCALARS = (
    st.none()
    | st.booleans()
    | st.text()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.dates()
    | st.times().map(lambda at: at.replace(fold=0))
    | st.timedeltas()
    | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0))
    | st.datetimes(timezones=st.just(BERLIN), allow_imaginary=False)
    | st.binary()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.lists(st.text()).map(tuple), inner)
        | inner.map(Leaf)
        | st.builds(Oak, inner, st.integers())
    ),
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    back = again(Tree((Leaf(value),), {}))
    assert repr(back) == repr(Tree((Leaf(value),), {}))


def test_models_subclasses_and_second_hours_come_back() -> None:
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    tree = Tree((Leaf(second), Oak(1, 2)), {("a", 1): Model(as_="event", leaf=Oak(float("inf"), 3))})
    back = again(tree)
    assert back == tree
    assert type(back.leaves[1]) is Oak
    assert back.leaves[0].value.utcoffset() == timedelta(hours=1)


def test_the_same_value_is_the_same_text() -> None:
    assert again(frozenset({"b", "a"})) == {"a", "b"}
    texts = {CODEC.dumps(Tree((Leaf(frozenset({"b", "a", "c"})),), {}), bytes.hex) for _ in range(3)}
    assert len(texts) == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"is": "Popen", "args": "true"}',
        '{"is": "Leaf", "value": 1, "more": 2}',
        '{"eval": "1"}',
        '{"date": "yesterday"}',
        "{",
        '{"time": 5}',
    ],
)
def test_what_is_unknown_or_damaged_is_refused(text: str) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        CODEC.loads(text.encode(), bytes.fromhex)


def test_a_class_that_no_annotation_names_is_not_written() -> None:
    with pytest.raises(TypeError, match="is no part of an edition"):
        again(Leaf(json.JSONDecoder()))


def test_a_field_that_came_later_has_its_default() -> None:
    # It is also found where it stood in another module then.
    assert CODEC.loads(b'{"is": "trees.Oak", "value": {"clock": "07:00:00"}}', bytes.fromhex) == Oak(time(7))
    assert date(2026, 1, 1) == again(date(2026, 1, 1))
