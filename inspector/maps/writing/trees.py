"""What stands in a block's tree."""

from __future__ import annotations

from inspector.model.register import Block, Group, Memory, Register


def elements_of(block: Block) -> list[Register | Memory]:
    """A block's registers and memory windows in file order, each array once."""
    found: list[Register | Memory] = []
    waiting: list[Register | Group | Memory] = list(reversed(block.children))
    while waiting:
        child = waiting.pop()
        if isinstance(child, Group):
            waiting += reversed(child.children)
        else:
            found.append(child)
    return found


def registers_of(block: Block) -> list[Register]:
    """A block's registers in file order, each array once."""
    return [element for element in elements_of(block) if isinstance(element, Register)]
