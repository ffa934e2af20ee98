"""Values that no measure of rows gives: of a method that is only declared, or of a plug-in's measure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from broadsheet.definitions.custom import Custom
from broadsheet.definitions.formula import Method, Term
from broadsheet.definitions.models.base import Definition, Many, Name


class PluginMeasure(Definition):
    """A function of other KPIs' values, looked up by its name in the entry point group `broadsheet.measures`."""

    measure: Name = Field(description="The name of the function, as its package registers it.")
    package: str = Field(min_length=1, description="The package to install, named where it is missing.")
    uses: Many[Name] = Field(min_length=1, description="The KPIs whose values it gets.")
    options: dict[Name, str | int | float | bool] = Field(
        default_factory=dict, description="What it is told beside the values."
    )


MethodField = Annotated[Name | PluginMeasure, Field(union_mode="left_to_right")]


def method_term(method: str | PluginMeasure) -> Term:
    """The method as a term of a formula."""
    if isinstance(method, str):
        return Method(method)
    return Custom(method.measure, method.package, method.uses, tuple(sorted(method.options.items())))
