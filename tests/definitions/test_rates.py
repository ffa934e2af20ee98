"""The setting `rates` names an entity that can give exchange rates."""

from pathlib import Path
from shutil import copytree

import pytest

from broadsheet.definitions.workspace import load_workspace

BASE = Path(__file__).parents[1] / "errors" / "base"


@pytest.mark.parametrize(
    ("rates", "code", "words"),
    [
        ("exchange", "unknown-link", "unknown entity “exchange”"),
        ("rep", "dated-entity", "cannot give exchange rates"),
    ],
)
def test_a_wrong_one_is_refused_in_its_place(tmp_path: Path, rates: str, code: str, words: str) -> None:
    root = copytree(BASE, tmp_path / "workspace")
    settings = root / "config" / "settings.yaml"
    settings.write_text(settings.read_text() + f"rates: {rates}\n")
    (problem,) = load_workspace(root).errors
    assert (problem.code, problem.place.file) == (code, "config/settings.yaml")
    assert words in problem.what
