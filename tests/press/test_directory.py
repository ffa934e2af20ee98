"""Who reads what now, by queries and slices; held editions whose time is over. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from broadsheet.archive.manifest import Manifest, put_manifest
from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.scope import WHOLE, scope_of
from broadsheet.errors import WarehouseError
from broadsheet.ledger.records import EditionKey, EditionRecord, Hold, Made
from broadsheet.press.deliver import deliver_due
from broadsheet.press.holds import release, settle_overdue
from broadsheet.press.press import Press
from broadsheet.press.readers import LONGEST, scope_of_slice, slice_name
from press.slices import mails
from press.workspace import SETTINGS, House
from support.web import web_server

ROWS = """SELECT * FROM (VALUES
    ('ada@example.test', 'Shop', 'de', 1), ('bo@example.test', 'Web', NULL, 2), (NULL, 'Web', NULL, 3),
    ('bad', 'Web', NULL, 4), ('cy@example.test', NULL, NULL, 5)
) AS readers(address, channel, locale, number)"""
ONE = [("channel=Shop", "en", ("ada@example.test",))]
ASKED = "audiences:\n  asked: {label: Asked, each: channel, sql: config/views/readers.sql}\n"


@pytest.mark.parametrize(
    ("query", "readers", "refused"),
    [
        (
            ROWS,
            [("channel=Shop", "de", ("ada@example.test",)), ("channel=Web", "en", ("bo@example.test",))],
            [4, 5],
        ),
        (
            "SELECT 'ada@example.test' AS address, 'Shop' AS channel",
            [("channel=Shop", "en", ("ada@example.test",))],
            [],
        ),
        ("SELECT 'ada@example.test' AS address", "there is no column channel", []),
        ("SELECT 'Shop' AS channel", "there is no column address", []),
    ],
)
def test_readers_that_a_query_names(house: House, query: str, readers: object, refused: list[int]) -> None:
    house.write("config/views/readers.sql", query)
    house.write("config/audiences.yaml", ASKED)
    house.write("reports/orders.yaml", "")
    with house.press() as press:
        if isinstance(readers, str):
            with pytest.raises(WarehouseError, match=readers):
                press.directory.people("asked")
            return
        groups = press.directory.groups("asked")
        assert [(each.slice, each.locale, each.recipients) for each in groups] == readers
        assert [each.line for each in press.directory.people("asked").refused] == refused
        house.write("config/views/readers.sql", "SELECT 'dee@example.test' AS address, 'Shop' AS channel")
        assert press.directory.groups("asked") == groups, "an answer holds for a minute"
        house.clock.at += timedelta(minutes=1)
        assert "dee@example.test" in press.directory.entitled("asked", "channel=Shop")


def test_slices_have_names_by_which_their_rows_are_found_again() -> None:
    each = Audience(label="A", each="channel", file="x.csv", slice={"region": ["North", "South"]})
    long, longer = "x" * 240, "x" * 300
    for member in ("Web", "a; b", "x=y", long, longer, f"{longer}y"):
        scope = each.fixed.also("channel", member)
        assert len(slice_name(scope)) <= LONGEST
        known = scope_of_slice(each, slice_name(scope))
        assert known in (scope, None), "never other rows"
        assert (known == scope) == (member in ("Web", "x=y"))
    assert slice_name(each.fixed.also("channel", longer)) != slice_name(
        each.fixed.also("channel", f"{longer}y")
    )
    fixed = Audience(label="A", file="x.csv", slice={"region": ["North"]})
    assert scope_of_slice(fixed, "region=North") == scope_of({"region": ["North"]})
    assert scope_of_slice(fixed, "all") is None
    assert slice_name(WHOLE) == "all"


def test_a_held_edition_that_cannot_go_out_keeps_no_other_one_waiting(house: House) -> None:
    with house.press() as press:
        now = house.clock.now()
        for period, scope, then in (
            ("2026-W22", WHOLE.digest, "send"),
            ("2026-W23", "0" * 64, "send"),
            ("2026-W24", WHOLE.digest, "drop"),
        ):
            key = EditionKey("orders", period, "sales", "all", "en")
            begun = press.ledger.editions.begin(
                press.ledger.editions.plan(key, now, as_of=now), trigger="schedule"
            )
            assert begun is not None
            made, hold = (
                Made("0" * 64, 1, "", scope),
                Hold("look", "approval", now + timedelta(seconds=1), then),
            )
            assert press.ledger.editions.hold(begun, made, hold)
        settle_overdue(press)
        assert {each.key.period for each in press.ledger.editions.held()} == {
            "2026-W22",
            "2026-W23",
            "2026-W24",
        }, "until the time is over"
        house.clock.at += timedelta(seconds=1)
        settle_overdue(press)
        found = {record.key.period: record for record, _ in press.ledger.history.latest()}
        alerts = {alert.kind: alert.detail for alert in press.ledger.alerts.untold()}
    assert {period: record.state for period, record in found.items()} == {
        "2026-W22": "held",
        "2026-W23": "cancelled",
        "2026-W24": "cancelled",
    }
    assert "2026-W22 for sales cannot go out" in alerts["held"]
    assert "could see other rows" in found["2026-W23"].reason
    assert found["2026-W24"].reason == "look; dropped, for nobody decided in time"


BESIDE = """audiences:
  sales:
    label: Sales
    file: config/people.csv
    channels: [{folder: share}, {webhook: "${env:CHAT}"}]
