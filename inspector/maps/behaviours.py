"""Builds what ``sim`` states: how registers and fields behave in simulation."""

from __future__ import annotations

from typing import Any

from inspector.maps.context import Context
from inspector.maps.entries import Entries, Key, read_entries
from inspector.maps.keys import (
    CLEARS,
    COUNTER,
    COUNTS_WHILE,
    EMPTY,
    FEED,
    FEED_RATE,
    FIELD_SIM,
    FIFO,
    FOLLOWS,
    FULL,
    LEVEL,
    LOOPBACK,
    MASKED_BY,
    REGISTER_SIM,
    SETS,
    TOGGLES,
)
from inspector.maps.nodes import Node
from inspector.model.field import FieldBehaviour
from inspector.model.register import RegisterBehaviour


def register_behaviour(node: Node, owner: str, context: Context) -> RegisterBehaviour | None:
    """The behaviour of the register at ``owner``; None with an error where there is none to read."""
    entries = read_entries(node, REGISTER_SIM, context.report)
    if entries is None:
        return None
    for key, needed in ((FEED, FIFO), (FEED_RATE, FIFO), (COUNTS_WHILE, COUNTER), (MASKED_BY, FOLLOWS)):
        _check_needed(entries, key, needed, context)
    context.use(entries, COUNTS_WHILE, "field", owner)
    context.use(entries, LOOPBACK, "fifo", owner)
    for path in (SETS, CLEARS, TOGGLES, FOLLOWS, MASKED_BY):
        context.use(entries, path, "register", owner)
    return RegisterBehaviour(**_stated(entries, REGISTER_SIM.keys))


def field_behaviour(node: Node, owner: str, context: Context) -> FieldBehaviour | None:
    """The behaviour of a field of that register; None with an error where there is none to read."""
    entries = read_entries(node, FIELD_SIM, context.report)
    if entries is None:
        return None
    for path in (EMPTY, FULL, LEVEL):
        context.use(entries, path, "fifo", owner)
    return FieldBehaviour(**_stated(entries, FIELD_SIM.keys))


def _stated(entries: Entries, keys: dict[str, Key[Any]]) -> dict[str, Any]:
    values = {name: entries.get(key) for name, key in keys.items()}
    return {name: value for name, value in values.items() if value is not None}


def _check_needed(entries: Entries, key: Key[Any], needed: Key[Any], context: Context) -> None:
    if entries.stated(key) and not entries.stated(needed):
        context.report.error(
            entries.at(key),
            "missing-key",
            f"'{key.name}' without '{needed.name}'",
            f"state {needed.name} beside it",
        )
