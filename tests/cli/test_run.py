"""`run` and `sample`: files where they are wanted, exit codes that scripts can trust, mistakes in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Command
from press.workspace import FILES, House, held, report

AS_OF = ("--as-of", "2026-06-15T09:00")


def test_files_go_to_var_out_or_where_they_are_wanted(house: House, here: Command, tmp_path: Path) -> None:
    done = here("run", "orders", *AS_OF)
    assert (done.code, done.err) == (0, "")
    folder = house.var / "out" / "orders" / "2026-W24"
    assert sorted(path.name for path in folder.iterdir()) == ["orders-2026-W24.html", "orders-2026-W24.pdf"]
    assert "orders  2026-W24  sales" in done.out
    assert str(folder / "orders-2026-W24.pdf") in done.out
    assert not (house.var / "ledger.sqlite").exists(), "nothing was claimed"
    assert here("run", "orders", "--period", "2025", "--out", tmp_path / "else").code == 0
    assert (tmp_path / "else/orders/2025/orders-2025.pdf").read_bytes().startswith(b"%PDF-")


def test_an_audience_reads_its_own_language(house: House, here: Command) -> None:
    for arguments in ((), ("--audience", "board")):
        assert here("run", "orders", *arguments, *AS_OF).code == 0
    folder = house.var / "out/orders/2026-W24"
    assert "8–14 June 2026" in (folder / "orders-2026-W24.html").read_text(encoding="utf-8")
    assert "8.–14. Juni 2026" in (folder / "orders-2026-W24-board.html").read_text(encoding="utf-8")


def test_every_audience_or_any_locale(house: House, here: Command) -> None:
    house.write("reports/orders.yaml", report(audience="[sales, board]"))
    assert here("run", "orders", *AS_OF).code == 0
    assert here("run", "orders", "--locale", "de-AT", "--audience", "sales", *AS_OF).code == 0
    names = sorted(path.name for path in (house.var / "out/orders/2026-W24").glob("*.pdf"))
    assert names == ["orders-2026-W24-board.pdf", "orders-2026-W24-de-AT.pdf", "orders-2026-W24.pdf"]


def test_texts_without_translation_are_written_down(house: House, here: Command) -> None:
    done = here("texts", "de")
    assert done.code == 0
    assert "  What do customers order?: ''\n" in done.out
    assert "texts without translation into de." in done.err
    house.write("config/languages/de.yaml", done.out.replace("''", "Übersetzt"))
    assert here("texts", "de").out == ""
    assert here("texts", "nl").code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["oders"], ["there is no report “oders”", "Did you mean “orders”?"]),
        (["orders", "--period", "2026-W60"], ["“2026-W60” is not a period", "W01 to W53"]),
        (["orders", "--period", "last week"], ["“last week” is not a period", "week 2026-W47"]),
        (["orders", "--period", "2099-W01"], ["no complete day yet"]),
        (["orders", "--audience", "slaes"], ["there is no audience “slaes”", "Did you mean “sales”?"]),
        (["orders", "--locale", "klingon"], ["there is no locale “klingon”", "Write one such as en"]),
        (["orders", "--locale", "de", "--send"], ["exclude each other"]),
        (["orders", "--as-of", "soon"], ["“soon” is not a moment", "2026-06-15T07:00"]),
        (["orders", "--to", "nobody"], ["“nobody” is not one mail address"]),
        (["orders", "--to", "a@example.test", "--send"], ["exclude each other"]),
        (["orders", "--period", "2026", "--all-time"], ["exclude each other"]),
        ([], ["Missing argument"]),
        (["orders", "--nonsense"], ["No such option"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and "--" in " ".join(value) else "",
)
def test_an_impossible_request_is_told_and_changes_nothing(
    house: House, here: Command, arguments: list[str], told: list[str]
) -> None:
    done = here("run", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert [words for words in told if words not in done.err] == []
    assert "Traceback" not in done.err
    assert not house.var.exists()


def test_a_broken_report_is_refused_with_its_reasons_and_spoils_no_other(house: House, here: Command) -> None:
    house.write("reports/broken.yaml", report(blocks="[{kpis: [ordres]}]"))
    done = here("run", "broken", *AS_OF)
    assert done.code == 1
    assert "reports/broken.yaml:6" in done.err
    assert "Did you mean “orders”?" in done.err
    assert here("run", "orders", *AS_OF).code == 0


def test_a_source_that_does_not_answer_is_a_plain_error(house: House, here: Command) -> None:
    with held(house.warehouse):
        done = here("run", "orders", *AS_OF)
    assert done.code == 1
    assert "another process has been writing to duckdb:///shop.duckdb" in done.err
    house.warehouse.unlink()
    done = here("run", "orders", *AS_OF)
    assert done.code == 1
    assert "the file of duckdb:///shop.duckdb does not exist" in done.err
    assert "Traceback" not in done.err


def test_a_block_that_cannot_be_computed_is_shown_and_counted_against_the_run(
    house: House, here: Command
) -> None:
    sources = FILES["config/sources.yaml"]
    house.write("config/views/orders.sql", "SELECT * FROM orders WHERE CAST(channel AS INTEGER) > 0\n")
    house.write("config/sources.yaml", sources.replace("table: orders", "sql: config/views/orders.sql"))
    done = here("run", "orders", *AS_OF)
    assert done.code == 3
    assert "a column has another type than its declaration says" in done.err
    assert (house.var / "out/orders/2026-W24/orders-2026-W24.pdf").is_file()


def test_an_empty_period_is_no_error(here: Command) -> None:
    assert here("run", "orders", "--period", "2020-W10").code == 0


def test_a_template_error_names_file_and_line(house: House, here: Command) -> None:
    house.write("templates/page.html.j2", "<p>\n{{ titel }}")
    done = here("run", "orders", *AS_OF)
    assert done.code == 1
    assert "templates/page.html.j2:2:" in done.err


def test_a_place_that_cannot_be_written_is_named(house: House, here: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = here("run", "orders", *AS_OF, "--out", tmp_path / "file")
    assert done.code == 1
    assert f"{tmp_path / 'file'}" in done.err
    assert "Traceback" not in done.err


def test_send_claims_and_a_second_send_tells_who_has_it(house: House, here: Command) -> None:
    first = here("run", "orders", *AS_OF, "--send")
    assert first.code == 0
    assert "ada@example.test: sent (written to orders." in first.out
    audiences = FILES["config/audiences.yaml"]
    house.write("config/audiences.yaml", audiences.replace("bo@example.test", "di@example.test"))
    second = here("run", "orders", *AS_OF, "--send")
    assert second.code == 0
    assert "ada@example.test has had it since " in second.out
    assert "di@example.test: sent" in second.out
    assert len(house.outbox) == 3


def test_a_send_that_is_over_uses_the_ledger_no_longer(house: House, here: Command, tmp_path: Path) -> None:
    assert here("run", "orders", *AS_OF, "--send").code == 0
    assert here("ledger", "backup", tmp_path / "backup.sqlite").code == 0
    assert here("ledger", "restore", tmp_path / "backup.sqlite").code == 0, "nobody is in the way"


def test_a_send_that_reaches_nobody_is_code_3(house: House, here: Command) -> None:
    house.write("var/outbox", "a file where the folder should be")
    done = here("run", "orders", *AS_OF, "--send")
    assert done.code == 3
    assert "ada@example.test: queued" in done.out
    assert "bo@example.test: queued" in done.out
    assert "outbox takes nothing now, the letters stay queued" in done.err


def test_a_test_copy_goes_to_one_address_only(house: House, here: Command) -> None:
    done = here("run", "orders", *AS_OF, "--to", "Me <me@example.test>")
    assert done.code == 0
    assert "Test copy to Me <me@example.test>: sent" in done.err
    assert house.outbox == ["orders.2026-W24.sales.r1.en.test.me-example.test.eml"]
    assert not (house.var / "ledger.sqlite").exists()


@pytest.mark.parametrize("arguments", [["--until", "soon"], ["--scale", "0"], ["--until", "0001-01-01"]])
def test_sample_refuses_what_it_cannot_make(house: House, here: Command, arguments: list[str]) -> None:
    done = here("sample", *arguments)
    assert done.code == 2, done.err
    assert not house.var.exists()


def test_a_character_that_the_typefaces_lack_is_told(house: House, here: Command) -> None:
    house.write("reports/orders.yaml", report("Orders of \ue123"))
    done = here("run", "orders", *AS_OF)
    assert done.code == 0
    assert "U+E123" in done.err
