"""Restoring a snapshot on an open session: what is written back, and whether it stays."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from inspector.errors import RefusedError, UsageError
from inspector.model.field import Field
from inspector.model.paths import Selected, select
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.restore import RestoreStep, plan_restore
from inspector.session.identity import expectation
from inspector.session.record import hexadecimal
from inspector.session.region import RegionState
from inspector.session.session import Session
from inspector.session.snapshot import SavedSnapshot
from inspector.session.writing import WriteResult


@dataclass(frozen=True, slots=True)
class Untouched:
    """What is not written back.

    Attributes:
        path: The register's.
        why: The reason, in words.
        field: The field, where others of its register are judged by themselves; None for all of it.
        differs: Whether it does not hold what was saved, or that is not known.
        named: Whether the person named it in full.
    """

    path: str
    why: str
    field: Field | None = None
    differs: bool = True
    named: bool = False


@dataclass(frozen=True, slots=True)
class Restoration:
    """What restoring would do.

    Attributes:
        steps: The writes, in order.
        untouched: Everything else that was asked for.
    """

    steps: tuple[RestoreStep, ...]
    untouched: tuple[Untouched, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of one write.

    Attributes:
        step: Which.
        result: What was written.
        verified: Whether what stores reads back as written; None where that is not known, or not before a
            later write lets it take effect.
        again: It was told before as not verified, and has been read back since.
    """

    step: RestoreStep
    result: WriteResult
    verified: bool | None
    again: bool = False

    @property
    def failed(self) -> bool:
        """Whether what follows is not to be begun."""
        return self.result.error is not None or self.verified is False


def choose(
    register_map: RegisterMap, saved: SavedSnapshot, paths: Sequence[str]
) -> tuple[list[Selected], list[Untouched]]:
    """The registers to restore, with what of the snapshot cannot be: it has no value, or another place.

    Raises:
        UsageError: The snapshot is of another map, or a path names nothing, or nothing that was saved.
    """
    if saved.map != register_map.name:
        raise UsageError(
            f"{saved.file} is a snapshot of map {saved.map!r}, and {register_map.name!r} is another"
        )
    chosen: list[Selected] = []
    untouched: list[Untouched] = []
    for item in select(register_map, paths):
        node = item.node
        register = saved.registers.get(node.path)
        if register is None:
            if item.named:
                raise UsageError(f"{saved.file} does not hold {node.path}")
            continue
        if register.value is None:
            what = "reading it failed" if register.failed else "it was not read"
            why = f"{what} when it was saved: {register.unread}"
        elif (register.address, register.width) != (node.address, node.width):
            why = (
                f"the snapshot has it at {register.address:#x} with {register.width} bits, "
                f"the map at {node.address:#x} with {node.width}"
            )
        else:
            chosen.append(item)
            continue
        untouched.append(Untouched(node.path, why, named=item.named))
    if not paths:
        unknown = (path for path in saved.registers if path not in register_map.by_path)
        untouched += [Untouched(path, "the map has no such register") for path in unknown]
    return chosen, untouched


def plan_for(
    session: Session, saved: SavedSnapshot, chosen: Sequence[Selected], *, force: bool = False
) -> Restoration:
    """Read what the registers hold now, as far as that is safe, and plan what to write; nothing is written.

    Args:
        session: Where to.
        saved: The snapshot.
        chosen: The registers, as `choose` gave them.
        force: Restore also what was saved from another device.

    Raises:
        KernelError: A region cannot be accessed.
        RefusedError: The snapshot is of another device: what identifies it differs.
    """
    if not force:
        _check_saved_identity(session.map, saved)
    for opened in session.regions.values():
        if opened.state is not RegionState.OPEN and opened.error is not None:
            raise opened.error
    nodes = [item.node for item in chosen]
    places = {(node.region.name, node.instance.name) for node in nodes}
    constant = [
        node
        for node in session.map.nodes
        if (node.region.name, node.instance.name) in places
        and _identifies(node)
        and node.path in saved.registers
    ]
    # What is not safe to read is not restored either: even with force there is no need to read it.
    session.read_safe([node for node in nodes if node.safety.safe])
    if not force:
        session.read_safe([node for node in constant if node not in nodes])
        _check_present_identity(session, saved, nodes, constant)
    words: dict[RegisterNode, int] = {}
    present: dict[RegisterNode, int] = {}
    untouched: list[Untouched] = []
    for item in chosen:
        node, sample = item.node, session.sample(item.node)
        word = saved.registers[node.path].value
        assert word is not None, "what has no value is not chosen"
        if sample.error is not None:
            untouched.append(Untouched(node.path, f"it cannot be read now: {sample.error}", named=item.named))
            continue
        if sample.skipped is not None:
            why = f"it is not read now: {sample.skipped.reason}"
            untouched.append(Untouched(node.path, why, named=item.named))
            continue
        if sample.value is not None:
            present[node] = sample.value
            word = _only(item.fields, word, sample.value)
        words[node] = word
    plan = plan_restore(session.map, words, present)
    named = {item.node for item in chosen if item.named}
    untouched += [
        Untouched(left.node.path, left.why, left.field, left.differs, left.node in named)
        for left in plan.left_out
    ]
    return Restoration(plan.steps, tuple(untouched))


