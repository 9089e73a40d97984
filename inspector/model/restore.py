"""Restoring a snapshot: which registers are written back, in which order, and why others are not.

Only what can be written, differs and is safe goes back: fields that store and can be read. Everything else
in a register gets its neutral value, as in any other edit. What is left out is told with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.errors import RefusedError, UsageError
from inspector.model.access import Access, OnWrite, Writable
from inspector.model.compose import Composition, compose, compose_latch
from inspector.model.danger import value_danger
from inspector.model.edit import Edit, Operator, check_constraint
from inspector.model.field import Field
from inspector.model.latch import latch_of
from inspector.model.modes import possible_fields
from inspector.model.neutral import Part, parts
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.safety import Skip
from inspector.model.word import Word


@dataclass(frozen=True, slots=True)
class RestoreStep:
    """One write of a plan.

    Attributes:
        node: The register that is written.
        composition: The write; without its latching write, which is a step of its own.
        fields: The fields that go back; empty where the register has none.
        latches: The registers that this write lets take effect; empty where it restores ``node``.
    """

    node: RegisterNode
    composition: Composition
    fields: tuple[Field, ...] = ()
    latches: tuple[RegisterNode, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a plan does not write.

    Attributes:
        node: The register.
        why: The reason, in words.
        field: The field, where others of its register are judged by themselves; None for all of it.
        differs: Whether it does not hold what was saved, or that is not known.
    """

    node: RegisterNode
    why: str
    field: Field | None = None
    differs: bool = True


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What restoring a snapshot would do.

    Attributes:
        steps: The writes, in order. Each stops by itself if what was present has changed since.
        left_out: Everything else of the snapshot, in the map's order.
    """

    steps: tuple[RestoreStep, ...]
    left_out: tuple[LeftOut, ...]


EQUAL = "it holds the saved value"


def plan_restore(
    register_map: RegisterMap, saved: Mapping[RegisterNode, int], present: Mapping[RegisterNode, int]
) -> RestorePlan:
    """Plan to write ``saved`` back.

    Registers that state an order go first, the smallest first, then all others as the map has them. What
    takes effect only with a later write elsewhere is followed by that write, once, after the last register
    that needs it; where that register is itself restored later, its own write does.

    Args:
        register_map: The map.
        saved: The words to go back.
        present: The words that the registers hold now.
    """
    steps: list[RestoreStep] = []
    left_out: list[LeftOut] = []
    for node in sorted(saved, key=lambda node: node.index):
        step = _step(register_map, node, saved[node], present.get(node), left_out)
        if step is not None:
            steps.append(step)
    steps.sort(key=_place)
    return RestorePlan(tuple(_with_latches(register_map, steps)), tuple(left_out))


def _place(step: RestoreStep) -> tuple[bool, int, int]:
    order = step.node.register.restore.order if step.node.register.restore else None
    return order is None, order or 0, step.node.index


def _step(
    register_map: RegisterMap, node: RegisterNode, saved: int, present: int | None, left_out: list[LeftOut]
) -> RestoreStep | None:
    """The write of one register; None with the reason in ``left_out`` where there is none."""
    reason = _barred(node)
    if not reason and present is None:
        reason = "what it holds now was not read"
    if reason or present is None:
        left_out.append(LeftOut(node, reason, differs=present != saved))
        return None
    edits: list[Edit] = []
    fields: list[Field] = []
    spared: list[LeftOut] = []
    reach = Word(node).reach
    # What goes back is what was there then; where the register itself selects, its selector goes back too.
    for part in parts(node.register, possible_fields(register_map, node, saved)):
        if not (saved ^ present) & part.mask & reach:
            continue
        why = _spared(part, saved)
        if why:
            spared.append(LeftOut(node, why, part.field))
        elif part.field is not None:
            edits.append(Edit(part.field, Operator.ASSIGN, part.field.bits.extract(saved)))
            fields.append(part.field)
        elif reach == node.register.mask:
            edits.append(Edit(None, Operator.ASSIGN, saved))
        else:
            rising, falling = saved & ~present & reach, present & ~saved & reach
            operations = ((Operator.OR, rising), (Operator.AND_NOT, falling))
            edits += [Edit(None, operator, bits) for operator, bits in operations if bits]
    if not edits:
        left_out += spared or [LeftOut(node, EQUAL, differs=False)]
        return None
    try:
        composition = compose(register_map, node, edits, shown=present, latch=False)
        compose_latch(register_map, node)
    except (RefusedError, UsageError) as error:
        left_out.append(LeftOut(node, error.message))
        return None
    dangers = (*composition.dangers, *_latch_dangers(register_map, node))
    if dangers:
        left_out.append(LeftOut(node, f"danger: {'; '.join(dangers)}"))
        return None
    left_out += spared
    return RestoreStep(node, composition, tuple(fields))


def _barred(node: RegisterNode) -> str:
    """Why nothing of a register goes back; empty where something may."""
    register = node.register
    if not register.writable:
        return "it is read-only" if register.readable else "it has no access"
    if register.restore is not None and register.restore.never:
        return "the map says restore: never"
    if register.danger:
        return f"danger: {register.danger}"
    if node.safety.skip is Skip.WRITE_ONLY:
        return "it is write-only, so what it held is not known"
    if not node.safety.safe:
        return node.safety.reason
    if not register.echo:
        return "it does not read back what was written"
    return ""


_FLAGS = {
    OnWrite.W1C: "it is a flag: a write can only clear it",
    OnWrite.W0C: "it is a flag: a write can only clear it",
    OnWrite.WCLR: "it is a flag: a write can only clear it",
    OnWrite.W1S: "a write can only set it",
    OnWrite.W0S: "a write can only set it",
    OnWrite.WSET: "a write can only set it",
    OnWrite.W1T: "a write toggles it",
    OnWrite.W0T: "a write toggles it",
    OnWrite.PULSE: "a write triggers it",
    OnWrite.PUSH: "a write adds an entry to its FIFO",
    OnWrite.MODIFY: "a write changes it in a way that the map does not state",
    OnWrite.NONE: "a write does nothing to it",
    OnWrite.UNKNOWN: "the map does not say what writing it does",
}


def irreversible(access: Access) -> str:
    """Why a value that was read cannot be put back by writing it; empty where it can."""
    if not access.writable:
        return "it is read-only"
    if access.on_write is not OnWrite.STORE:
        return _FLAGS[access.on_write]
    if access.writable is Writable.ONCE:
        return "it can be written only once"
    return "" if access.readable else "it is write-only, so what it held is not known"


def _spared(part: Part, saved: int) -> str:
    """Why some bits do not go back; empty where they may."""
    if part.reserved:
        return "no field names these bits"
    if part.views:
        return f"which of {part.name} it was is not known"
    field = part.field
    why = irreversible(part.access)
    if why or field is None:
        return why
    if part.keyed:
        return "it holds a key"
    danger = field.danger or value_danger(field.choices, field.bits.extract(saved))
    if danger:
        return f"danger: {danger}"
    try:
        check_constraint(field, field.bits.extract(saved))
    except UsageError as error:
        return error.message
    return ""


def _latch_dangers(register_map: RegisterMap, node: RegisterNode) -> tuple[str, ...]:
    latching = compose_latch(register_map, node)
    return () if latching is None else latching.dangers


def _with_latches(register_map: RegisterMap, steps: list[RestoreStep]) -> list[RestoreStep]:
    """Put the latching writes in: each once, after the last register that it lets take effect."""
    waiting: dict[tuple[RegisterNode, Field | None], list[RestoreStep]] = {}
    for step in steps:
        latch = latch_of(register_map, step.node)
        if latch is not None:
            waiting.setdefault(latch, []).append(step)
    after: dict[int, list[RestoreStep]] = {}
    for (node, field), latched in waiting.items():
        last = steps.index(latched[-1])
        # A field has to be pulsed or set by itself; any write of a register is the write that is waited for.
        if field is None and any(step.node is node for step in steps[last:]):
            continue
        composition = compose_latch(register_map, latched[-1].node)
        assert composition is not None, "it has a latch"
        latches = tuple(step.node for step in latched)
        after.setdefault(last, []).append(RestoreStep(node, composition, latches=latches))
    return [found for i, step in enumerate(steps) for found in (step, *after.get(i, ()))]
