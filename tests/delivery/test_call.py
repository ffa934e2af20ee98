"""Calls over HTTPS for real: certificates, hosts with several addresses, and servers that are tired or talk rot."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
import trustme

from broadsheet.definitions.models.alerts import Alerts
from broadsheet.delivery import call as calls
from broadsheet.delivery.call import call
from broadsheet.delivery.message import Letter
from broadsheet.delivery.notices import Notice, other_ways
from broadsheet.delivery.outcome import Parcel
from broadsheet.delivery.webhook import Webhook, compose_post
from support.web import WebServer, web_server

HOST = "hooks.example.test"
HOSTS = (HOST, "127.0.0.0/8", "::1")
ASKED = socket.getaddrinfo


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Addresses by name, as the machine's resolver would give them."""
    known: dict[str, list[str]] = {}

    def asked(host: str, port: object, *rest: object, **more: object) -> list[tuple[object, ...]]:
        return [entry for one in known.get(host, [host]) for entry in ASKED(one, port, *rest, **more)]

    monkeypatch.setattr(calls.socket, "getaddrinfo", asked)
    return known


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority of one's own, which the machine trusts as OpenSSL's settings say."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


@contextmanager
def secure(authority: trustme.CA, host: str) -> Iterator[WebServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    with web_server(context) as server:
        yield server


@contextmanager
def talking(*pieces: bytes, pause: float = 0.0, times: int = 1) -> Iterator[int]:
    """The port of a server that reads a request and says so many times these pieces, one after the other."""

    def talk() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    request = b""
                    while not request.endswith(b"}" if request.startswith(b"POST") else b"\r\n\r\n"):
                        request += client.recv(65536)
                    for piece in pieces * times:
                        client.sendall(piece)
                        time.sleep(pause)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=talk, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_webhook_by_https_with_an_authority_of_ones_own(
    authority: trustme.CA, names: dict[str, list[str]]
) -> None:
    names[HOST] = ["127.0.0.1"]
    with secure(authority, HOST) as server:
        environ = {"CHAT": f"https://{HOST}:{server.port}/T0/B0?x=1"}
        channel, letter = Webhook(HOSTS, environ), Letter("k", "r", "2026-W24", "Sales", "T", "", (), None)
        assert channel.open() is None
        parcel = Parcel("${env:CHAT}", "<1@x>", compose_post(letter, "json"))
        assert [channel.send(parcel).state for _ in range(2)] == ["sent", "sent"]
        channel.close()
        assert call(f"https://{HOST}:{server.port}", HOSTS).state == "sent"
    first, again, asked = server.calls
    assert (first.method, first.path, first.body["report"]) == ("POST", "/T0/B0?x=1", "r")
    assert first.headers["Host"] == f"{HOST}:{server.port}"
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"]
    assert (asked.method, asked.path, asked.content) == ("GET", "/", b"")


@pytest.mark.parametrize("wrong", ["another host", "another authority", "no encryption"])
def test_a_webhook_with_the_wrong_certificate_gets_nothing(
    authority: trustme.CA, names: dict[str, list[str]], wrong: str
) -> None:
    names[HOST] = ["127.0.0.1"]
    signer = trustme.CA() if wrong == "another authority" else authority
    with (
        secure(signer, "other.example.test" if wrong == "another host" else HOST) as server,
        web_server() as plain,
    ):
        port = plain.port if wrong == "no encryption" else server.port
        outcome = call(f"https://{HOST}:{port}/secret", HOSTS, {"text": "x"})
    assert (outcome.state, server.calls, plain.calls) == ("retry", [], []), (
        "nothing left, so it may be tried again"
    )
    assert ("not trusted" in outcome.reply) == (wrong != "no encryption")
    assert "secret" not in outcome.reply


@pytest.mark.parametrize("first", ["127.0.0.9", "::1", "127.0.0.1"])
def test_an_address_that_does_not_answer_leaves_the_next(names: dict[str, list[str]], first: str) -> None:
    """A machine without IPv6 has such addresses of every large chat tool."""
    names["localhost"] = [first, "127.0.0.1"]
    with web_server() as server:
        assert call(f"http://localhost:{server.port}/x", ["localhost"], {"text": "x"}).state == "sent"
    assert len(server.calls) == 1


def test_what_cannot_be_reached_is_tried_again(names: dict[str, list[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    outcome = call(f"http://127.0.0.1:{port}/secret", ["127.0.0.1"], {"text": "x"})
    assert (outcome.state, outcome.reply) == ("retry", "127.0.0.1 cannot be reached: ConnectionRefusedError")
    names["localhost"] = [f"127.0.0.{number}" for number in range(2, 9)]
    with web_server() as server:
        names["localhost"].append("127.0.0.1")
        assert call(f"http://localhost:{server.port}/", ["localhost"]).state == "retry", "not for ever"


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "pause", "times", "post", "get"),
    [
        ((), 0.0, 1, "uncertain", "retry"),
        ((b"nonsense\r\n\r\n",), 0.0, 1, "uncertain", "retry"),
        ((b"HTTP/1.1 200 OK\r\n",), 0.0, 1, "sent", "sent"),
        ((b"X",), 0.1, 99, "uncertain", "retry"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n",), 0.1, 99, "uncertain", "retry"),
        ((OK, b"half"), 0.0, 1, "sent", "sent"),
        ((OK, *(b"x" for _ in range(9))), 0.15, 1, "sent", "sent"),
        ((b"HTTP/1.0 200 OK\r\n\r\n", *(b"x" for _ in range(20))), 0.15, 1, "sent", "sent"),
        (
            (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nzip?",),
            0.0,
            1,
            "sent",
            "sent",
        ),
        ((b"HTTP/1.1 503 no\r\nContent-Length: 8\r\n\r\ntoo fast",), 0.0, 1, "slow", "slow"),
    ],
    ids=[
        "hangs up",
        "nonsense",
        "head alone",
        "drips",
        "continues",
        "half",
        "drips words",
        "old",
        "no gzip",
        "rate",
    ],
)
def test_a_server_that_is_tired_or_talks_nonsense(
    pieces: tuple[bytes, ...], pause: float, times: int, post: str, get: str
) -> None:
    """What a status has told stands; without one nobody knows whether a message was taken. Time is limited."""
    with talking(*pieces, pause=pause, times=times) as port:
        started = time.monotonic()
        url = f"http://127.0.0.1:{port}/"
        assert call(url, ["127.0.0.1"], {"text": "x"}, seconds=0.5).state == post
        if not pause:
            assert call(url, ["127.0.0.1"], seconds=0.5).state == get
        assert time.monotonic() - started < 2, "a deadline for the whole answer"


def test_silence_is_told_as_being_late() -> None:
    with talking(b"", pause=0.5) as port:
        outcome = call(f"http://127.0.0.1:{port}/", ["127.0.0.1"], {"text": "x"}, seconds=0.2)
    assert (outcome.state, outcome.reply) == ("uncertain", "127.0.0.1: LateError")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "sent"),
        (204, "sent"),
        (302, "failed"),
        (404, "rejected"),
        (408, "retry"),
        (410, "rejected"),
        (429, "slow"),
        (500, "retry"),
    ],
)
def test_answers_become_outcomes(status: int, state: str) -> None:
    with web_server() as web:
        web.status, web.headers = status, {"Location": web.url("/elsewhere")}
        assert call(web.url("/hook"), ["127.0.0.1"], {"text": "x"}).state == state
    assert [each.path for each in web.calls] == ["/hook"], "a redirect is not followed"


@pytest.mark.parametrize(
    ("address", "hosts", "reply"),
    [
        ("https://other.example.test/x", ["hooks.example.test"], "is not among `hosts`"),
        ("http://hooks.example.test/x", ["hooks.example.test"], "must be called by https"),
        ("file:///etc/passwd", ["hooks.example.test"], "is not among `hosts`"),
        ("https://hooks.example.test@169.254.169.254/", ["hooks.example.test"], "is not among `hosts`"),
        ("https://inside.example.test/", ["inside.example.test"], "leads to 10.1.2.3, an address inside"),
        ("https://metadata.example.test/", ["metadata.example.test"], "leads to 169.254.169.254"),
        ("https://six.example.test/", ["six.example.test"], "leads to fd00::1"),
        ("https://mapped.example.test/", ["mapped.example.test"], "leads to ::ffff:127.0.0.1"),
        ("https://both.example.test/", ["both.example.test"], "leads to 10.1.2.3"),
    ],
)
def test_no_call_leads_inside(
    monkeypatch: pytest.MonkeyPatch, address: str, hosts: list[str], reply: str
) -> None:
    names = {
        "inside.example.test": ["10.1.2.3"],
        "metadata.example.test": ["169.254.169.254"],
        "six.example.test": ["fd00::1"],
        "mapped.example.test": ["::ffff:127.0.0.1"],
        "both.example.test": ["93.184.216.34", "10.1.2.3"],
    }
    monkeypatch.setattr(
        calls.socket, "getaddrinfo", lambda host, *_, **__: [(0, 0, 0, "", (one, 0)) for one in names[host]]
    )
    outcome = call(address, hosts, {"text": "x"})
    assert outcome.state == "failed"
    assert reply in outcome.reply


def test_the_words_of_a_server_give_no_commands() -> None:
    words = b"\x1b[2J\x1b]0;gone\x07 \xe2\x80\xaeno\r\n" + b"w" * 900
    with talking(b"HTTP/1.1 404 no\r\nContent-Length: %d\r\n\r\n" % len(words) + words) as port:
        outcome = call(f"http://127.0.0.1:{port}/", ["127.0.0.1"], {"text": "x"})
    assert outcome.state == "rejected"
    assert outcome.reply.startswith("127.0.0.1 answered 404: [2J ]0;gone no w")
    assert outcome.reply.isprintable()
    assert len(outcome.reply) < 350


@pytest.mark.parametrize(
    ("url", "hosts", "reply"),
    [
        ("https://hooks.example.test:99999/", HOSTS, "its address cannot be read"),
        ("https:///x", HOSTS, "the host (none) is not among `hosts`"),
        ("", HOSTS, "the host (none) is not among `hosts`"),
        ("https://a..example.test/", ("a..example.test",), "a..example.test has no address"),
        ("https://10.1.2.3/", ("10.1.2.3", "not a network"), "cannot be reached"),
    ],
)
def test_addresses_that_lead_nowhere(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, url: str, hosts: tuple[str, ...], reply: str
) -> None:
    monkeypatch.setattr(calls.socket, "create_connection", refuse)
    assert reply in call(url, hosts, {"text": "x"}).reply


def refuse(*_: object, **__: object) -> socket.socket:
    raise ConnectionRefusedError


@pytest.mark.parametrize(
    ("address", "permitted"),
    [
        ("224.0.0.1", False),
        ("100.64.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:a00:1::", False),
        ("fe80::1%eth0", False),
        ("::ffff:8.8.8.8", True),
        ("8.8.8.8", True),
        ("2606:4700::1", True),
        ("10.9.1.2", True),
        ("10.7.1.2", False),
    ],
)
def test_which_addresses_are_inside(address: str, permitted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (address, 0))]
    monkeypatch.setattr(calls.socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(calls.socket, "create_connection", refuse)
    outcome = call(f"https://{HOST}/", [HOST, "10.8.0.0/16", "10.9.0.0/16"], {"text": "x"})
    assert outcome.state == ("retry" if permitted else "failed"), outcome.reply


def test_the_owner_is_told_by_each_other_way(tmp_path: Path) -> None:
    said, notice = (
        tmp_path / "said",
        Notice("alert-1 · “x”", "Down <!channel>", "<https://evil.example|x> & y"),
    )
    alerts = Alerts(
        webhook="${env:HOOK}", command=("sh", "-c", f"cat >'{said}'"), folder="told", hosts=("127.0.0.1",)
    )
    with web_server() as server:
        told = dict(other_ways(alerts, notice, tmp_path, {"HOOK": server.url("/x")}))
    assert [(way, outcome.state) for way, outcome in told.items()] == [
        ("webhook", "sent"),
        ("command", "sent"),
        ("folder", "sent"),
    ]
    (posted,) = server.calls
    assert posted.body["text"] == "Down &lt;!channel&gt;\n&lt;https://evil.example|x&gt; &amp; y"
    assert posted.body["subject"] == notice.subject
    assert said.read_text() == f"{notice.subject}\n\n{notice.text}"
    assert (tmp_path / "told" / "alert-1-x.txt").read_text() == f"{notice.subject}\n\n{notice.text}"


@pytest.mark.parametrize(
    ("alerts", "reply"),
    [
        ({"webhook": "${env:NONE}", "hosts": ("127.0.0.1",)}, "NONE, which is not set"),
        ({"command": ("no-such-program",)}, "no-such-program: FileNotFoundError"),
        ({"command": ("sh", "-c", "exit 3")}, "sh ended with 3"),
        ({"command": ("sleep", "9")}, "sleep: TimeoutExpired"),
        ({"folder": "file/told"}, "cannot be written"),
    ],
)
def test_a_way_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alerts: dict[str, object], reply: str
) -> None:
    monkeypatch.setattr("broadsheet.delivery.notices.COMMAND_SECONDS", 0.2)
    (tmp_path / "file").write_text("")
    ((_, outcome),) = other_ways(Alerts(**alerts), Notice("n", "s", "t"), tmp_path, {})
    assert outcome.state == "failed"
    assert reply in outcome.reply


