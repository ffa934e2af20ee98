"""The outbox folder: one file per edition and recipient."""

from datetime import UTC, datetime

from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.message import Letter, compose
from broadsheet.delivery.outbox import Outbox
from broadsheet.delivery.outcome import Parcel

LETTER = Letter(
    "sales-weekly · 2026-W24 · sales · r1",
    "sales-weekly",
    "2026-W24",
    "Sales W24",
    "Text\n",
    "<p>Text</p>",
    (),
    b"%PDF-",
)


def test_the_file_is_named_after_edition_and_recipient_and_a_repeat_replaces_it(tmp_path):
    message = compose(LETTER, "Ada <ada@example.test>", Mail(), datetime(2026, 6, 15, tzinfo=UTC))
    box = Outbox(tmp_path)
    assert box.send(Parcel("ada@example.test", "", message)).state == "sent"
    assert box.send(Parcel("ada@example.test", "", message)).state == "sent"
    (file,) = tmp_path.iterdir()
    assert file.name == "sales-weekly.2026-W24.sales.r1.ada-example.test.eml"
    assert file.read_bytes() == message


def test_hostile_names_stay_in_the_folder(tmp_path):
    letter = Letter("../../etc · 2026 · x · r1", "x", "2026", "S", "T\n", "<p>T</p>", (), b"%PDF-")
    box = tmp_path / "outbox"
    message = compose(letter, "a@example.test", Mail(), datetime(2026, 6, 15, tzinfo=UTC))
    assert Outbox(box).send(Parcel("a@example.test", "", message)).state == "sent"
    assert [path.parent for path in tmp_path.rglob("*.eml")] == [box]


def test_a_full_disk_keeps_the_letter_due(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    message = compose(LETTER, "a@example.test", Mail(), datetime(2026, 6, 15, tzinfo=UTC))
    box = Outbox(tmp_path / "outbox")
    trouble = box.open()
    assert trouble is not None
    assert not trouble.refused
    assert box.send(Parcel("a@example.test", "", message)).state == "retry"
