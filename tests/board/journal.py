"""A journal against the trace: every write that reached a device had its intent before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .trace import Access, Operation


@dataclass(frozen=True)
class Balance:
    """What is left over when writes are matched with intents, both in their order."""

    unaccounted: list[Access]  # writes that no intent announced
    unperformed: list[Operation]  # intents that no write followed: refused, failed, or cut off


def balance(intended: Iterable[Operation], accesses: Iterable[Access]) -> Balance:
    """Match each traced write with the next intent of its address and width.

    Args:
        intended: what a journal announces, in its order: kind, address, bytes. Reads among it do not count.
        accesses: of the trace. Invalid writes count as writes: they went out, and no device took them.
    """
    announced = [intent for intent in intended if intent[0] == "write"]
    unaccounted: list[Access] = []
    unperformed: list[Operation] = []
    for access in accesses:
        if access.kind not in ("write", "invalid write"):
            continue
        operation = ("write", access.address, access.size)
        if operation in announced:
            place = announced.index(operation)
            unperformed += announced[:place]
            del announced[: place + 1]
        else:
            unaccounted.append(access)
    return Balance(unaccounted, unperformed + announced)
