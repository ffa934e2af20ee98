"""A press that is killed at a chosen step, started again, and judged by what the receiver and the ledger know."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock

import broadsheet
from broadsheet import failpoints
from broadsheet.archive.store import Archive
from broadsheet.clock import FixedClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.ledger.editions import STRIKES
from broadsheet.press import run
from broadsheet.press.press import Press
from broadsheet.press.tick import tick
from press.workspace import MONDAY, SUNDAY, House, build, report
from support.inline import InlinePool
from support.smtp import PASSWORD, USER, MailServer

Kill = tuple[str, int]
"""A step and the how-manieth visit to it in one life of the press."""

READERS = ("ada@example.test", "bo@example.test", "cy@example.test")
REST = timedelta(minutes=20)
"""Longer than any lease and than the first pauses between attempts."""
ONE_AT_A_TIME = Lock()
"""Whoever starts a process also asks those of other threads how they ended, and takes the answer from them."""
LIVES = 12
"""So many lives without a kill must be enough to finish everything."""


def steps() -> set[str]:
    """Every step that the program names, read from its source."""
    sources = Path(broadsheet.__file__).parent.rglob("*.py")
    found = (re.findall(r'failpoints\.reached\(\s*"([^"]+)"', path.read_text("utf-8")) for path in sources)
    return {step for names in found for step in names}


def shop(root: Path, server: MailServer) -> House:
    """A workspace with one small report for three readers by SMTP, whose schedule has just been seen."""
    house = build(root)
    settings = (root / "config/settings.yaml").read_text("utf-8")
    mail = (
        f"mail: {{channel: smtp, host: localhost, port: {server.port}, ca_file: '{server.ca_file}', "
        f"user: {USER}, password: '${{env:SMTP_PASSWORD}}', timeout: 10}}\n"
    )
    house.write("config/settings.yaml", settings + mail)
    readers = ", ".join(READERS)
    house.write("config/audiences.yaml", f"audiences:\n  sales: {{label: Sales, recipients: [{readers}]}}\n")
    house.write("reports/orders.yaml", report(blocks="[{kpis: [orders]}]"))
    house.clock.at = SUNDAY
    with house.press({"SMTP_PASSWORD": PASSWORD}) as press:
        tick(press)
    return house


@dataclass(frozen=True)
class Verdict:
    """What the receiver got over all lives."""

    messages: int
    duplicates: int
    killed: int
    quarantined: bool = False
    """Three presses died over the edition, so that it waited for somebody to look."""


def cycle(start: House, root: Path, server: MailServer, plan: Sequence[Kill]) -> Verdict:
    """Copy a workspace, live once per kill and then until nothing is left to do, and judge.

    Raises AssertionError when anything was lost, changed, or sent twice without a kill to explain it.
    """
    shutil.copytree(start.root, root)
    server.mails.clear()
    killed, at = 0, MONDAY
    for kill in plan:
        killed += live(root, at, (kill,))
        at += REST
    at = finish(root, at)
    poison = _rows(root, "SELECT strikes FROM edition WHERE state = 'quarantined'")
    if poison:
        assert poison == [(killed,)] == [(STRIKES,)], f"quarantined after {killed} deaths: {poison}"
        assert not server.mails
        House(root, start.clock).write(
            "reports/orders.yaml", report("Looked at", blocks="[{kpis: [orders]}]")
        )
        finish(root, at)
    duplicates = judge(root, server, killed)
    return Verdict(len(server.mails), duplicates, killed, bool(poison))


def finish(root: Path, at: datetime) -> datetime:
    """Undisturbed lives until nothing is left to do; the moment after them."""
    for _ in range(LIVES):
        assert not live(root, at, ()), "died without being killed"
        at += REST
        if not unfinished(root):
            break
    return at


def live(root: Path, at: datetime, kills: Iterable[Kill], trail: Path | None = None) -> bool:
    """One life of the press: a tick at a moment in a process of its own; whether it was killed."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["soak.kills", "broadsheet.press.render"])
    process = context.Process(target=_life, args=(str(root), at, tuple(kills), trail and str(trail)))
    with ONE_AT_A_TIME:
        process.start()
    ended = wait([process.sentinel], 120)
    with ONE_AT_A_TIME:
        process.join(0)
    if not ended:
        process.kill()
        raise AssertionError(f"hung: {tuple(kills)}")
    assert process.exitcode in (0, -signal.SIGKILL), f"ended with {process.exitcode}: {tuple(kills)}"
    return process.exitcode != 0


def visits(root: Path, at: datetime, trail: Path) -> Counter[str]:
    """How often an undisturbed life comes to each step."""
    assert not live(root, at, (), trail)
    return Counter(trail.read_text("utf-8").split())


def _life(root: str, at: datetime, kills: tuple[Kill, ...], trail: str | None) -> None:
    seen: Counter[str] = Counter()

    def reached(step: str) -> None:
        seen[step] += 1
        if trail is not None:
            with Path(trail).open("a", encoding="utf-8") as file:
                file.write(f"{step}\n")
        if (step, seen[step]) in kills:
            os.kill(os.getpid(), signal.SIGKILL)

    failpoints.reached = reached
    run.Pool = InlinePool  # Who is killed here is the press; renderers have tests of their own.
    press = Press(load_workspace(Path(root)), FixedClock(at), {"SMTP_PASSWORD": PASSWORD}, Path(root) / "var")
    tick(press)
    press.close()


def _rows(root: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(root / "var" / "ledger.sqlite")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def unfinished(root: Path) -> int:
    """Editions and deliveries that still wait, asked of the file itself."""
    ((number,),) = _rows(
        root,
        "SELECT (SELECT count(*) FROM edition WHERE state IN ('due', 'running'))"
        " + (SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending', 'uncertain'))",
    )
    return int(str(number))


def judge(root: Path, server: MailServer, killed: int) -> int:
    """Compare the receiver with the ledger and the archive; the number of repeated messages.

    I1 one edition per period · I3 what was sent is archived, unaltered · I4 every message has its delivery ·
    I5 one Message-ID per recipient · I8 a sound database.
    """
    assert _rows(root, "PRAGMA integrity_check") == [("ok",)]
    assert _rows(root, "PRAGMA foreign_key_check") == []
    assert _rows(root, "SELECT period, revision, state FROM edition") == [("2026-W24", 1, "ready")]
    sent = _rows(root, "SELECT recipient, message_id, message, state FROM delivery ORDER BY recipient")
    assert [(row[0], row[3]) for row in sent] == [(reader, "sent") for reader in READERS]
    archive = Archive(root / "var" / "archive")
    got: dict[str, list[bytes]] = {}
    for mail in server.mails:
        (reader,) = mail.recipients
        got.setdefault(reader, []).append(mail.content)
    for recipient, message_id, digest, _ in sent:
        stored = archive.get(str(digest))
        assert recipient in got, f"lost: {recipient}"
        assert set(got[str(recipient)]) == {stored}, f"altered: {recipient}"
        assert str(message_id).encode() in stored
    duplicates = len(server.mails) - len(READERS)
    assert duplicates <= killed, f"{duplicates} repeated after {killed} kills"
    return duplicates
