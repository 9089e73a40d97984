"""A reference device: hardware bit by bit from the table of accesses, written apart from the composer.

It knows nothing of maps, parts or neutral values: only what each bit does when it is read and written, and
what stands around a register: a lock, a latch, a clock, a key, a mask, a second write, aliases. Hardware
changes bits by a script, one step before each access, so that a twin that nobody accesses goes through the
same changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from inspector.model.transaction import Read, Transaction, Write

T = TypeVar("T")
FLAGS = ("w1c", "w1s", "w1t", "pulse")


@dataclass
class Bit:
    """One bit of hardware; ``on_read`` and ``on_write`` are words of the map format."""

    readable: bool
    writable: bool
    once: bool = False
    on_read: str = "none"
    on_write: str = "store"
    state: int = 0
    active: int = 0
    """What the hardware uses: ``state`` as it was when it was latched."""
    events: list[str] = field(default_factory=list)

    def read(self) -> int:
        if not self.readable:
            return 0
        seen = self.state
        match self.on_read:
            case "clear":
                self.state = 0
            case "set":
                self.state = 1
            case "pop" | "modify" | "external":
                self.events.append(f"read: {self.on_read}")
        return seen

    def write(self, bit: int) -> None:
        if not self.writable:
            return
        if self.once:
            self.events.append("write: once")
        match self.on_write, bit:
            case "store", _:
                self.state = bit
            case ("w1c", 1) | ("w0c", 0):
                self.state = 0
            case ("w1s", 1) | ("w0s", 0):
                self.state = 1
            case ("w1t", 1) | ("w0t", 0):
                self.state ^= 1
            case "pulse", 1:
                self.events.append("pulse")
            case ("wclr" | "wset" | "push" | "modify" | "unknown") as effect, _:
                self.events.append(f"write: {effect}")
                self.state = int(effect == "wset")


@dataclass
class Cell:
    """A register: what answers reads and what takes writes, bit by bit from bit 0 on.

    Attributes:
        reading: The bits that a read meets.
        writing: The bits that a write meets; the same objects but for a read-only beside a write-only field.
        keys: Bits of a word and the value without which a write is ignored.
        upper: The upper half of a word enables the bits of the lower.
        twice: Only the second of two equal writes counts.
        latched: What is written is used only when the latch is written.
    """

    reading: list[Bit]
    writing: list[Bit]
    keys: list[tuple[int, int]] = field(default_factory=list)
    upper: bool = False
    twice: bool = False
    latched: bool = False
    first: int | None = None
    taken: list[int] = field(default_factory=list)

    @property
    def bits(self) -> list[Bit]:
        return list({id(bit): bit for bit in (*self.reading, *self.writing)}.values())

    def word(self) -> int:
        return sum((bit.state if bit.readable else 0) << i for i, bit in enumerate(self.reading))

    def read(self) -> int:
        return sum(bit.read() << i for i, bit in enumerate(self.reading))

    def write(self, word: int) -> None:
        if self.twice and self.first != word:
            self.first = word
            return
        self.first = None
        if any(word & mask != value for mask, value in self.keys):
            return
        self.taken.append(word)
        half = len(self.writing) // 2
        for i, bit in enumerate(self.writing):
            if not self.upper or (i < half and word >> (i + half) & 1):
                bit.write(word >> i & 1)
        if not self.latched:
            self.use()

    def use(self) -> None:
        for bit in self.bits:
            bit.active = bit.state

    def merge(self, effect: str, word: int) -> None:
        """What an alias at another address does: the hardware itself reads, merges and writes."""
        now = sum(bit.state << i for i, bit in enumerate(self.writing))
        self.write({"set": now | word, "clear": now & ~word, "xor": now ^ word}[effect])


class ModalCell(Cell):
    """A register whose bits react in one of two ways, as a mode says; what they hold is the same in both.

    Attributes:
        modes: The bits in each mode, from bit 0 on.
        mode: Tells the mode; of a write that changes it, the mode in which the word is taken.
    """

    def __init__(self, modes: tuple[list[Bit], list[Bit]], mode: Callable[[int | None], int]) -> None:
        super().__init__(modes[0], modes[0])
        self.modes = modes
        self.mode = mode

    @property
    def bits(self) -> list[Bit]:
        return list({id(bit): bit for bits in self.modes for bit in bits}.values())

    def word(self) -> int:
        return self._in(None, super().word)

    def read(self) -> int:
        return self._in(None, super().read)

    def write(self, word: int) -> None:
        self._in(word, lambda: super(ModalCell, self).write(word))

    def _in(self, word: int | None, access: Callable[[], T]) -> T:
        bits = self.modes[self.mode(word)]
        other = self.modes[bits is self.modes[0]]
        self.reading = self.writing = bits
        result = access()
        for mine, its in zip(bits, other, strict=True):
            its.state, its.active = mine.state, mine.active
        return result


class DeadAccessError(Exception):
    """An access of a block whose clock is off: on a bus, nothing ever answers."""


class Device:
    """Cells at offsets, with what stands around them.

    Attributes:
        cells: By offset.
        script: Before each access, in turn: the bits of each offset that hardware flips.
        aliases: Offset → how bits of the first cell change there, and from which bit of the word on.
        lock: The offset and bit that, while 1, makes the first cell deaf.
        latch: The offset and the bits that must be 1 in a write there (0: any write) for the latch to close.
        clock: The offset and bit without which only the clock's own cell answers.
        behind: The offset and bit without which another cell answers in place of the first, and that cell.
        steps: How often hardware had its turn.
        reads: The offsets that were read.
        writes: The offsets that were written.
        before: The bits of the first cell just before it was last written.
        wrote_at: The step at which that was.
    """

    def __init__(
        self,
        cells: dict[int, Cell],
        script: list[dict[int, int]],
        aliases: dict[int, list[tuple[str, int]]] | None = None,
        lock: tuple[int, int] | None = None,
        latch: tuple[int, int] | None = None,
        clock: tuple[int, int] | None = None,
        behind: tuple[int, int, Cell] | None = None,
    ) -> None:
        self.cells = cells
        self.script = script
        self.aliases = aliases or {}
        self.lock, self.latch, self.clock = lock, latch, clock
        self.behind = behind
        self.steps = 0
        self.reads: list[int] = []
        self.writes: list[int] = []
        self.before: list[int] = []
        self.wrote_at = 0

    def step(self) -> None:
        """Let hardware change what it changes by itself."""
        for offset, mask in (self.script[self.steps] if self.steps < len(self.script) else {}).items():
            for i, bit in enumerate(self.cells[offset].reading):
                if mask >> i & 1:
                    bit.state ^= 1
                    bit.active = bit.state
        self.steps += 1

    def _answer(self, offset: int) -> None:
        if self.clock and offset != self.clock[0] and not self._is_set(self.clock):
            raise DeadAccessError

    def _cell(self, offset: int) -> Cell:
        """Who answers at an offset."""
        if self.behind and offset == next(iter(self.cells)) and not self._is_set(self.behind[:2]):
            return self.behind[2]
        return self.cells[offset]

    def _is_set(self, place: tuple[int, int]) -> int:
        return self.cells[place[0]].reading[place[1]].state

    def read(self, offset: int) -> int:
        self.step()
        self._answer(offset)
        self.reads.append(offset)
        return self._cell(offset).read()

    def write(self, offset: int, word: int) -> None:
        self.step()
        self._answer(offset)
        self.writes.append(offset)
        if self.lock and offset != self.lock[0] and self._is_set(self.lock):
            return
        for effect, shift in self.aliases.get(offset, ()):
            cell = next(iter(self.cells.values()))
            bits = word >> shift & (1 << len(cell.writing)) - 1
            if bits:
                self.before = [bit.state for bit in cell.writing]
                self.wrote_at = self.steps
                cell.merge(effect, bits)
        if offset in self.aliases:
            return
        cell = self._cell(offset)
        before = len(cell.taken)
        if cell is next(iter(self.cells.values())):
            self.before = [bit.state for bit in cell.writing]
            self.wrote_at = self.steps
        cell.write(word)
        closes = self.latch is not None and offset == self.latch[0] and len(cell.taken) > before
        if self.latch and closes and (not self.latch[1] or word & self.latch[1]):
            for other in self.cells.values():
                other.use()

    def run(self, transaction: Transaction) -> tuple[bool, list[int]]:
        """Run a transaction; tell whether it came to its end, and what each operation gave."""
        results: list[int] = []
        for operation in transaction:
            if isinstance(operation, Read):
                results.append(self.read(operation.offset))
                if not operation.holds(results[-1]):
                    return False, results
            else:
                assert isinstance(operation, Write)
                word = operation.word(0 if operation.source is None else results[operation.source])
                assert not word >> operation.width
                self.write(operation.offset, word)
                results.append(word)
        return True, results
