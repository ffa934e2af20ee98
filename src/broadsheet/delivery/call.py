"""One call over HTTPS to an address that the settings hold, whose host they allow, and which is no inside door.

The host's name is looked up once and the connection goes to that very address: between a look and the call a name
could come to mean another machine (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Collection, Mapping

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError
from urllib3.util import Url, parse_url

from broadsheet.delivery.outcome import Outcome
from broadsheet.delivery.replies import RATE

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Hosts that may be called without encryption."""
READ = 300
"""Bytes of an answer that are read: what a person may want to know of it."""
BUSY = (408, 425, 429)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def call(
    url: str,
    hosts: Collection[str],
    body: Mapping[str, object] | bytes | None = None,
    *,
    seconds: float = 10,
    headers: Mapping[str, str] | None = None,
) -> Outcome:
    """Call an address: with JSON by POST, without a body by GET. `seconds` limit each wait for an answer.

    `hosts` are names that may be called. One whose address is private, as within a company, also needs that address
    or its network among them. Redirects are not followed: they could lead anywhere. The address itself is a secret
    and stands in no reply.
    """
    try:
        parsed = parse_url(url)
    except HTTPError:
        return Outcome("failed", "its address cannot be read")
    host = (parsed.host or "").strip("[]")
    if host not in hosts:
        return Outcome("failed", f"the host {host or '(none)'} is not among `hosts`")
    if parsed.scheme != "https" and not (parsed.scheme == "http" and host in LOOPBACK):
        return Outcome("failed", f"{host} must be called by https")
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    try:
        found = sorted(
            {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        )
    except OSError as error:
        return Outcome("retry", f"{host} has no address: {error}")
    inside = [address for address in found if host not in LOOPBACK and not _permitted(address, hosts)]
    if inside:
        return Outcome("failed", f"{host} leads to {inside[0]}, an address inside that is not among `hosts`")
    content = json.dumps(body, ensure_ascii=False).encode() if isinstance(body, Mapping) else body
    return _request(parsed, found[0], content, seconds, headers or {})


def _permitted(text: str, hosts: Collection[str]) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped.is_global and not mapped.is_multicast:
        return True
    for entry in hosts:
        try:
            if mapped in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue  # a name
    return False


def _request(
    url: Url, address: str, content: bytes | None, seconds: float, headers: Mapping[str, str]
) -> Outcome:
    host, timeout = str(url.host), urllib3.Timeout(total=seconds)
    pool: urllib3.HTTPConnectionPool
    if url.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, url.port or 443, timeout=timeout, server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, url.port or 80, timeout=timeout)
    sent = {"Host": url.netloc or host, "Content-Type": "application/json", **headers}
    method = "GET" if content is None else "POST"
    try:
        with pool:
            reply = pool.request(
                method,
                url.request_uri,
                body=content,
                headers=sent,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            words = reply.read(READ).decode("utf-8", "replace")
    except (ReadTimeoutError, ProtocolError) as error:
        # It was sent; whether it was taken, nobody can know.
        return Outcome("uncertain" if content is not None else "retry", f"{host}: {type(error).__name__}")
    except HTTPError as error:
        return Outcome("retry", f"{host}: {type(error).__name__}")
    return _sorted(reply.status, f"{host} answered {reply.status}", " ".join(words.split()))


def _sorted(status: int, said: str, words: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome("sent", said)
    if 300 <= status < 400:
        return Outcome("failed", f"{said}, a redirect, which is not followed", "policy")
    told = f"{said}: {words}" if words else said
    if status >= 500 or status in BUSY:
        return Outcome("slow" if status == 429 or RATE.search(words) else "retry", told)
    return Outcome("rejected", told, "address")
