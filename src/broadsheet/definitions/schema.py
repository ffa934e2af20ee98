"""JSON Schemas of the YAML files, made from the models: editors complete and check with them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from broadsheet.definitions.models.audiences import AudiencesFile
from broadsheet.definitions.models.dimensions import DimensionsFile
from broadsheet.definitions.models.kpis import KpiFile
from broadsheet.definitions.models.languages import Language
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.sources import SourcesFile
from broadsheet.definitions.models.themes import Theme


def kinds() -> dict[str, tuple[str, type[BaseModel]]]:
    """The kinds of YAML files: where they stand, and their model."""
    return {
        "report": ("reports/*.yaml", Report),
        "settings": ("config/settings.yaml", Settings),
        "sources": ("config/sources.yaml", SourcesFile),
        "dimensions": ("config/dimensions.yaml", DimensionsFile),
        "kpis": ("config/kpis/*.yaml", KpiFile),
        "audiences": ("config/audiences.yaml", AudiencesFile),
        "theme": ("config/themes/*.yaml", Theme),
        "language": ("config/languages/*.yaml", Language),
    }


def schemas() -> dict[str, dict[str, Any]]:
    """A JSON Schema (2020-12) per kind, by file name: `report.schema.json`."""
    return {
        f"{kind}.schema.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **_plain(model.model_json_schema(by_alias=True)),
        }
        for kind, (_, model) in kinds().items()
    }


def _plain(schema: Any) -> Any:
    """Without the titles that pydantic derives from Python names; keys of the language are never dropped."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _plain(part) for name, part in value.items()}
        if key in ("properties", "$defs")
        else _plain(value)
        for key, value in schema.items()
        if key != "title" and not (key == "default" and value in ([], {}, None, ""))
    }
