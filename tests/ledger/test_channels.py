"""How channels fare: shut once for all processes, tried by one at a time, told when it lasts."""

from __future__ import annotations

from datetime import timedelta

from broadsheet.clock import FixedClock
from broadsheet.ledger.breakers import PATIENCE
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import BreakerRecord, ChannelRecord
from support.editions import MONDAY

SOON = MONDAY + timedelta(minutes=1)


def told(ledger: Ledger) -> list[tuple[str, str, str]]:
    return [(each.kind, each.subject, each.detail) for each in ledger.alerts.current()]


def events(ledger: Ledger) -> list[tuple[str, str, str]]:
    with ledger._engine.connect() as connection:
        return [
            tuple(row)
            for row in connection.exec_driver_sql("SELECT what, cause, detail FROM event ORDER BY id")
        ]


def test_trouble_is_news_once_and_told_when_it_lasts(ledger: Ledger, clock: FixedClock) -> None:
    assert ledger.channels.state("smtp") == ChannelRecord("smtp", None, None, "", 1.0, None)
    assert ledger.channels.trouble("smtp", "refused", SOON, refused=False)
    assert ledger.channels.state("smtp") == ChannelRecord("smtp", MONDAY, SOON, "refused", 1.0, None)
    clock.sleep(PATIENCE.total_seconds() - 1)
    later = clock.now() + timedelta(minutes=5)
    assert not ledger.channels.trouble("smtp", "timed out", later, refused=False)
    assert ledger.channels.state("smtp") == ChannelRecord("smtp", MONDAY, later, "timed out", 1.0, None)
    assert told(ledger) == []
    clock.sleep(1)
    assert not ledger.channels.trouble("smtp", "timed out", later, refused=False)
    assert told(ledger) == [("channel", "smtp", "timed out")]
    assert events(ledger) == [("channel shut", "mail", "smtp: refused")]

    assert ledger.channels.well("smtp")
    assert not ledger.channels.well("smtp")
    assert ledger.channels.state("smtp") == ChannelRecord("smtp", None, None, "", 1.0, None)
    assert told(ledger) == []
    assert events(ledger)[1:] == [("channel open", "", "smtp")]


def test_a_channel_that_refuses_us_is_told_at_once_and_alone_shut(ledger: Ledger) -> None:
    ledger.channels.trouble("zulip", "535 no", SOON, refused=True)
    ledger.channels.trouble("smtp", "535 no", SOON, refused=True)
    ledger.channels.trouble("mattermost", "reset", SOON, refused=False)
    ledger.channels.well("mattermost")
    assert [each.name for each in ledger.channels.shut()] == ["smtp", "zulip"]
    assert told(ledger) == [("channel", "zulip", "535 no"), ("channel", "smtp", "535 no")]
    ledger.channels.well("zulip")
    assert told(ledger) == [("channel", "smtp", "535 no")]


def test_one_process_tries_a_shut_channel_when_its_time_has_come(ledger: Ledger, clock: FixedClock) -> None:
    ledger.channels.trouble("smtp", "refused", SOON, refused=False)
    ledger.channels.trouble("zulip", "refused", SOON, refused=False)
    assert not ledger.channels.try_again("smtp", SOON)
    clock.sleep(60)
    until = clock.now() + timedelta(minutes=2)
    assert ledger.channels.try_again("smtp", until)
    assert not ledger.channels.try_again("smtp", until), "another process has the turn"
    assert [each.probe_at for each in ledger.channels.shut()] == [until, SOON]
    ledger.channels.slow_down("mattermost", 0.5, "429 slow down")
    assert ledger.channels.try_again("mattermost", until)


def test_a_channel_that_asks_for_less_gets_less(ledger: Ledger) -> None:
    ledger.channels.slow_down("zulip", 0.25, "429")
    ledger.channels.slow_down("smtp", 0.5, "452 too fast")
    assert ledger.channels.state("smtp") == ChannelRecord("smtp", None, None, "", 0.5, MONDAY)
    assert ledger.channels.state("zulip").pace == 0.25
    assert events(ledger)[1:] == [("channel slowed", "mail", "smtp: 452 too fast")]
    assert ledger.channels.shut() == ()


def test_a_source_has_a_breaker_of_its_own(ledger: Ledger, clock: FixedClock) -> None:
    ledger.channels.trouble("shop", "refused", SOON, refused=False)
    assert ledger.sources.trouble("shop", "no answer", SOON, refused=True)
    assert told(ledger) == [("source", "shop", "no answer")]
    assert events(ledger)[1:] == [("source shut", "source", "shop: no answer")]
    assert ledger.sources.shut() == (BreakerRecord("shop", MONDAY, SOON, "no answer"),)
    clock.sleep(90)
    assert ledger.figures.standing().away == {"shop": 90.0}
    assert ledger.sources.well("shop")
    assert (ledger.sources.shut(), ledger.figures.standing().away, told(ledger)) == ((), {}, [])
    assert events(ledger)[2:] == [("source open", "", "shop")]
    assert [each.name for each in ledger.channels.shut()] == ["shop"]
