"""The pages of a running schedule: /livez, /readyz and /metrics. They tell no figures of reports and no persons."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from broadsheet.errors import UsageError
from broadsheet.monitor.health import Status, checks
from broadsheet.monitor.metrics import Metrics

Answer = tuple[int, str, bytes]
"""Status, content type and content."""
PLAIN = "text/plain; charset=utf-8"
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Monitor:
    """A small web server beside the schedule, for the machine's own eyes."""

    def __init__(self, listen: str, status: Callable[[], Status]) -> None:
        """Listen at `host:port`, at once. UsageError when that is no address, or taken."""
        self._status = status
        self.metrics = Metrics(status)
        try:
            self._server = ThreadingHTTPServer(_address(listen), _handler(self.answer))
        except OSError as error:
            raise UsageError(f"cannot listen at {listen}: {error.strerror}", "Choose another port.") from None
        self._thread = Thread(target=self._server.serve_forever, name="monitor", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def answer(self, path: str) -> Answer:
        """What a page says."""
        if path == "/livez":
            status = self._status()
            return 200 if status.alive else 503, PLAIN, f"idle for {status.idle:.0f} seconds\n".encode()
        if path == "/readyz":
            found = {check.name: check.trouble or "ok" for check in checks(self._status())}
            ready = all(state == "ok" for state in found.values())
            return 200 if ready else 503, "application/json", json.dumps(found, ensure_ascii=False).encode()
        if path == "/metrics":
            return 200, PROMETHEUS, self.metrics.text()
        return 404, PLAIN, b"There are /livez, /readyz and /metrics.\n"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise UsageError(f"“{listen}” is no address to listen at", "Write host:port, such as 127.0.0.1:9464.")
    return host.strip("[]"), int(port)


def _handler(answer: Callable[[str], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_GET(self) -> None:
            """Answer by path; what goes wrong is told as such."""
            try:
                status, kind, content = answer(self.path.partition("?")[0])
            except Exception as error:  # A page that fails must not look like one that hangs.
                status, kind, content = 500, PLAIN, f"{type(error).__name__}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Who asks every few seconds fills no log."""

    return Handler