"""


def held_edition(press: Press, locale: str) -> EditionRecord:
    """An edition with a workbook that waits for a decision, its bundle in the archive."""
    key, now = EditionKey("orders", "2026-W24", "sales", "all", locale), press.clock.now()
    into = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(into)
    files = {
        "pdf": into.getvalue(),
        "html": b"<p>Page</p>",
        "mail.html": b"<body><p>Attached: orders-2026-W24.pdf, orders-2026-W24.xlsx</p><p>Attached: more</p></body>",
        "mail.txt": b"Orders\n\nAttached: orders-2026-W24.pdf, orders-2026-W24.xlsx\n\nAttached: more\n",
        "further/.xlsx": b"PK not really",
    }
    manifest = Manifest(
        edition=asdict(key),
        period={"label": "2026-W24", "start": "2026-06-08", "end": "2026-06-14"},
        as_of=now.isoformat(),
        definition="",
        scope=WHOLE.digest,
        versions={},
        subject=f"Orders {locale}",
        pages=1,
        files={name: press.archive.put(content) for name, content in files.items()},
    )
    begun = press.ledger.editions.begin(press.ledger.editions.plan(key, now, as_of=now), trigger="schedule")
    assert begun is not None
    made = Made(put_manifest(press.archive, manifest), 1, "", WHOLE.digest)
    assert press.ledger.editions.hold(begun, made, Hold("look", "approval", None, "drop"))
    record = press.ledger.editions.find(key)
    assert record is not None
    return record


def test_a_held_edition_leaves_once_for_each_folder_and_webhook(house: House) -> None:
    """They get it in the audience's language; readers of another one have letters of their own."""
    house.write("config/audiences.yaml", BESIDE)
    house.write("config/people.csv", "address,locale\nbo@example.test,\ncy@example.test,de\n")
    house.write("config/settings.yaml", SETTINGS + 'webhook_hosts: ["127.0.0.1"]\n')
    (house.root / "share").mkdir()
    with web_server() as web, house.press({"CHAT": web.url("/x")}) as press:
        for record in [held_edition(press, locale) for locale in ("en", "de")]:
            assert release(press, record, "ola")
            assert not release(press, record, "ola"), "it is not held any more"
        assert [each.outcome.state for each in deliver_due(press)] == ["sent"] * 4
    assert {path.name: path.read_bytes()[:5] for path in (house.root / "share").iterdir()} == {
        "orders-2026-W24.html": b"<p>Pa",
        "orders-2026-W24.pdf": b"%PDF-",
        "orders-2026-W24.xlsx": b"PK no",
    }
    assert [call.body["subject"] for call in web.calls] == ["Orders en"]
    assert set(mails(house)) == {"bo", "cy"}


def test_readers_get_an_edition_of_another_language_only_without_one_in_their_own(house: House) -> None:
    house.write("config/audiences.yaml", "audiences:\n  sales: {label: Sales, file: config/people.csv}\n")
    house.write("config/people.csv", "address,locale\nbo@example.test,en\n")
    with house.press() as press:

        def readers(locale: str, *rows: str) -> tuple[str, ...]:
            house.write("config/people.csv", "\n".join(("address,locale", *rows, "")))
            return press.directory.recipients(EditionKey("orders", "2026-W24", "sales", "all", locale))

        held_edition(press, "en")
        bo = ("bo@example.test",)
        assert readers("de", "bo@example.test,en", "cy@example.test,de") == ("cy@example.test",)
        assert readers("de", "bo@example.test,en") == (), "the last reader of German has left"
        assert readers("en", "bo@example.test,en") == readers("en", "bo@example.test,de") == bo
        assert readers("en", "bo@example.test,de", "cy@example.test,fr") == ()


def test_who_has_a_password_gets_what_can_be_locked_with_it(house: House) -> None:
    audience = "{label: S, recipients: [ada@example.test, bo@example.test], password: {ada@example.test: '${env:P}'}}"
    house.write("config/audiences.yaml", f"audiences:\n  sales: {audience}\n")
    with house.press({"P": "secret"}) as press:
        assert release(press, held_edition(press, "en"), "ola")
        assert [each.outcome.state for each in deliver_due(press)] == ["sent", "sent"]
    letters = mails(house)
    pdf, sheet = "orders-2026-W24.pdf", "orders-2026-W24.xlsx"
    attached = {
        name: [part.get_filename() for part in mail.iter_attachments()] for name, mail in letters.items()
    }
    assert attached == {"ada": [pdf], "bo": [pdf, sheet]}
    said = f"Left out, because it cannot be locked with a password: {sheet}."
    for kind, text in (
        ("plain", "Orders\n\n{}\n\nAttached: more\n"),
        ("html", "<body><p>{}</p><p>Attached: more</p></body>\n"),
    ):
        ada, bo = (letters[name].get_body((kind,)) for name in ("ada", "bo"))
        assert ada is not None
        assert bo is not None
        for mail, line in ((ada, said), (bo, f"Attached: {pdf}, {sheet}")):
            assert mail.get_content().replace("\r\n", "\n") == text.format(line)
