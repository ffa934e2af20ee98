"""`config/languages/de.yaml`: what the workspace itself says, in another language."""

from __future__ import annotations

from pydantic import Field, model_validator

from broadsheet.definitions.models.base import Definition
from broadsheet.definitions.models.lists import fields_of


class Language(Definition):
    """The texts of the other files, as they are written there, and how they read in that language."""

    texts: dict[str, str] = Field(
        description="Text and translation. A text of several paragraphs is translated paragraph by paragraph."
    )

    @model_validator(mode="after")
    def _fields(self) -> Language:
        for text, translation in self.texts.items():
            if not translation.strip():
                raise ValueError(f"“{text}” has no translation: write one, or delete the line")
            if "{" in text and set(fields_of(text)) != set(fields_of(translation)):
                raise ValueError(f"“{text}” and its translation name different columns in {{}}")
        return self
