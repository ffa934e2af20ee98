"""How charts look: colors by role and type sizes, and the one-time set-up of the drawing library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FONT = "Source Sans 3"
FONT_FOLDER = Path(__file__).parent.parent / "fonts"


@dataclass(frozen=True)
class ChartStyle:
    """Colors by role (`#rrggbb`) and the type size of labels in points."""

    text: str
    secondary: str
    paper: str
    actual: str
    previous: str
    outline: str
    favorable: str
    unfavorable: str
    unfavorable_text: str
    rule: str
    hairline: str
    categories: tuple[str, ...]
    size: float = 7.0


def prepare() -> None:
    """Register the bundled fonts and fix what would differ between machines; call once per process.

    The settings of matplotlib are global, so this belongs to the start of a render worker, not to a chart.
    """
    from matplotlib import font_manager, rcParams

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted(FONT_FOLDER.glob("*.ttf")):
        if str(path) not in known:
            font_manager.fontManager.addfont(path)
    rcParams.update(
        {
            "font.family": [FONT],
            "svg.fonttype": "none",
            "svg.hashsalt": "broadsheet",
            "text.parse_math": False,
            "text.hinting": "no_hinting",
            "path.simplify": False,
        }
    )
