"""Letters that are drawn, because the typesetter cannot join them, take little room and keep their shape."""

from __future__ import annotations

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from broadsheet.rendering.charts.canvas import FINEST, outlined
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.typefaces import SANS


def area(letters: Path) -> float:
    """What the outlines enclose, holes taken off."""
    rings = letters.interpolated(1).to_polygons(closed_only=True)
    sides = [(ring[:-1], ring[1:]) for ring in rings]
    return float(abs(sum(np.sum(a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]) / 2 for a, b in sides)))


def test_drawn_letters_keep_their_shape_with_fewer_numbers() -> None:
    prepare()
    letters = TextPath((0, 0), "Sea & sand", prop=FontProperties(family=SANS, size=7))
    simple = outlined(letters)
    assert Path.CURVE3 in letters.codes
    assert Path.CURVE3 not in simple.codes
    assert np.allclose(simple.get_extents().extents, letters.get_extents().extents, atol=FINEST)
    assert abs(area(simple) - area(letters)) < 0.01 * area(letters)
    assert np.sum(simple.codes == Path.CURVE4) / 3 < 0.9 * np.sum(letters.codes == Path.CURVE3) / 2
