"""How much of the KPI catalog is there and proven: `python tests/catalog/count.py`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parents[1] / "config" / "kpis"


def coverage() -> dict[str, Any]:
    """What is left open, and why."""
    return _read(HERE / "coverage.yaml")


def shipped() -> dict[str, dict[str, Any]]:
    """All KPIs of the workspace by name."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(SHIPPED.glob("*.yaml")):
        found |= with_steps(_read(file)["kpis"])
    return found


def with_steps(kpis: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """KPIs as written, and the steps of the funnels among them, which are KPIs too."""
    steps = {
        step: {"ref": kpi["ref"], "edge_cases": kpi["edge_cases"]}
        for kpi in kpis.values()
        for step in kpi.get("funnel", {}).get("steps", ())
    }
    return {**kpis, **steps}


def proven() -> set[str]:
    """The KPIs with a plain query."""
    return {file.stem for file in (HERE / "sql").glob("*.sql")} & set(shipped())


def declared() -> set[str]:
    """The KPIs whose value is a method's that nobody has installed: named and defined, never proven."""
    return {name for name, kpi in shipped().items() if "method" in kpi}


def entries() -> list[str]:
    """Every entry of the catalog: SAL-01, SAL-02, …"""
    return [
        f"{subject}-{n:02d}" for subject, count in coverage()["entries"].items() for n in range(1, count + 1)
    ]


def covered() -> set[str]:
    """The entries with a proven KPI, or that are one looked at by a dimension or compared."""
    kpis, seen = shipped(), coverage()
    proved = {kpis[name]["ref"] for name in proven() if "ref" in kpis[name]}
    return proved | set(seen["by_dimension"]) | set(seen["by_comparison"])


def apart() -> list[str]:
    """The KPIs that are neither a measure of an entry nor a part of one."""
    return [name for name, kpi in shipped().items() if "ref" not in kpi]


def announced() -> set[str]:
    """The entries with nothing but a declared KPI."""
    kpis = shipped()
    return {kpis[name]["ref"] for name in declared()} - covered()


def missing() -> Iterator[tuple[str, str, str]]:
    """Reason, what is missing, entry."""
    for reason, groups in coverage()["missing"].items():
        for what, names in groups.items():
            yield from ((reason, what, name) for name in names)


def main() -> None:
    """Print the gaps as tables and the count."""
    last = ""
    for reason, what, names in _grouped():
        if reason != last:
            sys.stdout.write(f"\n### No KPI: {reason}\n\n| what | entries |\n| --- | --- |\n")
            last = reason
        sys.stdout.write(f"| {what} | {', '.join(names)} |\n")
    sys.stdout.write("\n### In part\n\n| entry | not there |\n| --- | --- |\n")
    for entry, what in coverage()["partly"].items():
        sys.stdout.write(f"| {entry} | {what} |\n")
    told, kpis = len(covered()), len(set(shipped()) - declared())
    sys.stdout.write(f"\nBy reason: {dict(Counter(reason for reason, _, _ in missing()))}\n")
    sys.stdout.write(
        f"{told} of {len(entries())} entries ({len(coverage()['partly'])} of them in part), "
        f"{len(proven() - set(coverage()['differs']))} of {kpis} KPIs; "
        f"{len(announced())} entries declared, their methods to come\n"
        f"{len(apart())} KPIs belong to no entry: {', '.join(apart())}\n"
    )


def _grouped() -> Iterator[tuple[str, str, list[str]]]:
    for reason, groups in coverage()["missing"].items():
        for what, names in groups.items():
            yield reason, what, names


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


if __name__ == "__main__":
    main()
