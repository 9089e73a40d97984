"""Transactions as the agent is sent them, and results as it sends them back."""

from __future__ import annotations

from array import array
from itertools import accumulate, pairwise

from inspector.agent import operations, protocol
from inspector.errors import AccessFailed
from inspector.model.transaction import Read, ReadRun, Result, Transaction, Write


class Plan:
    """A transaction that the agent knows by a number.

    Attributes:
        transaction: Kept with it, so that its identity is not given to another.
        number: The agent's.
        values: How many values it gives.
        bytes: What it or its answer takes up in a message, whichever is more.
        writes: Whether it holds a write.
    """

    def __init__(self, transaction: Transaction, number: int) -> None:
        self.transaction = transaction
        self.number = number
        counts = [operation.count if isinstance(operation, ReadRun) else 1 for operation in transaction]
        self.values = sum(counts)
        count = len(transaction)
        self.bytes = max(8 * (self.values + count), operations.OPERATION.size * count)
        self.writes = any(isinstance(operation, Write) for operation in transaction)
        runs = any(isinstance(operation, ReadRun) for operation in transaction)
        self._bounds = list(accumulate(counts, initial=0)) if runs else None

    def results(self, done: int, values: list[int]) -> tuple[Result, ...]:
        """The results of the first ``done`` operations."""
        if self._bounds is None:
            return tuple(values)
        return tuple(
            tuple(values[start:end]) if isinstance(operation, ReadRun) else values[start]
            for operation, (start, end) in zip(
                self.transaction[:done], pairwise(self._bounds[: done + 1]), strict=True
            )
        )

    def count(self, done: int) -> int:
        """How many values the first ``done`` operations give."""
        return done if self._bounds is None else self._bounds[done]


def encode(transaction: Transaction) -> bytes:
    """A transaction in the terms of ``inspector.agent.operations``."""
    pack = operations.OPERATION.pack
    encoded = []
    for operation in transaction:
        width, offset = operation.width, operation.offset
        flags = operations.BIG_ENDIAN if operation.byte_order == "big" else 0
        match operation:
            case Read():
                if operation.differs:
                    flags |= operations.DIFFERS
                words = (operations.READ, width, flags, 0, offset, operation.mask, operation.expected, 0)
            case ReadRun():
                words = (operations.RUN, width, flags, operation.count, offset, 0, 0, 0)
            case Write():
                source = operations.NO_SOURCE if operation.source is None else operation.source
                bits = (operation.value, operation.keep, operation.flip)
                words = (operations.WRITE, width, flags, source, offset, *bits)
        encoded.append(pack(*words))
    return b"".join(encoded)


def words(body: bytes) -> list[int]:
    """Values that were sent."""
    found = array("Q")
    found.frombytes(body)
    return protocol.little(found).tolist()


def seconds(body: bytes) -> tuple[float, ...]:
    """Times that were sent."""
    found = array("d")
    found.frombytes(body)
    return tuple(protocol.little(found))


def too_long(plan: Plan, name: str) -> AccessFailed | None:
    """Why a transaction does not go into one message; None where it does."""
    count = len(plan.transaction)
    if plan.values <= operations.MOST_VALUES and count <= operations.MOST_OPERATIONS:
        return None
    return AccessFailed(
        f"{name or '<unnamed>'}: {count} operations with {plan.values} values are too many for one exchange "
        f"with the agent ({operations.MOST_OPERATIONS} and {operations.MOST_VALUES}); read less at a time"
    )