def _only(fields: Sequence[Field], saved: int, present: int) -> int:
    """The saved word in the fields that were named, and what is there in all others."""
    mask = 0
    for field in fields:
        mask |= field.bits.mask
    return saved & mask | present & ~mask if fields else saved


def _identifies(node: RegisterNode) -> bool:
    """Whether what ``node`` holds is the same for as long as the device is."""
    return node.safety.safe and (node.register.const or expectation(node.register) is not None)


def _check_saved_identity(register_map: RegisterMap, saved: SavedSnapshot) -> None:
    for path, register in saved.registers.items():
        node = register_map.by_path.get(path)
        expected = expectation(node.register) if node is not None else None
        if node is None or expected is None or register.value is None or register.width != node.width:
            continue
        mask, value = expected
        if register.value & mask != value:
            raise _other_device(
                node,
                f"in {saved.file} it is {hexadecimal(register.value & mask, node.width)}, "
                f"the map expects {hexadecimal(value, node.width)}",
            )


def _check_present_identity(
    session: Session, saved: SavedSnapshot, nodes: Sequence[RegisterNode], constant: Sequence[RegisterNode]
) -> None:
    for node in constant:
        sample, register = session.sample(node), saved.registers[node.path]
        if sample.value is None or register.value is None or sample.error or sample.skipped:
            continue
        if node.register.const and sample.value != register.value:
            raise _other_device(
                node,
                f"in {saved.file} it is {hexadecimal(register.value, node.width)}, "
                f"here {hexadecimal(sample.value, node.width)}",
            )
    for node in nodes:
        block = session.safety(node)
        if node.safety.safe and not block.safe:
            raise RefusedError(
                f"{node.path} is not restored: {block.reason}", path=node.path, consent="--force"
            )


def _other_device(node: RegisterNode, why: str) -> RefusedError:
    return RefusedError(
        f"the snapshot is of another device: {node.path} identifies it, and {why}",
        path=node.path,
        consent="--force",
    )


def run(session: Session, restoration: Restoration) -> Generator[Restored, None, None]:
    """Write, step by step, and stop after the first that fails.

    What takes effect only with a later write is read back after the last of all.
    """
    deferred: list[tuple[RestoreStep, WriteResult]] = []
    for step in restoration.steps:
        result = session.write(step.composition)
        later = result.error is None and step.node.register.latched_by is not None
        if later:
            deferred.append((step, result))
        checked = result.value is not None and bool(step.composition.compares)
        restored = Restored(step, result, not result.mismatch if checked and not later else None)
        yield restored
        if restored.failed:
            return
    nodes = [step.node for step, _ in deferred if step.composition.readback is not None]
    values = dict(zip(nodes, session.read_safe(nodes), strict=True))
    for step, result in deferred:
        sample = values.get(step.node)
        if sample is None or sample.error is not None or sample.value is None or result.written is None:
            continue
        mismatch = step.composition.mismatch(result.written, sample.value)
        yield Restored(step, replace(result, value=sample.value, mismatch=mismatch), not mismatch, True)
