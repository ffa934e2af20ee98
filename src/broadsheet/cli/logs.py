"""How the log reads: lines for people, or JSON for machines."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

from broadsheet.definitions.secrets import Redactor

Form = Literal["text", "json"]

TRANSITION = "transition"
SILENT = logging.CRITICAL + 1


class JsonLines(logging.Formatter):
    """One JSON object per line: the facts of transitions, and of other messages only their own words and numbers.

    What is put into a message may be an address or quote a row of data: texts are left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        facts = getattr(record, TRANSITION, None)
        if facts is None:
            line["message"] = _own_words(record)
        else:
            line |= facts
        if record.exc_info and record.exc_info[0]:
            line["error_class"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


class Hiding(logging.Filter):
    """Takes secrets out of every line, also out of its traceback, whoever logs."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without secrets."""
        record.msg = self._redact(str(record.msg))
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._hidden, record.args))
        if record.exc_info and record.exc_info[0] and not record.exc_text:
            record.exc_text = self._redact("".join(traceback.format_exception(*record.exc_info)).rstrip())
        facts = getattr(record, TRANSITION, None)
        if facts is not None:
            setattr(record, TRANSITION, {name: self._hidden(fact) for name, fact in facts.items()})
        return True

    def _hidden(self, value: object) -> object:
        return value if value is None or isinstance(value, int | float) else self._redact(str(value))


def hide_secrets(redact: Redactor) -> None:
    """Let no handler of the process write a secret."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(Hiding(redact))


def write_log(form: Form) -> None:
    """Write the log of the process in this form. What one form tells per event, the other does not tell again."""
    if form == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
    logging.getLogger("broadsheet.transition").setLevel(logging.INFO if form == "json" else SILENT)
    logging.getLogger("broadsheet.people").setLevel(SILENT if form == "json" else logging.INFO)


def _own_words(record: logging.LogRecord) -> str:
    given = record.args if isinstance(record.args, tuple) else ()
    shown = tuple(each if isinstance(each, int | float) else "…" for each in given)
    return record.msg % shown if shown else str(record.msg)
