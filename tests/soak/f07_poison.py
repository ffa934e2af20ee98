"""F7: reports that hang, eat all memory or crash their process, beside healthy ones, which are all made in time."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from broadsheet.press.tick import make_due
from press.workspace import MONDAY, SETTINGS, SUNDAY, build, poison, report

HEALTHY, EACH = 485, 5
HARMS = ("hang", "memory", "segfault")
SECONDS = 10
"""The limit that a hanging edition runs into; the default of 120 would only take longer to measure."""
MOST = 1.3


def press_all(healthy: int, harms: Mapping[str, str]) -> tuple[float, Counter[str]]:
    """Make so many healthy reports with the harmful ones strewn among them: seconds, and what became of them."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        house = build(Path(folder) / "shop")
        house.write("config/settings.yaml", f"{SETTINGS}limits: {{seconds: {SECONDS}, memory: 600 MiB}}\n")
        (house.root / "reports/orders.yaml").unlink()
        for name in (*(f"r{number:03d}" for number in range(healthy)), *harms):
            house.write(f"reports/{name}.yaml", report(name))
        poison(patch, **{name.replace("-", "_"): harm for name, harm in harms.items()})
        house.clock.at = SUNDAY
        with house.press() as press:
            tuple(make_due(press, cap=None))
            house.clock.at = MONDAY
            started = time.monotonic()
            published = tuple(make_due(press, cap=None))
            took = time.monotonic() - started
    return took, Counter(
        f"{'poison' if item.order.edition.report in harms else 'healthy'} {item.state}" for item in published
    )


def main(scale: float = 1.0) -> str:
    healthy, each = max(16, round(HEALTHY * scale)), max(1, round(EACH * scale))
    alone, made = press_all(healthy, {})
    assert made == {"healthy ready": healthy}, made
    step = max(1, healthy // (each * len(HARMS)))
    harms = {f"r{index * step:03d}x{harm}": harm for index, harm in enumerate(HARMS * each)}
    beside, made = press_all(healthy, harms)
    assert made["healthy ready"] == healthy, made
    assert made["poison failed"] == 2 * each, made
    assert made["poison postponed"] == each, made
    ratio = beside / alone
    if scale >= 1:
        assert ratio <= MOST, ratio
    return (
        f"{healthy} healthy reports in {alone:.0f} s alone, in {beside:.0f} s beside {each} hanging ({SECONDS} s), "
        f"{each} that eat all memory and {each} that crash: {ratio:.2f} ×, all {healthy} made"
    )


if __name__ == "__main__":
    print(main())
