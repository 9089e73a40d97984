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
    """Which blocks have proved their identity, and which have shown a wrong one or none."""

    def __init__(self, register_map: RegisterMap) -> None:
        self._registers: dict[tuple[str, str], tuple[RegisterNode, ...]] = {}
        self._expected: dict[int, tuple[int, int]] = {}
        for node in register_map.nodes:
            expected = expectation(node) if node.safety.safe else None
            if expected is not None:
                self._expected[node.index] = expected
                key = (node.region.name, node.instance.name)
                self._registers[key] = (*self._registers.get(key, ()), node)
        self._judged: dict[int, ReadSafety] = {}

    def pending(self, nodes: Iterable[RegisterNode], is_open: Callable[[Region], bool]) -> list[RegisterNode]:
        """The identity registers to read before any of ``nodes`` is."""
        keys = dict.fromkeys(
            (node.region.name, node.instance.name)
            for node in nodes
            if is_open(node.region) and node.safety.safe
        )
        return [
            node for key in keys for node in self._registers.get(key, ()) if node.index not in self._judged
        ]

    def learn(self, node: RegisterNode, sample: Sample) -> None:
        """Judge the block by what ``node`` read, where that is one of its identity registers.

        A read that failed proves nothing, and a block that answers one read with an error may well hang
        at the next: it counts as wrong until a person has the register read again.
        """
        expected = self._expected.get(node.index)
        if expected is None:
            return
        mask, value = expected
        digits = node.width // 4 + 2
        if sample.error is not None:
            self._judged[node.index] = ReadSafety(
                Skip.INACTIVE, f"{node.path}, which identifies its block, could not be read: {sample.error}"
            )
        elif sample.value is not None and sample.value & mask != value:
            self._judged[node.index] = ReadSafety(
                Skip.INACTIVE,
                f"{node.path} identifies another block: it reads {sample.value & mask:#0{digits}x}, "
                f"the map expects {value:#0{digits}x}",
            )
        else:
            self._judged[node.index] = SAFE

    def forget(self, region: Region) -> None:
        """Ask all of a region's blocks again: it has been opened anew, and may be another device's."""
        for (name, _), nodes in self._registers.items():
            if name == region.name:
                for node in nodes:
                    self._judged.pop(node.index, None)

    def verdict(self, node: RegisterNode) -> ReadSafety:
        """Whether the block of ``node`` may be read; its identity registers always may."""
        own = self._registers.get((node.region.name, node.instance.name), ())
        if node in own:
            return SAFE
        verdicts = (self._judged.get(each.index, SAFE) for each in own)
        return next((verdict for verdict in verdicts if not verdict.safe), SAFE)
