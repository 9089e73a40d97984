"""Exclusive claims for what this process maps, which other processes and other users see.

Two layers: the tree of this process, which judges as the kernel's does and knows what hardware is
described, then a lock that every inspector on the machine sees.
"""

from __future__ import annotations

import os
import threading
from datetime import datetime

from inspector.agent import locks
from inspector.errors import InvalidArgument
from inspector.io.claims import CLAIMS, Claim, Claims, busy_with, process_name, user_name

_SCOPES = {
    "machine": "exclusive (among inspectors)",
    "user": "claim not visible to other users",
    "process": "claim not visible to other processes",
}


def claims_scope(space: str) -> str:
    """Among whom an exclusive claim holds, in words for the screen."""
    return _SCOPES[locks.scope(space)]


def this_owner() -> locks.Owner:
    """Whom the claims of this process name."""
    return locks.Owner(os.getpid(), process_name(), user_name())


def claim_of(space: str, holder: locks.Holder) -> Claim:
    """What is known of a lock, as a claim."""
    since = None if holder.since is None else datetime.fromtimestamp(holder.since)
    return Claim(
        space,
        holder.start,
        holder.end,
        holder.name,
        holder.pid,
        holder.process,
        since,
        holder.user,
        holder.reason,
    )


class LockedClaims:
    """Keeps the claims of what is mapped in this process: a ``ClaimKeeper``."""

    def __init__(self, claims: Claims = CLAIMS) -> None:
        """Keep claims in a tree, by default the one of this process, and in locks."""
        self._claims = claims
        self._lock = threading.Lock()
        self._held: dict[Claim, locks.Held] = {}

    def request_region(self, space: str, start: int, size: int, name: str) -> Claim:
        """Claim ``size`` bytes from ``start``, in this process and against every other one.

        Raises:
            Busy: A part of the range is claimed, or the size is zero; ``holder`` is the lowest conflict.
            InvalidArgument: The range is not inside the address space.
            OSError: There are no more open files for a lock.
        """
        claim = self._claims.request_region(space, start, size, name)
        try:
            held = locks.claim(space, start, size, name=name, owner=this_owner())
        except BaseException as error:
            self._claims.release(claim)
            if isinstance(error, locks.Conflict):
                raise busy_with(name, start, claim.end, claim_of(space, error.holder)) from None
            if isinstance(error, ValueError):
                raise InvalidArgument(f"cannot claim {name or '<unnamed>'}: {error}") from None
            raise
        with self._lock:
            self._held[claim] = held
        return claim

    def release(self, claim: Claim) -> None:
        """Give up exactly this claim; one that is not held any more is left alone."""
        with self._lock:
            held = self._held.pop(claim, None)
        if held is not None:
            held.release()
        self._claims.release(claim)

    def holders(self, space: str, start: int, end: int) -> tuple[Claim, ...]:
        """The claims of all processes that overlap ``start`` to ``end`` inclusive, lowest first."""
        here = self._claims.holders(space, start, end)
        known = {(claim.pid, claim.start, claim.end) for claim in here}
        elsewhere = [
            claim_of(space, holder)
            for holder in locks.holders(space, start, end)
            if not holder.shared and (holder.pid, holder.start, holder.end) not in known
        ]
        return tuple(sorted([*here, *elsewhere], key=lambda claim: claim.start))

    def share(self, space: str, start: int, size: int, name: str) -> locks.Held:
        """Let others see a shared mapping of ``size`` bytes from ``start`` until it is released.

        Raises:
            InvalidArgument: The range is empty, or not inside the address space.
            OSError: There are no more open files for a lock.
        """
        try:
            return locks.share(space, start, size, name=name, owner=this_owner())
        except ValueError as error:
            raise InvalidArgument(f"cannot map {name or '<unnamed>'}: {error}") from None
