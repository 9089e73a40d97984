"""First touch: a block that states its identity is asked for it before anything else of it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.model.safety import SAFE, ReadSafety, Skip
from inspector.session.sample import Sample


def expectation(node: RegisterNode) -> tuple[int, int] | None:
    """The bits that identify the block and what they must be, as ``(mask, value)``, or None."""
    register = node.register
    if register.expect is not None:
        return register.mask, register.expect
    mask = value = 0
    for field in register.fields:
        if field.expect is not None:
            mask |= field.bits.mask
            value |= field.bits.place(field.expect)
    return (mask, value) if mask else None


class IdentityCheck:
    """Which blocks have proved their identity, and which have shown a wrong one."""

    def __init__(self, register_map: RegisterMap) -> None:
        self._registers: dict[tuple[str, str], tuple[RegisterNode, ...]] = {}
        for node in register_map.nodes:
            if node.safety.safe and expectation(node) is not None:
                key = (node.region.name, node.instance.name)
                self._registers[key] = (*self._registers.get(key, ()), node)
        self._asked: set[int] = set()
        self._wrong: dict[tuple[str, str], ReadSafety] = {}

    def pending(self, nodes: Iterable[RegisterNode], is_open: Callable[[Region], bool]) -> list[RegisterNode]:
        """The identity registers to read before any of ``nodes`` is."""
        keys = dict.fromkeys(
            (node.region.name, node.instance.name)
            for node in nodes
            if is_open(node.region) and node.safety.safe
        )
        return [
            node for key in keys for node in self._registers.get(key, ()) if node.index not in self._asked
        ]

    def learn(self, node: RegisterNode, sample: Sample) -> None:
        """Judge the block by what its identity register read."""
        if sample.value is None or sample.error is not None:
            return
        self._asked.add(node.index)
        expected = expectation(node)
        assert expected is not None
        mask, value = expected
        if sample.value & mask != value:
            digits = node.width // 4
            self._wrong[node.region.name, node.instance.name] = ReadSafety(
                Skip.INACTIVE,
                f"{node.path} identifies another block: it reads {sample.value & mask:#0{digits + 2}x}, "
                f"the map expects {value:#0{digits + 2}x}",
            )

    def verdict(self, node: RegisterNode) -> ReadSafety:
        """Whether the block of ``node`` may be read; its identity registers always may."""
        key = (node.region.name, node.instance.name)
        if node in self._registers.get(key, ()):
            return SAFE
        return self._wrong.get(key, SAFE)
