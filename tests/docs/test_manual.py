"""The manual keeps its word: links lead somewhere, examples load, commands exist, generated pages are current."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from broadsheet.cli.app import app
from broadsheet.definitions.loader import load_bytes
from broadsheet.definitions.schema import kinds
from broadsheet.definitions.workspace import load_workspace
from docs.pages import ROOT, Page, pages

PAGES = pages()
EXAMPLES = [(page, name, text) for page in PAGES for name, text in page.files()]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def model_of(name: str) -> Any:
    return next(model for pattern, model in kinds().values() if fnmatch(name, pattern))


def commands() -> dict[str, Any]:
    """Every command by its full name; groups are not commands."""
    found = {}
    for name, command in get_command(app).commands.items():
        for part, inner in getattr(command, "commands", {"": command}).items():
            found[f"{name} {part}".strip()] = inner
    return found


def printed_commands(page: Page) -> list[list[str]]:
    """The words behind `broadsheet` wherever a page prints a command: on a line of its own, or in a sentence."""
    lines = re.findall(r"^    .*?\bbroadsheet (?=[a-z-])([^|\n]*)$", page.prose, re.MULTILINE)
    inline = re.findall(r"`broadsheet (?=[a-z-])([^`\n]+)`", page.prose)
    return [shlex.split(re.sub(r"\s{3,}.*", "", line)) for line in (*lines, *inline)]


@every_page
def test_links_lead_somewhere(page: Page) -> None:
    broken = []
    for link in page.links():
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.path.parent / path).resolve() if path else page.path
        if not target.exists() or (anchor and anchor not in Page(target).anchors()):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize(
    ("page", "name", "text"), EXAMPLES, ids=[f"{page.name}:{name}" for page, name, _ in EXAMPLES]
)
def test_an_example_file_is_what_its_model_takes(page: Page, name: str, text: str) -> None:
    source = load_bytes(text.encode(), name)
    assert source.problems == ()
    model_of(name).model_validate(source.data)


@every_page
def test_other_yaml_is_well_formed(page: Page) -> None:
    for text in page.examples("yaml"):
        lines = text.splitlines()
        single = lines if all(re.match(r"\w+: .*[}\]]$", line) for line in lines) else [text]
        for part in single:
            problems = load_bytes(part.encode(), page.name).problems
            assert not problems, [str(problem) for problem in problems]


@every_page
def test_printed_commands_exist(page: Page) -> None:
    known = commands()
    for words in printed_commands(page):
        if words[0] == "-C":
            del words[:2]
        name = next((name for name in known if name.split() == words[: len(name.split())]), "")
        if words == ["--help"] or words == ["templates"]:
            continue
        assert name, f"{page.name}: broadsheet {' '.join(words)}"
        options = {option for item in known[name].params for option in item.opts} | {"--help"}
        unknown = [word for word in words if word.startswith("-") and word not in options]
        assert not unknown, f"{page.name}: broadsheet {' '.join(words)}"


def test_the_small_workspace_of_the_manual_is_sound(tmp_path: Path) -> None:
    for name, text in Page(ROOT / "docs/how-to/own-data.md").files():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    workspace = load_workspace(tmp_path)
    assert [str(problem) for problem in workspace.problems] == []
    assert list(workspace.reports) == ["service-monthly"]


def test_the_tutorial_shows_the_mistakes_as_they_are_told(tmp_path: Path) -> None:
    tutorial = Page(ROOT / "docs/tutorial.md")
    ((name, text),) = tutorial.files()
    for folder in ("config", "reports"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / name).write_text(text, encoding="utf-8")
    sound = load_workspace(tmp_path)
    assert "my-first" in sound.reports
    count = f"Sound: {len(sound.reports)} reports, {len(sound.catalog.kpis)} KPIs."
    assert any(count in block for block in tutorial.examples("text"))
    broken = text.replace("win_rate, open", "win_rte, open").replace(
        "rows: segment, kpis", "rows: page, kpis"
    )
    (tmp_path / name).write_text(broken, encoding="utf-8")
    told = [str(problem) for problem in load_workspace(tmp_path).problems]
    (shown,) = (block for block in tutorial.examples("text") if "error[" in block)
    assert len(told) == 5
    assert [line for line in shown.splitlines() if line not in "\n".join(told).splitlines()] == []


def test_commands_page_is_current() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "commands.py"))["page"]()
    assert (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8") == page, (
        "run: python docs/commands.py"
    )
    for name, command in commands().items():
        assert command.hidden or f"## `broadsheet {name}`" in page


def test_readme_shows_the_sample_report_as_it_is() -> None:
    shown = Page(ROOT / "README.md").examples("yaml")[0].splitlines()
    real = iter((ROOT / "reports/sales-weekly.yaml").read_text(encoding="utf-8").splitlines())
    missing = [line for line in shown if line.strip() != "# …" and line not in real]
    assert missing == []


def test_decisions_are_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = set(Page(folder / "README.md").links())
    assert listed == {path.name for path in folder.glob("0*.md")}
