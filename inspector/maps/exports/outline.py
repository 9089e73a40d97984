"""A map as documents tell it: each block once, an array in one entry, and where the blocks are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.model.register import Block, Dimension, Group, Memory, Register
from inspector.model.registermap import Instance, Region, RegisterMap

LETTERS = "ijklmnopq"
"""What counts the elements of an array, the outermost first."""

MOST_NAMED = 8
"""Elements of an array whose names, or irregular places, are told one by one in a line."""

Element = Register | Group | Memory


@dataclass(frozen=True, slots=True)
class Axis:
    """One array that something is in.

    Attributes:
        letter: What counts its elements.
        dimension: Its shape.
    """

    letter: str
    dimension: Dimension

    @property
    def range(self) -> str:
        """Which elements there are: ``i = 0…3``, or ``i = A, B, C`` where they are named."""
        index = self.dimension.index
        if len(index) == 1:
            return f"{self.letter} = {index[0]}"
        if all(index[i] == str(i) for i in range(len(index))) or len(index) > MOST_NAMED:
            return f"{self.letter} = {index[0]}…{index[-1]}"
        return f"{self.letter} = {', '.join(index)}"

    @property
    def term(self) -> str:
        """What an element adds to the offset."""
        if self.dimension.offsets is None:
            return f"{self.dimension.stride:#x}·{self.letter}"
        return f"at({self.letter})"

    @property
    def places(self) -> str:
        """Where the elements of an irregular array are; empty for a regular one."""
        if self.dimension.offsets is None:
            return ""
        return ", ".join(f"{offset:#x}" for offset in self.dimension.offsets)


@dataclass(frozen=True, slots=True)
class Entry:
    """A register, a group or a memory window of a block.

    Attributes:
        path: Within the block, a letter for each array's index: ``CH[i].CTRL``.
        offset: Bytes from the block's start, without what the arrays add.
        axes: The arrays that it is in, the outermost first; its own is the last of them.
        depth: How many groups it is in.
        element: What it is.
    """

    path: str
    offset: int
    axes: tuple[Axis, ...]
    depth: int
    element: Element

    @property
    def own_axis(self) -> Axis | None:
        """Its own array, or None where it is none."""
        if isinstance(self.element, Memory) or self.element.dimension is None:
            return None
        return self.axes[-1]

    @property
    def count(self) -> int:
        """How many of it a block has."""
        number = 1
        for axis in self.axes:
            number *= axis.dimension.count
        return number

    def place(self, digits: int) -> str:
        """Its offset in words: ``0x104 + 0x40·i``.

        Args:
            digits: How many hexadecimal digits an offset has at least.
        """
        return " + ".join([f"0x{self.offset:0{digits}x}", *(axis.term for axis in self.axes)])


def outline(block: Block) -> Iterator[Entry]:
    """A block's registers, groups and memory by offset, each group before what is in it."""
    yield from _outline(block.children, "", 0, ())


def _outline(
    children: tuple[Element, ...], prefix: str, base: int, axes: tuple[Axis, ...], depth: int = 0
) -> Iterator[Entry]:
    for child in sorted(children, key=_start):
        dimension = None if isinstance(child, Memory) else child.dimension
        name, own = child.name, axes
        if dimension is not None:
            axis = Axis(letter(len(axes)), dimension)
            name, own = _indexed(child.name, axis.letter), (*axes, axis)
        entry = Entry(prefix + name, base + child.offset, own, depth, child)
        yield entry
        if isinstance(child, Group):
            yield from _outline(child.children, f"{entry.path}.", entry.offset, own, depth + 1)


def letter(level: int) -> str:
    """What counts the elements of the array at a level, from the outermost at 0."""
    return LETTERS[level] if level < len(LETTERS) else f"{LETTERS[0]}{level}"


def _start(element: Element) -> int:
    dimension = None if isinstance(element, Memory) else element.dimension
    return element.offset + (min(dimension.starts, default=0) if dimension is not None else 0)


def _indexed(name: str, index: str) -> str:
    return name.replace("%s", f"{{{index}}}") if "%s" in name else f"{name}[{index}]"


def offset_digits(block: Block) -> int:
    """How many hexadecimal digits the offsets of a block have."""
    return max(2, len(f"{max(block.size - 1, 0):x}"))


@dataclass(frozen=True, slots=True)
class Site:
    """A block at its place.

    Attributes:
        region: Where it is.
        instance: What it is called there.
        prefix: ``REGION/`` where another region has an instance of the same name; else empty.
    """

    region: Region
    instance: Instance
    prefix: str

    @property
    def name(self) -> str:
        """The instance as paths begin with it."""
        return self.prefix + self.instance.name

    @property
    def address(self) -> int | None:
        """Absolute address in bytes, or None where none is known."""
        return None if self.region.base is None else self.region.base + self.instance.offset


def sites(register_map: RegisterMap) -> Iterator[Site]:
    """Every instance in the map's order."""
    counts: dict[str, set[str]] = {}
    for region in register_map.regions:
        for instance in region.instances:
            counts.setdefault(instance.name, set()).add(region.name)
    for region in register_map.regions:
        for instance in region.instances:
            yield Site(region, instance, f"{region.name}/" if len(counts[instance.name]) > 1 else "")


def placed_blocks(register_map: RegisterMap) -> dict[Block, list[Site]]:
    """The blocks with where they are, in the map's order; the last ones are nowhere.

    One block of the file is several here where regions state different byte orders.
    """
    found: dict[Block, list[Site]] = {}
    for site in sites(register_map):
        found.setdefault(site.instance.block, []).append(site)
    names = {block.name for block in found}
    found.update({block: [] for block in register_map.blocks if block.name not in names})
    return found