def test_a_post_for_a_program_is_whole_and_one_for_a_chat_is_cut() -> None:
    letter = Letter("k", "orders", "2026-W24", "[Pay](https://evil.example) *now*", "t" * 3001, "", (), None)
    cards = json.loads(compose_post(letter, "teams"))["attachments"][0]["content"]["body"]
    assert {card["type"] for card in cards} == {"RichTextBlock"}, "nothing in it is Markdown"
    words = [card["inlines"][0]["text"] for card in cards]
    assert words == [letter.subject, "t" * 2999 + "…"]
    whole = json.loads(compose_post(replace(letter, text="t" * 3000), "slack"))["text"]
    assert whole.endswith("\n" + "t" * 3000)
    long = replace(letter, text="😀" * 9000)
    assert len(compose_post(long, "teams")) < 28 * 1024, "Teams takes no more, whatever the script"


def test_posts_have_the_form_of_their_tool() -> None:
    letter = Letter("k", "orders", "2026-W24", "Orders <!here> & more", "T" * 5000, "", (), None)
    plain, slack, teams = (json.loads(compose_post(letter, form)) for form in ("json", "slack", "teams"))
    assert plain["text"] == "T" * 5000
    assert slack["text"].startswith("*Orders &lt;!here&gt; &amp; more*\nTTT")
    assert len(slack["text"]) < 3100
    title, _ = teams["attachments"][0]["content"]["body"]
    assert title["inlines"][0]["text"] == "Orders <!here> & more"
