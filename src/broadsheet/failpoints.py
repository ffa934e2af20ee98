"""Named steps at which a process may die.

Before and after every effect that outlives the process (a commit, a rename, a send) the code says
`reached("room.step")`. Nothing happens there. The tests' child processes replace `reached` to be killed, to run out
of disk or to stand still at exactly that step, and find the names by reading the source: a new step without a
test of its own fails them.
"""

from __future__ import annotations


def reached(step: str) -> None:
    """The process has come to a step, and goes on."""
