"""A sheet in millimeters to draw on: rectangles, lines, dots, and text that never overlaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from broadsheet.rendering.charts.boxes import Box, Point
from broadsheet.rendering.charts.hatching import hatching
from broadsheet.rendering.charts.measure import MM_PER_POINT, gaps_allowed, text_width
from broadsheet.rendering.charts.notation import Ink
from broadsheet.rendering.charts.style import ChartStyle, fonts_of

ELLIPSIS = "…"
AIR = 0.35
COLORS = 64
CIRCLE = Path.unit_circle()
LONG = re.compile(rb"(\d\.\d\d)\d+(?=[ \n\"])")
"""Coordinates finer than a hundredth of a point: drawn letters have many."""
JOINED = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
FINEST = 0.03
"""Points: what no printer shows."""

Dash = tuple[float, ...]
DASHED: Dash = (3, 2)
DOTTED: Dash = (1.2, 1.4)
"""Lengths of strokes and gaps, in widths of the line."""

Align = Literal["left", "center", "right"]
OPPOSITE: Mapping[Align, Align] = {"left": "right", "right": "left", "center": "center"}


@dataclass(frozen=True)
class Pen:
    """How a text is set: color, weight, and where `x` stands in it."""

    color: str
    strong: bool = False
    align: Align = "center"


class Canvas:
    """The drawing of one chart; coordinates are millimeters from the lower left corner, if mirrored the lower right.

    There are no axes, and shapes of one kind are one path: both make a chart cheap to draw and to typeset.
    """

    def __init__(self, width: float, height: float, style: ChartStyle, *, mirrored: bool = False) -> None:
        self.width, self.height, self.style = width, height, style
        self.figure = Figure((width / 25.4, height / 25.4), dpi=72)
        self._millimeters = Affine2D().scale(1 / 25.4) + self.figure.dpi_scale_trans
        self._mirrored = mirrored
        self._mirror = Affine2D().scale(-1, 1).translate(width, 0) if mirrored else Affine2D()
        self._texts: list[Box] = []
        self._drew_letters = False
        self._lines: list[tuple[Point, Point]] = []
        self._page = Box(0, 0, width, height)
        self.line_height = style.size * MM_PER_POINT * 1.3
        self._ascent = style.size * MM_PER_POINT * 0.78
        self._descent = style.size * MM_PER_POINT * 0.22

    def bars(self, boxes: Iterable[Box], ink: Ink) -> None:
        """Bars in one ink."""
        drawn = list(boxes)
        if ink.hatch:
            self.rectangles(drawn, ink.fill)
            self.lines([line for box in drawn for line in hatching(box)], ink.hatch, 0.45)
            self.rectangles(drawn, "none", ink.outline, 0.6)
        else:
            self.rectangles(drawn, ink.fill, ink.outline)

    def rectangles(self, boxes: Iterable[Box], fill: str, outline: str = "", line_width: float = 0.5) -> None:
        """Filled rectangles; `fill` "none" leaves only the outline, `line_width` is in points."""
        corners = [
            [(b.left, b.bottom), (b.right, b.bottom), (b.right, b.top), (b.left, b.top)] for b in boxes
        ]
        self.areas(corners, fill, outline, line_width)

    def areas(
        self, outlines: Sequence[Sequence[Point]], fill: str, outline: str = "", line_width: float = 0.5
    ) -> None:
        """Filled polygons."""
        edge, width = (outline, line_width) if outline else ("none", 0.0)
        rings = [[*points, points[0]] for points in outlines]
        self._shape(rings, closed=True, facecolor=fill, edgecolor=edge, linewidth=width)

    def lines(
        self, paths: Sequence[Sequence[Point]], color: str, width: float = 0.5, dash: Dash = ()
    ) -> None:
        """Polylines of `width` points."""
        style = (0, dash) if dash else "solid"
        drawn = [path for path in paths if len(path) > 1]
        self._shape(drawn, fill=False, edgecolor=color, linewidth=width, linestyle=style, joinstyle="round")

    def avoid(self, path: Sequence[Point]) -> None:
        """Keep later texts off this polyline."""
        self._lines.extend(pairwise(path))

    def dots(self, points: Iterable[Point], radius: float, fill: str, outline: str = "") -> None:
        """Round dots, `radius` in millimeters."""
        circles = [CIRCLE.transformed(Affine2D().scale(radius).translate(x, y)) for x, y in points]
        if circles:
            edge, width = (outline, 0.8) if outline else ("none", 0.0)
            path = Path.make_compound_path(*circles)
            self._add(PathPatch(path, facecolor=fill, edgecolor=edge, linewidth=width))

    def text_width(self, text: str, strong: bool = False) -> float:
        """Width of a text in millimeters, as shaped."""
        return text_width(text, self.style.size, strong)

    def shorten(self, text: str, room: float, strong: bool = False) -> str:
        """The text, or as much of its beginning as fits into `room` millimeters and an ellipsis."""
        if self.text_width(text, strong) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.text_width(text[:middle].rstrip() + ELLIPSIS, strong) <= room:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + ELLIPSIS if low else ""

    def text(self, x: float, y: float, text: str, pen: Pen, on: Box | None = None) -> bool:
        """Set a text with its baseline at `y`; False, and nothing drawn, where it would touch another or a line.

        `on` is a filled rectangle that the text must fit into; it hides the lines behind it.
        """
        if not text.strip():
            return False
        width = self.text_width(text, pen.strong)
        left = x - {"left": 0.0, "center": width / 2, "right": width}[pen.align]
        if pen.align == "center":
            left = min(max(left, 0.0), self.width - width)
        box = Box(left, y - self._descent, left + width, y + self._ascent)
        if not box.within(on or self._page) or not self._free(box, lines=on is None):
            return False
        self._texts.append(box)
        self._write((box.left, y), width, text, pen)
        return True

    def middle(self, y: float) -> float:
        """The baseline that centers digits and capitals on `y`."""
        return y - self.style.size * MM_PER_POINT * 0.33

    def svg(self) -> bytes:
        """The drawing as SVG whose text stays text."""
        drawn = self._save(format="svg", metadata={"Date": None, "Creator": None})
        return LONG.sub(rb"\1", drawn) if self._drew_letters else drawn

    def png(self, dpi: int) -> bytes:
        """The drawing as an opaque picture of few colors, which keeps mails small."""
        from PIL import Image

        # As raw pixels: a PNG in between would be encoded and decoded for nothing.
        raw = self._save(format="rgba", dpi=dpi, facecolor=self.style.paper)
        width, height = (int(inches * dpi) for inches in self.figure.get_size_inches())
        out = BytesIO()
        Image.frombytes("RGBA", (width, height), raw).convert("RGB").quantize(COLORS).save(out, "PNG")
        return out.getvalue()

    def _free(self, box: Box, *, lines: bool) -> bool:
        air = Box(box.left - AIR, box.bottom - AIR / 2, box.right + AIR, box.top + AIR / 2)
        if any(air.overlaps(other) for other in self._texts):
            return False
        air = Box(box.left, box.bottom - AIR, box.right, box.top + AIR)
        return not (lines and any(air.cut_by(start, end) for start, end in self._lines))

    def _write(self, start: Point, width: float, text: str, pen: Pen) -> None:
        """A text with its box at `start`; letters that join are drawn, for the typesetter sets them one by one."""
        align = pen.align
        if self._mirrored:
            align = OPPOSITE[align]
            start = (self.width - start[0] - width, start[1])
        font = FontProperties(family=fonts_of(text), size=self.style.size, weight=600 if pen.strong else 400)
        if JOINED.search(text):
            place = Affine2D().scale(MM_PER_POINT).translate(*start)
            letters = PathPatch(outlined(TextPath((0, 0), text, prop=font)), facecolor=pen.color, linewidth=0)
            letters.set_transform(place + self._millimeters)
            self.figure.add_artist(letters)
            self._drew_letters = True
            return
        self.figure.text(
            start[0] + {"left": 0.0, "center": width / 2, "right": width}[align],
            start[1],
            text,
            color=pen.color,
            fontproperties=font,
            ha=align,
            va="baseline",
            transform=self._millimeters,
        )

    def _shape(self, paths: Sequence[Sequence[Point]], *, closed: bool = False, **look: Any) -> None:
        """All paths as one artist, which is one element of the SVG."""
        if not paths:
            return
        codes: list[np.uint8] = []
        for path in paths:
            codes += [
                Path.MOVETO,
                *[Path.LINETO] * (len(path) - 2),
                Path.CLOSEPOLY if closed else Path.LINETO,
            ]
        self._add(PathPatch(Path([point for path in paths for point in path], codes), **look))

    def _add(self, patch: PathPatch) -> None:
        patch.set_transform(self._mirror + self._millimeters)
        self.figure.add_artist(patch)

    def _save(self, **options: Any) -> bytes:
        out = BytesIO()
        with gaps_allowed():
            self.figure.savefig(out, **options)
        return out.getvalue()


def outlined(letters: Path) -> Path:
    """Outlines as small as can be: lines for curves that no eye tells from them, cubic curves for the rest.

    The typesetter would turn quadratic curves into cubic ones, with six digits for each number.
    """
    points: list[np.ndarray] = []
    codes: list[np.uint8] = []
    for segment, code in letters.iter_segments(simplify=False):
        ends = segment.reshape(-1, 2)
        if code == Path.CURVE3:
            start, (control, end) = points[-1], ends
            bulge = np.abs(start - 2 * control + end).max() / 4
            thirds = [control + (start - control) / 3, control + (end - control) / 3]
            ends = np.array([*thirds, end] if bulge > FINEST else [end])
            code = Path.CURVE4 if bulge > FINEST else Path.LINETO
        points += list(ends)
        codes += [code] * len(ends)
    return Path(points, codes)
