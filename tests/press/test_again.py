"""Past editions: the exact bytes, and the same bytes drawn again whatever became of the workspace."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from broadsheet.archive.manifest import get_manifest
from broadsheet.errors import StorageError, UsageError
from broadsheet.ledger.records import EditionRecord
from broadsheet.press import again, run
from broadsheet.press.again import parts_of, redraw, stored, write_parts
from broadsheet.press.demand import Wish, order_for, send_orders
from broadsheet.press.editions import manifest_of, named_edition, named_editions, parse_reference
from broadsheet.press.press import Press
from broadsheet.press.tick import tick
from press.workspace import MONDAY, House, report
from support.inline import InlinePool

WEEK = "orders/2026-W24"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Pool", InlinePool)
    monkeypatch.setattr(again, "Pool", InlinePool)


@pytest.fixture
def sent(house: House) -> House:
    """The house with the edition of 2026-W24 sent."""
    house.write("reports/orders.yaml", report(attach="[workbook, csv]"))
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        tick(press)
    return house


def test_the_bytes_come_back_as_they_were_sent(sent: House, tmp_path: Path) -> None:
    with sent.press() as press:
        record = named_edition(press, WEEK)
        manifest = get_manifest(press.archive, str(record.manifest))
        parts = parts_of(record, manifest)
        written = list(write_parts(press, parts, tmp_path))
        attached = press.archive.get(press.ledger.deliveries.of(record)[0].message)
    found = {part.name: path.read_bytes() for part, path in zip(parts, written, strict=True)}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    assert digests == manifest.files
    assert found["pdf"].startswith(b"%PDF-")
    assert found["definitions/reports/orders.yaml"] == (sent.root / "reports/orders.yaml").read_bytes()
    assert b"orders-2026-W24.pdf" in attached
    assert (tmp_path / "orders-2026-W24.xlsx").exists()
    assert "definitions/config/audiences.yaml" not in found


def test_rerun_is_identical_after_everything_else_has_changed(sent: House) -> None:
    with sent.press() as press:
        before = {part.name: stored(press, part) for part in _parts(press)}
    sent.write("reports/orders.yaml", report("Something else", blocks="[{kpis: [orders]}]"))
    sent.write("templates/page.html.j2", "<p>another page</p>")
    sent.write("config/themes/default.yaml", 'colors: {favorable: "#005500"}\n')
    sent.write("config/settings.yaml", "version: 1\ncompany: Another name\n")
    sent.warehouse.unlink()
    with sent.press() as press:
        drawn = redraw(press, named_edition(press, WEEK))
        assert {part.name: stored(press, part) for part in _parts(press)} == before
    assert drawn.different == ()
    assert drawn.versions == ()
    assert drawn.files["orders-2026-W24.pdf"] == before["pdf"]
    assert drawn.files["orders-2026-W24.xlsx"] == before["further/.xlsx"]


def test_rerun_names_the_file_and_the_version_that_differ(
    sent: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = {**again.versions(), "weasyprint": "71.0"}
    monkeypatch.setattr(again, "versions", lambda: newer)
    with sent.press() as press:
        record = named_edition(press, WEEK)
        job = again.job_of_bundle(press, manifest_of(press, record))
        artifacts = again.draw(job)
        monkeypatch.setattr(
            again, "draw", lambda _job: artifacts.__class__(**{**vars(artifacts), "pdf": b"%PDF"})
        )
        drawn = redraw(press, record)
    assert drawn.different == ("pdf",)
    assert [(name, now) for name, _, now in drawn.versions] == [("weasyprint", "71.0")]


def test_fault_l06_artifact_deleted(sent: House) -> None:
    with sent.press() as press:
        digest = str(named_edition(press, WEEK).manifest)
        (sent.var / "archive" / digest[:2] / digest).unlink()
        with pytest.raises(StorageError, match="is gone") as gone:
            manifest_of(press, named_edition(press, WEEK))
        assert "broadsheet run orders --period 2026-W24 --audience sales" in gone.value.remedy


def test_a_whole_archive_that_is_gone_is_told_too(sent: House) -> None:
    shutil.rmtree(sent.var / "archive")
    with sent.press() as press, pytest.raises(StorageError, match="is gone"):
        redraw(press, named_edition(press, WEEK))


@pytest.fixture
def planned(house: House) -> House:
    """The house with two editions of a week in its ledger, for two audiences."""
    house.clock.at = MONDAY
    with house.press() as press:
        for audience in ("sales", "board"):
            wanted = order_for(press, Wish("orders", "2026-W24", audience=audience))
            press.ledger.editions.plan(wanted.key, MONDAY, as_of=MONDAY)
    return house


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("oders/2026-W24", "Did you mean “orders”?"),
        ("orders/2026-W42", "Did you mean “2026-W24”?"),
        ("orders/2026-W24/sale", "Did you mean “sales”?"),
        ("orders/2026-W24@7", "broadsheet history orders"),
        ("orders/2026-W24/sales/north", "Known: all."),
        ("orders/2026-W24", "orders/2026-W24/board@1 (de, number 2)"),
        ("orders", "REPORT/PERIOD"),
        ("orders/2026-W24@second", "REPORT/PERIOD"),
        ("77", "broadsheet history"),
    ],
)
def test_a_name_that_fits_nothing_is_told_with_the_nearest(planned: House, text: str, told: str) -> None:
    with planned.press() as press, pytest.raises(UsageError) as error:
        named_edition(press, text)
    assert told in error.value.remedy


def test_editions_are_named_in_full_or_by_their_number(planned: House) -> None:
    with planned.press() as press:
        assert named_edition(press, f"{WEEK}/board").id == named_edition(press, "2").id == 2
        assert [record.key.audience for record in named_editions(press, f"{WEEK}/sales@1")] == ["sales"]


def test_a_slice_may_have_any_letters() -> None:
    reference = parse_reference("customer-view/2026-05/sales/customer=G/1 @home@2")
    assert (reference.slice, reference.revision) == ("customer=G/1 @home", 2)


def test_an_edition_that_failed_is_no_edition(house: House) -> None:
    house.write("templates/page.html.j2", "{{ nobody.knows }}")
    house.clock.at = MONDAY
    with house.press() as press:
        list(send_orders(press, [order_for(press, Wish("orders", "2026-W24"))]))
        with pytest.raises(UsageError, match="was not made: it is failed"):
            manifest_of(press, named_edition(press, WEEK))


def _parts(press: Press) -> tuple[again.Part, ...]:
    record: EditionRecord = named_edition(press, WEEK)
    return parts_of(record, manifest_of(press, record))
