"""Placeholders `${env:NAME}`: the only form in which a secret, or a machine's own path, stands in a file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from broadsheet.errors import BroadsheetError

PLACEHOLDER = re.compile(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}")


def resolve(text: str, environ: Mapping[str, str], where: str) -> str:
    """Replace every placeholder by its variable; BroadsheetError names a missing variable and `where`."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environ:
            raise BroadsheetError(
                f"{where} needs the environment variable {name}, which is not set",
                f"Set it before starting Broadsheet: export {name}=…",
            )
        return environ[name]

    return PLACEHOLDER.sub(value, text)
