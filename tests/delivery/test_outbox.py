"""The outbox folder: one file per edition and recipient."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

from broadsheet.definitions.models.mail import Mail
from broadsheet.delivery.message import Letter, compose
from broadsheet.delivery.outbox import LONGEST, Outbox, file_name
from broadsheet.delivery.outcome import Parcel

AT = datetime(2026, 6, 15, tzinfo=UTC)
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
    message = compose(LETTER, "Ada <ada@example.test>", Mail(), AT)
    box = Outbox(tmp_path)
    assert box.send(Parcel("ada@example.test", "", message)).state == "sent"
    assert box.send(Parcel("ada@example.test", "", message)).state == "sent"
    (file,) = tmp_path.iterdir()
    assert file.name == "sales-weekly.2026-W24.sales.r1.ada-example.test.eml"
    assert file.read_bytes() == message


def test_each_language_of_an_edition_has_a_file_of_its_own(tmp_path):
    box = Outbox(tmp_path)
    for locale in ("en", "de_CH"):
        message = compose(replace(LETTER, locale=locale), "ada@example.test", Mail(), AT)
        assert message_from_bytes(message)["X-Broadsheet-Edition"].endswith(f"/ sales / r1 / {locale}")
        box.send(Parcel("ada@example.test", "", message))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "sales-weekly.2026-W24.sales.r1.de_CH.ada-example.test.eml",
        "sales-weekly.2026-W24.sales.r1.en.ada-example.test.eml",
    ]


def test_slices_whose_names_are_no_plain_letters_have_files_of_their_own(tmp_path):
    box = Outbox(tmp_path)
    for name in ("Müller", "Möller", "张伟", "李娜"):
        letter = replace(LETTER, edition_key=f"sales-weekly · 2026-W24 · sales · customer={name} · r1")
        box.send(Parcel("ada@example.test", "", compose(letter, "ada@example.test", Mail(), AT)))
    assert len(list(tmp_path.iterdir())) == 4


def test_no_two_letters_have_one_file(tmp_path):
    long = [f"a={'x' * 250}{end}" for end in "12"]
    slices = ("", "a=A B", "a=A-B", "a=A/B", "a=A.B", "a=A", "a=-A", "a=A-", "a=b=A", "a=b-A", *long)
    readers = ("ada-x@y.test", "ada@x-y.test", "jörg@y.test", "jürg@y.test", "a+b@y.test", "ada@y.test")
    messages = [
        (reader, compose(replace(LETTER, edition_key=f"sales · {name} · r1"), reader, Mail(), AT))
        for name in slices
        for reader in readers
    ]
    names = {file_name(*each) for each in messages}
    assert len(names) == len(messages)
    assert "sales.a-A.r1.ada-y.test.eml" in names
    assert Outbox(tmp_path).send(Parcel(messages[-1][0], "", messages[-1][1])).state == "sent"


def test_a_name_is_no_longer_than_file_systems_take():
    rest = LONGEST - len("sales.a-.r1.ada-y.test")
    for more, plain in ((0, True), (1, False)):
        edition = replace(LETTER, edition_key=f"sales · a={'x' * (rest + more)} · r1")
        name = file_name("ada@y.test", compose(edition, "ada@y.test", Mail(), AT))
        assert name.endswith("x.r1.ada-y.test.eml") == plain
        assert len(name) < 255


def test_hostile_names_stay_in_the_folder(tmp_path):
    letter = Letter("../../etc · 2026 · x · r1", "x", "2026", "S", "T\n", "<p>T</p>", (), b"%PDF-")
    box = tmp_path / "outbox"
    message = compose(letter, "a@example.test", Mail(), AT)
    assert Outbox(box).send(Parcel("a@example.test", "", message)).state == "sent"
    assert [path.parent for path in tmp_path.rglob("*.eml")] == [box]


def test_a_full_disk_keeps_the_letter_due(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    message = compose(LETTER, "a@example.test", Mail(), AT)
    box = Outbox(tmp_path / "outbox")
    trouble = box.open()
    assert trouble is not None
    assert not trouble.refused
    assert box.send(Parcel("a@example.test", "", message)).state == "retry"
