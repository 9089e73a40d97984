"""Conditions on another field: ``PATH == VALUE``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on another field.

    Attributes:
        path: A field's or register's path within the group or block; of ``Block.needs``, one that begins
            with an instance too; of a field's ``when``, a field of the same register too.
        value: What it must equal.
        differs: The condition is the opposite: ``PATH != VALUE``.
    """

    path: str
    value: int
    differs: bool = False

    def __str__(self) -> str:
        return f"{self.path} {'!=' if self.differs else '=='} {self.value}"

    def holds(self, value: int) -> bool:
        """Whether it holds where ``PATH`` has that value."""
        return (value == self.value) is not self.differs

    def excludes(self, other: Guard) -> bool:
        """Whether both can never hold at once."""
        if self.path != other.path:
            return False
        if self.differs != other.differs:
            return self.value == other.value
        return not self.differs and self.value != other.value


Guards = tuple[Guard, ...]
"""Conditions that must all hold; none for what is always there."""


def exclusive(one: Guards, other: Guards) -> bool:
    """Whether the two can never hold at once."""
    return any(first.excludes(second) for first in one for second in other)
