from __future__ import annotations

from pathlib import Path

import pytest

from support.mailroom import Mailroom, mailroom


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    """A workspace with letters to send, on the morning of Monday, 15 June 2026."""
    return mailroom(tmp_path / "my shop")
