"""Access tokens in place of passwords (OAuth): a program of yours prints one, and it is kept until it is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from threading import Lock

from broadsheet.definitions.secrets import Secret
from broadsheet.errors import DeliveryError

SECONDS = 60


class Tokens:
    """The token of a command that is run without a shell; what it prints is a secret, told to `learn` alone, so that
    it can be kept out of what servers quote."""

    def __init__(
        self, command: Sequence[str], learn: Callable[[Sequence[str]], None] = lambda _: None
    ) -> None:
        self._command, self._learn = tuple(command), learn
        self._token, self._lock = Secret(), Lock()

    def get(self) -> tuple[Secret, bool]:
        """The token, and whether it is fresh. DeliveryError when the command gives none."""
        with self._lock:
            if self._token:
                return self._token, False
            self._token = Secret(self._ask())
            self._learn([self._token.reveal()])
            return self._token, True

    def refused(self, token: Secret) -> None:
        """The server does not take a token any more."""
        with self._lock:
            if token == self._token:
                self._token = Secret()

    def _ask(self) -> str:
        program = self._command[0]
        try:
            done = subprocess.run(  # noqa: S603  (the program that the settings name, without a shell)
                self._command,
                stdin=subprocess.DEVNULL,  # nobody is there to answer a question
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DeliveryError(
                f"mail.token_command: {program}: {type(error).__name__}", "Try it by hand."
            ) from None
        token = done.stdout.decode("utf-8", "replace").strip()
        if done.returncode or not token or not token.isascii() or any(sign.isspace() for sign in token):
            raise DeliveryError(
                f"mail.token_command: {program} ended with {done.returncode} and gave no token",
                "Try it by hand: it must print an access token and nothing else.",
            )
        return token


def xoauth2(user: str, token: Secret) -> str:
    """The words of a login by token (SASL XOAUTH2)."""
    return f"user={user}\x01auth=Bearer {token.reveal()}\x01\x01"
