"""The shared suite of KPI questions: what is supported is right, and what is not is listed with its reason."""

from __future__ import annotations

from pathlib import Path

from conformance.run import run

UNSUPPORTED = {
    "periods shift by index: no day of a shorter month is counted several times": ["offsets_07"],
}  # fmt: skip


def test_the_suite_passes_but_for_what_the_language_leaves_out(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "golden" / "kpi-conformance"
    report = run(folder, folder, tmp_path)
    assert report.failed == {}
    assert report.unsupported == {case: why for why, cases in UNSUPPORTED.items() for case in cases}
    assert len(report.families) == 110
