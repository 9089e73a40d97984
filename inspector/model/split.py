"""Split registers: what is wider than a bus access is read and written in several, in the order of addresses.

Whoever composes, reads and tells speaks of whole registers. What goes on the bus, and what a person is shown
before it does, are single accesses: `expand` gives them, and puts what they found together again. Nothing
makes of several accesses one: between two of them the hardware may change the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from inspector.errors import InvalidArgument
from inspector.model.bits import ones
from inspector.model.register import ByteOrder
from inspector.model.transaction import Operation, Read, ReadRun, Result, Transaction, Write


@dataclass(frozen=True, slots=True)
class Shape:
    """How a register lies in several accesses.

    Attributes:
        width: Of the register, in bits.
        access_width: Of each access, in bits.
        word_order: Which word has the lowest address: ``little`` for the least significant.
    """

    width: int
    access_width: int
    word_order: ByteOrder

    @property
    def words(self) -> int:
        """How many accesses it takes."""
        return self.width // self.access_width

    def shift(self, word: int) -> int:
        """How many bits of the register lie below the ``word``-th word, counted by address."""
        place = word if self.word_order == "little" else self.words - 1 - word
        return place * self.access_width

    def cut(self, value: int) -> tuple[int, ...]:
        """A register's value as its words, by address."""
        return tuple(value >> self.shift(word) & ones(self.access_width) for word in range(self.words))

    def join(self, words: Sequence[int]) -> int:
        """The value of words by address; those that are missing at the end are zeros."""
        return sum(value << self.shift(word) for word, value in enumerate(words))

    def known(self, count: int) -> int:
        """The bits that the first ``count`` words hold."""
        return self.join((ones(self.access_width),) * count)


@dataclass(frozen=True, slots=True)
class Expansion:
    """A transaction as the single accesses that it takes.

    Attributes:
        whole: The transaction, of whole registers.
        accesses: The same as single accesses; ``whole`` itself where nothing in it is split.
        groups: For each operation of ``whole`` its own of ``accesses``; empty where nothing is split.
    """

    whole: Transaction
    accesses: Transaction
    groups: tuple[range, ...] = ()

    def owner(self, access: int) -> int:
        """Which operation of ``whole`` an access belongs to."""
        return next((i for i, group in enumerate(self.groups) if access in group), access)

    def results(self, found: Sequence[Result]) -> tuple[Result, ...]:
        """The results of the operations of ``whole`` whose accesses have all been made."""
        if not self.groups:
            return tuple(found)
        return tuple(
            _result(operation, found[group.start : group.stop])
            for operation, group in zip(self.whole, self.groups, strict=True)
            if group.stop <= len(found)
        )

    def took(self, times: Sequence[float]) -> tuple[float, ...]:
        """How long each of the operations of ``whole`` took whose accesses have all been made, in seconds."""
        if not self.groups:
            return tuple(times)
        return tuple(
            sum(times[group.start : group.stop]) for group in self.groups if group.stop <= len(times)
        )


def shape(operation: Read | Write) -> Shape:
    """How the register of an operation lies on the bus."""
    return Shape(operation.width, operation.access_width, operation.word_order)


def is_split(operation: Operation) -> bool:
    """Whether an operation takes several accesses of one register."""
    return not isinstance(operation, ReadRun) and operation.access_width != operation.width


def expand(transaction: Transaction) -> Expansion:
    """Replace every operation on a split register by its single accesses.

    Raises:
        InvalidArgument: No single accesses do what an operation states: a width that is no multiple of its
            access's, a condition that bits of several words differ, or a write that takes bits from a read of
            another shape.
    """
    if not any(is_split(operation) for operation in transaction):
        return Expansion(transaction, transaction)
    accesses: list[Operation] = []
    groups: list[range] = []
    for operation in transaction:
        start = len(accesses)
        match operation:
            case Read():
                accesses += _reads(operation)
            case Write():
                accesses += _writes(operation, transaction, groups)
            case ReadRun():
                accesses.append(operation)
        groups.append(range(start, len(accesses)))
    return Expansion(transaction, tuple(accesses), tuple(groups))


def counted(first: int, low: int, second: int, width: int) -> int:
    """The value of a counter whose high word was read before and after its low word.

    Where the two differ, the low word ran over (or, of a counter that counts down, under) in between. It did
    so before it was read itself if it is still near where it begins again; then the second high word belongs
    to it, else the first. This is exact for a counter that moves less than half of the low word's range
    between the first read and the last.

    Args:
        first: The high word.
        low: The low word, read after it.
        second: The high word, read once more at last.
        width: Of each, in bits.
    """
    half = 1 << (width - 1)
    rises = (second - first) & ones(width) < half
    return (second if (low < half) is rises else first) << width | low


def _reads(read: Read) -> Iterator[Read]:
    if not is_split(read):
        yield read
        return
    _check(read)
    of = shape(read)
    masks = of.cut(read.mask)
    if read.differs and sum(mask != 0 for mask in masks) > 1:
        raise InvalidArgument(
            f"bits {read.mask:#x} of a register that takes {of.words} accesses cannot be required to differ: "
            "they are in several of them"
        )
    words = [
        replace(
            read,
            offset=read.offset + word * of.access_width // 8,
            width=of.access_width,
            word_order="little",
            mask=mask,
            expected=expected,
            counter=False,
        )
        for word, (mask, expected) in enumerate(zip(masks, of.cut(read.expected), strict=True))
    ]
    if read.counter:
        low, high = words if read.word_order == "little" else reversed(words)
        words = [high, low, high]
    yield from words


def _writes(write: Write, transaction: Transaction, groups: Sequence[range]) -> Iterator[Write]:
    _check(write)
    of = shape(write)
    sources: Sequence[int | None] = (None,) * of.words
    if write.source is not None:
        read = transaction[write.source]
        if not isinstance(read, Read) or shape(read) != of or read.counter:
            raise InvalidArgument(
                f"a write of {of.words} times {of.access_width} bits takes bits from operation "
                f"{write.source}, which is no read of the same words"
            )
        sources = groups[write.source]
    if not is_split(write):
        yield replace(write, source=sources[0])
        return
    parts = zip(of.cut(write.value), of.cut(write.keep), of.cut(write.flip), sources, strict=True)
    for word, (value, keep, flip, source) in enumerate(parts):
        yield Write(
            write.offset + word * of.access_width // 8,
            of.access_width,
            value,
            keep,
            flip,
            source if keep else None,
            write.byte_order,
        )


def _check(operation: Read | Write) -> None:
    if operation.access_width < 1 or operation.width % operation.access_width:
        raise InvalidArgument(f"{operation.width} bits cannot be split into {operation.access_width} each")
    if isinstance(operation, Read) and operation.counter and (shape(operation).words != 2 or operation.mask):
        raise InvalidArgument("only two words that nothing depends on are read as a counter")


def _result(operation: Operation, found: Sequence[Result]) -> Result:
    if isinstance(operation, ReadRun) or not is_split(operation):
        return found[0]
    words = [word for word in found if isinstance(word, int)]
    if isinstance(operation, Read) and operation.counter:
        return counted(words[0], words[1], words[2], operation.access_width)
    return shape(operation).join(words)
