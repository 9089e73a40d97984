"""Read plans: which registers are read by which bus operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspector.model.registermap import Region, RegisterNode
from inspector.model.transaction import Operation, Read, ReadRun, Transaction


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """One region's share of a read plan.

    Attributes:
        region: Which.
        transaction: Reads and runs, in the order asked.
        groups: For each operation, the registers that it reads.
    """

    region: Region
    transaction: Transaction
    groups: tuple[tuple[RegisterNode, ...], ...]


def plan(nodes: Iterable[RegisterNode]) -> list[RegionPlan]:
    """Plan one read for each of ``nodes``, in order; neighbours of equal width become runs.

    Nothing between two registers is ever read to join them. What takes several accesses stays alone, and
    so does what acts on reading: where a run fails, its registers are read again one at a time.
    """
    by_region: dict[str, list[list[RegisterNode]]] = {}
    for node in nodes:
        groups = by_region.setdefault(node.region.name, [])
        if groups and _continues(groups[-1][-1], node):
            groups[-1].append(node)
        else:
            groups.append([node])
    return [
        RegionPlan(
            groups[0][0].region,
            tuple(_operation(group) for group in groups),
            tuple(tuple(group) for group in groups),
        )
        for groups in by_region.values()
    ]


def _continues(last: RegisterNode, node: RegisterNode) -> bool:
    return (
        node.offset == last.offset + last.register.size
        and node.register.words == last.register.words == 1
        and node.width == last.width
        and node.safety.safe
        and last.safety.safe
        and node.register.byte_order == last.register.byte_order
    )


def _operation(group: Sequence[RegisterNode]) -> Operation:
    first = group[0]
    if len(group) > 1:
        return ReadRun(first.offset, first.width, len(group), first.register.byte_order)
    # A counter's high word is read twice, which is for none that acts on reading.
    read = Read.sample if first.safety.safe else Read.of
    return read(first.register, first.offset)
