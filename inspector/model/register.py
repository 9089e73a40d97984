"""Registers, groups and blocks: what a device's registers are, without addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from inspector.errors import SourcePosition
from inspector.model.access import Access, ReservedWrite
from inspector.model.bits import ones
from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.format import HEX, Format
from inspector.model.guard import Guard, Guards

ByteOrder = Literal["little", "big"]

NOT_ATOMIC = "not atomic"
"""What a register of several bus accesses is labelled, wherever a person looks at it."""


class Poll(Enum):
    """When the live refresh reads a register that is safe to read."""

    AUTO = "auto"
    NEVER = "never"
    ONCE = "once"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Dimension:
    """An array's shape.

    Attributes:
        count: Number of elements.
        stride: Bytes from one to the next (bits in a field array); 0 where ``offsets`` says it.
        index: The elements' names, ``count`` of them; numbers from 0 where the map names none.
        offsets: Where each element is, in bytes (bits) from the array's own offset; None where they are
            ``stride`` apart.
    """

    count: int
    stride: int
    index: tuple[str, ...]
    offsets: tuple[int, ...] | None = None

    def at(self, i: int) -> int:
        """Bytes (bits in a field array) from the array's own offset to element ``i``."""
        return i * self.stride if self.offsets is None else self.offsets[i]

    @property
    def starts(self) -> Sequence[int]:
        """Where the elements are, from the array's own offset."""
        if self.offsets is not None:
            return self.offsets
        return range(0, self.count * self.stride, self.stride) if self.stride else (0,) * self.count

    def element_name(self, name: str, i: int) -> str:
        """Name element ``i``: ``%s`` replaced where the name holds it, else ``NAME[index]``."""
        return name.replace("%s", self.index[i]) if "%s" in name else f"{name}[{self.index[i]}]"

    def element_called(self, name: str, element: str) -> int | None:
        """Which element of the array called ``name`` is called ``element``, or None."""
        head, mark, tail = name.partition("%s")
        if not mark:
            head, tail = f"{name}[", "]"
        if "%s" in tail:
            named = (i for i in range(self.count) if self.element_name(name, i) == element)
            return next(named, None)
        if len(element) < len(head) + len(tail) or not (element.startswith(head) and element.endswith(tail)):
            return None
        word = element[len(head) : len(element) - len(tail)]
        # Most are called by their number.
        if word.isdecimal() and word.isascii() and int(word) < self.count and self.index[int(word)] == word:
            return int(word)
        return self.index.index(word) if word in self.index else None


@dataclass(frozen=True, slots=True)
class RegisterBehaviour:
    """How a register behaves in simulation beyond its access; paths are within the block.

    Attributes:
        counter: Counts per second, negative for down; None where it does not count.
        counts_while: The path of a field that must be non-zero for the counter to run.
        fifo: Depth of the FIFO behind the register; None where there is none.
        feed: Text that arrives in the FIFO, over and over.
        feed_rate: Characters per second of ``feed``; of a FIFO that software only fills, the entries per
            second that leave it.
        loopback: The register at this path receives in its FIFO what is pushed here.
        sets: The register at this path has the bits set that are written here as 1.
        clears: Likewise cleared.
        toggles: Likewise inverted.
        follows: Reads as the register at this path.
        masked_by: With ``follows``: ANDed with the register at this path.
        invert: Reads as the complement of what was written.
    """

    counter: float | None = None
    counts_while: str | None = None
    fifo: int | None = None
    feed: str = ""
    feed_rate: float = 1.0
    loopback: str | None = None
    sets: str | None = None
    clears: str | None = None
    toggles: str | None = None
    follows: str | None = None
    masked_by: str | None = None
    invert: bool = False


