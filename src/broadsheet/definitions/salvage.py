"""What is sound of a report with mistakes: so that its other mistakes need not wait for these to be mended."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from broadsheet.definitions.loader import Yaml
from broadsheet.definitions.messages import problems_of
from broadsheet.definitions.models.reports import Report

NOTHING = {"text": "-"}
"""Stands for a block that cannot be read: it asks for nothing, and the others keep their numbers."""
STAND_INS = {"title": "-", "question": "-", "audience": "x", "period": "month", "blocks": [NOTHING]}


def salvage(source: Yaml) -> Report | None:
    """The report without the keys and blocks that are wrong; None where nothing is left.

    A stand-in makes no claim: an audience that cannot be read is called “”, which no check looks up.
    """
    if not isinstance(source.data, dict):
        return None
    rest = _sound_part(source)
    stand_ins = {key: value for key, value in STAND_INS.items() if key not in rest}
    if "period" in stand_ins:
        rest.pop("schedule", None)
    try:
        report = Report.model_validate({**rest, **stand_ins})
    except ValidationError:
        return None
    return report.model_copy(update={"audiences": ("",)}) if "audience" in stand_ins else report


def _sound_part(source: Yaml) -> dict[str, Any]:
    rest = dict(source.data)
    try:
        Report.model_validate(source.data)
    except ValidationError as failure:
        for path, _ in problems_of(failure, Report, source):
            match path:
                case ("blocks", int(index), *_):
                    rest["blocks"] = [
                        NOTHING if at == index else block for at, block in enumerate(rest["blocks"])
                    ]
                case (str(key), *_):
                    rest.pop(key, None)
    return rest
