"""Maps at random whose registers, arrays, groups, instances and regions overlap in every way."""

from __future__ import annotations

import dataclasses

from hypothesis import strategies as st

from inspector.model.access import TOKENS, Access, OnRead
from inspector.model.bits import Bits
from inspector.model.field import Field
from inspector.model.guard import Guard
from inspector.model.register import Block, Child, Dimension, Group, Memory, Register
from inspector.model.registermap import Instance, Region, RegisterMap

UNKNOWN = dataclasses.replace(TOKENS["rw"], on_read=OnRead.UNKNOWN)
ACCESSES: list[Access] = [*(TOKENS[token] for token in ("rw", "ro", "wo", "w1c")), UNKNOWN]
ACCESSES += [dataclasses.replace(TOKENS["ro"], on_read=effect) for effect in (OnRead.POP, OnRead.CLEAR)]

WHEN = st.sampled_from(
    [
        (),
        (),
        (),
        (Guard("MODE.SEL", 0),),
        (Guard("MODE.SEL", 1),),
        (Guard("MODE.SEL", 1, differs=True), Guard("MODE.WAY", 1)),
    ]
)


@st.composite
def dimensions(draw: st.DrawFn) -> Dimension | None:
    """None, or elements apart, at one place, among each other, or anywhere."""
    count = draw(st.integers(0, 4))
    if count < 2:
        return None
    index = tuple(draw(st.sampled_from([["0", "1", "2", "3"], ["A", "B", "C.D", "0"], ["3", "2", "1", "0"]])))
    if draw(st.booleans()):
        return Dimension(count, draw(st.sampled_from([0, 1, 4, 8, 16])), index[:count])
    offsets = draw(st.lists(st.integers(0, 40), min_size=count, max_size=count))
    return Dimension(count, 0, index[:count], tuple(offsets))


@st.composite
def children(draw: st.DrawFn, depth: int = 0) -> tuple[Child, ...]:
    """Registers, groups and memory windows that stand anywhere."""
    found: list[Child] = []
    for number in range(draw(st.integers(1, 4))):
        offset = draw(st.integers(0, 24))
        access = draw(st.sampled_from(ACCESSES))
        kind = draw(st.integers(0, 5))
        if kind == 0 and depth < 2:
            name = draw(st.sampled_from([f"G{number}", f"G%s_{number}"]))
            found.append(Group(name, offset, draw(children(depth + 1)), draw(dimensions())))
        elif kind == 1:
            found.append(Memory(f"BUF{number}", offset, 8, 16, access, when=draw(WHEN)))
        else:
            name = draw(
                st.sampled_from([f"R{number}", f"FIFO{number}", f"R%s_{number}_%s", f"FIFO%s_{number}"])
            )
            width = draw(st.sampled_from([8, 16, 32]))
            shape, when = draw(dimensions()), draw(WHEN)
            plain = shape is None and "%s" in name
            found.append(
                Register(f"P{number}" if plain else name, offset, width, access, dimension=shape, when=when)
            )
    return tuple(found)


@st.composite
def blocks(draw: st.DrawFn, name: str) -> Block:
    """A block with a register that selects views, whose read may itself act, or be of a view."""
    access, when = draw(st.sampled_from(ACCESSES)), draw(st.sampled_from([(), (), (Guard("MODE.WAY", 1),)]))
    fields = Field("SEL", Bits(((0, 0),)), access), Field("WAY", Bits(((2, 1),)), access)
    mode = Register("MODE", draw(st.integers(0, 8)), 32, access, fields=fields, when=when)
    inner = draw(children())
    place = draw(st.integers(0, len(inner)))
    return Block(name, 0x100, (*inner[:place], mode, *inner[place:]))


@st.composite
def overlapping_maps(draw: st.DrawFn) -> RegisterMap:
    """Maps that no loader would let pass, and some that one does."""
    kinds = [draw(blocks("one")), draw(blocks("two"))]
    regions = []
    for number in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from("XYZ"), min_size=1, max_size=3, unique=True))
        instances = tuple(
            Instance(name, draw(st.sampled_from(kinds)), draw(st.integers(0, 40))) for name in names
        )
        base = draw(st.none() | st.integers(0, 40))
        regions.append(Region(f"r{number}", base, 0x200, instances))
    return RegisterMap("random", tuple(regions), tuple(kinds))
