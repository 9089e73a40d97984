"""Transactions as the agent is sent them, and results as it sends them back."""

from __future__ import annotations

from array import array
from typing import Any

from inspector.agent import operations
from inspector.model.transaction import Read, ReadRun, Result, Transaction


def encode(transaction: Transaction) -> list[list[Any]]:
    """A transaction in the terms of ``inspector.agent.operations``."""
    encoded: list[list[Any]] = []
    for operation in transaction:
        head = [operation.offset, operation.width, int(operation.byte_order == "big")]
        match operation:
            case Read():
                rest = [operation.mask, operation.expected, int(operation.differs)]
                encoded.append([operations.READ, *head, *rest])
            case ReadRun():
                encoded.append([operations.RUN, *head, operation.count])
            case _:
                source = -1 if operation.source is None else operation.source
                rest = [operation.value, operation.keep, operation.flip, source]
                encoded.append([operations.WRITE, *head, *rest])
    return encoded


def results_of(transaction: Transaction, done: int, words: array[int]) -> tuple[Result, ...]:
    """The results of the first ``done`` operations, from the values that they stored one after the other."""
    results: list[Result] = []
    at = 0
    for operation in transaction[:done]:
        if isinstance(operation, ReadRun):
            results.append(tuple(words[at : at + operation.count]))
            at += operation.count
        else:
            results.append(words[at])
            at += 1
    return tuple(results)
