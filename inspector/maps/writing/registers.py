"""A block's registers, groups and memory windows as a map writes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from inspector.maps.writing import values
from inspector.maps.writing.accesses import Said, say
from inspector.maps.writing.emit import Open, Value, Words
from inspector.maps.writing.enums import Enums
from inspector.maps.writing.fields import write_fields
from inspector.maps.writing.runs import Run, find_runs
from inspector.maps.writing.scalars import hexadecimal, size, text, truth
from inspector.model.format import HEX
from inspector.model.register import ByteOrder, Dimension, Group, Memory, Poll, Register

Child = Register | Group | Memory


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a block states for its registers.

    Attributes:
        said: Of reading and writing.
        width: In bits.
        reset_zero: Whether a register's reset is 0 unless it states another.
        byte_order: The byte order that a register or window must state itself; None for nothing.
    """

    said: Said
    width: int
    reset_zero: bool
    byte_order: Callable[[Register | Memory], ByteOrder | None]


def write_children(children: Sequence[Child], inherited: Inherited, enums: Enums) -> dict[str, Value | Open]:
    """Registers, groups and memory windows by name."""
    written: dict[str, Value | Open] = {}
    for run in find_runs(children, lambda child: child.name, lambda child: child.offset, _content):
        match run.things[0]:
            case Group() as group:
                written[run.name] = _group(group, run, inherited, enums)
            case Memory() as memory:
                written[run.name] = _memory(memory, inherited)
            case Register() as register:
                written[run.name] = _register(register, run, inherited, enums)
    return written


def _content(child: Child) -> Hashable:
    """What elements of an array have in common; None for what can be no element of a new one."""
    if isinstance(child, Register) and child.dimension is None:
        # Compared by what it says, and not by who it is.
        return tuple(
            getattr(child, field.name)
            for field in dataclasses.fields(child)
            if field.name not in ("name", "offset", "position")
        )
    if isinstance(child, Group) and child.dimension is None:
        inner = [(below.name, below.offset, _content(below)) for below in child.children]
        if all(content is not None for *_, content in inner):
            return child.title, child.desc, tuple(inner)
    return None


def _shape(child: Register | Group, run: Run[Child], own: int) -> values.Pairs:
    """The keys of an array; ``own`` is the stride that need not be stated."""
    dimension = child.dimension
    if run.index and dimension is None:
        dimension = Dimension(len(run.index), run.stride or own, run.index)
    if dimension is None:
        return {}
    pairs: values.Pairs = {}
    numbered = dimension.index == tuple(map(str, range(dimension.count)))
    if dimension.offsets is None and numbered:
        pairs["count"] = str(dimension.count)
    elif not numbered:
        pairs["index"] = values.names(dimension.index)
    if dimension.offsets is not None:
        pairs["offsets"] = [hexadecimal(offset) for offset in dimension.offsets]
    elif dimension.stride != own:
        pairs["stride"] = hexadecimal(dimension.stride)
    return pairs


def _group(group: Group, run: Run[Child], inherited: Inherited, enums: Enums) -> Open:
    pairs: dict[str, Value | Open] = {"offset": hexadecimal(group.offset)}
    pairs |= _shape(group, run, 0)
    if group.title:
        pairs["title"] = Words(group.title)
    if group.desc:
        pairs["desc"] = Words(group.desc)
    pairs["registers"] = Open(write_children(group.children, inherited, enums))
    return Open(pairs)


def _memory(memory: Memory, inherited: Inherited) -> Value:
    pairs: values.Pairs = {
        "offset": hexadecimal(memory.offset),
        "kind": "memory",
        "size": size(memory.size),
        "width": str(memory.width),
    }
    # What nobody knows of reading a window is not said of it.
    keys, _ = say(memory.access, dataclasses.replace(inherited.said, unknown=False))
    pairs |= keys
    if (order := inherited.byte_order(memory)) is not None:
        pairs["byte_order"] = order
    return pairs | _view(memory) | _texts(memory.title, memory.desc, memory.hidden)


