"""What an agent tells of a failure, as an error."""

from __future__ import annotations

import signal
from typing import Any

from inspector.backends.mapping import Mappable
from inspector.errors import AccessFailed, Asleep, BusFault, KernelError, Place, Revoked, TimedOut
from inspector.io.execute import stopped
from inspector.model.transaction import Operation, Read, Transaction


def error_of(
    told: dict[str, Any],
    what: Mappable,
    transaction: Transaction,
    done: int,
    stalled: Place,
) -> KernelError:
    """The error that a failure comes to.

    Args:
        told: What the agent says of it.
        what: What the window maps.
        transaction: What was run.
        done: How many of its operations were done before; the failure is the next one's.
        stalled: Where the access is that the window waits for, if it does.
    """
    name = what.name or "<unnamed>"
    operation = transaction[done] if done < len(transaction) else None
    place = _place(what, operation, 0)
    kind, why = told.get("kind"), str(told.get("why", ""))
    if kind == "stopped" and isinstance(operation, Read):
        return stopped(operation, whole(told.get("found"), 1 << 64), what.name, place)
    if kind == "fault":
        element = whole(told.get("element"))
        place = _place(what, operation, element)
        where = "" if place.address is None else f" at {place.address:#x}"
        return BusFault(f"bus error{where}: nothing answers there, or it has no power or clock", place=place)
    if kind == "timeout":
        if told.get("waiting"):
            return TimedOut(
                f"{name} waits for an access{_at(stalled)} that does not come back", place=stalled
            )
        place = _place(what, operation, whole(told.get("element")))
        return TimedOut(f"the access{_at(place)} does not come back", place=place)
    if kind == "revoked":
        return Revoked(f"{name}: {why}; it was unmapped, and nothing was touched", place=place)
    if kind == "asleep":
        return Asleep(f"{name}: {why}; it was not touched", place=place)
    if kind == "lost":
        error = what.explain(OSError(whole(told.get("errno")), why), str(told.get("step") or "mmap"))
        return Revoked(f"{name} could not be mapped again: {error}", place=place)
    if kind == "killed":
        number = whole(told.get("signal"))
        by = f"by {signal.Signals(number).name}" if number in set(signal.Signals) else "unasked"
        return AccessFailed(f"the process that touches {name} was ended {by} during the access", place=place)
    return AccessFailed(f"the agent refused a transaction on {name}: {why or kind}", place=place)


def _place(what: Mappable, operation: Operation | None, element: int) -> Place:
    if operation is None:
        return Place(region=what.name, address=what.address)
    offset = operation.offset + element * (operation.width // 8)
    return Place(region=what.name, address=(what.address or 0) + offset, width=operation.width)


def _at(place: Place) -> str:
    return "" if place.address is None else f" at {place.address:#x}"


def whole(told: object, limit: int = 1 << 31) -> int:
    """A number that an agent tells, as far as it is one below ``limit``; else 0."""
    return told if type(told) is int and 0 <= told < limit else 0
