"""Checks: what a transaction reads first, and stops at, before it writes anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from inspector.model.field import Field
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.split import shape
from inspector.model.transaction import Read
from inspector.model.views import Conditions
from inspector.model.word import Word


def checks(register_map: RegisterMap, word: Word) -> list[Read]:
    """The reads that must hold before ``word`` is written: its block's need, its view, then its lock.

    Raises:
        RefusedError: One of these cannot be read without changing something.
    """
    found = [*_need(register_map, word), *_view(register_map, word), *_lock(register_map, word)]
    return list(_joined(found))


def _joined(reads: list[Read]) -> Iterator[Read]:
    """The reads with several conditions on one register joined, where one read can tell them all."""
    waiting = list(reads)
    while waiting:
        read = waiting.pop(0)
        for other in list(waiting):
            same = replace(other, mask=read.mask, expected=read.expected, why=read.why) == read
            agrees = not (read.expected ^ other.expected) & read.mask & other.mask
            if same and not read.differs and agrees:
                why = "; ".join(dict.fromkeys((read.why, other.why)))
                read = replace(
                    read, mask=read.mask | other.mask, expected=read.expected | other.expected, why=why
                )
                waiting.remove(other)
        yield read


def _view(register_map: RegisterMap, word: Word) -> Iterator[Read]:
    """Read that the register, and the fields that are meant, are there.

    Raises:
        RefusedError: Nobody can see whether they are.
    """
    if word.node.presence.unseen:
        raise word.refuse(word.node.presence.unseen)
    yield from _seen(register_map, word, word.node.presence.guards, word.node.path)
    mode = word.mode
    yield from _seen(register_map, word, (*mode.looks, *mode.differing), f"what is meant of {word.node.path}")


def _seen(register_map: RegisterMap, word: Word, conditions: Conditions, what: str) -> Iterator[Read]:
    """Read that some conditions hold."""
    for condition in conditions:
        yield _check(
            word,
            register_map.nodes[condition.selector],
            condition.field,
            condition.guard.value,
            f"{what} is there while {condition}",
            why=f"{what} is not there, which needs {condition.demand}",
            differs=condition.differs,
        )


def _need(register_map: RegisterMap, word: Word) -> Iterator[Read]:
    """Read that the block may be touched; where another region tells, whoever opens both looks there."""
    needed = register_map.needed_by(word.node)
    if needed is None:
        return
    node, field, value = needed
    if node.region is not word.node.region:
        return
    name = _name(node, field)
    yield from _seen(register_map, word, node.presence.guards, node.path)
    yield _check(
        word, node, field, value, f"it needs {name}", why=f"{word.node.path} needs {name} to be {value:#x}"
    )


def _lock(register_map: RegisterMap, word: Word) -> Iterator[Read]:
    """Read the lock, and stop while it holds: the hardware would drop the write in silence."""
    guard = word.register.locked_by
    if guard is None:
        return
    found = register_map.beside(word.node, guard.path)
    assert found is not None, "the loader has checked that it exists"
    why = f"{word.node.path} is locked while {guard.path} is {guard.value:#x}"
    yield from _seen(register_map, word, found[0].presence.guards, found[0].path)
    yield _check(word, *found, guard.value, f"it is locked by {guard.path}", why=why, differs=True)


def _check(
    word: Word,
    node: RegisterNode,
    field: Field | None,
    value: int,
    what: str,
    *,
    why: str,
    differs: bool = False,
) -> Read:
    readable = field.access.readable if field else node.register.readable
    if not (node.safety.safe and readable):
        raise word.refuse(f"{what}, which cannot be checked: {node.safety.reason or 'write-only'}")
    mask = field.bits.mask if field else node.register.mask
    read = Read.of(
        node.register,
        node.offset,
        mask=mask,
        expected=field.bits.place(value) if field else value,
        differs=differs,
        why=why,
    )
    if differs and sum(part != 0 for part in shape(read).cut(mask)) > 1:
        # No single access tells whether it holds.
        raise word.refuse(f"{what}, which lies in several accesses of {node.path}")
    return read


def _name(node: RegisterNode, field: Field | None) -> str:
    return f"{node.path}.{field.name}" if field else node.path
