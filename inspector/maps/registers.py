"""Builds a block's registers and groups."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inspector.maps.behaviours import register_behaviour
from inspector.maps.context import Context
from inspector.maps.entries import Entries, named_pairs, read_entries
from inspector.maps.fields import FieldScope, build_fields, write_only_values
from inspector.maps.findings import Report, quote
from inspector.maps.inherit import Inherited
from inspector.maps.keys import (
    ACCESS_WIDTH,
    ATOMIC_KEY,
    CONST,
    COUNT,
    DANGER,
    DESC,
    DOC,
    ENUM,
    EXPECT,
    FIELDS,
    FORMAT_KEY,
    GROUP,
    HIDDEN,
    INDEX,
    KIND,
    LATCHED_BY,
    LIKE,
    LOCKED_BY,
    MEMORY,
    MEMORY_SIZE,
    MEMORY_WIDTH,
    OFFSET,
    OFFSETS,
    POLL,
    REGISTER,
    REGISTER_SIM_KEY,
    REGISTERS,
    RESET,
    RESET_MASK,
    STRIDE,
    TAGS,
    TITLE,
    UNIT,
    WHEN,
    WIDTH,
    WRITE_MASK,
    WRITE_TWICE,
)
from inspector.maps.kinds import BUS_WIDTHS
from inspector.maps.naming import Shape, check_elements, check_name, read_shape
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.maps.paths import PathUse
from inspector.maps.values import ATOMIC, ATOMIC_CLEAR, ATOMIC_SET, ATOMIC_XOR
from inspector.model.access import OnRead
from inspector.model.bits import ones
from inspector.model.field import Field
from inspector.model.guard import Guard, Guards
from inspector.model.register import Atomic, Dimension, Group, Memory, Poll, Register

_DATA_REGISTER = re.compile(
    r"((US|U|LPU)ART|SPI|SSP|I2C|I2S|SAI)?_?(DR|RDR|RXDR|RXD|RXDATA|RBR|RHR)|\w*FIFO(_?(DATA|RD|READ|POP|OUT|IN))?"
)
"""Names of registers whose reads usually take an entry out of a FIFO; narrower than what an imported
map is judged by, since this one was written by hand."""


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


def build_registers(node: Node, inherited: Inherited, prefix: str, context: Context) -> list[Placed]:
    """Build the registers and groups of a block or group; what has no sound place is left out."""
    placed: list[Placed] = []
    things: list[tuple[ScalarNode, Shape | Dimension | None]] = []
    for name, value in named_pairs(node, "registers", context.report) or ():
        path = prefix + name.text
        if isinstance(value, MappingNode) and any(
            isinstance(key, ScalarNode) and key.text == REGISTERS.name for key, _ in value.pairs
        ):
            thing = _group(name, value, inherited, path, context)
        elif isinstance(value, MappingNode) and _is_memory(value):
            thing = _memory(name, value, inherited, path, context)
        else:
            thing = _register(name, value, inherited, path, context)
        if thing is None:
            context.broken.add(path)
        else:
            placed.append(thing)
            things.append((name, thing.shape))
    check_elements(things, "register", context.report)
    return placed


def _is_memory(node: MappingNode) -> bool:
    return any(
        isinstance(key, ScalarNode)
        and key.text == KIND.name
        and isinstance(value, ScalarNode)
        and value.text == "memory"
        for key, value in node.pairs
    )


def _memory(
    name: ScalarNode, node: MappingNode, outer: Inherited, path: str, context: Context
) -> Placed | None:
    report = context.report
    entries = read_entries(node, MEMORY, report, name=name)
    if entries is None:
        return None
    check_name(name, "memory window", report)
    inherited = outer.at(entries, report)
    width = entries.get(MEMORY_WIDTH) or inherited.access_width or inherited.width
    size = entries.get(MEMORY_SIZE)
    if size is not None and (width not in BUS_WIDTHS or size * 8 % width):
        report.error(
            entries.at(MEMORY_SIZE), "memory", f"{size:#x} bytes are no whole number of words of {width} bits"
        )
        return None
    if size is None or entries.wrong(MEMORY_WIDTH) or entries.get(OFFSET) is None:
        return None
    _use_when(entries, path, context)
    memory = Memory(
        name=name.text,
        offset=entries.get(OFFSET) or 0,
        size=size,
        width=width,
        access=inherited.access,
        byte_order=inherited.byte_order,
        alt=inherited.alt,
        when=_guards(inherited),
        title=entries.get(TITLE) or "",
        desc=entries.get(DESC) or "",
        hidden=entries.get(HIDDEN) or False,
        position=report.position(name),
    )
    return Placed(memory, name, path, entries, None)


def _use_when(entries: Entries, owner: str, context: Context) -> None:
    """Note the paths that the thing's own conditions mention."""
    for condition in entries.get(WHEN) or ():
        context.uses.append(PathUse(condition.node, condition.path, "condition", owner, condition.value))


