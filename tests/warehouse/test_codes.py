"""Every code of `check --data` is explained in the reference, and no explained one is gone."""

import re
from pathlib import Path

from broadsheet.cli import admin
from broadsheet.definitions.codes import DATA_CODES
from broadsheet.warehouse import inspect


def test_codes_in_use_are_the_explained_ones() -> None:
    source = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (inspect, admin))
    assert set(re.findall(r'"(data-[a-z]+)"', source)) == set(DATA_CODES)
