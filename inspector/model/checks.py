"""Checks: what a transaction reads first, and stops at, before it writes anything."""

from __future__ import annotations

from inspector.model.field import Field
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.transaction import Read
from inspector.model.word import Word


def checks(register_map: RegisterMap, word: Word) -> list[Read]:
    """The reads that must hold before ``word`` is written: its block's need, then its lock.

    Raises:
        RefusedError: The lock, or the need, cannot be read without changing something.
    """
    found = (_need(register_map, word), _lock(register_map, word))
    return [read for read in found if read is not None]


def _need(register_map: RegisterMap, word: Word) -> Read | None:
    """Read that the block may be touched; where another region tells, whoever opens both looks there."""
    needed = register_map.needed_by(word.node)
    if needed is None:
        return None
    node, field, value = needed
    if node.region is not word.node.region:
        return None
    name = _name(node, field)
    return _check(
        word, node, field, value, f"it needs {name}", why=f"{word.node.path} needs {name} to be {value:#x}"
    )


def _lock(register_map: RegisterMap, word: Word) -> Read | None:
    """Read the lock, and stop while it holds: the hardware would drop the write in silence."""
    guard = word.register.locked_by
    if guard is None:
        return None
    found = register_map.beside(word.node, guard.path)
    assert found is not None, "the loader has checked that it exists"
    why = f"{word.node.path} is locked while {guard.path} is {guard.value:#x}"
    return _check(word, *found, guard.value, f"it is locked by {guard.path}", why=why, differs=True)


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
    return Read.of(
        node.register,
        node.offset,
        mask=field.bits.mask if field else node.register.mask,
        expected=field.bits.place(value) if field else value,
        differs=differs,
        why=why,
    )


def _name(node: RegisterNode, field: Field | None) -> str:
    return f"{node.path}.{field.name}" if field else node.path
