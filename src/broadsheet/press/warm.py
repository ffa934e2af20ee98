"""What the process imports that render processes are forked from: each of them begins as if it had worked before.

Importing it typesets one empty page and loads what is otherwise loaded when it is first needed.
"""

from __future__ import annotations

import gc

import holidays.countries

import broadsheet.press.render
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.pdf import render_pdf

__all__ = ["broadsheet", "holidays"]

prepare()
render_pdf("<html lang=en><title>-</title><p>-</p></html>", ())
# What is loaded is never garbage; unfrozen, collections would copy it into each process.
gc.collect()
gc.freeze()
