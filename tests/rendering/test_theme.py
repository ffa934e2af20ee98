from __future__ import annotations

import pytest

from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.theme import contrast, custom_properties, readable_on

TEXT = ("text", "secondary", "favorable", "unfavorable_text")
MARKS = ("actual", "outline", "favorable", "unfavorable", "rule")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_the_ratio_of_the_accessibility_guidelines(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_default_theme_is_readable():
    theme = Theme()
    colors = theme.colors.model_dump()
    assert min(contrast(colors[name], theme.colors.paper) for name in TEXT) >= 4.5
    assert min(contrast(colors[name], theme.colors.paper) for name in MARKS) >= 3
    assert min(contrast(color, theme.colors.paper) for color in theme.categories) >= 3
    assert min(contrast(readable_on(shade, theme), shade) for shade in theme.heat) >= 4.5


def test_every_color_of_the_theme_reaches_the_style_sheet():
    css = custom_properties(Theme())
    assert "--unfavorable-text: #b04a00;" in css
    assert "--heat-5: #5e5e5e;" in css
    assert "--on-heat-5: #ffffff;" in css
