"""The shipped templates and one rendered edition, shared by the tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.edition import Rendered, render_edition
from rendering import sample

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.j2")}


@pytest.fixture(scope="session")
def edition(templates) -> Rendered:
    return render_edition(sample.document(), Theme(), templates)
