"""Composing an edit: the exact bus operations that change what was meant and nothing else.

A field edit writes a whole word. Every other part of it gets its neutral value (`neutral`), the word
is made from a fresh read where one is needed, and no read is made where none is. Where a neighbour
has no neutral value, or the read itself would act, the edit is refused. Where the map names an atomic
alias that makes the edit in one access, that is written in place of a read and a write. What takes effect
only with a later write elsewhere is followed by that write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inspector.errors import RefusedError
from inspector.model.access import OnWrite, Writable
from inspector.model.atomic import Alias, find_alias
from inspector.model.checks import checks
from inspector.model.danger import dangers
from inspector.model.edit import Edit, Operator, check_constraint
from inspector.model.field import Constraint, Field
from inspector.model.latch import latch_word
from inspector.model.modes import WordOf, mode_of
from inspector.model.neighbours import leave_neighbours
from inspector.model.neutral import Neutral
from inspector.model.register import NOT_ATOMIC
from inspector.model.registermap import RegisterMap, RegisterNode
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
        edits: What was asked for; none where the register is only written to latch another.
        transaction: The operations, in order.
        read: Which operation reads the register before the write; None where none does.
        write: Which operation is the (last) write of the edit.
        readback: Which operation reads it back; None where none does.
        touched: The bits that the edit means.
        compares: The bits in which what was meant and what is read back must agree.
        notes: What is unknown or may surprise, in words.
        dangers: What a person must confirm before it is run, in words; such a write is never part of
            restore, replay or undo.
        latch: Which operation is the (last) write that lets the edit take effect, at another register;
            None where it does at once.
        alias: The edit goes to an atomic alias of the register; None where the register itself is written.
        assumed: The bits of neighbours that are written on the assumption that they store.
        fields: The register's fields that may be there; of those that share bits with the edit's only these.
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
    dangers: tuple[str, ...] = ()
    latch: int | None = None
    alias: Alias | None = None
    assumed: int = 0
    fields: tuple[Field, ...] = ()

    @property
    def checks(self) -> tuple[Read, ...]:
        """What is read, and must hold, before the register itself is met: a need, a view, a lock."""
        first = self.write if self.read is None else self.read
        return tuple(each for each in self.transaction[:first] if isinstance(each, Read))

    @property
    def result(self) -> Write:
        """What becomes of the register's own word: the write itself, unless that goes to an alias."""
        operation = self.transaction[self.write]
        assert isinstance(operation, Write)
        return operation if self.alias is None else _result(self.node, self.alias)

    def word(self, shown: int | None) -> int | None:
        """The register's word after the write if it holds ``shown`` before; None where that is not known."""
        result = self.result
        if not result.keep:
            return result.word(0)
        return None if shown is None else result.word(shown)

    def left(self, out: int, old: int | None) -> int | None:
        """What the write left in the register: its word where it was written itself, else by its alias.

        Args:
            out: What the write put on the bus.
            old: The register's word before, or None where it was not read.
        """
        return out if self.alias is None else self.word(old)

    def mismatch(self, out: int, value: int) -> int:
        """The bits of the value read back that should have stored and did not.

        Args:
            out: What the write put on the bus.
            value: What was read back.
        """
        meant = out if self.alias is None else self.result.value
        return (value ^ meant) & self.compares

    def changes(self, shown: int | None) -> tuple[FieldChange, ...]:
        """What the write states for each field that the edit means, given the value shown."""
        result = self.result
        word = result.word(shown or 0)
        unknown = result.keep if shown is None else 0
        return tuple(
            FieldChange(
                field,
                None if shown is None or not field.access.readable else field.bits.extract(shown),
                None if field.bits.mask & unknown else field.bits.extract(word),
            )
            for field in self.fields
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
    latch: bool = True,
    word_of: WordOf = lambda node: None,
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
        latch: Append the write that lets it take effect, where the map names one. Whoever writes several
            registers of one latch leaves it out, and ends with `compose_latch`.
        word_of: The last known words of other registers, where these tell which fields there are.

    Raises:
        RefusedError: A neighbour would be disturbed, the read would act, or the edit does nothing.
        ValueOverflow: A value is wider than its field or the register.
        UsageError: A field would get a value that the map does not allow.
    """
    register = node.register
    if not register.writable:
        raise RefusedError(f"{node.path} {unwritable(register)}", path=node.path)
    word = Word(node, mode_of(register_map, node, edits, shown, word_of))
    alias = None
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
        alias = find_alias(register_map, word)
        if alias is None:
            leave_neighbours(word, last_written, assume_store, shown)
            if register.write_mask == "upper":
                word.enable_upper()
    return _assemble(
        register_map, word, tuple(edits), shown, alias, latch_word(register_map, node) if latch else None
    )


def compose_latch(register_map: RegisterMap, node: RegisterNode) -> Composition | None:
    """Compose the write that lets writes of ``node`` take effect, by itself; None where they do at once.

    Raises:
        RefusedError: It cannot be composed.
    """
    word = latch_word(register_map, node)
    return None if word is None else _assemble(register_map, word, (), None, None, None)


def _check_constraints(word: Word, edits: Sequence[Edit], shown: int | None) -> None:
    """Hold what verbs and operations make of a field to what the map allows in it."""
    # What is assigned was held to it as it was parsed, where the words for it are better.
    assigned = [edit.field for edit in edits if edit.operator is Operator.ASSIGN]
    for field in word.mode.in_sight:
        mask = field.bits.mask
        free = field.constraint == _ANYTHING or field in assigned
        if free or not mask & word.touched or not field.access.stores:
            continue
        if mask & ~word.touched | mask & word.keep:
            if shown is None or mask & ~word.stable:
                raise word.refuse(
                    f"what {field.name} becomes depends on what it is, and the map does not allow "
                    "every value; write the value itself"
                )
            word.depends = True
        left = (shown or 0) & ~word.touched
        result = left | (word.value | ((shown or 0) & word.keep ^ word.flip)) & word.touched
        check_constraint(field, field.bits.extract(result))


_ANYTHING = Constraint()


# --- the operations --------------------------------------------------------------------------


def _assemble(
    register_map: RegisterMap,
    word: Word,
    edits: tuple[Edit, ...],
    shown: int | None,
    alias: Alias | None,
    latching: Word | None,
) -> Composition:
    """Put the operations in order: what must hold, the read, the write, its latch, and the readback."""
    node, register = word.node, word.register
    checked = checks(register_map, word)
    if latching is not None:
        before = {replace(check, why="") for check in checked}
        checked += [check for check in checks(register_map, latching) if replace(check, why="") not in before]
    operations: list[Operation] = list(checked)
    read, guarded = None, 0
    if alias is not None:
        operations.append(alias.write)
        word.notes.append(f"written at {alias.name}")
        result = _result(node, alias)
    else:
        guarded = word.stable if shown is not None and word.keep else 0
        read, result = _write(operations, word, (shown or 0) & guarded, guarded)
    write = len(operations) - 1
    _note_surprises(word)
    stated = list(dangers(word, result, shown, guarded))
    if alias is not None and alias.danger:
        stated.append(f"{alias.name}: {alias.danger}")
    latch = None
    if latching is not None:
        _, latched = _write(operations, latching)
        latch = len(operations) - 1
        word.notes.append(f"takes effect with the write of {latching.node.path} that follows")
        word.notes += latching.notes
        stated += dangers(latching, latched, None, 0)
    readback = None
    if _reads_back(node):
        readback = len(operations)
        operations.append(Read.sample(register, node.offset))
    return Composition(
        node,
        edits,
        tuple(operations),
        read,
        write,
        readback,
        word.touched,
        _comparable(word, alias),
        tuple(dict.fromkeys(word.notes)),
        tuple(dict.fromkeys(stated)),
        latch,
        alias,
        word.assumed,
        word.mode.in_sight,
    )


def _write(
    operations: list[Operation], word: Word, expected: int = 0, guarded: int = 0
) -> tuple[int | None, Write]:
    """Append the write of ``word``, after the read that it needs; tell which operation that read is."""
    node, register = word.node, word.register
    read = None
    own = word.mode.own
    if word.keep or own:
        if not word.can_read:
            reason = node.safety.reason or "it does not read back what was written"
            raise word.refuse(f"the edit needs a read first, and {reason}; write the whole register instead")
        read = len(operations)
        why = f"{node.path} changed since it was shown"
        if own and not guarded:
            why = f"what is meant of {node.path} is not there, which needs {word.mode.demand}"
        checked = guarded | own
        held = expected & ~own | word.mode.expected
        operations.append(Read.of(register, node.offset, mask=checked, expected=held, why=why))
        # Bits that the hardware ignores are written as read: that is what a data sheet's "preserve" asks.
        for part in word.parts:
            if part.neutral is Neutral.IGNORED and register.write_mask is None:
                word.keep |= part.mask & ~word.touched
    out = Write.of(
        register, node.offset, word.value, word.keep & ~word.value, word.flip, read if word.keep else None
    )
    operations += [out] * (2 if register.write_twice else 1)
    return read, out


def _result(node: RegisterNode, alias: Alias) -> Write:
    keep, flip, value = alias.result
    return Write.of(node.register, node.offset, value, keep & node.register.mask, flip)


def _note_surprises(word: Word) -> None:
    for part in word.parts:
        if part.access.writable is Writable.ONCE and part.mask & word.touched:
            word.notes.append(f"{part.name} can be written only once")
        if part.volatile and part.access.stores and part.mask & word.touched & word.keep:
            word.notes.append(f"{part.name} may change between the read and the write")
    register = word.register
    if register.words > 1:
        word.notes.append(f"{NOT_ATOMIC}: {register.words} accesses of {register.access_width} bits each")


def _comparable(word: Word, alias: Alias | None) -> int:
    """The bits in which what was meant and what is read back must agree."""
    if not word.register.echo:
        return 0
    bits = word.stable & ~sum(part.mask for part in word.parts if part.keyed)
    if alias is not None:
        # Nobody knows what was inverted, nor what stood beside.
        return 0 if alias.effect == "xor" else bits & alias.mask
    # Of a masked write only the enabled bits go in, and the enables do not read back.
    return bits & word.value >> word.register.width // 2 if word.register.write_mask == "upper" else bits


def _reads_back(node: RegisterNode) -> bool:
    accesses = list(node.register.parts())
    acts = any(access.on_write in (OnWrite.PUSH, OnWrite.PULSE) and access.writable for access in accesses)
    return node.safety.safe and node.register.readback and not acts
