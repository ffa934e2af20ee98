"""One call over HTTPS to an address that the settings hold and whose host they allow."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from broadsheet.delivery.outcome import Outcome, OutcomeState

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Hosts that may be called without encryption."""


def call(
    url: str, hosts: Collection[str], body: Mapping[str, object] | None = None, *, seconds: float = 10
) -> Outcome:
    """Call an address: with a JSON body by POST, without one by GET. `seconds` limit the whole call.

    Redirects are not followed: they could lead anywhere. The address itself is a secret and stands in no reply.
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
    content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    timeout = urllib3.Timeout(total=seconds)
    try:
        with urllib3.PoolManager(retries=False, timeout=timeout) as pool:
            reply = pool.request(
                "GET" if content is None else "POST",
                url,
                body=content,
                headers={"Content-Type": "application/json"} if content is not None else {},
                redirect=False,
            )
    except HTTPError as error:
        return Outcome("retry", f"{host}: {type(error).__name__}")
    state: OutcomeState = (
        "sent" if 200 <= reply.status < 300 else "retry" if reply.status >= 500 else "failed"
    )
    return Outcome(state, f"{host} answered {reply.status}")
