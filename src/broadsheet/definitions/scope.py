"""What the readers of an edition may see: the rows with one of the permitted members of each named dimension."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The permitted members by dimension, both in order, so that equal permissions are equal. Without any, all rows.

    A dimension without a permitted member permits nothing: such a scope is a mistake, and refused where it is used.
    """

    permitted: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what is permitted, of all rows too: no digest at all is a scope that nobody has given."""
        return hashlib.sha256(json.dumps(self.permitted, ensure_ascii=False).encode()).hexdigest()

    @property
    def text(self) -> str:
        """`region=North, South; team=Export`, or empty for all rows."""
        return "; ".join(f"{name}={', '.join(members)}" for name, members in self.permitted)

    def also(self, dimension: str, member: str) -> Scope:
        """The same with one more dimension, of which one member is permitted."""
        return scope_of({**dict(self.permitted), dimension: (member,)})


WHOLE = Scope()
"""Every row."""


def scope_of(permitted: Mapping[str, Iterable[str]]) -> Scope:
    """The scope of permitted members by dimension."""
    return Scope(tuple(sorted((name, tuple(sorted(set(members)))) for name, members in permitted.items())))
