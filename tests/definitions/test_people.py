"""Readers of files: lines become persons, or are refused with the reason; never somebody else's rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.definitions.models.audiences import Audience
from broadsheet.definitions.people import People, filed_people, foreign_domain, written_people

EACH = Audience(label="Sales", each="region", file="people.csv")
WHOLE = Audience(label="Sales", file="people.csv", domains=("example.test",))


def read(folder: Path, text: str | bytes, audience: Audience = EACH, *domains: str) -> People:
    file = folder / "people.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return filed_people(file, audience, domains)


def test_rows_with_an_address_and_a_member_are_readers(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "\ufeffregion,address,locale,since\r\n"
        "North, Ada <ada@example.test> ,de,2020\r\n"
        ",,,\r\n"
        "South,Ada@example.test,,2021,\r\n"
        "North,ADA@example.test,fr,2022\r\n"
        '"South, East","bo@Example.test",,\r\n',
    )
    assert [(one.address, one.member, one.locale) for one in found.persons] == [
        ("ada@example.test", "North", "de"),
        ("Ada@example.test", "South", ""),
        ("bo@Example.test", "South, East", ""),
    ]
    assert found.refused == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("ada@example.test", "has no region, so nothing can be shown to them"),
        ("ada@example.test,", "has no region"),
        ("ada,North", "is not one mail address"),
        ("ada@example.test,North,xx", "there is no locale “xx”"),
        ("ada@example.test,Smith, North,South", "more fields than the first one"),
        (",Smith,en,South", "more fields than the first one"),
        ('ada@example.test,"North', "the line is not CSV: unexpected end of data"),
        ('ada@example.test,"North"x,en', "the line is not CSV"),
        ("ada@example.test," + "N" * 200_000, "the line is not CSV: field larger"),
    ],
)
def test_a_line_that_names_no_reader_for_sure_is_refused(tmp_path: Path, line: str, why: str) -> None:
    found = read(tmp_path, f"address,region,locale\nbo@example.test,South\n{line}\n")
    (refusal,) = found.refused
    assert why in refusal.why
    assert (refusal.line, refusal.code) == (3, "recipients-file")
    assert not any(one.address == "ada@example.test" for one in found.persons)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no column address and no column region"),
        ("address;region\na@example.test;North\n", "there is no column address and no column region"),
        ("address,Region\n", "there is no column region"),
        ("region\n", "there is no column address"),
    ],
)
def test_a_file_without_the_columns_names_nobody(tmp_path: Path, text: str, why: str) -> None:
    (refusal,) = read(tmp_path, text).refused
    assert (refusal.line, refusal.why, refusal.code) == (1, why, "recipients-columns")


def test_a_file_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnicodeDecodeError):
        read(tmp_path, "address,region\nä@example.test,X\n".encode("latin-1"))
    with pytest.raises(FileNotFoundError):
        filed_people(tmp_path / "none.csv", EACH, ())


@pytest.mark.parametrize(
    ("domains", "readers"),
    [
        ((), ["bo@Example.test"]),
        (("example.test", "other.test"), ["bo@Example.test"]),
        (("other.test",), []),
    ],
)
def test_mail_goes_to_the_domains_that_all_lists_allow(
    tmp_path: Path, domains: tuple[str, ...], readers: list[str]
) -> None:
    found = read(tmp_path, "address\nada@other.test\nbo@Example.test\n", WHOLE, *domains)
    assert [one.address for one in found.persons] == readers
    assert {refusal.code for refusal in found.refused} == {"recipient-domain"}
    assert found.refused[0].why == "mail to other.test is not allowed here"
    assert foreign_domain("x@Bücher.example", (("xn--bcher-kva.example",),)) == ""


def test_readers_that_stand_in_the_definition() -> None:
    listed = Audience(label="L", recipients=("ada@example.test", "ADA@example.test", "bo@other.test"))
    assert [one.recipient for one in written_people(listed, ("example.test",)).persons] == [
        "ada@example.test"
    ]
    both = {"North": ("ada@example.test",), "South": ("ada@example.test",)}
    by_member = Audience(label="L", each="region", recipients=both)
    assert [one.member for one in written_people(by_member, ()).persons] == ["North", "South"]
