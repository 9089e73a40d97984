"""SystemRDL's software write enables (clause 9.5, ``swwe`` and ``swwel``) as a register's ``locked_by``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from systemrdl.node import FieldNode, RegNode
    from systemrdl.node import Node as Component

_LOCKED_WHILE = {"swwe": 0, "swwel": 1}


def lock(register: RegNode, block: Component) -> tuple[str | None, frozenset[str]]:
    """The condition under which writes of a register are ignored, and the properties that it says.

    There is one only where a single one-bit field enables all fields that software can write, and where
    it has the same name for every element of the arrays around it.

    Args:
        register: The register.
        block: The address map that is its block, beyond which no path leads.
    """
    writable = [field for field in register.fields() if field.is_sw_writable]
    for name, value in _LOCKED_WHILE.items():
        enables = [field.get_property(name) for field in writable]
        if not enables or any(not _same(enable, enables[0]) for enable in enables):
            continue
        path = _path(register, enables[0], block)
        if path is not None:
            return f"{path} == {value}", frozenset({name})
    return None, frozenset()


def _same(one: object, other: object) -> bool:
    from systemrdl.node import FieldNode

    return isinstance(one, FieldNode) and isinstance(other, FieldNode) and one.get_path() == other.get_path()


def _path(register: RegNode, enable: FieldNode, block: Component) -> str | None:
    """A field's path from a register's group or one around that; None where none is sure."""
    if enable.width != 1:
        return None
    around = _groups(register, block)
    names: list[str] = [enable.inst_name]
    owner: Component | None = enable.parent
    scopes = [group.inst for group in around]
    while owner is not None and owner.inst not in scopes:
        if getattr(owner, "is_array", False):
            return None
        names.insert(0, owner.inst_name)
        owner = owner.parent
    if owner is None:
        return None
    nearer = around[: scopes.index(owner.inst)]
    if any(group.get_child_by_name(names[0]) is not None for group in nearer):
        return None
    return ".".join(names)


def _groups(register: RegNode, block: Component) -> list[Component]:
    """The groups around a register up to its block, the nearest first."""
    groups: list[Component] = []
    group: Component | None = register.parent
    while group is not None:
        groups.append(group)
        group = None if group.inst is block.inst else group.parent
    return groups
