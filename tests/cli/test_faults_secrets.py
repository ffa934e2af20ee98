"""Thirty secrets in the environment, and not one of them in anything that is written."""

from __future__ import annotations

import logging
import pickle

import pytest

from broadsheet.cli.logs import Hiding, JsonLines
from broadsheet.definitions.secrets import HIDDEN, Redactor, Secret, resolve, secrets_in
from soak import f14_secrets


@pytest.mark.faults
def test_fault_a27_thirty_secrets_are_printed_nowhere() -> None:
    assert "30 secrets" in f14_secrets.main(0.1)


def test_fault_a27_secret_in_traceback() -> None:
    redact = Redactor(["Kn0rr&5egel", "postgresql://reader:h%C3%BCt-5egel@db/shop"])
    handler = logging.StreamHandler()
    handler.addFilter(Hiding(redact))
    for form in (logging.Formatter("%(message)s"), JsonLines()):
        record = _record()
        for each in handler.filters:
            assert each.filter(record)
        line = form.format(record)
        assert "egel" not in line
        assert "h%C3" not in line


def _record() -> logging.LogRecord:
    error = ConnectionError("no login with Kn0rr&5egel at postgresql://reader:h%C3%BCt-5egel@db/shop")
    told = (type(error), error, error.__traceback__)
    return logging.LogRecord(
        "a", logging.ERROR, "", 0, "failed with %s: %s", ("Kn0rr%265egel", told[1]), told
    )


def test_a_secret_prints_as_stars_and_reads_as_itself() -> None:
    secret = resolve("${env:PASSWORD}", {"PASSWORD": "Kn0rr"}, "mail.password")
    assert isinstance(secret, Secret)
    for shown in (f"{secret}", str(secret), repr(secret), repr([secret]), "%s" % secret, f"{secret:>9}"):  # noqa: UP031
        assert "Kn0rr" not in shown
        assert HIDDEN in shown
    assert secret == "Kn0rr"
    assert secret.encode() == b"Kn0rr"
    assert type(secret.reveal()) is str
    assert secret.reveal() + "!" == "Kn0rr!"
    assert repr(pickle.loads(pickle.dumps(secret))) == HIDDEN


def test_paths_of_folders_and_files_are_no_secrets() -> None:
    named = {
        "folder": "${env:DATA}",
        "url": "duckdb:///${env:FILE}",
        "more": [{"password": "${env:PASSWORD}"}, "postgresql://a:${env:OTHER}@b/c"],
    }
    environ = {"DATA": "/srv/data", "FILE": "shop.duckdb", "PASSWORD": "one-1", "OTHER": "two-2"}
    assert secrets_in(named, environ) == ("one-1", "two-2")
    assert Redactor(["abc"])("abc is short") == "abc is short"
