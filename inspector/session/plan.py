"""Read plans: which registers are read by which bus operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from inspector.model.registermap import Region, RegisterNode
from inspector.model.transaction import Operation, Read, ReadRun, Transaction
from inspector.session.outlook import Outlook

Group = tuple[RegisterNode, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a plan.

    Attributes:
        operation: A read or a run.
        nodes: The registers that it reads.
        relies: The reads that must have been made before it in the same transaction, in order: what they
            found is what says that these registers are there.
    """

    operation: Operation
    nodes: Group
    relies: tuple[Step, ...] = field(default=(), repr=False)

    def relies_on(self, node: RegisterNode) -> bool:
        """Whether it may not be made unless ``node`` was read before it and found as expected."""
        return any(step.nodes[0] is node for step in self.relies)


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """One region's share of a read plan.

    Attributes:
        region: Which.
        steps: Reads and runs, in the order asked.
        transaction: Their operations.
    """

    region: Region
    steps: tuple[Step, ...]
    transaction: Transaction

    @classmethod
    def of(cls, region: Region, steps: Iterable[Step]) -> RegionPlan:
        """The plan of some steps, each after those that it relies on."""
        complete = tuple(_after_what_they_rely_on(steps))
        return cls(region, complete, tuple(step.operation for step in complete))


def plan(nodes: Sequence[RegisterNode], outlook: Outlook | None = None) -> list[RegionPlan]:
    """Plan one read for each of ``nodes``, in order; neighbours of one access and equal width become runs.

    Nothing between two registers is ever read to join them. What acts on reading stays alone: where a
    run fails, its registers are read again one at a time.

    Args:
        nodes: The registers.
        outlook: Of those that are not always there, which are expected to be: the others are left out, and
            their selectors are looked at in their place. None where all are always there.
    """
    by_region: dict[str, list[list[RegisterNode]]] = {}
    for node in _with_selectors(nodes, outlook):
        groups = by_region.setdefault(node.region.name, [])
        last = groups[-1][-1] if groups else None
        apart = _looked_at(node, outlook) or (last is not None and _looked_at(last, outlook))
        if last is not None and not apart and _continues(last, node):
            groups[-1].append(node)
        else:
            groups.append([node])
    return [
        RegionPlan.of(groups[0][0].region, [_step(group, outlook) for group in groups])
        for groups in by_region.values()
    ]


def _with_selectors(nodes: Sequence[RegisterNode], outlook: Outlook | None) -> Iterator[RegisterNode]:
    """The registers to read, each once and after its selectors; what is not expected to be there left out."""
    if outlook is None:
        yield from nodes
        return
    done: set[int] = set()
    for node in nodes:
        first = outlook.selectors(node)
        for each in [*first, node] if outlook.is_there(node) else first:
            if each.index not in done:
                done.add(each.index)
                yield each


def _looked_at(node: RegisterNode, outlook: Outlook | None) -> int:
    """The bits of ``node`` that decide whether what follows is read."""
    return 0 if outlook is None else outlook.looks.get(node.index, 0)


def _continues(last: RegisterNode, node: RegisterNode) -> bool:
    return (
        node.offset == last.offset + last.register.size
        and node.register.words == last.register.words == 1
        and node.width == last.width
        and node.safety.safe
        and last.safety.safe
        and node.register.byte_order == last.register.byte_order
        and node.presence.guards == last.presence.guards
    )


def _step(group: Sequence[RegisterNode], outlook: Outlook | None) -> Step:
    first = group[0]
    relies: tuple[Step, ...] = ()
    if outlook is not None and first.presence.guards:
        relies = tuple(_step([selector], outlook) for selector in outlook.selectors(first))
    return Step(_operation(group, outlook), tuple(group), relies)


def _operation(group: Sequence[RegisterNode], outlook: Outlook | None) -> Operation:
    first = group[0]
    if len(group) > 1:
        return ReadRun(first.offset, first.width, len(group), first.register.byte_order)
    mask = _looked_at(first, outlook)
    if outlook is not None and mask:
        expected = outlook.expected[first.index] & mask
        return Read.of(first.register, first.offset, mask=mask, expected=expected)
    # A counter's high word is read twice, which is for none that acts on reading.
    read = Read.sample if first.safety.safe else Read.of
    return read(first.register, first.offset)


def _after_what_they_rely_on(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps with what they rely on put in front where it is missing."""
    made: set[int] = set()
    for step in steps:
        for needed in step.relies:
            if needed.nodes[0].index not in made:
                made.add(needed.nodes[0].index)
                yield needed
        made.update(node.index for node in step.nodes)
        yield step
