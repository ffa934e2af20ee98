"""One visual language: a theme as CSS custom properties for pages and as a style for charts."""

from __future__ import annotations

from broadsheet.definitions.contrast import contrast
from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.brand import SCHEME, font_name
from broadsheet.rendering.charts.style import ChartStyle
from broadsheet.rendering.templating import css_string


def custom_properties(theme: Theme) -> str:
    """The theme as one CSS `:root` rule; `--heat-N` is a shade and `--on-heat-N` the text color that reads on it."""
    colors = {name.replace("_", "-"): value for name, value in theme.colors.model_dump().items()}
    for level, shade in enumerate(theme.heat):
        colors[f"heat-{level}"] = shade
        colors[f"on-heat-{level}"] = readable_on(shade, theme)
    lines = [f"  --{name}: {value};" for name, value in colors.items()]
    return ":root {\n" + "\n".join(lines) + "\n}"


def font_faces(theme: Theme) -> str:
    """The rules that name the theme's own typefaces; their files are resources of the page."""
    return "".join(
        f"\n@font-face {{ font-family: {css_string(font.family)}; font-weight: {font.weight}; "
        f'src: url("{SCHEME}{font_name(number)}") }}'
        for number, font in enumerate(theme.fonts)
    )


def readable_on(shade: str, theme: Theme) -> str:
    """The color, text or paper, that stands out more on `shade`."""
    return max((theme.colors.text, theme.colors.paper), key=lambda color: contrast(color, shade))


def chart_style(theme: Theme, direction: str = "ltr") -> ChartStyle:
    """The theme as charts use it."""
    colors = theme.colors
    return ChartStyle(
        text=colors.text,
        secondary=colors.secondary,
        paper=colors.paper,
        actual=colors.actual,
        previous=colors.previous,
        outline=colors.outline,
        favorable=colors.favorable,
        unfavorable=colors.unfavorable,
        unfavorable_text=colors.unfavorable_text,
        rule=colors.rule,
        hairline=colors.hairline,
        shade=colors.shade,
        categories=tuple(theme.categories),
        heat=tuple(theme.heat),
        on_heat=tuple(readable_on(shade, theme) for shade in theme.heat),
        right_to_left=direction == "rtl",
    )