def _guards(inherited: Inherited) -> Guards:
    return tuple(dict.fromkeys(condition.guard for condition in inherited.when))


def _array(name: ScalarNode, entries: Entries, what: str, context: Context) -> tuple[Shape | None, bool]:
    """The array's shape, and whether it is sound."""
    before = context.report.errors
    shape = read_shape(entries, name, context.report)
    unsound = entries.wrong_any(COUNT, STRIDE, OFFSETS, INDEX)
    check_name(name, what, context.report, array=shape is not None or unsound)
    return shape, context.report.errors == before and not unsound


def _group(
    name: ScalarNode, node: MappingNode, inherited: Inherited, path: str, context: Context
) -> Placed | None:
    report = context.report
    entries = read_entries(node, GROUP, report, name=name)
    if entries is None:
        return None
    shape, sound = _array(name, entries, "group", context)
    registers = entries.get(REGISTERS)
    if registers is None:
        return None
    _check_kind(entries, "group", report)
    _use_when(entries, path, context)
    children = build_registers(registers, inherited.at(entries, report), f"{path}.", context)
    offset = entries.get(OFFSET)
    if offset is None or not sound or not children:
        return None
    dimension = None
    if shape is not None:
        if shape.stride is None and shape.offsets is None and shape.count > 1:
            report.error(
                entries.at(COUNT) if entries.stated(COUNT) else entries.at(INDEX),
                "missing-key",
                f"the group {quote(name.text)} has no 'stride'",
                "state the bytes from one element to the next",
            )
            return None
        dimension = shape.dimension(shape.stride or 1)
    group = Group(
        name=name.text,
        offset=offset,
        children=tuple(child.element for child in children),
        dimension=dimension,
        title=entries.get(TITLE) or "",
        desc=entries.get(DESC) or "",
    )
    return Placed(group, name, path, entries, dimension, children)


def _register(name: ScalarNode, value: Node, outer: Inherited, path: str, context: Context) -> Placed | None:
    report = context.report
    if isinstance(value, ScalarNode):
        if value.is_null:
            hint = f"write {name.text}: OFFSET, or {name.text}: {{offset: OFFSET, …}}"
            report.error(name, "empty", f"the register {quote(name.text)} is empty", hint)
            return None
        entries = Entries(name)
        entries.put(OFFSET, value, report)
    else:
        read = read_entries(value, REGISTER, report, name=name)
        # Where it is still like another, that one is wrong or not there, and this was told.
        if read is None or read.stated(LIKE):
            return None
        entries = read
    inherited = outer.at(entries, report)
    shape, sound = _array(name, entries, "register", context)
    register = _build(name, entries, inherited, path, context)
    if entries.wrong(OFFSET) or not entries.stated(OFFSET) or inherited.width_wrong or not sound:
        return None
    dimension = None
    if shape is not None:
        stride = register.size if shape.stride is None else shape.stride
        if shape.offsets is None and stride < register.size and shape.count > 1:
            report.error(
                entries.at(STRIDE),
                "stride",
                f"a stride of {stride} bytes is too small for a register of {register.width} bits",
                f"it needs {register.size} at least",
            )
            return None
        dimension = shape.dimension(stride)
        register = replace(register, dimension=dimension)
        if not _check_offsets(dimension, register.size, entries, report):
            return None
    return Placed(register, name, path, entries, dimension)


