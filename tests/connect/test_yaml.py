"""Whatever a table, a column or a value is called, the strict loader reads it back from the proposal."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.definitions.loader import load_bytes
from broadsheet.warehouse.connect.write_yaml import scalar

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufeff"))


@given(TEXTS)
@example("yes: no # -")
@example("Null")
@example("1e3")
@example(" - ")
@example("{a, b}")
def test_texts_come_back_as_they_are(text: str) -> None:
    written = scalar(text)
    loaded = load_bytes(
        f"key: {{{written}: [{written}]}}\nother: {written}\n".encode(), "config/sources.yaml"
    )
    assert loaded.problems == ()
    assert loaded.data == {"key": {text: [text]}, "other": text}
