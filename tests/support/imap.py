"""A mailbox on loopback that speaks as much of IMAP4rev1 as reading it takes, over TLS."""

from __future__ import annotations

import re
import ssl
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import trustme

ADA = "ada@example.test"
CHALLENGE = b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n"
"""What Google and Microsoft say to a token that they do not take; they wait for an empty line then."""


def dsn(to: str, status: str, message_id: str, *, action: str = "failed", to_header: str = "") -> bytes:
    """A report as Postfix writes it."""
    return f"""\
From: MAILER-DAEMON@relay.example.test (Mail Delivery System)
To: {to_header or to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.test
Arrival-Date: Mon, 15 Jun 2026 07:00:00 +0200

Final-Recipient: rfc822; {ADA}
Original-Recipient: rfc822;{ADA}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.test
Diagnostic-Code: smtp; 550 {status} <{ADA}>: Recipient address rejected

--B
Content-Type: text/rfc822-headers

From: reports@tidewater.test
To: {ADA}
Message-ID: {message_id}
Subject: Sales weekly

--B--
""".encode()


@dataclass
class ImapServer:
    """Where it listens, which CA vouches for it, what lies in it, and what it was told."""

    ca_file: Path
    host: str = "localhost"
    port: int = 0
    ways: Sequence[str] = ("PLAIN", "XOAUTH2")
    """Logins that it offers beside LOGIN."""
    user: str = "reports"
    password: str = "correct horse"
    tokens: list[str] = field(default_factory=list)
    folder: str = "INBOX"
    """The name of its one folder, as it goes over the wire."""
    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    """The commands that came, without what they log in with."""
    refusing: str = ""
    """A command that is answered with NO."""

    def put(self, *contents: bytes) -> None:
        """Let messages arrive."""
        for content in contents:
            self.messages[len(self.messages) + 1] = content


class _Session(StreamRequestHandler):
    timeout = 10
    box: ImapServer

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, rest = line.decode("utf-8").rstrip("\r\n").partition(" ")
            name, _, more = rest.removeprefix("UID ").partition(" ")
            self.box.said.append(name if name in ("LOGIN", "AUTHENTICATE") else rest)
            done = name != self.box.refusing and getattr(self, f"do_{name.lower()}")(more)
            self.wfile.write(f"{tag} {'OK done' if done else 'NO [UNAVAILABLE] not now'}\r\n".encode())
            if name == "LOGOUT":
                return

    def do_capability(self, _: str) -> bool:
        offered = "".join(f" AUTH={way}" for way in self.box.ways)
        self.wfile.write(f"* CAPABILITY IMAP4rev1{offered}\r\n".encode())
        return True

    def do_login(self, more: str) -> bool:
        return more == f'{self.box.user} "{self.box.password}"'

    def do_authenticate(self, way: str) -> bool:
        self.wfile.write(b"+ \r\n")
        words = b64decode(self.rfile.readline()).decode("utf-8")
        if way == "PLAIN":
            return words == f"\0{self.box.user}\0{self.box.password}"
        if any(words == f"user={self.box.user}\1auth=Bearer {token}\1\1" for token in self.box.tokens):
            return True
        self.wfile.write(CHALLENGE)
        assert self.rfile.readline() == b"\r\n", "an empty answer ends it"
        return False

    def do_select(self, more: str) -> bool:
        self.wfile.write(f"* {len(self.box.messages)} EXISTS\r\n".encode())
        return more == f'"{self.box.folder}"'

    def do_search(self, _: str) -> bool:
        unseen = " ".join(str(number) for number in self.box.messages if number not in self.box.seen)
        self.wfile.write(f"* SEARCH {unseen}".rstrip().encode() + b"\r\n")
        return True

    def do_fetch(self, more: str) -> bool:
        found = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", more)
        assert found is not None, more
        number, content = int(found[1]), self.box.messages[int(found[1])][: int(found[2])]
        head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(content)}}}\r\n".encode()
        self.wfile.write(head + content + b")\r\n")
        return True

    def do_store(self, more: str) -> bool:
        number, _, flags = more.partition(" ")
        assert flags == "+FLAGS.SILENT (\\Seen)", flags
        self.box.seen.add(int(number))
        return True

    def do_logout(self, _: str) -> bool:
        self.wfile.write(b"* BYE\r\n")
        return True


class _Listener(ThreadingTCPServer):
    daemon_threads = True
    context: ssl.SSLContext

    def get_request(self) -> tuple[Any, Any]:
        plain, address = super().get_request()
        return self.context.wrap_socket(plain, server_side=True), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is none of its business."""


@contextmanager
def imap_server(folder: Path) -> Iterator[ImapServer]:
    """A mailbox for the length of the block; its CA certificate lies in `folder`."""
    authority, box = trustme.CA(), ImapServer(folder / "imap-ca.pem")
    authority.cert_pem.write_to_path(str(box.ca_file))
    handler = type("Session", (_Session,), {"box": box})
    with _Listener(("127.0.0.1", 0), handler) as listener:
        listener.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(listener.context)
        box.port = listener.server_address[1]
        thread = Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            listener.shutdown()
            thread.join()
