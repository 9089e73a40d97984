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
    """Plan one bus read for each of ``nodes``, in order; neighbours of equal width become runs.

    Nothing between two registers is ever read to join them. What acts on reading stays alone: where a
    run fails, its registers are read again one at a time.
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
        and node.width == last.width
        and node.safety.safe
        and last.safety.safe
        and node.register.byte_order == last.register.byte_order
    )


def _operation(group: Sequence[RegisterNode]) -> Operation:
    first = group[0]
    order = first.register.byte_order
    if len(group) == 1:
        return Read(first.offset, first.width, order)
    return ReadRun(first.offset, first.width, len(group), order)
