"""`config/themes/*.yaml`: one visual language for charts, pages and mail."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from broadsheet.definitions.models.base import Definition, Many


def _color(value: str) -> str:
    if not re.fullmatch("#[0-9a-f]{6}", value):
        raise ValueError(
            f'“{value}” is not a color: write # and six digits 0-9a-f, in quotes, such as "#0072b2"'
        )
    return value


Color = Annotated[
    str,
    AfterValidator(_color),
    WithJsonSchema({"type": "string", "format": "color", "pattern": "^#[0-9a-f]{6}$"}),
]


class Colors(Definition):
    """Colors by role. Text roles keep 4.5:1 against the paper, marks 3:1."""

    text: Color = Field(default="#262626", description="Words and numbers.")
    secondary: Color = Field(default="#595959", description="Labels, notes and axes.")
    paper: Color = Field(default="#ffffff", description="The ground.")
    actual: Color = Field(default="#404040", description="Values of the period.")
    previous: Color = Field(default="#a6a6a6", description="Values of the period compared with.")
    outline: Color = Field(default="#595959", description="Plan and target: drawn, not filled.")
    favorable: Color = Field(default="#0072b2", description="A change for the better.")
    unfavorable: Color = Field(default="#d55e00", description="A change for the worse.")
    unfavorable_text: Color = Field(default="#b04a00", description="The same, in words.")
    rule: Color = Field(default="#8c8c8c", description="Lines that part sections.")
    hairline: Color = Field(default="#d0d0d0", description="Lines between rows.")
    shade: Color = Field(default="#f2f2f2", description="The ground of totals.")


class FontFile(Definition):
    """A file of a typeface, beside the theme."""

    family: str = Field(description="The family's name, as `text_font` or `title_font` names it.")
    weight: Literal[400, 600] = Field(
        default=400, description="400 is the regular weight, 600 the strong one, also that of headlines."
    )
    file: str = Field(description="A TrueType or OpenType file (.ttf, .otf) beside the theme.")


class Theme(Definition):
    """Colors and typefaces; every key has a default, so a brand theme names only what differs."""

    colors: Colors = Field(default_factory=Colors, description="Colors by role.")
    categories: Many[Color] = Field(
        # Blue and orange mean good and bad, so no member wears them.
        default=("#404040", "#8c8c8c", "#4d7a99", "#9a8450", "#5f8a66", "#8f739b", "#6e6e6e"),
        description="Colors of members, in the order of the legend.",
    )
    heat: Many[Color] = Field(
        default=("#f7f7f7", "#ececec", "#d9d9d9", "#bdbdbd", "#8e8e8e", "#5e5e5e"),
        description="Grounds of cells, from few to many.",
    )
    text_font: str = Field(default="Source Sans 3", description="Of text, tables and charts.")
    title_font: str = Field(default="Source Serif 4", description="Of headlines.")
    fonts: Many[FontFile] = Field(
        default=(), description="Files of typefaces that the program does not bring."
    )
    logo: str | None = Field(default=None, description="An SVG or PNG file beside the theme.")

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all files beside the theme that it needs."""
        logo = (self.logo,) if self.logo is not None else ()
        return (*logo, *(font.file for font in self.fonts))
