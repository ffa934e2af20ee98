"""One call over HTTPS to an address that the settings hold, whose host they allow, and which is no inside door.

The host's name is looked up once and the connection goes to that very address: between a look and the call a name
could come to mean another machine (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from broadsheet.delivery.link import verified, within
from broadsheet.delivery.outcome import Outcome, OutcomeState
from broadsheet.delivery.replies import RATE, line_of

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Hosts that may be called without encryption."""
READ = 300
"""Bytes of an answer that are read: what a person may want to know of it."""
BUSY = (408, 425, 429)
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""How machines that have IPv6 alone reach IPv4 addresses (RFC 6052)."""
PORTS = {"https": 443, "http": 80}
TRIED = 4
"""Addresses of a host that are tried, in the order that suits this machine."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def call(
    url: str,
    hosts: Collection[str],
    body: Mapping[str, object] | bytes | None = None,
    *,
    seconds: float = 10,
    headers: Mapping[str, str] | None = None,
) -> Outcome:
    """Call an address: with JSON by POST, without a body by GET. `seconds` limit each step: to connect to an
    address, and to get an answer, however slowly it drips.

    `hosts` are names that may be called. One whose address is private, as within a company, also needs that address
    or its network among them. Redirects are not followed: they could lead anywhere. The address itself is a secret
    and stands in no reply.
    """
    try:
        parsed = parse_url(url)
    except LocationParseError:
        return Outcome("failed", "its address cannot be read")
    host = (parsed.host or "").strip("[]")
    if host not in hosts:
        return Outcome("failed", f"the host {host or '(none)'} is not among `hosts`")
    if parsed.scheme != "https" and not (parsed.scheme == "http" and host in LOOPBACK):
        return Outcome("failed", f"{host} must be called by https")
    try:
        entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return Outcome("retry", f"{host} has no address: {error}")
    found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    inside = [address for address in found if host not in LOOPBACK and not _permitted(address, hosts)]
    if inside:
        return Outcome("failed", f"{host} leads to {inside[0]}, an address inside that is not among `hosts`")
    content = json.dumps(body, ensure_ascii=False).encode() if isinstance(body, Mapping) else body
    return _request(parsed, found, content, seconds, headers or {})


def _permitted(text: str, hosts: Collection[str]) -> bool:
    meant = _meant(ipaddress.ip_address(text.partition("%")[0]))
    if meant.is_global and not meant.is_multicast:
        return True
    for entry in hosts:
        try:
            if meant in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue  # a name
    return False


def _meant(address: Address) -> Address:
    """The address behind one that carries another: IPv4 within IPv6."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _request(
    url: Url, addresses: Sequence[str], content: bytes | None, seconds: float, headers: Mapping[str, str]
) -> Outcome:
    host = str(url.host).strip("[]")
    try:
        connection = _connection(url, host, addresses, seconds)
    except ssl.SSLCertVerificationError as error:
        return Outcome("retry", f"the certificate of {host} is not trusted: {error.verify_message}")
    except OSError as error:
        return Outcome("retry", f"{host} cannot be reached: {type(error).__name__}")
    sent = {"Host": url.netloc or host, "Content-Type": "application/json", **headers}
    link = HTTPConnection(host)
    link.sock = connection
    with closing(connection), closing(link):
        try:
            with within(seconds, lambda: connection):
                link.request("GET" if content is None else "POST", url.request_uri, content, sent)
                reply = link.getresponse()
        except (OSError, HTTPException) as error:
            # It was sent; whether it was taken, nobody can know.
            state: OutcomeState = "retry" if content is None else "uncertain"
            return Outcome(state, f"{host}: {type(error).__name__}")
        words = b""
        with suppress(OSError, HTTPException), closing(reply), within(seconds, lambda: connection):
            words = reply.read(READ)  # The status stands, whatever follows.
        return _sorted(reply.status, f"{host} answered {reply.status}", line_of(words))


def _connection(url: Url, host: str, addresses: Sequence[str], seconds: float) -> socket.socket:
    """A connection to the first address that takes one; raises what the last one said."""
    port, context = url.port or PORTS[str(url.scheme)], verified(None) if url.scheme == "https" else None
    for address in addresses[:TRIED]:
        try:
            plain = socket.create_connection((address, port), timeout=seconds)
            break
        except OSError as error:
            failure = error
    else:
        raise failure
    return plain if context is None else context.wrap_socket(plain, server_hostname=host)


def _sorted(status: int, said: str, words: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome("sent", said)
    if 300 <= status < 400:
        return Outcome("failed", f"{said}, a redirect, which is not followed", "policy")
    told = f"{said}: {words}" if words else said
    if status >= 500 or status in BUSY:
        return Outcome("slow" if status == 429 or RATE.search(words) else "retry", told)
    return Outcome("rejected", told, "address")
