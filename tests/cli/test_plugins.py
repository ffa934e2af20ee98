"""Measures by plug-in: an installed package brings a function, a KPI names it, and nothing loads it before."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from cli.conftest import Command
from press.workspace import House

MODULE = """
import numpy as np


def per_order(values, options):
    with np.errstate(divide="ignore", invalid="ignore"):
        return values["revenue"] / values["orders"] * options["factor"]


def too_few(values, options):
    return np.zeros(1 + len(values["orders"]))


def broken(values, options):
    raise KeyError("factor")
"""
POINTS = """
[broadsheet.measures]
per_order = tiny_measures:per_order
too_few = tiny_measures:too_few
broken = tiny_measures:broken
"""
WEEK = ("--period", "2026-W24", "--as-of", "2026-07-01", "--json")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with three measures, as pip would lay it down."""
    site = tmp_path / "site"
    about = site / "tiny_measures-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "tiny_measures.py").write_text(MODULE, "utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-measures\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text(POINTS, "utf-8")
    monkeypatch.syspath_prepend(str(site))
    importlib.invalidate_caches()
    monkeypatch.delitem(sys.modules, "tiny_measures", raising=False)


def define(house: House, measure: str, options: str = "{factor: 2}") -> None:
    method = f"{{measure: {measure}, package: tiny-measures, uses: [revenue, orders], options: {options}}}"
    text = f"kpis:\n  worth: {{label: Worth, meaning: Of an order., method: {method}, unit: money}}\n"
    (house.root / "config" / "kpis" / "plugins.yaml").write_text(text, "utf-8")


@pytest.mark.usefixtures("tiny")
def test_its_values_are_those_of_the_function(house: House, command: Command) -> None:
    define(house, "per_order")
    said = command("-C", house.root, "explain", "worth", *WEEK)
    kpi = json.loads(said.out)["kpi"]
    values = {(item["kpi"], item["period"]): item["value"] for item in kpi["numbers"]["values"]}
    week = values["revenue", "2026-W24"] / values["orders", "2026-W24"] * 2
    assert values["worth", "2026-W24"] == pytest.approx(week)
    assert (
        kpi["formula"][0] == "measure per_order of the package tiny-measures over Revenue, Orders, factor 2"
    )
    assert kpi["additivity"] == "non-additive"


@pytest.mark.usefixtures("tiny")
def test_it_is_looked_for_when_checked_and_loaded_when_asked(house: House, command: Command) -> None:
    define(house, "per_order")
    assert command("-C", house.root, "check").code == 0
    assert command("-C", house.root, "explain", "revenue", *WEEK).code == 0
    assert "tiny_measures" not in sys.modules
    command("-C", house.root, "explain", "worth", *WEEK)
    assert "tiny_measures" in sys.modules


def test_a_missing_package_is_named(house: House, command: Command) -> None:
    define(house, "per_order")
    said = command("-C", house.root, "check")
    assert said.code == 1
    assert "worth is computed by the measure “per_order”, which is not installed" in said.out + said.err
    assert "pip install tiny-measures" in said.out + said.err


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("broken", "the measure “broken” of tiny-measures failed: KeyError: 'factor'"),
        ("too_few", "gave (4,) numbers for 3 values"),
    ],
)
def test_what_a_measure_does_wrong_is_told(house: House, command: Command, measure: str, words: str) -> None:
    define(house, measure)
    said = command("-C", house.root, "explain", "worth", *WEEK)
    assert said.code == 1
    assert words in said.err