@dataclass(frozen=True, slots=True)
class Atomic:
    """Where writing 1 sets, clears or inverts a register's bits in one access, and 0 leaves them alone.

    Attributes:
        set: Bytes to add to the register's own offset, or the path of the register, or of the field of
            one, that takes the bits; None where there is none.
        clear: Likewise.
        xor: Likewise.
    """

    set: int | str | None = None
    clear: int | str | None = None
    xor: int | str | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """How a register is restored from a snapshot, where that is not left to the order of the map.

    Attributes:
        never: It is left alone.
        order: Registers with a number go before all others, the smallest first; None for none.
    """

    never: bool = False
    order: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """One register of a block, or an array of them.

    Everything inherited is resolved. ``access`` holds for the bits that no field names, and is the
    whole register's where it has no fields.

    Attributes:
        name: As the data sheet spells it; may hold ``%s`` where ``dimension`` is set.
        offset: Bytes from its parent's start.
        width: Width in bits, a multiple of 8 up to 128; the bus access's too unless ``access_width`` differs.
        access: The register's own access.
        fields: In file order; arrays are expanded.
        dimension: The array's shape, or None.
        reset: Value after reset, or None where not stated.
        reset_mask: Which bits of ``reset`` are defined.
        volatile: Hardware may change it at any time.
        const: Never changes; identifies the block.
        expect: The value that identifies the block, or None.
        byte_order: Of each bus access.
        access_width: Width of a bus access in bits: 8, 16, 32 or 64. Where it is less than ``width``, a read
            or write takes several accesses and is not atomic.
        word_order: Which of several accesses has the lowest address: ``little`` for the least significant.
        alt: The view that the register belongs to: registers of different views may share bytes.
        when: What must hold for the register to be there; all of it.
        poll: When the live refresh reads it.
        reserved_write: What is written to bits that no field names; None for the default rule.
        echo: False where it reads back something other than what was written.
        readback: False where it must not be read after a write.
        write_mask: ``upper`` where the upper half of a write enables the lower half's bits.
        write_twice: Takes effect only when written twice.
        locked_by: Writes are ignored while this holds, or None.
        latched_by: A write takes effect only with a later write of the register, or the field of one, at
            this path; None where it does at once.
        atomic: Where its bits are set, cleared and inverted without a read, or None.
        restore: How it is restored, or None where nothing is stated.
        danger: What a write of it may do beyond the register, which a person must confirm; empty for none.
        sim: How it behaves in simulation, or None.
        position: Where the map defines it.
    """

    name: str
    offset: int
    width: int
    access: Access
    fields: tuple[Field, ...] = ()
    dimension: Dimension | None = None
    reset: int | None = None
    reset_mask: int = 0
    volatile: bool = False
    const: bool = False
    expect: int | None = None
    byte_order: ByteOrder = "little"
    access_width: int = 0
    word_order: ByteOrder = "little"
    alt: str = ""
    when: Guards = ()
    poll: Poll = Poll.AUTO
    reserved_write: ReservedWrite | None = None
    echo: bool = True
    readback: bool = True
    write_mask: Literal["upper"] | None = None
    write_twice: bool = False
    locked_by: Guard | None = None
    latched_by: str | None = None
    atomic: Atomic | None = None
    restore: Restore | None = None
    danger: str = ""
    format: Format = HEX
    unit: str = ""
    enum: Enumeration | None = None
    title: str = ""
    desc: str = ""
    doc: str = ""
    tags: tuple[str, ...] = ()
    hidden: bool = False
    sim: RegisterBehaviour | None = None
    position: SourcePosition | None = None

    def __post_init__(self) -> None:
        if not self.access_width:
            object.__setattr__(self, "access_width", self.width)

    @property
    def size(self) -> int:
        """Size in bytes of one element."""
        return self.width // 8

    @property
    def words(self) -> int:
        """How many bus accesses a read or write of it takes."""
        return self.width // self.access_width

    @property
    def mask(self) -> int:
        """All bits of the register."""
        return ones(self.width)

    @property
    def named_mask(self) -> int:
        """The bits that fields name."""
        mask = 0
        for field in self.fields:
            mask |= field.bits.mask
        return mask

    @property
    def readable(self) -> bool:
        """Whether any part of it can be read."""
        return any(part.readable for part in self.parts())

    @property
    def writable(self) -> bool:
        """Whether any part of it can be written."""
        return any(part.writable for part in self.parts())

    def parts(self) -> Iterator[Access]:
        """The accesses that a read or write of the register meets: its fields', and its own for unnamed bits.

        Unnamed bits count only where no field is named: a register's own token is its fields'
        default, and ``access: wo`` with one readable field is a readable register.
        """
        if self.fields:
            yield from (field.access for field in self.fields)
        else:
            yield self.access

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        for field in self.fields:
            if field.name == name:
                return field
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """A window of memory among a block's registers: words of no meaning of their own.

    It is not looked at unless a person asks for one of its words, which is then a register by the name of
    ``NAME[index]``.

    Attributes:
        name: As the data sheet spells it.
        offset: Bytes from its parent's start.
        size: In bytes.
        width: Width in bits of a word, and of a bus access.
        access: What reading and writing a word do.
        byte_order: Of a word on the bus.
        alt: The view that the window belongs to.
        when: What must hold for the window to be there; all of it.
        position: Where the map defines it.
    """

    name: str
    offset: int
    size: int
    width: int
    access: Access
    byte_order: ByteOrder = "little"
    alt: str = ""
    when: Guards = ()
    title: str = ""
    desc: str = ""
    hidden: bool = False
    position: SourcePosition | None = None

    @property
    def words(self) -> int:
        """How many words it has."""
        return self.size * 8 // self.width


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Registers that belong together, or an array of such groups.

    Attributes:
        name: May hold ``%s`` where ``dimension`` is set.
        offset: Bytes from its parent's start.
        children: Registers, groups and memory, offsets counted from the group's start.
        dimension: The array's shape, or None.
    """

    name: str
    offset: int
    children: tuple[Register | Group | Memory, ...]
    dimension: Dimension | None = None
    title: str = ""
    desc: str = ""


Child = Register | Group | Memory
"""What a block or a group consists of."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A type: registers without addresses.

    Attributes:
        name: Unique in the map.
        size: Extent in bytes.
        children: Registers, groups and memory.
        needs: What must hold before anything of it is touched, such as that its clock is on; or None.
    """

    name: str
    size: int
    children: tuple[Register | Group | Memory, ...]
    title: str = ""
    desc: str = ""
    doc: str = ""
    needs: Guard | None = None

    def walk(self) -> Iterator[tuple[str, int, Register]]:
        """Every register with its path within the block and its offset in bytes, arrays expanded."""
        for path, offset, element in walk(self.children):
            if isinstance(element, Register):
                yield path, offset, element

    def memories(self) -> Iterator[tuple[str, int, Memory]]:
        """Every window of memory with its path within the block and its offset in bytes."""
        if not _holds_memory(self.children):
            return
        for path, offset, element in walk(self.children):
            if isinstance(element, Memory):
                yield path, offset, element


def _holds_memory(children: tuple[Register | Group | Memory, ...]) -> bool:
    return any(
        isinstance(child, Memory) or (isinstance(child, Group) and _holds_memory(child.children))
        for child in children
    )


def walk(
    children: Sequence[Child], prefix: str = "", base: int = 0
) -> Iterator[tuple[str, int, Register | Memory]]:
    """Every register and memory window with its path and its offset in bytes, arrays expanded.

    Args:
        children: Where they are.
        prefix: What stands before their paths.
        base: What is added to their offsets.
    """
    for child in children:
        if isinstance(child, Memory):
            yield prefix + child.name, base + child.offset, child
            continue
        dimension = child.dimension
        for i in range(dimension.count if dimension else 1):
            name = dimension.element_name(child.name, i) if dimension else child.name
            offset = base + child.offset + (dimension.at(i) if dimension else 0)
            if isinstance(child, Group):
                yield from walk(child.children, f"{prefix}{name}.", offset)
            else:
                yield prefix + name, offset, child
