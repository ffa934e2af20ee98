"""Who must say yes before an edition goes out, and what becomes of it when they say nothing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from broadsheet.definitions.models.audiences import Recipient
from broadsheet.definitions.models.base import Definition
from broadsheet.definitions.models.windows import ElapsedField


class Approval(Definition):
    """Somebody who looks at every edition first; it waits for `broadsheet approve`."""

    by: Recipient = Field(
        description="Who decides: gets every edition as a marked preview, with the command that sends it."
    )
    deadline: ElapsedField | None = Field(
        default=None, description="How long it waits, such as 4 hours; default until somebody decides."
    )
    then: Literal["send", "drop"] = Field(
        default="drop", description="What becomes of it when nobody has decided by the deadline."
    )

    @model_validator(mode="after")
    def _ends(self) -> Approval:
        if self.then == "send" and self.deadline is None:
            raise ValueError("`then: send` needs a deadline: write {by: …, deadline: 4 hours, then: send}")
        return self
