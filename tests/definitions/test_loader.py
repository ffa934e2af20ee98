from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.definitions import loader
from broadsheet.definitions.loader import MAX_BYTES, MAX_DEPTH, Yaml, load_bytes, load_yaml
from broadsheet.errors import Place

PARSERS = [yaml.SafeLoader, yaml.CSafeLoader]


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def load(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The loader on the Python parser and on the C parser."""
    monkeypatch.setattr(loader, "_PARSER", request.param)
    return load_yaml


def codes(loaded: Yaml) -> list[str]:
    return [problem.code for problem in loaded.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("on", "on"),
        ("no", "no"),
        ("Y", "Y"),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("-7", -7),
        ("+7", 7),
        ("0", 0),
        ("01234", "01234"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1.2.3", "1.2.3"),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, "9" * 19),
        ('"12"', "12"),
        ("'true'", "true"),
        ('""', ""),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(load: Any, text: str, value: object) -> None:
    loaded = load(f"key: {text}", "f.yaml")
    assert loaded.problems == ()
    assert loaded.data == {"key": value}
    assert type(loaded.data["key"]) is type(value)


def test_keys_stay_text(load: Any) -> None:
    assert load("on: 1\nno: 2\ny: 3\n12:30: 4\n", "f.yaml").data == {"on": 1, "no": 2, "y": 3, "12:30": 4}


def test_every_value_and_key_knows_its_place(load: Any) -> None:
    loaded = load("a:\n  - x: 1\n    ää: {b: two}\n  - 3\n", "f.yaml")
    assert loaded.place() == Place("f.yaml", 1, 1)
    assert loaded.place("a", 0, "x") == Place("f.yaml", 2, 8)
    assert loaded.place("a", 0, "ää", "b") == Place("f.yaml", 3, 13)
    assert loaded.key_place("a", 0, "ää", "b") == Place("f.yaml", 3, 10)
    assert loaded.place("a", 1) == loaded.key_place("a", 1) == Place("f.yaml", 4, 5)


def test_lists_and_mappings_know_their_keys(load: Any) -> None:
    loaded = load("a:\n  b: {c: 1}\nd:\n  - [x]\n  - - y\n", "f.yaml")
    assert [loaded.place(*path) for path in (("a",), ("a", "b"), ("d",), ("d", 0))] == [
        Place("f.yaml", 2, 3), Place("f.yaml", 2, 6), Place("f.yaml", 4, 3), Place("f.yaml", 4, 5),
    ]  # fmt: skip
    assert [loaded.key_place(*path) for path in (("a",), ("a", "b"), ("d",), ("d", 0), ("d", 1))] == [
        Place("f.yaml", 1, 1), Place("f.yaml", 2, 3), Place("f.yaml", 3, 1), Place("f.yaml", 4, 5),
        Place("f.yaml", 5, 5),
    ]  # fmt: skip


def test_a_file_without_content_starts_where_it_starts(load: Any) -> None:
    loaded = load("# nothing yet\n", "f.yaml")
    assert (loaded.data, loaded.problems) == (None, ())
    assert loaded.place() == loaded.key_place() == Place("f.yaml", 1, 1)


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "what", "data"),
    [
        ("a: 1\nb: *x\n", "yaml-alias", 2, 4, "“*x” is an alias", {"a": 1, "b": None}),
        ("a: 1\nb: &x 2\n", "yaml-alias", 2, 4, "“&x” is an anchor", {"a": 1, "b": 2}),
        ("a: 1\nb: !x 2\n", "yaml-tag", 2, 4, "“!x” is a tag", {"a": 1, "b": "2"}),
        ("a: 1\n---\nb: 2\n", "yaml-documents", 2, 1, "a second document starts here", {"a": 1}),
        ("a: 1\n2: b\n", "yaml-key", 2, 1, "“2” is not a key", {"a": 1}),
        ("a: 1\nTrue: b\n", "yaml-key", 2, 1, "“true” is not a key", {"a": 1}),
        ("a: 1\n~: b\n", "yaml-key", 2, 1, "“null” is not a key", {"a": 1}),
        ("a: 1\n? [b]\n: c\n", "yaml-key", 2, 3, "a list is not a key", {"a": 1}),
        ("a: 1\n? {b: c}\n: d\n", "yaml-key", 2, 3, "a mapping is not a key", {"a": 1}),
    ],
)
def test_what_yaml_has_beyond_plain_values_is_refused_at_its_place(
    load: Any, text: str, code: str, line: int, column: int, what: str, data: object
) -> None:
    loaded = load(text, "f.yaml")
    assert [(each.code, each.place, each.what) for each in loaded.problems] == [
        (code, Place("f.yaml", line, column), what)
    ]
    assert loaded.data == data


def test_an_alias_has_the_place_of_its_key(load: Any) -> None:
    loaded = load("a: [*x]\nb: *x\n", "f.yaml")
    assert loaded.key_place("b") == Place("f.yaml", 2, 1)
    assert loaded.key_place("a", 0) == Place("f.yaml", 1, 5)


def test_steps_that_do_not_exist_are_passed_over(load: Any) -> None:
    loaded = load("a:\n  - x: 1\n", "f.yaml")
    assert loaded.place("a", 0, "tag", "x") == Place("f.yaml", 2, 8)
    assert loaded.place("a", 0, "missing") == loaded.place("a", 0)
    assert loaded.place("a", 7) == loaded.place("a")


def test_a_duplicate_key_keeps_the_first_and_names_its_line(load: Any) -> None:
    loaded = load("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert loaded.data == {"a": 1, "b": 2}
    assert codes(loaded) == ["yaml-duplicate-key"]
    assert "first in line 1" in loaded.problems[0].what


def test_depth_is_bounded_exactly(load: Any) -> None:
    assert codes(load("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f.yaml")) == []
    assert codes(load("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "f.yaml")) == ["yaml-depth"]


@pytest.mark.parametrize(("opening", "closing"), [("{a: ", "}"), ("? ", "")])
def test_mappings_are_bounded_as_lists_are(load: Any, opening: str, closing: str) -> None:
    for depth, deep in ((MAX_DEPTH, False), (MAX_DEPTH + 1, True)):
        loaded = load(opening * depth + "b" + closing * depth, "f.yaml")
        assert ("yaml-depth" in codes(loaded)) == deep


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("a:\n\tb: 1\n", 2, "Indent with spaces."),
        ("a: @home\n", 1, "Put the value in quotes."),
        ("a: 1\nb: [1, 2\nc: 3\n", 2, "Close every [ with ] and every { with }."),
        ('a: 1\nb: "open\nc: 3\n', 2, "Close it."),
        ("title: Sales: the week\n", 1, "Put text that holds “: ” in quotes"),
        ("a: 1\nlost\nb: 2\n", 3, "Write key: value"),
        ("a:\n  - 1\n - 2\n", 3, "Indent items"),
    ],
)
def test_syntax_errors_say_what_to_do(load: Any, text: str, line: int, remedy: str) -> None:
    (problem,) = load(text, "f.yaml").problems
    assert problem.code == "yaml-syntax"
    assert problem.place.line == line
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 200_000,
        "{" * 200_000,
        "- " * 200_000,
        "? " * 200_000,
        "a:\n " * 100_000,
        "*a " * 100_000,
        "- *a\n" * 100_000,
        "a: &a [x]\n" + "b: [*a,*a,*a,*a,*a,*a]\n" * 1000,
        "!" * 500_000,
        '"' + "\\n" * 200_000,
        "9" * 200_000 + ": 1",
    ],
    ids=lambda bomb: bomb[:6],
)
def test_bombs_end_as_problems(bomb: str) -> None:
    loaded = load_yaml(bomb, "f.yaml")
    assert len(loaded.problems) <= loader.MAX_PROBLEMS
    assert loaded.problems or loaded.data == {"9" * 200_000: 1}


def test_size_is_bounded() -> None:
    assert codes(load_bytes(b"#" * MAX_BYTES, "f.yaml")) == []
    assert codes(load_bytes(b"#" * (MAX_BYTES + 1), "f.yaml")) == ["yaml-size"]
    assert codes(load_yaml("ä" * MAX_BYTES, "f.yaml")) != ["yaml-size"]
    assert codes(load_yaml("#" * (MAX_BYTES + 1), "f.yaml")) == ["yaml-size"]


def test_a_byte_order_mark_is_no_content() -> None:
    assert load_bytes(b"\xef\xbb\xbfa: 1", "f.yaml").data == {"a": 1}


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\ufeff", "\ufffe"])
def test_control_characters_are_refused_raw_and_escaped(character: str) -> None:
    raw = load_yaml(f"a: 1\nb: x{character}y", "f.yaml")
    assert codes(raw) == ["yaml-control-character"]
    assert raw.problems[0].place == Place("f.yaml", 2, 5)
    escaped = load_yaml(f'a: "x\\u{ord(character):04x}y"', "f.yaml")
    assert codes(escaped) == ["yaml-control-character"]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [(b"\xff", 1, 0), (b"\n\xff", 2, 0), (b"a: 1\n# \xff\n", 2, 0), (b"\x07", 1, 1), (b"\n\x07", 2, 1)],
)
def test_what_is_no_text_is_named_with_its_place(content: bytes, line: int, column: int) -> None:
    loaded = load_bytes(content, "f.yaml")
    assert [problem.place for problem in loaded.problems] == [Place("f.yaml", line, column)]
    assert loaded.data is None
    assert loaded.place() == Place("f.yaml", 1, 1)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcdefgh -:#'\"", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES)
def test_json_is_yaml(value: object) -> None:
    loaded = load_yaml(json.dumps(value, ensure_ascii=False), "f.yaml")
    assert loaded.problems == ()
    assert loaded.data == value or (isinstance(value, float) and math.isclose(loaded.data, value))


SIGNS = st.lists(
    st.sampled_from(
        [*"[]{}:,-?*&!|>'\"%@`#~ \n\t\\0a1.<=\r", "\0", "é", "\n---\n", "...", "<<: ", "  - ", "\ufeff"]
    )
).map("".join)


@settings(deadline=None)
@given(SIGNS | st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    loaded = load_yaml(text, "f.yaml")
    assert [problem.place.file for problem in loaded.problems] == ["f.yaml"] * len(loaded.problems)
    assert loaded.place("a", 0, "b").file == "f.yaml"


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_raise(content: bytes) -> None:
    assert load_bytes(content, "f.yaml").file == "f.yaml"


@settings(deadline=None)
@given(SIGNS)
def test_both_parsers_agree_where_both_find_no_problem(text: str) -> None:
    found = []
    for parser in PARSERS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loader, "_PARSER", parser)
            found.append(load_yaml(text, "f.yaml"))
    if not any(loaded.problems for loaded in found):
        assert found[0].data == found[1].data
