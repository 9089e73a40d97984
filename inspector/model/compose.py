"""Composing an edit: the exact bus operations that change what was meant and nothing else.

A field edit writes a whole word. Every other part of it gets its neutral value (`neutral`), the word
is made from a fresh read where one is needed, and no read is made where none is. Where a neighbour
has no neutral value, or the read itself would act, the edit is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.errors import RefusedError
from inspector.model.access import OnWrite, Writable
from inspector.model.edit import Edit, Operator, check_constraint
from inspector.model.field import Constraint, Field
from inspector.model.neutral import Neutral, Part
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.safety import Skip
from inspector.model.transaction import Operation, Read, Transaction, Write
from inspector.model.word import Word, apply, assign_whole, unwritable


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What an edit does to one field.

    Attributes:
        field: Which.
        old: Its value before, or None where unknown.
        new: Its bits as they go on the bus, or None where they depend on a read not yet made.
    """

    field: Field
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Composition:
    """An edit as exact bus operations.

    Attributes:
        node: The register.
        edits: What was asked for.
        transaction: The operations, in order.
        read: Which operation reads the register before the write; None where none does.
        write: Which operation is the (last) write.
        readback: Which operation reads it back; None where none does.
        touched: The bits that the edit means.
        compares: The bits in which written and read back must agree.
        notes: What is unknown or may surprise, in words.
    """

    node: RegisterNode
    edits: tuple[Edit, ...]
    transaction: Transaction
    read: int | None
    write: int
    readback: int | None
    touched: int
    compares: int
    notes: tuple[str, ...] = ()

    def word(self, shown: int | None) -> int | None:
        """The word that goes out if the fresh read gives ``shown``; None where that is not known."""
        operation = self.transaction[self.write]
        assert isinstance(operation, Write)
        if operation.source is None:
            return operation.word(0)
        return None if shown is None else operation.word(shown)

    def changes(self, shown: int | None) -> tuple[FieldChange, ...]:
        """What the write states for each field that the edit means, given the value shown."""
        word = self.word(shown)
        return tuple(
            FieldChange(
                field,
                None if shown is None or not field.access.readable else field.bits.extract(shown),
                None if word is None else field.bits.extract(word),
            )
            for field in self.node.register.fields
            if field.bits.mask & self.touched and field.access.writable
        )


def compose(
    register_map: RegisterMap,
    node: RegisterNode,
    edits: Sequence[Edit],
    *,
    shown: int | None = None,
    last_written: int | None = None,
    assume_store: bool = False,
) -> Composition:
    """Compose ``edits`` of one register into one transaction.

    Args:
        register_map: The map that the register is in.
        node: The register.
        edits: One edit of the whole register, or any number of edits of its fields.
        shown: The value that the person saw; where the transaction reads, it stops before the write
            if a stable field differs from it.
        last_written: What we wrote last, where that is certain still to hold.
        assume_store: Treat neighbours without a neutral value as if they stored what is written.

    Raises:
        RefusedError: A neighbour would be disturbed, the read would act, or the edit does nothing.
        ValueOverflow: A value is wider than its field or the register.
        UsageError: A field would get a value that the map does not allow.
    """
    register = node.register
    if not register.writable:
        raise RefusedError(f"{node.path} {unwritable(register)}", path=node.path)
    word = Word(node)
    whole = next((edit for edit in edits if edit.field is None and edit.operator is Operator.ASSIGN), None)
    if whole is not None:
        if len(edits) > 1:
            raise RefusedError(
                f"{node.path} is written whole; its fields cannot be edited as well", path=node.path
            )
        assign_whole(word, whole)
    else:
        for edit in edits:
            apply(word, edit)
        _check_constraints(word, edits, shown)
        _leave_neighbours(word, last_written, assume_store, shown)
        if register.write_mask == "upper":
            _enable_upper(word)
    return _assemble(register_map, word, tuple(edits), shown)


