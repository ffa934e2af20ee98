"""Where mail may go is on disk, for all processes alike, and known of a ledger of an older program."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text

from broadsheet.ledger.migrate import config
from broadsheet.ledger.records import Voice
from ledger.test_upgrade import url_of
from support.ledgers import Place

ADA, BO = Voice("ada", "ada"), Voice("bo", "bo")


def test_one_process_asks_another_confirms_and_only_once(place: Place) -> None:
    with place.ledger() as one, place.ledger() as other:
        assert one.domains.ask("smtp", "partner.test", ADA)
        assert not other.domains.ask("smtp", "partner.test", BO), "who asks first is the first"
        asked = other.domains.one("smtp", "partner.test")
        assert asked is not None
        assert (asked.asked_by, asked.account, asked.since) == ("ada", "ada", None)
        assert other.domains.confirm(asked, BO)
        assert not one.domains.confirm(asked, Voice("cy", "cy"))
    with place.ledger() as later:
        known = later.domains.one("smtp", "partner.test")
        assert known is not None
        assert (known.confirmed_by, known.since) == ("bo", place.clock.now())
        assert later.domains.one("outbox", "partner.test") is None, "a trial in the outbox is no mail"


def test_what_was_asked_for_anew_meanwhile_is_not_confirmed(place: Place) -> None:
    with place.ledger() as ledger:
        ledger.domains.ask("smtp", "partner.test", ADA)
        asked = ledger.domains.one("smtp", "partner.test")
        assert asked is not None
        ledger.domains.refuse("smtp", "partner.test", (), "not ours")
        ledger.domains.ask("smtp", "partner.test", BO)
        assert not ledger.domains.confirm(asked, BO), "bo would have confirmed what bo asked for"


OLD = """
INSERT INTO edition (id, report, period, audience, slice, locale, revision, state, due_at, as_of, next_at, created_at)
VALUES (1, 'r', 'p', 'a', 'all', 'en', 1, 'ready', '2026-06-01', '2026-06-01', '2026-06-01', '2026-06-01');
INSERT INTO delivery (edition_id, channel, recipient, state, message_id, message, next_at, queued_at, sent_at) VALUES
(1, 'smtp', 'kim@Partner.test', 'sent', 'm1', '', '2026-06-01', '2026-06-01', '2026-06-02 05:00:00'),
(1, 'smtp', 'lee@partner.test', 'sent', 'm2', '', '2026-06-01', '2026-06-01', '2026-06-03 05:00:00'),
(1, 'smtp', 'max@waiting.test', 'queued', 'm3', '', '2026-06-01', '2026-06-01', NULL);
"""


def test_an_upgraded_ledger_knows_the_domains_that_had_mail(real_place: Place) -> None:
    engine = create_engine(url_of(real_place))
    with engine.begin() as connection:
        command.upgrade(config(connection), "0001")
        for statement in OLD.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";")))
    engine.dispose()
    with real_place.ledger() as ledger:
        known = ledger.domains.all("smtp")
        assert [(each.name, f"{each.since:%d %H:%M}") for each in known if each.since] == [
            ("partner.test", "02 05:00")
        ]
