"""The shipped starter (reports, config, templates): inside the wheel, or at the root of a checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

from broadsheet.errors import Place, StorageError, TemplateError, UsageError, did_you_mean

PARTS = ("reports", "config", "templates")
TEMPLATES_NOTE = """\
Templates in this folder replace the shipped ones of the same name.

    broadsheet templates list           what is shipped, and what this folder replaces
    broadsheet templates copy NAME      take a shipped template over, to change it here
"""


def starter_folder() -> Path:
    """Where the starter lies: package data of a wheel, else the repository of an editable install."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "starter", package.parents[1]):
        if all((folder / part).is_dir() for part in PARTS):
            return folder
    raise StorageError(
        "the shipped starter is missing from this installation",
        "Install Broadsheet again from its wheel.",
    )


def shipped_templates() -> dict[str, Path]:
    """Every shipped template by name."""
    folder = starter_folder() / "templates"
    return {path.name: path for path in sorted(folder.glob("*.j2"))}


def load_templates(root: Path) -> dict[str, str]:
    """Template sources by name: the workspace's own first, the shipped ones for the rest.

    Raises TemplateError for one that is no UTF-8 text or leads elsewhere, StorageError for one that cannot be read.
    """
    own = {path.name: path for path in sorted((root / "templates").glob("*.j2"))}
    return {name: _template(path) for name, path in {**shipped_templates(), **own}.items()}


def _template(path: Path) -> str:
    # Links within the folder are how Kubernetes mounts one.
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise TemplateError(
            Place(f"templates/{path.name}"),
            "it is a link that leads out of its folder",
            "Copy the file here.",
        )
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise TemplateError(
            Place(f"templates/{path.name}"), "it is not UTF-8 text", "Save it as UTF-8."
        ) from None
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}", "Mend its permissions.") from error


def copy_template(root: Path, name: str) -> Path:
    """Take a shipped template over into the workspace; never overwrites one that is there."""
    shipped = shipped_templates()
    if name not in shipped:
        raise UsageError(f"there is no template “{name}”", did_you_mean(name, shipped))
    target = root / "templates" / name
    if target.exists():
        raise UsageError(
            f"templates/{name} is there already", "Remove or rename it first; nothing was changed."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shipped[name], target)
    return target


def create_workspace(target: Path) -> list[Path]:
    """Copy the starter's reports and configuration into a folder without either; returns what was written.

    Raises UsageError when the folder already holds definitions: nothing is ever overwritten.
    """
    present = [part for part in ("reports", "config") if (target / part).exists()]
    if present:
        raise UsageError(
            f"{target} already has {' and '.join(f'{part}/' for part in present)}",
            "Choose an empty folder; nothing was changed.",
        )
    source = starter_folder()
    target.mkdir(parents=True, exist_ok=True)
    for part in ("reports", "config"):
        shutil.copytree(source / part, target / part)
    (target / "templates").mkdir(exist_ok=True)
    (target / "templates" / "README.md").write_text(TEMPLATES_NOTE, encoding="utf-8")
    ignored = target / ".gitignore"
    if not ignored.exists():
        ignored.write_text("/var/\n", encoding="utf-8")
    return sorted(path for path in target.rglob("*") if path.is_file())