def _view(child: Register | Memory) -> values.Pairs:
    pairs: values.Pairs = {}
    if child.alt:
        pairs["alt"] = text(child.alt)
    if child.when:
        pairs["when"] = values.guards(child.when)
    return pairs


def _texts(title: str, desc: str, hidden: bool = False, doc: str = "") -> values.Pairs:
    pairs: values.Pairs = {
        name: Words(said) for name, said in (("title", title), ("desc", desc), ("doc", doc)) if said
    }
    if hidden:
        pairs["hidden"] = truth(True)
    return pairs


def _register(register: Register, run: Run[Child], inherited: Inherited, enums: Enums) -> Value:
    pairs: values.Pairs = {"offset": hexadecimal(register.offset)}
    pairs |= _shape(register, run, register.size)
    if register.width != inherited.width:
        pairs["width"] = str(register.width)
    if register.access_width != register.width:
        pairs["access_width"] = str(register.access_width)
    if register.word_order != "little":
        pairs["word_order"] = register.word_order
    keys, said = say(register.access, inherited.said)
    pairs |= keys
    pairs |= _view(register)
    pairs |= _values(register, inherited, enums)
    pairs |= _rules(register, inherited)
    pairs |= _texts(register.title, register.desc, register.hidden, register.doc)
    if register.tags:
        pairs["tags"] = values.names(register.tags)
    if register.sim is not None:
        pairs["sim"] = values.behaviour(register.sim)
    if register.fields:
        pairs["fields"] = write_fields(register.fields, said, register.volatile, enums)
    return pairs["offset"] if len(pairs) == 1 else pairs


def _values(register: Register, inherited: Inherited, enums: Enums) -> values.Pairs:
    """What it holds, and how that is shown."""
    pairs: values.Pairs = {}
    if register.reset is not None and not (inherited.reset_zero and is_reset_to_zero(register)):
        pairs["reset"] = hexadecimal(register.reset)
        if register.reset_mask != register.mask:
            pairs["reset_mask"] = hexadecimal(register.reset_mask)
    if register.expect is not None:
        pairs["expect"] = hexadecimal(register.expect)
    for name, stated in (("const", register.const), ("volatile", register.volatile)):
        if stated:
            pairs[name] = truth(True)
    if register.enum is not None:
        pairs["enum"] = enums.write(register.enum)
    if register.format != HEX:
        pairs["format"] = values.format_(register.format)
    if register.unit:
        pairs["unit"] = text(register.unit)
    return pairs


def is_reset_to_zero(register: Register) -> bool:
    """Whether all of it is 0 after reset."""
    return register.reset == 0 and register.reset_mask == register.mask


def _rules(register: Register, inherited: Inherited) -> values.Pairs:
    """How it is read, written and restored."""
    pairs: values.Pairs = {}
    if (order := inherited.byte_order(register)) is not None:
        pairs["byte_order"] = order
    if register.poll is not Poll.AUTO:
        pairs["poll"] = register.poll.value
    if register.reserved_write is not None:
        pairs["reserved_write"] = register.reserved_write.value
    for name, stated in (("echo", register.echo), ("readback", register.readback)):
        if not stated:
            pairs[name] = truth(False)
    if register.write_mask is not None:
        pairs["write_mask"] = register.write_mask
    if register.write_twice:
        pairs["write_twice"] = truth(True)
    if register.locked_by is not None:
        pairs["locked_by"] = values.guard(register.locked_by)
    if register.latched_by is not None:
        pairs["latched_by"] = values.path(register.latched_by)
    aliases = register.atomic
    if aliases is not None:
        paths = {"set": aliases.set, "clear": aliases.clear, "xor": aliases.xor}
        own: values.Pairs = {name: values.path(path) for name, path in paths.items() if isinstance(path, str)}
        if own:
            pairs["atomic"] = own
    if register.restore is not None:
        never = register.restore.never
        pairs["restore"] = "never" if never else str(register.restore.order)
    if register.danger:
        pairs["danger"] = Words(register.danger)
    return pairs
