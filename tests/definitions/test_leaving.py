"""An address goes out of the texts that name it, and nothing else changes."""

from __future__ import annotations

from broadsheet.definitions.leaving import lines_without, without_address

AUDIENCES = """\
# Who gets what.
audiences:
  sales:
    label: Sales # ada@example.test is not meant here
    recipients:
      - Ada Example <ADA@example.test> # since March
      - bo@example.test
  board: {label: Board, recipients: [bo@example.test, "Ada Example <ada@example.test>"]}
  reps:
    label: Reps
    each: rep
    recipients: {Ada: [ada@example.test, bo@example.test], Bo: bo@example.test}
  only: {label: Only her, recipients: [ada@example.test]}
"""


def test_an_address_goes_out_of_every_list_and_the_rest_stays_as_it_was_written() -> None:
    text, left = without_address(AUDIENCES, "ada@example.test")
    assert left == ("only",)
    assert text == AUDIENCES.replace("      - Ada Example <ADA@example.test> # since March\n", "").replace(
        ', "Ada Example <ada@example.test>"', ""
    ).replace("[ada@example.test, bo@example.test], Bo", "[bo@example.test], Bo")
    assert without_address(text, "nobody@example.test") == (text, ())


def test_its_lines_go_out_of_a_file_of_readers() -> None:
    hers = ('"Example, Ada",ada@example.test', "A.,Ada <ada@example.test>")
    text = f"\ufeffname,address\r\n{hers[0]}\r\nBo,bo@example.test\r\n{hers[1]}\r\n"
    assert lines_without(text, "Ada@Example.test") == "\ufeffname,address\r\nBo,bo@example.test\r\n"
    assert lines_without("mail\nada@example.test\n", "ada@example.test") == "mail\nada@example.test\n"
