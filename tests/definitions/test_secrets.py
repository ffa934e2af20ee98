"""Secrets are taken from the environment, judged there, and found again in every text."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from broadsheet.definitions.scope import WHOLE, scope_of
from broadsheet.definitions.secrets import HIDDEN, Redactor, refuse_weak, resolve, secrets_in
from broadsheet.errors import BroadsheetError

MAIL = {"mail": {"user": "press", "password": "${env:MAIL}"}}
PART = {"sources": [{"url": "postgresql://reader:${env:DB}@db.example.test/${env:NAME}"}]}
WHOLE_ADDRESS = {"ledger": "${env:LEDGER}"}
LISTED = {"password": ["${env:ONE}", "${env:TWO}"]}


@pytest.mark.parametrize(
    ("definitions", "environ", "why"),
    [
        (MAIL, {"MAIL": "ChangeMe"}, "MAIL is a default that everybody knows"),
        (MAIL, {"MAIL": "test"}, "MAIL is a default that everybody knows"),
        (MAIL, {"MAIL": "k5r"}, "MAIL is too short"),
        (PART, {"DB": "postgres", "NAME": "crm"}, "DB is a default that everybody knows"),
        (WHOLE_ADDRESS, {"LEDGER": "postgresql://a:secret@db/ledger"}, "LEDGER is a default"),
        (LISTED, {"ONE": "Kn0rr-5egel", "TWO": "pass"}, "TWO is a default"),
    ],
)
def test_weak_passwords_are_refused_by_their_variable(
    definitions: Any, environ: dict[str, str], why: str
) -> None:
    with pytest.raises(BroadsheetError, match=why):
        refuse_weak(definitions, environ)


@pytest.mark.parametrize(
    ("definitions", "environ"),
    [
        (MAIL, {"MAIL": "k5rz"}),
        (MAIL, {}),
        ({"mail": {"password": "${env:A}-${env:B}"}}, {"A": "test", "B": "pass"}),
        (PART, {"DB": "Kn0rr-5egel", "NAME": "test"}),
        (WHOLE_ADDRESS, {"LEDGER": "test"}),
        (WHOLE_ADDRESS, {}),
        (WHOLE_ADDRESS, {"LEDGER": "postgresql://a:Kn0rr-5egel@db/ledger"}),
        ({"port": 25, "title": "the password is secret"}, {}),
    ],
)
def test_what_is_sound_or_no_password_is_not_refused(definitions: Any, environ: dict[str, str]) -> None:
    refuse_weak(definitions, environ)


def test_a_variable_that_is_not_set_is_named_with_the_place() -> None:
    with pytest.raises(
        BroadsheetError, match=r"mail\.password needs the environment variable MAIL"
    ) as missing:
        resolve("${env:MAIL}", {}, "mail.password")
    assert "export MAIL=" in missing.value.remedy
    assert resolve("a-${env:ONE}-${env:TWO}", {"ONE": "1", "TWO": "2"}, "x").reveal() == "a-1-2"


def test_a_secret_shows_itself_to_nobody_who_does_not_ask() -> None:
    secret = resolve("${env:MAIL}", {"MAIL": "Kn0rr"}, "mail.password")
    assert [str(secret), repr(secret), f"{secret:>9}", repr([secret])] == ["***", "***", "***", "[***]"]
    assert secret.reveal() == "Kn0rr"
    assert type(secret.reveal()) is str


def test_secrets_are_the_values_of_all_variables_that_are_named_once_each() -> None:
    named = {"a": "${env:ONE}", "b": ["${env:TWO}", ("${env:ONE}${env:EMPTY}",)], "c": "${env:UNSET}", "d": 7}
    assert secrets_in(named, {"ONE": "1111", "TWO": "2222", "EMPTY": "", "OTHER": "3333"}) == ("1111", "2222")


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        (["k5rz"], "with k5rz inside", "with *** inside"),
        (["k5r"], "with k5r inside", "with k5r inside"),
        (["k5rz", "k5rz-longer"], "k5rz-longer and k5rz", "*** and ***"),
        (["two\nlines"], "'two\\nlines'", "'***'"),
        (["h\u00fct & co"], "h%C3%BCt%20%26%20co", "***"),
        (["a user:k5rz"], "AUTH YSB1c2VyOms1cno", "AUTH ***"),
        (["k5rz-longer"], "AUTH PLAIN AGFkYQBrNXJ6LWxvbmdlcg==", "AUTH PLAIN AGFkYQB***g=="),
        (["k5rz-longer"], "AUTH PLAIN AGN5AGs1cnotbG9uZ2Vy", "AUTH PLAIN AGN5AG***"),
        (
            ["k5rz-longer"],
            "AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgazVyei1sb25nZXIBAQ==",
            "AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIg***BAQ==",
        ),
        (["postgresql://a:k5rz@db/shop"], "no login with k5rz", "no login with ***"),
        (["https://chat.example.test/hooks/abc123"], "404 for /hooks/abc123", "404 for /***"),
        (["https://chat.example.test/hooks"], "404 for /hooks", "404 for /hooks"),
    ],
)
def test_a_secret_is_hidden_in_every_form_that_it_takes(secrets: list[str], text: str, shown: str) -> None:
    assert Redactor(secrets)(text) == shown
    later = Redactor()
    assert later(text) == text
    later.learn(secrets)
    assert later(text) == shown.replace("***", HIDDEN)


def test_equal_permissions_are_equal_and_keep_their_digest() -> None:
    """Digests stand in ledgers and archives: they must be the same in every version of the program."""
    scope = scope_of({"team": ["Export"], "region": ["Z\u00fcrich", "Basel", "Basel"]})
    assert scope == scope_of({"region": ["Basel", "Z\u00fcrich"]}).also("team", "Export")
    assert scope.text == "region=Basel, Z\u00fcrich; team=Export"
    told = '[["region", ["Basel", "Z\u00fcrich"]], ["team", ["Export"]]]'
    assert scope.digest == hashlib.sha256(told.encode()).hexdigest()
    assert WHOLE.text == ""
    assert WHOLE.digest == hashlib.sha256(b"[]").hexdigest()
