"""What must hold before a block is touched: that its clock is on, that it is out of reset."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from inspector.errors import Place, Stopped
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.safety import SAFE, ReadSafety, Skip
from inspector.session.sample import Sample


def guards_of(register_map: RegisterMap, nodes: Iterable[RegisterNode]) -> list[RegisterNode]:
    """The registers that tell whether ``nodes`` may be touched, as far as reading them does nothing."""
    found: dict[int, RegisterNode] = {}
    for node in nodes:
        need = register_map.needed_by(node)
        if need is not None and need[0].safety.safe:
            found[need[0].index] = need[0]
    return list(found.values())


def hindrance(
    register_map: RegisterMap, node: RegisterNode, sample_of: Callable[[RegisterNode], Sample]
) -> ReadSafety:
    """Why ``node`` may not be touched now, by what its guard has just read; safe where it may."""
    need = register_map.needed_by(node)
    if need is None:
        return SAFE
    guard, field, wanted = need
    path = guard.path if field is None else f"{guard.path}.{field.name}"
    sample = sample_of(guard)
    if not guard.safety.safe:
        return _inactive(
            f"it needs {path} to be {wanted:#x}, which cannot be looked at: {guard.safety.reason}"
        )
    if sample.error is not None or sample.value is None:
        why = str(sample.error) if sample.error is not None else "it was not read"
        return _inactive(f"it needs {path} to be {wanted:#x}, which could not be read: {why}")
    value = sample.value if field is None else field.bits.extract(sample.value)
    if value != wanted:
        return _inactive(f"it needs {path} to be {wanted:#x}, and that is {value:#x}")
    return SAFE


def require(
    register_map: RegisterMap, node: RegisterNode, sample_of: Callable[[RegisterNode], Sample]
) -> None:
    """Check that ``node`` may be touched now, by what its guard has just read.

    Raises:
        Stopped: It may not.
    """
    safety = hindrance(register_map, node, sample_of)
    if not safety.safe:
        raise Stopped(
            f"{node.path}: {safety.reason}; nothing was done",
            place=Place(node.region.name, node.path, node.address, node.width),
        )


def guarding_regions(register_map: RegisterMap, regions: Collection[str]) -> set[str]:
    """The regions that hold what must be looked at before a block in one of ``regions`` is touched."""
    if not any(block.needs is not None for block in register_map.blocks):
        return set()
    found: set[str] = set()
    for place in register_map.nodes.places:
        # All of an instance need the same, but for the register that says so itself.
        needs = place.instance.block.needs
        if needs is not None and place.region.name in regions:
            needed = register_map.needed(place.region, place.instance, needs.path)
            found |= {needed[0].region.name} if needed is not None else set()
    return found


def split(
    register_map: RegisterMap, nodes: Sequence[RegisterNode], sample_of: Callable[[RegisterNode], Sample]
) -> tuple[list[RegisterNode], list[tuple[RegisterNode, ReadSafety]]]:
    """Part ``nodes`` into those that may be touched now, and those that may not with the reason."""
    free: list[RegisterNode] = []
    barred: list[tuple[RegisterNode, ReadSafety]] = []
    for node in nodes:
        safety = hindrance(register_map, node, sample_of)
        if safety.safe:
            free.append(node)
        else:
            barred.append((node, safety))
    return free, barred


def _inactive(reason: str) -> ReadSafety:
    return ReadSafety(Skip.INACTIVE, reason)
