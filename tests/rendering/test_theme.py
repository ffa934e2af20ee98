"""Themes: contrast measured, in every file that is shipped, and meaning that does not hang on color."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from broadsheet.definitions.contrast import contrast, weak_colors
from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.charts.draw import compose, page_size
from broadsheet.rendering.charts.style import prepare
from broadsheet.rendering.theme import chart_style, custom_properties, readable_on
from rendering.sample import TIERS

FOLDER = Path(__file__).parents[2] / "config" / "themes"
THEMES = {path.stem: Theme.model_validate(yaml.safe_load(path.read_text())) for path in FOLDER.glob("*.yaml")}
TEXT = ("text", "secondary", "favorable", "unfavorable_text")
MARKS = ("actual", "outline", "favorable", "unfavorable", "rule")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_the_ratio_of_the_accessibility_guidelines(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("name", THEMES)
def test_shipped_themes_are_readable(name):
    theme = THEMES[name]
    colors = theme.colors.model_dump()
    assert min(contrast(colors[role], theme.colors.paper) for role in TEXT) >= 4.5
    assert min(contrast(colors[role], theme.colors.paper) for role in MARKS) >= 3
    assert min(contrast(color, theme.colors.paper) for color in theme.categories) >= 3
    assert min(contrast(readable_on(shade, theme), shade) for shade in theme.heat) >= 4.5
    assert list(weak_colors(theme)) == []


def test_weak_colors_are_found_with_their_place():
    theme = Theme(colors={"secondary": "#777777"}, categories=("#404040", "#c0c0c0"), heat=("#7a7a7a",))
    found = {weak.way: weak.needed for weak in weak_colors(theme)}
    assert found == {("colors", "secondary"): 4.5, ("categories", 1): 3.0, ("heat", 0): 4.5}


@pytest.mark.parametrize("name", THEMES)
def test_scenarios_differ_in_gray(name):
    """Contrast is made of lightness alone, which is what a gray print keeps."""
    colors = THEMES[name].colors
    assert contrast(colors.actual, colors.previous) >= 2.5
    assert contrast(colors.actual, colors.paper) / contrast(colors.previous, colors.paper) >= 2.5


def test_without_color_sign_and_side_tell_good_from_bad():
    prepare()
    style = chart_style(Theme())
    gray = replace(style, favorable=style.actual, unfavorable=style.actual, unfavorable_text=style.text)
    canvas = compose(TIERS, gray, page_size(TIERS, "full", gray))
    heights = {text.get_text(): text.get_position()[1] for text in canvas.figure.texts}
    told = [(heights[text], text) for text in TIERS.variances[0].texts if text in heights]
    above = [height for height, text in told if text.startswith("+")]
    below = [height for height, text in told if text.startswith("−")]
    assert (len(above), len(below)) == (7, 6)
    assert min(above) > max(below)


def test_every_color_of_the_theme_reaches_the_style_sheet():
    css = custom_properties(Theme())
    assert "--unfavorable-text: #b04a00;" in css
    assert "--heat-5: #5e5e5e;" in css
    assert "--on-heat-5: #ffffff;" in css