def _build(name: ScalarNode, entries: Entries, inherited: Inherited, path: str, context: Context) -> Register:
    report, width = context.report, inherited.width
    _check_kind(entries, "register", report)
    _use_when(entries, path, context)
    # A check against a width that is wrong itself would be a second message for one mistake.
    checked = None if inherited.width_wrong else width
    scope = _scope(entries, inherited, 64 if checked is None else width, path, context)
    node = entries.get(FIELDS)
    fields = build_fields(node, scope, context) if node is not None else ()
    scope.note_formula(entries)
    scope.check_formulas(fields, report)
    spec = entries.get(FORMAT_KEY)
    sim = entries.get(REGISTER_SIM_KEY)
    register = Register(
        name=name.text,
        offset=entries.get(OFFSET) or 0,
        width=width,
        access=inherited.effective,
        fields=fields,
        reset=scope.reset if scope.reset_mask else None,
        reset_mask=scope.reset_mask,
        volatile=inherited.volatile,
        const=entries.get(CONST) or False,
        expect=context.fitting(entries, EXPECT, checked),
        byte_order=inherited.byte_order,
        access_width=0 if inherited.width_wrong else _access_width(entries, inherited, report),
        word_order=inherited.word_order,
        alt=inherited.alt,
        when=_guards(inherited),
        poll=inherited.poll,
        reserved_write=inherited.reserved_write,
        echo=inherited.echo,
        readback=inherited.readback,
        write_mask="upper" if entries.get(WRITE_MASK) else None,
        write_twice=entries.get(WRITE_TWICE) or False,
        locked_by=_guard(entries, path, context),
        latched_by=_latch(entries, path, context),
        atomic=_atomic(entries, path, context) or inherited.atomic,
        restore=inherited.restore,
        danger=entries.get(DANGER) or "",
        format=context.format(entries, FORMAT_KEY, checked),
        unit=entries.get(UNIT) or (spec.unit if spec else ""),
        enum=context.enumeration(entries, ENUM, checked),
        title=entries.get(TITLE) or "",
        desc=entries.get(DESC) or "",
        doc=entries.get(DOC) or "",
        tags=entries.get(TAGS) or (),
        hidden=entries.get(HIDDEN) or False,
        sim=register_behaviour(sim, path, context) if sim is not None else None,
        position=report.position(name),
    )
    if not inherited.width_wrong:
        _check_write_mask(register, entries, context)
    _warn(register, entries, scope, context)
    return register


def _check_kind(entries: Entries, kind: str, report: Report) -> None:
    stated = entries.get(KIND)
    if stated is not None and stated != kind:
        report.error(
            entries.at(KIND),
            "memory" if stated == "memory" else "type",
            f"this is a {kind}, not a {stated}",
            "a group has registers, and a memory window has neither registers nor fields",
        )


def _check_offsets(dimension: Dimension, size: int, entries: Entries, report: Report) -> bool:
    """Whether elements that each have their place are apart by at least ``size`` bytes."""
    starts = sorted(dimension.offsets or ())
    for one, other in itertools.pairwise(starts):
        if other - one < size:
            report.error(
                entries.at(OFFSETS),
                "overlap",
                f"the elements at {one:#x} and {other:#x} overlap: each has {size} bytes",
            )
            return False
    return True


def _access_width(entries: Entries, inherited: Inherited, report: Report) -> int:
    """The width of each bus access in bits: the register's own, unless it takes several."""
    width, access = inherited.width, inherited.access_width
    own = entries.stated(ACCESS_WIDTH)
    # What is inherited is the bus's width, which a narrower register does not use whole.
    if access is not None and (own or access < width):
        if access > width or width % access:
            report.error(
                entries.at(ACCESS_WIDTH) if own else entries.at(WIDTH),
                "access-width",
                f"a register of {width} bits cannot be accessed {access} bits at a time",
                "its width must be a multiple of the access's; access_width: 8 serves all",
            )
            return BUS_WIDTHS[0]
        return access
    if width not in BUS_WIDTHS:
        report.error(
            entries.at(WIDTH),
            "access-width",
            f"no bus access is {width} bits wide",
            "state access_width: 8, 16, 32 or 64, and word_order",
        )
        return BUS_WIDTHS[0]
    return width


