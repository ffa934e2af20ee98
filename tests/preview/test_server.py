"""The preview's page: on this machine alone, always the newest view, content that runs nowhere."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from broadsheet.clock import SystemClock
from broadsheet.errors import UsageError
from broadsheet.press.demand import Wish
from broadsheet.preview.server import Board, serving
from broadsheet.preview.studio import Studio, View
from broadsheet.preview.watch import changes
from broadsheet.rendering.edition import Screen

FIRST = View(Screen("<p>page</p>", "<p>mail</p>", "text"), (), 0.5)
SECOND = View(None, ("reports/x.yaml:1: error[unknown-key]: …",), 0.1)


@pytest.fixture
def board() -> Board:
    return Board(FIRST)


@pytest.fixture
def address(board: Board, tmp_path: Path) -> Iterator[str]:
    with serving(0, board, Studio(tmp_path, SystemClock(), os.environ, tmp_path, Wish("x"))) as url:
        yield urlsplit(url).netloc


def ask(address: str, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
    with closing(HTTPConnection(address, timeout=10)) as connection:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response, response.read().decode()


def test_it_shows_page_mail_and_text_and_runs_no_script_of_theirs(address: str) -> None:
    for path, content in (("/page", "<p>page</p>"), ("/mail", "<p>mail</p>"), ("/text", "text")):
        response, told = ask(address, path)
        assert (response.status, told) == (200, content)
        assert "script-src" not in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "<iframe" in ask(address, "/")[1]
    assert ask(address, "/other")[0].status == 404
    assert ask(address, "/page", Host="evil.test")[0].status == 421


def test_a_waiting_page_hears_of_the_next_view_at_once(address: str, board: Board) -> None:
    threading.Timer(0.2, board.put, [SECOND]).start()
    told = json.loads(ask(address, "/state?1")[1])
    assert told == {"number": 2, "problems": list(SECOND.problems), "shown": False, "seconds": 0.1}
    assert ask(address, "/page")[0].status == 404, "nothing sound was ever there"
    assert json.loads(ask(address, "/state?1")[1])["number"] == 2, "a late page need not wait"


def test_asking_again_is_heard_once(address: str, board: Board) -> None:
    assert not board.asked_again()
    assert ask(address, "/again", "POST")[0].status == 200
    assert [board.asked_again(), board.asked_again()] == [True, False]
    assert ask(address, "/page", "POST")[0].status == 404


def test_a_port_in_use_is_told(address: str, board: Board, tmp_path: Path) -> None:
    port = int(address.rpartition(":")[2])
    with (
        pytest.raises(UsageError, match=f"port {port} cannot be used"),
        serving(port, board, Studio(tmp_path, SystemClock(), os.environ, tmp_path, Wish("x"))),
    ):
        pass


def test_every_save_is_noticed(tmp_path: Path) -> None:
    asked: list[bool] = []
    file = tmp_path / "reports" / "x.yaml"
    file.parent.mkdir()

    class Steps(SystemClock):
        """Each wait is a step of the story."""

        def sleep(self, seconds: float) -> None:
            steps.pop(0)()

    steps = [
        lambda: file.write_text("a"),
        lambda: None,
        lambda: (tmp_path / "other").write_text("no part of the workspace"),
        lambda: file.write_text("ab"),
        lambda: asked.append(True),
        lambda: file.unlink(),
    ]
    seen = []
    for _ in changes(tmp_path, Steps(), lambda: bool(asked) and asked.pop()):
        seen.append(len(steps))
        if not steps:
            break
    assert seen == [5, 2, 1, 0]
