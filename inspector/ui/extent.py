"""How wide a map's names and words can be at most, found without going through its arrays and instances."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from operator import attrgetter

from inspector.model.layout import Layout
from inspector.model.register import Block, Child, Dimension, Group, Memory, Register
from inspector.model.registermap import RegisterMap
from inspector.ui.lines import width_of

MANY = 5_000
"""Of how many different registers of a map the accesses are looked at; of more, any may be among them."""


def widest_path(register_map: RegisterMap) -> int:
    """How many cells the longest path within a block takes; 0 where there is none."""
    flat, others = _laid_out(register_map)
    # Many blocks have the same names.
    return max([_longest(set(map(attrgetter("name"), flat))), *(_widest(block.children) for block in others)])


def offset_digits(register_map: RegisterMap, least: int) -> int:
    """How many hexadecimal digits the offset of the last byte in any block takes, if more than ``least``."""
    digits = least
    # Where a block says that it is no larger than what there is room for, nobody goes through its registers.
    for block, layout in sorted(_layouts(register_map).items(), key=lambda each: -each[0].size):
        if _digits(block.size) <= digits:
            break
        digits = max(digits, _digits(layout.extent.end))
    return digits


def _digits(size: int) -> int:
    return len(f"{size - 1:x}")


def kinds(register_map: RegisterMap) -> list[Register] | None:
    """One register of each width and accesses; None where there are too many registers to look at."""
    found: dict[tuple[int, ...], Register] = {}
    if sum(len(block.children) for block in _layouts(register_map)) > MANY:
        # Mostly registers, by far: what there is besides is not worth going through them.
        return None
    registers = list(islice(_registers(register_map), MANY + 1))
    for register in registers:
        accesses = [id(field.access) for field in register.fields]
        key = register.width, register.access_width, id(register.access), *accesses
        found.setdefault(key, register)
    return None if len(registers) > MANY else list(found.values())


def widest_register(register_map: RegisterMap) -> int:
    """The bits of the widest register."""
    flat, others = _laid_out(register_map)
    return max(
        [*map(attrgetter("width"), flat), *(layout.extent.widest for layout in others.values())], default=0
    )


def _laid_out(register_map: RegisterMap) -> tuple[Iterator[Child], dict[Block, Layout]]:
    """The registers of the blocks that have nothing else, all together, and the other blocks."""
    layouts = _layouts(register_map)
    flat = chain.from_iterable(block.children for block, layout in layouts.items() if layout.flat)
    return flat, {block: layout for block, layout in layouts.items() if not layout.flat}


def _layouts(register_map: RegisterMap) -> dict[Block, Layout]:
    """The blocks in use, each with its layout."""
    return {place.instance.block: place.layout for place in register_map.nodes.places}


def _registers(register_map: RegisterMap) -> Iterator[Register]:
    """Every register of the blocks in use, an array's elements and a block's instances as one."""
    waiting: list[Sequence[Child]] = [block.children for block in reversed(_layouts(register_map))]
    while waiting:
        for child in waiting.pop():
            if isinstance(child, Register):
                yield child
            elif isinstance(child, Group):
                waiting.append(child.children)


def _widest(children: Sequence[Child]) -> int:
    return max(map(_cells, children), default=0)


def _cells(child: Child) -> int:
    """How many cells the longest path that a child begins takes."""
    if isinstance(child, Memory):
        return width_of(child.name)
    name = width_of(child.name) if child.dimension is None else _element(child.dimension, child.name)
    return name + 1 + _widest(child.children) if isinstance(child, Group) else name


def _longest(names: Collection[str]) -> int:
    return max(map(len if "".join(names).isascii() else width_of, names), default=0)


def _element(dimension: Dimension, name: str) -> int:
    """How many cells the longest name of an array's elements takes."""
    longest = _longest(dimension.index)
    marks = name.count("%s")
    return width_of(name) + (marks * (longest - 2) if marks else longest + 2)
