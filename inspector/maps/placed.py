"""A register, group or memory window with its place in the file, and when it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from inspector.maps.context import Context
from inspector.maps.entries import Entries
from inspector.maps.inherit import Inherited
from inspector.maps.keys import (
    WHEN,
)
from inspector.maps.nodes import ScalarNode
from inspector.maps.paths import PathUse
from inspector.model.guard import Guards
from inspector.model.register import Dimension, Group, Memory, Register


@dataclass(slots=True)
class Placed:
    """A register, group or memory window with its place in the file.

    Attributes:
        element: What was built.
        name: Where it is named.
        path: Within the block, array elements not numbered.
        entries: What is stated of it.
        shape: Its array, or None.
        children: A group's, in file order.
    """

    element: Register | Group | Memory
    name: ScalarNode
    path: str
    entries: Entries
    shape: Dimension | None
    children: list[Placed] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many elements it has."""
        return self.shape.count if self.shape else 1

    @property
    def starts(self) -> Sequence[int]:
        """Where its elements are, in bytes from its parent's start."""
        if self.shape is None:
            return (self.element.offset,)
        starts, offset = self.shape.starts, self.element.offset
        if isinstance(starts, range):
            return range(starts.start + offset, starts.stop + offset, starts.step)
        return [offset + start for start in starts]

    @property
    def alignment(self) -> int:
        """Bytes that the address of each bus access to it must be a multiple of; 1 for a group."""
        match self.element:
            case Register():
                return self.element.access_width // 8
            case Memory():
                return self.element.width // 8
        return 1


def use_when(entries: Entries, owner: str, context: Context) -> None:
    """Note the paths that the thing's own conditions mention."""
    for condition in entries.get(WHEN) or ():
        context.uses.append(PathUse(condition.node, condition.path, "condition", owner, condition.value))


def guards(inherited: Inherited) -> Guards:
    """What must hold for a thing to be there, all levels taken together."""
    return tuple(dict.fromkeys(condition.guard for condition in inherited.when))
