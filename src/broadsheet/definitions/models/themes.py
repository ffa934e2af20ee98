"""`config/themes/*.yaml`: one visual language for charts, pages and mail."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from broadsheet.definitions.models.base import Definition, Many

Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class Colors(Definition):
    """Colors by role. Text roles keep 4.5:1 against the paper, marks 3:1."""

    text: Color = "#262626"
    secondary: Color = "#595959"
    paper: Color = "#ffffff"
    actual: Color = "#404040"
    previous: Color = "#a6a6a6"
    outline: Color = "#595959"
    favorable: Color = "#0072b2"
    unfavorable: Color = "#d55e00"
    unfavorable_text: Color = "#b04a00"
    rule: Color = "#8c8c8c"
    hairline: Color = "#d0d0d0"
    shade: Color = "#f2f2f2"


class Theme(Definition):
    """Colors and typefaces; every key has a default, so a brand theme names only what differs."""

    colors: Colors = Field(default_factory=Colors)
    categories: Many[Color] = ("#404040", "#0072b2", "#d55e00", "#009e73", "#8a5f9e", "#7a7a7a", "#b8860b")
    heat: Many[Color] = ("#f7f7f7", "#ececec", "#d9d9d9", "#bdbdbd", "#8e8e8e", "#5e5e5e")
    text_font: str = "Source Sans 3"
    title_font: str = "Source Serif 4"
    logo: str | None = Field(default=None, description="An SVG or PNG file beside the theme.")
