"""Which definitions are in force: those of the files, and where these are broken what they said when last sound.

The ledger remembers the last sound text of each file, so that a restart changes nothing of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from broadsheet.definitions.files import digest
from broadsheet.definitions.workspace import Workspace, load_workspace
from broadsheet.ledger.definitions import SoundText
from broadsheet.press.press import Press

STANDS = "what it said when it was last sound stays in force"
LEFT_OUT = "nothing of it is made until it is mended"


def in_force(press: Press) -> Press:
    """The press over the definitions in force; what is sound is remembered, and the owner is told what is not.

    A change of config/ that breaks a report which was sound is not taken either. Raises StorageError when the ledger
    cannot be used.
    """
    written = press.workspace
    if not written.reports and not press.has_ledger:
        return press  # Nothing is usable, not even the settings, and nothing is remembered.
    known = press.ledger.definitions.hashes()
    stands = _standing(press, known) if written.errors else written
    _remember(press, stands, known)
    _tell(press, stands)
    if stands is written:
        return press
    press.close()
    return replace(press, workspace=stands)


def _standing(press: Press, known: Mapping[str, str]) -> Workspace:
    """The workspace with the last sound texts in place of what is broken; its problems are those of the files."""
    written, texts = press.workspace, press.ledger.definitions.texts
    broken = {problem.place.file for problem in written.errors}
    first = texts(_changed(written, broken & known.keys(), known))
    config = texts(_changed(written, (file for file in known if file.startswith("config/")), known))
    choices = [load_workspace(written.root, instead) for instead in ({}, first, {**config, **first})]
    # The least that is taken from before, among what leaves the fewest broken.
    best = min(
        choices, key=lambda each: len([name for name in each.broken if f"reports/{name}.yaml" in known])
    )
    return replace(best, problems=written.problems)


def _changed(written: Workspace, files: Iterable[str], known: Mapping[str, str]) -> list[str]:
    now = written.files.files
    return [file for file in files if file not in now or digest(now[file]) != known[file]]


def _remember(press: Press, stands: Workspace, known: Mapping[str, str]) -> None:
    """Keep the texts that are sound and new, and forget those of files that are no more."""
    troubled = {problem.place.file for problem in stands.errors}
    sound = {
        file: SoundText(digest(source), source.text)
        for file, source in press.workspace.files.files.items()
        if file not in troubled and file not in stands.former
    }
    fresh = {file: each for file, each in sound.items() if known.get(file) != each.hash}
    gone = [] if troubled else [file for file in known if file not in sound]
    if fresh or gone:
        press.ledger.definitions.keep(fresh, gone)


def _tell(press: Press, stands: Workspace) -> None:
    """Open an alert for each file that is broken, and end those of files that are sound again."""
    broken = {problem.place.file: problem for problem in reversed(stands.errors)}
    alerts = press.ledger.alerts
    for file, problem in broken.items():
        follows = STANDS if file in stands.former else LEFT_OUT
        alerts.open("definition", file, f"{problem.place}: {problem.what}; {follows}")
    for alert in alerts.current():
        if alert.kind == "definition" and alert.subject not in broken:
            alerts.settle("definition", alert.subject)
