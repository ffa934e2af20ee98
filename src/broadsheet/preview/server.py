"""The preview's page on this machine alone: it shows the newest view and hears when there is a newer one."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from broadsheet.errors import UsageError
from broadsheet.preview.studio import Studio, View

HOST = "127.0.0.1"
WAIT = 20.0
"""Seconds after which a listening page asks again."""

# Pages of reports hold no scripts; if content ever did, it would not run.
_PAGE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


class Board:
    """The newest view with its number; readers wait here for the next one."""

    def __init__(self, view: View) -> None:
        self._changed, self._view, self._number, self._asked = threading.Condition(), view, 1, False

    def put(self, view: View) -> None:
        """Show another view and wake all who wait."""
        with self._changed:
            self._view, self._number = view, self._number + 1
            self._changed.notify_all()

    @property
    def view(self) -> View:
        """The newest view."""
        return self._view

    def after(self, number: int, seconds: float) -> tuple[int, View]:
        """The newest view, as soon as it is not `number` any more, at the latest after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != number, seconds)
            return self._number, self._view

    def ask(self) -> None:
        """Somebody wants a view though no file has changed."""
        with self._changed:
            self._asked = True

    def asked_again(self) -> bool:
        """Whether somebody wanted one since this was last looked at."""
        with self._changed:
            asked, self._asked = self._asked, False
            return asked


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, board: Board, studio: Studio) -> None:
        super().__init__((HOST, port), _Handler)
        self.board, self.studio = board, studio

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away in the middle of an answer is no trouble; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(port: int, board: Board, studio: Studio) -> Iterator[str]:
    """Serve the board on the loopback address meanwhile; what to open in a browser.

    Raises UsageError when the port is taken.
    """
    try:
        server = _Server(port, board, studio)
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used: {error.strerror}", "Name another one, or leave --port out."
        ) from None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self._local():
            return
        path, _, query = self.path.partition("?")
        screen = self.server.board.view.screen
        match path:
            case "/":
                shell = (files("broadsheet.preview") / "shell.html").read_bytes()
                self._send(shell, "text/html; charset=utf-8")
            case "/state":
                known = int(query) if query.isdigit() else 0
                self._state(*self.server.board.after(known, WAIT))
            case "/page" if screen:
                self._send(screen.html.encode(), "text/html; charset=utf-8", _PAGE)
            case "/mail" if screen:
                self._send(screen.mail_html.encode(), "text/html; charset=utf-8", _PAGE)
            case "/text" if screen:
                self._send(screen.mail_text.encode(), "text/plain; charset=utf-8", _PAGE)
            case "/report.pdf" if screen:
                self._send(self.server.studio.pdf() or b"", "application/pdf")
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        if not self._local():
            return
        if self.path != "/again":
            self.send_error(404)
            return
        self.server.studio.forget()
        self.server.board.ask()
        self._send(b"", "text/plain")

    def _state(self, number: int, view: View) -> None:
        told = {
            "number": number,
            "problems": view.problems,
            "shown": view.screen is not None,
            "seconds": round(view.seconds, 1),
        }
        self._send(json.dumps(told).encode(), "application/json")

    def _local(self) -> bool:
        """Only under the loopback address: a page of the internet must not read it by a name of its own."""
        if self.headers.get("Host", "").rpartition(":")[0] in (HOST, "localhost"):
            return True
        self.send_error(421)
        return False

    def _send(self, content: bytes, kind: str, policy: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Say nothing: the terminal tells of problems only."""