def _check_constraints(word: Word, edits: Sequence[Edit], shown: int | None) -> None:
    """Hold what verbs and operations make of a field to what the map allows in it."""
    # What is assigned was held to it as it was parsed, where the words for it are better.
    assigned = [edit.field for edit in edits if edit.operator is Operator.ASSIGN]
    for field in word.register.fields:
        mask = field.bits.mask
        free = field.constraint == _ANYTHING or field in assigned
        if free or not mask & word.touched or not field.access.stores:
            continue
        fixed = mask & word.touched & ~word.keep
        if fixed != mask and shown is None:
            raise word.refuse(
                f"what {field.name} becomes depends on what it is, and the map does not allow every value; "
                "write the value itself"
            )
        left = (shown or 0) & ~word.touched
        result = left | (word.value | ((shown or 0) & word.keep ^ word.flip)) & word.touched
        check_constraint(field, field.bits.extract(result))


_ANYTHING = Constraint()


# --- the bits that are not meant -------------------------------------------------------------


def _leave_neighbours(word: Word, last_written: int | None, assume_store: bool, shown: int | None) -> None:
    """Give every part that is not meant its neutral value."""
    if word.register.write_mask == "upper":
        return
    disturbed: list[str] = []
    lost = 0
    # Whoever composes as if all stored still needs a read that changes nothing, or none at all.
    consent = "--assume-store"
    for part in word.parts:
        mask = part.mask & ~word.touched
        if not mask:
            continue
        known = len(disturbed)
        match part.neutral:
            case Neutral.ZERO:
                pass
            case Neutral.ONE:
                word.value |= mask
            case Neutral.VALUE:
                word.value |= part.value & mask
            case Neutral.IGNORED:
                pass
            case Neutral.KEEP:
                _keep(word, part, mask, disturbed, assume_store)
            case Neutral.LAST_WRITTEN:
                if last_written is not None:
                    word.value |= last_written & mask
                elif assume_store:
                    _write_reset(word, mask, f"{part.name} is write-only")
                else:
                    disturbed.append(f"{part.name} is write-only and what it holds is not known")
            case Neutral.NONE:
                if assume_store:
                    _keep(word, part, mask, disturbed, assume_store)
                    word.notes.append(f"{part.name}: {part.why}; assumed to store")
                else:
                    disturbed.append(f"{part.name}: {part.why}")
        if part.neutral in (Neutral.KEEP, Neutral.NONE) and not _can_assume(word):
            consent = ""
        if part.neutral is Neutral.IGNORED or (len(disturbed) > known and part.access.readable):
            lost |= mask
    if disturbed:
        offered = None
        if shown is not None:
            # As if what would be disturbed stored; everything else still gets its neutral value.
            offered = (shown & (word.keep | lost) ^ word.flip) | word.value
        raise word.refuse(
            f"the edit would disturb its neighbours: {'; '.join(disturbed)}. "
            f"Write the whole register{', or compose as if they stored' if consent else ' instead'}",
            consent=consent,
            word=offered,
        )


def _keep(word: Word, part: Part, mask: int, disturbed: list[str], assume_store: bool) -> None:
    """Write back what is read, if a read may be made."""
    if word.can_read and (part.access.readable or part.reserved):
        word.keep |= mask
        if part.volatile and part.access.stores and part.field is not None:
            word.notes.append(f"{part.name} may change between the read and the write")
        return
    if assume_store and _can_assume(word):
        _write_reset(word, mask, part.name)
    elif not word.register.echo:
        disturbed.append(f"{part.name} does not read back what was written")
    else:
        disturbed.append(f"{part.name} must be read first, and {word.node.safety.reason}")


def _can_assume(word: Word) -> bool:
    """Whether what a read does not tell may be taken from the reset: where reading acts, nobody knows."""
    return word.node.safety.skip in (None, Skip.WRITE_ONLY)


def _write_reset(word: Word, mask: int, what: str) -> None:
    reset = word.register.reset
    word.value |= (reset or 0) & mask
    says = "its reset value is written" if reset is not None else "0 is written, as the map states no reset"
    word.notes.append(f"{what}; {says}")


