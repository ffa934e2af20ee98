"""What is installed is locked by hash, and looked up among known vulnerabilities."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from architecture.source import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
HASH = "--hash=sha256:" + "0" * 64
KNOWN = {
    "id": "GHSA-0000-example",
    "summary": "A sandbox can be left.",
    "details": "An example.",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "jinja2"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.6"}]}],
            "versions": ["3.1.2"],
        }
    ],
}


@contextmanager
def database() -> Iterator[str]:
    """The address of a database that knows one vulnerability: of jinja2 3.1.2."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = (asked["package"]["name"], asked["version"]) == ("jinja2", "3.1.2")
            content = json.dumps({"vulns": [KNOWN]} if known else {}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


def audited(lock: Path, url: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "requirements/audit.sh", str(lock)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "AUDIT_URL": url, **environ},
    )


@pytest.mark.faults
def test_fault_a30_dependency_with_known_cve(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    with database() as url:
        lock.write_text(f"jinja2==3.1.2 {HASH}\nmarkupsafe==3.0.2 {HASH}\n", encoding="utf-8")
        red = audited(lock, url)
        assert red.returncode == 1
        assert "GHSA-0000-example" in red.stderr
        assert "raise their versions, then make lock" in red.stderr
        lock.write_text(f"jinja2==3.1.6 {HASH}\nmarkupsafe==3.0.2 {HASH}\n", encoding="utf-8")
        green = audited(lock, url)
        assert (green.returncode, green.stderr) == (0, "")
        assert "no known vulnerability" in green.stdout
    away = audited(lock, "http://127.0.0.1:9/v1/query")
    assert away.returncode == 1
    assert "NOT AUDITED" in away.stderr
    assert audited(lock, "http://127.0.0.1:9/v1/query", AUDIT="optional").returncode == 0


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_is_locked_by_hash(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    hashes = r"((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
    packages = re.findall(rf"^[a-z0-9][^\s=]*==[^\s\\]+ \\\n{hashes}", text, re.MULTILINE)
    assert packages
    assert len(packages) == len(re.findall(r"^[a-z0-9]\S*==", text, re.MULTILINE))
    assert "WARNING" not in text
