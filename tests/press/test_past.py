"""Figure 9 in small: past editions come back, and are drawn again, byte for byte."""

from __future__ import annotations

import pytest

from soak.f09_archive import main


@pytest.mark.faults
def test_past_editions_come_back_and_are_drawn_again() -> None:
    assert "8 identical byte for byte" in main(0.008)
