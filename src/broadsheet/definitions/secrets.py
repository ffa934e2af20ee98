"""Secrets: where they may stand in files, how they travel, and how they are kept out of everything written.

A placeholder `${env:NAME}` is the only form in which a secret, or a machine's own path, stands in a file.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from broadsheet.errors import BroadsheetError

PLACEHOLDER = re.compile(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}")
HIDDEN = "***"
SHORTEST = 4
"""Characters of a secret that is looked for in texts: shorter ones stand in any word."""
DEFAULTS = frozenset(
    [
        "change-me",
        "change_me",
        "changeit",
        "changeme",
        "default",
        "example",
        "letmein",
        "pass",
        "password",
        "postgres",
        "secret",
        "test",
        "12345678",
    ]
)
"""Passwords that examples and images come with: everybody knows them."""
_IN_ADDRESS = re.compile(rf"://[^:/@\s]*:{PLACEHOLDER.pattern}@")
_PASSWORD = re.compile(r"://[^:/@\s]*:([^@\s/]+)@")
_PATH = re.compile(r"^https?://[^/]+/(.{8,})$")
_NOT_SECRET = frozenset({"folder", "ca_file"})
_FILE_URL = re.compile(r"^(duckdb|sqlite)\b")


class Secret(str):
    """A text that prints as `***`: in messages, format strings, tracebacks and the repr of whatever holds it.

    Code that hands it on (a driver, an encoder) reads its characters; one that would print it must `reveal` it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, form: str) -> str:
        return HIDDEN

    def reveal(self) -> str:
        """The text itself, for the library that logs in with it."""
        return "".join(self)


def resolve(text: str, environ: Mapping[str, str], where: str) -> Secret:
    """Replace every placeholder by its variable; BroadsheetError names a missing variable and `where`."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environ:
            raise BroadsheetError(
                f"{where} needs the environment variable {name}, which is not set",
                f"Set it before starting Broadsheet: export {name}=…",
            )
        return environ[name]

    return Secret(PLACEHOLDER.sub(value, text))


def refuse_weak(definitions: Any, environ: Mapping[str, str]) -> None:
    """BroadsheetError names a variable whose password is a default that everybody knows, or so short that it could
    not be kept out of logs."""
    for name, password in _passwords(definitions, environ):
        if password.lower() in DEFAULTS or len(password) < SHORTEST:
            kind = "is a default that everybody knows" if len(password) >= SHORTEST else "is too short"
            raise BroadsheetError(
                f"the password in the environment variable {name} {kind}",
                "Change it where it is checked, then here. Nothing is made or sent before.",
            )


def _passwords(value: Any, environ: Mapping[str, str], key: str = "") -> Iterator[tuple[str, str]]:
    """The passwords that definitions take from the environment, with their variables."""
    if isinstance(value, str):
        alone = PLACEHOLDER.fullmatch(value)
        names = [alone[1]] if alone and key == "password" else _IN_ADDRESS.findall(value)
        yield from ((name, environ[name]) for name in names if name in environ)
        if alone and key != "password":  # A whole address.
            yield from ((alone[1], found) for found in _PASSWORD.findall(environ.get(alone[1], "")))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _passwords(item, environ, str(name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _passwords(item, environ, key)


def secrets_in(definitions: Any, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The values of all variables that definitions name, except those of folders and files."""
    names = dict.fromkeys(name for text in _texts(definitions) for name in PLACEHOLDER.findall(text))
    return tuple(environ[name] for name in names if environ.get(name))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and not _FILE_URL.match(value):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for key, item in value.items() if key not in _NOT_SECRET for text in _texts(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in _texts(item))


class Redactor:
    """Replaces secrets by `***` wherever a text is written for people: logs, tracebacks, errors, the ledger."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: dict[str, None] = {}
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide these too, the password or path of an address among them, and what servers make of them."""
        for secret in secrets:
            for text in (secret, *_PASSWORD.findall(secret), *_PATH.findall(secret)):
                if len(text) >= SHORTEST:
                    written = (text, quote(text, safe=""), repr(text)[1:-1])
                    self._forms |= dict.fromkeys((*written, *_encoded(text.encode())))

    def __call__(self, text: str) -> str:
        """The text without them."""
        for form in sorted(self._forms, key=len, reverse=True):
            if form in text:
                text = text.replace(form, HIDDEN)
        return text


def _encoded(secret: bytes) -> Iterator[str]:
    """A secret in base64 as servers echo it: alone, and the characters it decides wherever in a login it stands."""
    yield b64encode(secret).decode().rstrip("=")
    for before in range(3):
        whole = b64encode(bytes(before) + secret).decode()
        yield whole[-(-before * 4 // 3) : (before + len(secret)) * 4 // 3]
