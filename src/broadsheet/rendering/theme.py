"""One visual language: a theme as CSS custom properties for pages and as a style for charts."""

from __future__ import annotations

from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.charts.style import ChartStyle


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colors, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def custom_properties(theme: Theme) -> str:
    """The theme as one CSS `:root` rule; `--heat-N` is a shade and `--on-heat-N` the text color that reads on it."""
    colors = {name.replace("_", "-"): value for name, value in theme.colors.model_dump().items()}
    for level, shade in enumerate(theme.heat):
        colors[f"heat-{level}"] = shade
        colors[f"on-heat-{level}"] = readable_on(shade, theme)
    lines = [f"  --{name}: {value};" for name, value in colors.items()]
    return ":root {\n" + "\n".join(lines) + "\n}"


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


def _luminance(color: str) -> float:
    channels = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