def _enable_upper(word: Word) -> None:
    """Set the write-enable bits of the touched lower bits: the hardware leaves the others alone."""
    half = word.register.width // 2
    word.value |= (word.touched & (1 << half) - 1) << half


# --- the operations --------------------------------------------------------------------------


def _assemble(
    register_map: RegisterMap, word: Word, edits: tuple[Edit, ...], shown: int | None
) -> Composition:
    node, register = word.node, word.register
    needs_read = bool(word.keep)
    if needs_read and not word.can_read:
        reason = node.safety.reason or "it does not read back what was written"
        raise word.refuse(f"the edit needs a read first, and {reason}; write the whole register instead")
    operations: list[Operation] = []
    if register.locked_by is not None:
        operations.append(_lock_check(register_map, word))
    read = None
    if needs_read:
        read = len(operations)
        stable = _stable(word) if shown is not None else 0
        operations.append(
            Read(
                node.offset,
                node.width,
                register.byte_order,
                mask=stable,
                expected=(shown or 0) & stable,
                why=f"{node.path} changed since it was shown",
            )
        )
        # Bits that the hardware ignores are written as read: that is what a data sheet's "preserve" asks.
        for part in word.parts:
            if part.neutral is Neutral.IGNORED and register.write_mask is None:
                word.keep |= part.mask & ~word.touched
    once = [
        part.name for part in word.parts if part.access.writable is Writable.ONCE and part.mask & word.touched
    ]
    word.notes += [f"{name} can be written only once" for name in once]
    out = Write(
        node.offset, node.width, word.value, word.keep & ~word.value, word.flip, read, register.byte_order
    )
    operations += [out] * (2 if register.write_twice else 1)
    write = len(operations) - 1
    compares = _comparable(word)
    readback = None
    if _reads_back(node):
        readback = len(operations)
        operations.append(Read(node.offset, node.width, register.byte_order))
    return Composition(
        node,
        edits,
        tuple(operations),
        read,
        write,
        readback,
        word.touched,
        compares,
        tuple(word.notes),
    )


def _lock_check(register_map: RegisterMap, word: Word) -> Read:
    """Read the lock first and stop while it holds: the hardware would drop the write in silence."""
    guard = word.register.locked_by
    assert guard is not None
    found = register_map.beside(word.node, guard.path)
    assert found is not None, "the loader has checked that it exists"
    lock, field = found
    readable = field.access.readable if field else lock.register.readable
    if not (lock.safety.safe and readable):
        reason = lock.safety.reason or "write-only"
        raise word.refuse(f"it is locked by {guard.path}, which cannot be checked: {reason}")
    return Read(
        lock.offset,
        lock.width,
        lock.register.byte_order,
        mask=field.bits.mask if field else lock.register.mask,
        expected=field.bits.place(guard.value) if field else guard.value,
        differs=True,
        why=f"{word.node.path} is locked while {guard.path} is {guard.value:#x}",
    )


def _stable(word: Word) -> int:
    """The bits that store, read back, and that only software changes; reserved ones are not among them."""
    return sum(
        part.mask
        for part in word.parts
        if part.access.stores
        and part.access.readable
        and not part.volatile
        and (part.field is not None or not word.register.fields)
    )


def _comparable(word: Word) -> int:
    """The bits in which the word written and the one read back must agree."""
    if not word.register.echo:
        return 0
    bits = _stable(word) & ~sum(part.mask for part in word.parts if part.keyed)
    # Of a masked write only the enabled bits go in, and the enables do not read back.
    return bits & word.value >> word.register.width // 2 if word.register.write_mask == "upper" else bits


def _reads_back(node: RegisterNode) -> bool:
    accesses = list(node.register.parts())
    acts = any(access.on_write in (OnWrite.PUSH, OnWrite.PULSE) and access.writable for access in accesses)
    return node.safety.safe and node.register.readback and not acts
