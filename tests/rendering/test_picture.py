"""A block as a picture: the whole of it and nothing else."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageChops

from broadsheet.definitions.models.themes import Theme
from broadsheet.rendering.edition import render_edition
from rendering import sample


def test_every_block_is_a_picture_cut_to_its_content(templates) -> None:
    made = [render_edition(sample.document(), Theme(), templates, also=("png",)).files for _ in range(2)]
    assert made[0] == made[1]
    assert sorted(made[0]) == sorted(f"-{section.id}.png" for section in sample.document().sections)
    for name, content in made[0].items():
        picture = Image.open(BytesIO(content))
        box = ImageChops.difference(
            picture, Image.new("RGB", picture.size, picture.getpixel((0, 0)))
        ).getbbox()
        assert box == (24, 24, picture.width - 24, picture.height - 24), name
        assert 800 < picture.width < 1500, name


def test_a_block_that_begins_a_page_is_not_left_behind_an_empty_one(templates) -> None:
    document = sample.document()
    breaking = replace(document, sections=tuple(replace(each, new_page=True) for each in document.sections))
    made = [render_edition(each, Theme(), templates, also=("png",)).files for each in (document, breaking)]
    assert made[0] == made[1]
