"""A tenth of the hostile texts in every field and place, and some inputs of the parsers; `make soak` takes all."""

from __future__ import annotations

import pytest

from soak import f12_injection, hostile


@pytest.mark.faults
def test_texts_that_would_be_code_stay_texts_everywhere() -> None:
    assert len(hostile.STRINGS) >= 150
    assert "0 escapes" in f12_injection.main(0.0001)
