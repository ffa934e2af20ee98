from __future__ import annotations

from pathlib import Path

import pytest

from press.workspace import House, build


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A small workspace in a folder with a space in its name, on the Sunday before its report is due."""
    return build(tmp_path / "my shop")
