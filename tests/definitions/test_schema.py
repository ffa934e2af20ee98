"""The schemas are complete enough for editors: they accept what the loader accepts, and refuse typing errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.definitions.loader import load_bytes
from broadsheet.definitions.schema import schemas

ROOT = Path(__file__).parents[2]
KINDS = {
    "config/settings.yaml": "settings",
    "config/sources.yaml": "sources",
    "config/dimensions.yaml": "dimensions",
    "config/audiences.yaml": "audiences",
    "config/kpis/*.yaml": "kpis",
    "config/themes/*.yaml": "theme",
    "reports/*.yaml": "report",
}
TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """The part of JSON Schema that the schemas use, written from the specification."""
    if "$ref" in schema:
        return accepts(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root)
    if not _choices(schema, value, root):
        return False
    if "type" in schema:
        kind = TYPES[schema["type"]]
        if not isinstance(value, kind) or (
            isinstance(value, bool) and schema["type"] in ("integer", "number")
        ):
            return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        size = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return size and all(accepts(schema.get("items", {}), item, root) for item in value)
    return not isinstance(value, dict) or _mapping(schema, value, root)


def _choices(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    if "anyOf" in schema and not any(accepts(part, value, root) for part in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(accepts(part, value, root) for part in schema["oneOf"]) != 1:
        return False
    return value in schema.get("enum", [value]) and value == schema.get("const", value)


def _mapping(schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any]) -> bool:
    if not set(schema.get("required", ())) <= set(value):
        return False
    known = schema.get("properties", {})
    for key, item in value.items():
        parts = [known[key]] if key in known else []
        parts += [
            part for pattern, part in schema.get("patternProperties", {}).items() if re.search(pattern, key)
        ]
        other = schema.get("additionalProperties", True)
        if not parts and other is False:
            return False
        if not parts and isinstance(other, dict):
            parts = [other]
        if not all(accepts(part, item, root) for part in parts):
            return False
    return True


def shipped() -> Iterator[tuple[str, Path]]:
    for folder in (ROOT, ROOT / "tests/errors/base", *sorted((ROOT / "docs/examples").glob("*/"))):
        for pattern, kind in KINDS.items():
            for path in sorted(folder.glob(pattern)):
                yield kind, path


@pytest.mark.parametrize(
    ("kind", "path"), list(shipped()), ids=lambda part: str(part).removeprefix(str(ROOT))
)
def test_schema_accepts_what_is_shipped(kind: str, path: Path) -> None:
    schema = schemas()[f"{kind}.schema.json"]
    data = load_bytes(path.read_bytes(), path.name).data
    assert accepts(schema, data, schema)
    assert not accepts(schema, {**data, "no_such_key": 1}, schema)


@pytest.mark.parametrize(
    "change",
    [
        {"compare": "plam"},
        {"period": 5},
        {"blocks": []},
        {"blocks": [{"kpis": ["Not A Name"]}]},
        {"blocks": [{"chart": "pie", "kpis": ["a"], "by": "month"}]},
        {"blocks": [{"text": "x", "kpis": ["a"]}]},
        {"schedule": {"every": "month", "at": "7"}},
    ],
)
def test_schema_refuses_mistakes(change: dict[str, Any]) -> None:
    schema = schemas()["report.schema.json"]
    sound = {"title": "T", "question": "Q", "audience": "a", "period": "week", "blocks": [{"text": "x"}]}
    assert accepts(schema, {**sound, "compare": "plan"}, schema)
    assert not accepts(schema, {**sound, **change}, schema)


def test_every_key_has_a_meaning() -> None:
    silent = [
        f"{file} {name}.{key}"
        for file, schema in schemas().items()
        for name, model in {"": schema, **schema.get("$defs", {})}.items()
        for key, part in model["properties"].items()
        if not part.get("description")
    ]
    assert silent == []