def _scope(entries: Entries, inherited: Inherited, width: int, path: str, context: Context) -> FieldScope:
    """The register's reset and its defined bits, for the fields to be cut from and added to."""
    reset = context.fitting(entries, RESET, width) if entries.stated(RESET) else inherited.reset
    mask = context.fitting(entries, RESET_MASK, width) if entries.stated(RESET_MASK) else inherited.reset_mask
    if reset is not None and reset >> width:
        context.report.error(
            entries.node,
            "too-wide",
            f"the reset {reset:#x} that '{path}' inherits does not fit in {width} bits",
            "state a reset of its own",
        )
        reset = None
    if entries.stated(RESET_MASK) and reset is None and not entries.stated(RESET):
        context.report.error(
            entries.at(RESET_MASK), "reset", "a reset_mask without a reset", "state reset beside it"
        )
    if reset is None:
        mask = 0
    elif mask is None:
        mask = ones(width)
    return FieldScope(
        path=path,
        inherited=inherited,
        width=width,
        reset=reset or 0,
        reset_mask=mask & ones(width),
        reset_own=entries.stated(RESET),
        read_stated=inherited.read_stated,
    )


def _guard(entries: Entries, owner: str, context: Context) -> Guard | None:
    condition = entries.get(LOCKED_BY)
    if condition is None:
        return None
    context.uses.append(PathUse(condition.node, condition.path, "condition", owner, condition.value))
    return condition.guard


def _latch(entries: Entries, owner: str, context: Context) -> str | None:
    context.use(entries, LATCHED_BY, "latch", owner)
    return entries.get(LATCHED_BY)


def _atomic(entries: Entries, owner: str, context: Context) -> Atomic | None:
    """The register's own aliases, each another register or a field of one; None where it states none."""
    node = entries.get(ATOMIC_KEY)
    stated = read_entries(node, ATOMIC, context.report) if node is not None else None
    if stated is None:
        return None
    for key in (ATOMIC_SET, ATOMIC_CLEAR, ATOMIC_XOR):
        context.use(stated, key, "alias", owner)
    return Atomic(stated.get(ATOMIC_SET), stated.get(ATOMIC_CLEAR), stated.get(ATOMIC_XOR))


def _check_write_mask(register: Register, entries: Entries, context: Context) -> None:
    if register.write_mask is None:
        return
    place, half = entries.at(WRITE_MASK), register.width // 2
    if register.width < 16:
        context.report.error(
            place, "write-mask", f"a register of {register.width} bits has no upper half to mask with"
        )
    for item in register.fields:
        if item.bits.msb >= half:
            context.report.error(
                place,
                "write-mask",
                f"the field '{item.name}' lies in the upper half, whose bits enable the lower half's",
                f"leave it out: the tool fills bits {register.width - 1}:{half} by itself",
            )


def _warn(register: Register, entries: Entries, scope: FieldScope, context: Context) -> None:
    report = context.report
    acting = [part for part in register.parts() if part.readable and part.on_read.acts]
    if acting and entries.stated(POLL) and register.poll is Poll.AUTO:
        report.warning(
            entries.at(POLL),
            "polled-effect",
            f"'{scope.path}' is not polled, whatever poll says: "
            f"reading it acts (on_read: {acting[0].on_read.value})",
            "drop poll: auto",
        )
    silent = not scope.read_stated and all(part.on_read is OnRead.NONE for part in register.parts())
    if silent and register.readable and _DATA_REGISTER.fullmatch(register.name.replace("%s", "")):
        report.warning(
            entries.node,
            "fifo-name",
            f"'{scope.path}' is named like a FIFO's data register, "
            "and the map does not say what reading it does",
            "state on_read: pop, or on_read: none where reading changes nothing",
        )
    lonely = _without_value(register.fields)
    if len(lonely) > 1 and not entries.wrong(RESET):
        report.warning(
            entries.node,
            "write-only-reset",
            f"the fields {', '.join(quote(item.name) for item in lonely[:3])} of '{scope.path}' "
            "are write-only and have no reset: one cannot be edited without knowing the others",
            "state the register's reset",
        )


def _without_value(fields: tuple[Field, ...]) -> list[Field]:
    return [item for item in write_only_values(fields) if item.reset is None]
