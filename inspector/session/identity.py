"""First touch: a block that states its identity is asked for it before anything else of it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from inspector.model.numbers import group_hex
from inspector.model.register import Register
from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.model.safety import SAFE, ReadSafety, Skip
from inspector.session.sample import Sample


def expectation(register: Register) -> tuple[int, int] | None:
    """The bits that identify the block and what they must be, as ``(mask, value)``, or None."""
    if register.expect is not None:
        return register.mask, register.expect
    mask = value = 0
    for field in register.fields:
        if field.expect is not None:
            mask |= field.bits.mask
            value |= field.bits.place(field.expect)
    return (mask, value) if mask else None


def _identifies(register: Register) -> bool:
    return register.expect is not None or any(field.expect is not None for field in register.fields)


class IdentityCheck:
    """Which blocks have proved their identity, and which have shown a wrong one or none."""

    def __init__(self, register_map: RegisterMap) -> None:
        self._nodes = register_map.nodes
        # By the instance's number; looked for once one of its registers is asked about.
        self._registers: dict[int, tuple[RegisterNode, ...]] = {}
        self._any = self._nodes.any(_identifies)
        self._judged: dict[int, ReadSafety] = {}

    def _identifying(self, node: RegisterNode) -> tuple[RegisterNode, ...]:
        """The registers that identify the block of ``node``, as far as reading them does nothing."""
        if not self._any:
            return ()
        place = self._nodes.place_of(node.index)
        found = self._registers.get(place.number)
        if found is None:
            own = map(self._nodes.__getitem__, self._nodes.where(_identifies, place))
            found = self._registers[place.number] = tuple(each for each in own if each.safety.safe)
        return found

    def pending(self, nodes: Iterable[RegisterNode], is_open: Callable[[Region], bool]) -> list[RegisterNode]:
        """The identity registers to read before any of ``nodes`` is."""
        if not self._any:
            return []
        blocks = dict.fromkeys(
            self._identifying(node) for node in nodes if is_open(node.region) and node.safety.safe
        )
        return [node for block in blocks for node in block if node.index not in self._judged]

    def learn(self, node: RegisterNode, sample: Sample) -> None:
        """Judge the block by what ``node`` read, where that is one of its identity registers.

        A read that failed proves nothing, and a block that answers one read with an error may well hang
        at the next: it counts as wrong until a person has the register read again.
        """
        expected = expectation(node.register) if node in self._identifying(node) else None
        if expected is None:
            return
        mask, value = expected
        if sample.error is not None:
            self._judged[node.index] = ReadSafety(
                Skip.INACTIVE, f"{node.path}, which identifies its block, could not be read: {sample.error}"
            )
        elif sample.value is not None and sample.value & mask != value:
            self._judged[node.index] = ReadSafety(
                Skip.INACTIVE,
                f"{node.path} identifies another block: "
                f"it reads {group_hex(sample.value & mask, node.width)}, "
                f"the map expects {group_hex(value, node.width)}",
            )
        else:
            self._judged[node.index] = SAFE

    def forget(self, region: Region) -> None:
        """Ask all of a region's blocks again: it has been opened anew, and may be another device's."""
        for index in [index for index in self._judged if self._nodes[index].region is region]:
            del self._judged[index]

    def verdict(self, node: RegisterNode) -> ReadSafety:
        """Whether the block of ``node`` may be read; its identity registers always may."""
        own = self._identifying(node)
        if not own or node in own:
            return SAFE
        verdicts = (self._judged.get(each.index, SAFE) for each in own)
        return next((verdict for verdict in verdicts if not verdict.safe), SAFE)
