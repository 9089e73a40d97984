"""Claims that are held by the agent, which lives and dies with the mappings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from inspector.agent.records import Holder
from inspector.backends.claims import claim_of, this_owner
from inspector.errors import InvalidArgument, KernelError
from inspector.io.claims import CLAIMS, Claim, Claims, busy_with

Ask = Callable[[dict[str, Any]], dict[str, Any]]


class AgentKeeper:
    """Keeps claims through an agent: a ``ClaimKeeper``."""

    def __init__(self, ask: Ask, claims: Claims = CLAIMS) -> None:
        self._ask = ask
        self._claims = claims
        self._lock = threading.Lock()
        self._held: dict[Claim, int] = {}

    def request_region(self, space: str, start: int, size: int, name: str) -> Claim:
        """Claim ``size`` bytes from ``start``, in this process and against every other one.

        Raises:
            Busy: A part of the range is claimed, or the size is zero; ``holder`` is the lowest conflict.
            InvalidArgument: The range is not inside the address space.
            KernelError: The agent cannot be asked.
        """
        claim = self._claims.request_region(space, start, size, name)
        try:
            answer = self._ask(
                {
                    "do": "claim",
                    "space": space,
                    "start": start,
                    "size": size,
                    "name": name,
                    "owner": list(this_owner()),
                }
            )
            if "conflict" in answer:
                (holder,) = _holders([answer["conflict"]]) or [Holder(start, claim.end)]
                raise busy_with(name, start, claim.end, claim_of(space, holder))
            if type(answer.get("claim")) is not int:
                raise InvalidArgument(f"cannot claim {name or '<unnamed>'}: {answer.get('why')}")
        except BaseException:
            self._claims.release(claim)
            raise
        with self._lock:
            self._held[claim] = answer["claim"]
        return claim

    def release(self, claim: Claim) -> None:
        """Give up exactly this claim; one that is not held any more is left alone."""
        with self._lock:
            number = self._held.pop(claim, None)
        # With an agent that has ended, what it held has ended too.
        with suppress(KernelError):
            if number is not None:
                self._ask({"do": "release", "claim": number})
        self._claims.release(claim)

    def number(self, space: str, start: int, size: int) -> int | None:
        """The agent's number of the claim of exactly this range, or None."""
        with self._lock:
            for claim, number in self._held.items():
                if (claim.space, claim.start, claim.end) == (space, start, start + size - 1):
                    return number
        return None

    def holders(self, space: str, start: int, end: int) -> tuple[Claim, ...]:
        """The claims of all processes that overlap ``start`` to ``end`` inclusive, lowest first.

        Where the agent has ended, those of this process.
        """
        here = self._claims.holders(space, start, end)
        known = {(claim.pid, claim.start, claim.end) for claim in here}
        told: object = ()
        with suppress(KernelError):
            told = self._ask({"do": "holders", "space": space, "start": start, "end": end}).get("holders")
        elsewhere = [
            claim_of(space, holder)
            for holder in _holders(told)
            if not holder.shared and (holder.pid, holder.start, holder.end) not in known
        ]
        return tuple(sorted([*here, *elsewhere], key=lambda claim: claim.start))


def _holders(told: object) -> list[Holder]:
    """What an agent tells of locks, as far as it can be believed."""
    each = told if isinstance(told, list) else []
    return [Holder(*fields) for fields in each if isinstance(fields, list) and _is_holder(fields)]


def _is_holder(fields: list[object]) -> bool:
    if len(fields) != len(Holder._fields):
        return False
    start, end, name, pid, process, user, since, shared, gone, worker = fields
    return (
        all(type(number) is int for number in (start, end))
        and all(isinstance(text, str) for text in (name, process, user))
        and all(number is None or type(number) is int for number in (pid, worker))
        and (since is None or (isinstance(since, (int, float)) and 0 <= since < 1 << 33))
        and all(isinstance(flag, bool) for flag in (shared, gone))
    )
