"""Replies sorted into outcomes, pace and pauses: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.definitions.models.mail import Limits
from broadsheet.delivery.outcome import pause, spread
from broadsheet.delivery.pace import BATCH, allowance, duration, share
from broadsheet.delivery.replies import Stage, sort

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "code", "words", "state", "cause"),
    [
        ("MAIL", 451, "4.3.0 busy", "retry", ""),
        ("RCPT", 450, "4.2.0 mailbox busy", "retry", ""),
        ("RCPT", 451, "4.7.1 Greylisted, try again", "retry", ""),
        ("RCPT", 452, "4.2.2 mailbox over quota, sending limit", "retry", ""),
        ("MAIL", 452, "4.3.1 insufficient system storage", "retry", ""),
        ("MAIL", 421, "4.4.5 server busy", "slow", ""),
        ("RCPT", 452, "4.5.3 too many recipients", "slow", ""),
        ("MAIL", 450, "4.7.0 sending rate exceeded", "slow", ""),
        ("DATA", 432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", "slow", ""),
        ("MAIL", 421, "4.7.28 unusual rate of mail", "slow", ""),
        ("RCPT", 550, "5.1.1 no such user", "rejected", "address"),
        ("RCPT", 552, "5.2.2 mailbox full", "rejected", "address"),
        ("RCPT", 552, "5.3.4 message too big for this mailbox", "failed", "size"),
        ("MAIL", 552, "message size exceeds limit", "failed", "size"),
        ("DATA", 554, "5.3.4 too large", "failed", "size"),
        ("DATA", 554, "5.7.1 policy", "failed", "policy"),
        ("MAIL", 550, "5.7.60 may not send as", "failed", "policy"),
        ("MAIL", 530, "5.7.0 authentication required", "shut", ""),
        ("MAIL", 535, "5.7.8 credentials expired", "shut", ""),
        ("RCPT", 530, "5.7.0 authentication required for this recipient", "retry", ""),
    ],
)
def test_each_reply_has_its_class(stage: Stage, code: int, words: str, state: str, cause: str) -> None:
    outcome = sort(stage, code, words.encode())
    assert (outcome.state, outcome.cause, outcome.reply) == (state, cause, f"{code} {words}")


def test_pauses_grow_and_are_spread_over_their_whole_length() -> None:
    assert [pause(number) for number in (1, 3, 6, 99)] == [
        timedelta(minutes=1),
        timedelta(minutes=15),
        timedelta(hours=6),
        timedelta(hours=6),
    ]
    parts = sorted(spread(2, f"<{number}@x>") / pause(2) for number in range(400))
    assert 0 <= parts[0] < 0.02
    assert 0.98 < parts[-1] < 1
    assert 0.4 < sum(parts) / 400 < 0.6
    assert spread(2, "<1@x>") == spread(2, "<1@x>")


def test_a_pace_recovers_by_itself() -> None:
    assert share(1.0, None, NOON) == 1.0
    slowed = [share(0.25, NOON, NOON + timedelta(minutes=minutes)) for minutes in (0, 10, 20, 600)]
    assert slowed == [0.25, 0.5, 1.0, 1.0]


@pytest.mark.parametrize(
    ("limits", "part", "minute", "day", "allowed"),
    [
        ({}, 1.0, 900, 90_000, BATCH),
        ({"per_minute": 30}, 1.0, 10, 10, 20),
        ({"per_minute": 30}, 0.5, 10, 10, 5),
        ({"per_minute": 30}, 0.01, 0, 0, 1),
        ({"per_minute": 30}, 1.0, 31, 31, 0),
        ({"per_minute": 30, "per_day": 100}, 1.0, 0, 90, 10),
        ({"per_day": 100}, 1.0, 0, 120, 0),
        ({}, 0.5, 10, 10, 20),
    ],
)
def test_what_may_leave_now(limits: dict[str, int], part: float, minute: int, day: int, allowed: int) -> None:
    assert allowance(Limits(**limits), part, minute, day) == allowed


def test_how_long_many_letters_take() -> None:
    assert duration(30, Limits(per_minute=30)) == timedelta(0)
    assert duration(31, Limits(per_minute=30)) == timedelta(minutes=1)
    assert duration(10_000, Limits(per_minute=30)) == timedelta(hours=5, minutes=33)
    assert duration(20_001, Limits(per_minute=30, per_day=10_000)) == timedelta(days=2)
    assert duration(5, Limits()) == timedelta(0)
