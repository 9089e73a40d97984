"""The word being composed, and the bits of it that an edit means."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.errors import RefusedError, ValueOverflow
from inspector.model.access import Access, OnWrite
from inspector.model.bits import ones
from inspector.model.edit import Edit, Operator
from inspector.model.modes import Mode
from inspector.model.neutral import Part, parts
from inspector.model.register import Register
from inspector.model.registermap import RegisterNode


class Word:
    """A word in the making: ``(read & keep ^ flip) | value``.

    Attributes:
        node: The register.
        mode: Which of its fields may be there, and what must be seen to hold for those that are meant.
        parts: Its bits, each in one part.
        value: Bits that are written whatever was read.
        keep: Bits that are taken from a fresh read.
        flip: Bits that are inverted after ``keep``.
        touched: Bits that the edits mean.
        assumed: Bits of neighbours that are written on the assumption that they store.
        depends: Whether it rests on the value shown that the edits are allowed, so that it must be guarded.
        notes: What is unknown or may surprise.
    """

    def __init__(self, node: RegisterNode, mode: Mode | None = None) -> None:
        self.node = node
        self.register: Register = node.register
        self.mode = mode or Mode(node.register.fields)
        self.parts: tuple[Part, ...] = parts(node.register, self.mode.fields, self.mode.edited)
        self.value = 0
        self.keep = 0
        self.flip = 0
        self.touched = 0
        self.assumed = 0
        self.depends = False
        self.notes: list[str] = []

    @property
    def reach(self) -> int:
        """The bits that an edit may mean: the upper half of a masked write only enables the lower."""
        return ones(self.register.width // 2) if self.register.write_mask == "upper" else self.register.mask

    @property
    def can_read(self) -> bool:
        """Whether a read before the write changes nothing and returns what was stored."""
        return self.node.safety.safe and self.register.echo

    @property
    def selects(self) -> bool:
        """Whether its own word, which must be read for it, decides whether the edit makes sense."""
        return bool(self.mode.own or self.mode.differing)

    @property
    def stable(self) -> int:
        """The bits that store, read back, and that only software changes; no reserved ones."""
        mask = 0
        for part in self.parts:
            if part.access.stores and part.access.readable and not (part.volatile or part.reserved):
                mask |= part.mask
        return mask

    def enable_upper(self) -> None:
        """Set the write-enable bits of the touched lower bits: the hardware leaves the others alone."""
        half = self.register.width // 2
        self.value |= (self.touched & ones(half)) << half

    def refuse(self, message: str, consent: str = "", word: int | None = None) -> RefusedError:
        """Make the refusal that names this register."""
        return RefusedError(f"{self.node.path}: {message}", path=self.node.path, consent=consent, word=word)


def apply(word: Word, edit: Edit) -> None:
    """Put one edit into the word.

    Raises:
        RefusedError: It does nothing, cannot be done, or another edit means the same bits.
        ValueOverflow: The value is wider than the field or register.
    """
    check_fits(word, edit)
    mask = edit.field.bits.mask if edit.field else word.register.mask
    operand = edit.field.bits.place(edit.value) if edit.field else edit.value
    if (operand if edit.operator.bitwise else mask) & word.touched:
        raise word.refuse(f"{edit} edits bits that another edit of the same write already means")
    if edit.field is not None and mask & ~word.reach:
        raise word.refuse(f"{edit.field.name} lies in the upper half, which only enables writes of the lower")
    if edit.operator.bitwise:
        _operate(word, edit, operand)
        return
    targets = [
        part for part in word.parts if part.mask & mask and (part.field is not None or edit.field is None)
    ]
    if edit.field is None and len(targets) > 1:
        targets = [part for part in targets if (part.field or part.views) and part.access.writable]
    if edit.field is not None and not edit.field.access.writable:
        raise word.refuse(f"{edit.field.name} {unwritable(edit.field.access)}")
    for part in targets:
        if edit.operator is Operator.ASSIGN:
            _assign(word, part, operand)
        else:
            _do_verb(word, part, edit.operator)
        word.touched |= part.mask & word.reach
    for part in word.parts:
        if part.field is None and not part.mask & word.touched and _goes_along(part, targets, edit):
            word.touched |= part.mask


def assign_whole(word: Word, edit: Edit) -> None:
    """State every bit of the register.

    Raises:
        RefusedError: Nothing in the register reacts to that value.
        ValueOverflow: The value is wider than the register.
    """
    check_fits(word, edit)
    register = word.register
    if register.write_mask == "upper" and not edit.value >> register.width // 2:
        raise word.refuse(
            f"writing {edit.value:#x} does nothing: no bit of its upper half enables one of the lower"
        )
    reasons = [idle(part, edit.value) for part in word.parts if part.access.writable or part.field is None]
    if all(reasons):
        raise word.refuse(next(reason for reason in reasons if reason != _RESERVED))
    for part in word.parts:
        if part.keyed and edit.value & part.mask != part.value:
            word.notes.append(f"without its key in {part.name} the hardware ignores the write")
    word.value, word.touched = edit.value, register.mask


def check_fits(word: Word, edit: Edit) -> None:
    """Refuse a value that would be cut to fit.

    Raises:
        ValueOverflow: It is wider than the field or register.
    """
    width = edit.field.width if edit.field else word.register.width
    if not 0 <= edit.value <= ones(width):
        name = edit.field.name if edit.field else "the register"
        raise ValueOverflow(f"{word.node.path}: {edit.value:#x} does not fit {name}, which has {width} bits")


def unwritable(what: Register | Access) -> str:
    """Say, of what cannot be written, whether it can at least be read."""
    return "is read-only" if what.readable else "has no access"


def _goes_along(unnamed: Part, targets: Sequence[Part], edit: Edit) -> bool:
    """Whether unnamed bits suffer nothing but what the edit asks for.

    An entry that is added to a FIFO is one entry with all its bits; whoever clears or sets the whole
    register means all of it.
    """
    effect = unnamed.access.on_write
    if effect is OnWrite.PUSH:
        return any(part.access.on_write is OnWrite.PUSH for part in targets)
    return edit.field is None and (edit.operator, effect) in (
        (Operator.CLEAR, OnWrite.WCLR),
        (Operator.SET, OnWrite.WSET),
    )


_DOES_NOTHING = {
    OnWrite.W1C: (0, "writing 0 to a write-1-to-clear field does nothing; write 1, or use clear"),
    OnWrite.W1S: (0, "writing 0 to a write-1-to-set field does nothing; write 1, or use set"),
    OnWrite.W1T: (0, "writing 0 to a write-1-to-toggle field does nothing; write 1, or use toggle"),
    OnWrite.PULSE: (0, "writing 0 to a self-clearing field does nothing; write 1, or use pulse"),
    OnWrite.W0C: (-1, "writing 1 to a write-0-to-clear field does nothing; write 0, or use clear"),
    OnWrite.W0S: (-1, "writing 1 to a write-0-to-set field does nothing; write 0, or use set"),
    OnWrite.W0T: (-1, "writing 1 to a write-0-to-toggle field does nothing; write 0, or use toggle"),
}


_RESERVED = "unnamed bits are zero"


def idle(part: Part, operand: int) -> str:
    """Why ``part`` does not react to its bits of ``operand``; empty where it does."""
    if part.reserved:
        return "" if operand & part.mask else _RESERVED
    idle, why = _DOES_NOTHING.get(part.access.on_write, (None, ""))
    if idle is not None and operand & part.mask == idle & part.mask:
        return f"{part.name}: {why}"
    return f"{part.name}: writing it does nothing" if part.access.on_write is OnWrite.NONE else ""


def _assign(word: Word, part: Part, operand: int) -> None:
    """State the bits that go on the bus."""
    why = idle(part, operand)
    if why:
        raise word.refuse(why)
    if part.keyed and operand & part.mask != part.value:
        raise word.refuse(_keyed(part))
    word.value |= operand & part.mask


def _keyed(part: Part) -> str:
    assert part.field is not None, "only a field has a key"
    key = part.field.bits.extract(part.value)
    return f"{part.name} holds the key {key:#x} in every write: with another the hardware ignores it"


def _do_verb(word: Word, part: Part, verb: Operator) -> None:
    effect, mask = part.access.on_write, part.mask & word.reach
    if part.keyed:
        raise word.refuse(_keyed(part))
    match verb, effect:
        case (Operator.CLEAR, OnWrite.STORE | OnWrite.WCLR):
            pass
        case (Operator.SET, OnWrite.STORE | OnWrite.W1S | OnWrite.WSET):
            word.value |= mask
        case (Operator.TOGGLE, OnWrite.STORE) if part.access.readable:
            word.keep |= mask
            word.flip |= mask
        case (Operator.TOGGLE, OnWrite.W1T) | (Operator.PULSE, OnWrite.PULSE):
            word.value |= mask
        case (Operator.SET, OnWrite.W0S) | (Operator.TOGGLE, OnWrite.W0T):
            pass
        case (Operator.CLEAR, OnWrite.W1C):
            # Only bits seen as 1 are cleared: one that rises after the read would be lost unseen.
            if word.can_read and part.access.readable:
                word.keep |= mask
            else:
                word.value |= mask
        case (Operator.CLEAR, OnWrite.W0C):
            if word.can_read and part.access.readable:
                word.keep |= mask
                word.flip |= mask
        case (Operator.CLEAR, OnWrite.W1T) if part.access.readable:
            word.keep |= mask
        case (Operator.SET, OnWrite.W1T) if part.access.readable:
            word.keep |= mask
            word.flip |= mask
        case (Operator.CLEAR, OnWrite.W0T) if part.access.readable:
            word.keep |= mask
            word.flip |= mask
        case (Operator.SET, OnWrite.W0T) if part.access.readable:
            word.keep |= mask
        case _:
            raise word.refuse(f"{part.name} cannot be {_DONE[verb]}: it is {part.access.describe()}")


_DONE = {
    Operator.CLEAR: "cleared",
    Operator.SET: "set",
    Operator.TOGGLE: "toggled",
    Operator.PULSE: "pulsed",
}


def _operate(word: Word, edit: Edit, operand: int) -> None:
    """OR, AND NOT or XOR the touched bits, which must store and read back."""
    touched = operand
    if not touched:
        raise word.refuse(f"{edit} changes nothing")
    if touched & ~word.reach:
        raise word.refuse(f"{edit} edits the upper half, which only enables writes of the lower")
    for part in word.parts:
        if not part.mask & touched:
            continue
        if part.keyed:
            raise word.refuse(_keyed(part))
        if not part.access.stores or not part.access.readable or not word.register.echo:
            verbs = "write a value or use clear, set, toggle or pulse"
            raise word.refuse(
                f"{edit.operator.value} needs bits that store and read back, and {part.name} is "
                f"{part.access.describe() if word.register.echo else 'not read back as written'}; {verbs}"
            )
    match edit.operator:
        case Operator.OR:
            word.value |= touched
        case Operator.XOR:
            word.keep |= touched
            word.flip |= touched
        case _:
            pass
    word.touched |= touched
