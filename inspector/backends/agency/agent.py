"""An agent as a `Mapper`, and the windows that it maps."""

from __future__ import annotations

import errno
import itertools
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from inspector.agent import protocol
from inspector.backends.agency import launch
from inspector.backends.agency.connection import Connection
from inspector.backends.agency.encoding import Plan, encode, seconds, too_long, words
from inspector.backends.agency.keeper import AgentKeeper
from inspector.backends.agency.outcomes import error_of, whole
from inspector.backends.claims import this_owner
from inspector.backends.mapping import Mappable
from inspector.errors import KernelError, NoMemory, NotPermitted, Place, Revoked, TimedOut
from inspector.io import Outcome, RemoteWindow
from inspector.io.bounds import WIDTHS
from inspector.model.transaction import Read, ReadRun, Transaction, Write

_KEPT_PLANS = 32
"""Transactions of a window that its agent remembers."""

_PACE = 20e-6
"""Seconds allowed for each access of a transaction on top of the time-out: more than a slow bus takes."""

_MOST_BYTES = protocol.LIMIT // 4 * 3
"""What goes into one exchange, to leave room for what surrounds it."""


class Agent:
    """A process that maps and touches hardware for this one; a ``Mapper`` and a ``Bus``.

    Attributes:
        keeper: Keeps the exclusive claims, in the agent.
        faults_seen: A bus error ends one of its workers, and becomes an error message.
        timeout: Seconds after which an access is said not to come back.
    """

    faults_seen = True

    def __init__(self, connection: Connection, timeout: float) -> None:
        self._connection = connection
        self.timeout = timeout
        self.keeper = AgentKeeper(self.ask)

    @classmethod
    def start(
        cls, prefix: Sequence[str] = (), *, timeout: float = 2.0, start_timeout: float | None = 10.0
    ) -> Agent:
        """Start one.

        Args:
            prefix: The command that gives it more rights, such as ``sudo``, which may ask on the terminal.
            timeout: Seconds that an access may take.
            start_timeout: Seconds that starting may take; None for no limit.

        Raises:
            NotPermitted: It did not start; says why.
        """
        return cls(Connection(launch.start(prefix), launch.program(own=not prefix), start_timeout), timeout)

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._connection.alive

    @property
    def pid(self) -> int:
        """Its supervisor's process."""
        return int(self._connection.hello["pid"])

    @property
    def elevated(self) -> bool:
        """Whether it was started with more rights than this process has."""
        return bool(self._connection.hello["elevated"])

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask for anything but a run.

        Raises:
            KernelError: It has ended, or does not answer.
        """
        return self._connection.ask({**question, "timeout": _milliseconds(self.timeout)}, self.timeout)[0]

    def map(self, what: Mappable, claimed: bool = False) -> AgentWindow:
        """Map a range, for reading only until it is armed.

        Raises:
            KernelError: The system refuses; or the agent has ended.
        """
        widths = sorted(width for width in what.widths & WIDTHS if what.position % (width // 8) == 0)
        identity = what.identity
        answer = self.ask(
            {
                "do": "map",
                "path": what.path,
                "position": what.position,
                "size": what.size,
                "widths": widths,
                "identity": {
                    "inodes": identity.inodes,
                    "links": identity.links,
                    "texts": identity.texts,
                    "iomem": identity.iomem,
                    "asleep": identity.asleep,
                },
                "claim": self.keeper.number(what.space, what.start, what.size) if claimed else None,
                "space": what.space,
                "start": what.start,
                "name": what.name,
                "owner": list(this_owner()),
            }
        )
        number = answer.get("window")
        if not isinstance(number, int):
            raise refusal(what, answer)
        return AgentWindow(self, what, number, frozenset(widths))

    def run(self, work: Sequence[tuple[RemoteWindow, Transaction]]) -> list[Outcome]:
        """Run each transaction on its window, all of them in one exchange."""
        outcomes: dict[int, Outcome] = {}
        batch: list[_Share] = []
        size = 0
        for index, (remote, transaction) in enumerate(work):
            window = cast(AgentWindow, remote)
            plan, packed = window.plan(transaction)
            error = window.refused() or too_long(plan, window.name)
            if error is not None or not transaction:
                outcomes[index] = Outcome((), error)
                continue
            if batch and size + plan.bytes > _MOST_BYTES:
                outcomes.update(self._exchange(batch))
                batch, size = [], 0
            batch.append(_Share(index, window, plan, packed))
            size += plan.bytes
        if batch:
            outcomes.update(self._exchange(batch))
        return [outcomes[index] for index in range(len(work))]

    def _exchange(self, batch: Sequence[_Share]) -> dict[int, Outcome]:
        """Have several windows' transactions run."""
        patience = [self.timeout + _PACE * share.plan.values for share in batch]
        # Reads of several windows are made at once, but writes in the order in which they are stated.
        ordered = len(batch) > 1 and any(share.plan.writes for share in batch)
        items = [
            [
                share.window.number,
                share.plan.number,
                -1 if share.packed is None else len(share.packed),
                allowed,
            ]
            for share, allowed in zip(batch, map(_milliseconds, patience), strict=True)
        ]
        question = {"do": "run", "work": items, "ordered": ordered}
        allowed = sum(patience) if ordered else max(patience)
        body = b"".join(share.packed or b"" for share in batch)
        try:
            reply, found = self._connection.ask(question, allowed, body)
            if "outcomes" not in reply:
                # It has done nothing of it: it does not know the window or the plan, or not any more.
                raise self._connection.misunderstood(reply.get("why", "it refuses"))
        except KernelError as error:
            for share in batch:
                share.window.forget()
            return {share.place: Outcome((), _again(error)) for share in batch}
        try:
            outcomes = {}
            at = 0
            for share, told in zip(batch, reply["outcomes"], strict=True):
                plan = share.plan
                done, count, failed = told
                if not 0 <= done <= len(plan.transaction) or count != plan.count(done):
                    raise ValueError(f"{done} operations with {count} values")
                end = at + 8 * (count + done)
                if len(found) < end:
                    raise ValueError("values are missing")
                values, took = words(found[at : at + 8 * count]), seconds(found[at + 8 * count : end])
                outcomes[share.place] = share.window.outcome(plan, done, values, took, failed)
                at = end
            return outcomes
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as wrong:
            failure = self._connection.misunderstood(f"{type(wrong).__name__}: {wrong}")
            return {share.place: Outcome((), _again(failure)) for share in batch}

    def iomem(self) -> str:
        """The text of /proc/iomem as the agent may read it."""
        try:
            return str(self.ask({"do": "iomem"}).get("text", ""))
        except KernelError:
            return ""

    def close(self) -> None:
        """End it, and with it its mappings and claims; twice is harmless."""
        self._connection.close()

    def __enter__(self) -> Agent:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Share(NamedTuple):
    """One window's part of an exchange.

    Attributes:
        place: Of its outcome.
        window: Where.
        plan: What.
        packed: The same for the agent; None where it knows it.
    """

    place: int
    window: AgentWindow
    plan: Plan
    packed: bytes | None


class AgentWindow:
    """A window that an agent has mapped: a ``RemoteWindow``.

    Attributes:
        name: The region's.
        number: The agent's number of it.
    """

    def __init__(self, agent: Agent, what: Mappable, number: int, widths: frozenset[int]) -> None:
        self.name = what.name
        self.number = number
        self._agent = agent
        self._what = what
        self._widths = widths
        self._writable = False
        self._closed = False
        self._plans: dict[int, Plan] = {}
        self._numbers = itertools.cycle(range(_KEPT_PLANS))
        self._stalled = Place(region=what.name)

    @property
    def bus(self) -> Agent:
        """Who runs its transactions."""
        return self._agent

    @property
    def size(self) -> int:
        """Bytes from offset 0."""
        return self._what.size

    @property
    def address(self) -> int | None:
        """The absolute address of offset 0."""
        return self._what.address

    @property
    def widths(self) -> frozenset[int]:
        """The access widths in bits."""
        return self._widths

    @property
    def writable(self) -> bool:
        """Whether it is armed: the mapping itself then allows writes."""
        return self._writable

    def read(self, offset: int, width: int) -> int:
        """Make one bus read."""
        result = self._run(Read(offset, width, sys.byteorder))
        assert isinstance(result, int)
        return result

    def write(self, value: int, offset: int, width: int) -> None:
        """Make one bus write, and no read."""
        self._run(Write(offset, width, value, byte_order=sys.byteorder))

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        """Make ``count`` bus reads, one for each element, in order."""
        result = self._run(ReadRun(offset, width, count, sys.byteorder))
        assert isinstance(result, tuple)
        return result

    def arm(self) -> None:
        """Map again with permission to write.

        Raises:
            KernelError: The system refuses; the window stays readable.
        """
        self._remap(True)

    def disarm(self) -> None:
        """Map again without permission to write.

        Raises:
            KernelError: The system refuses, or an access does not come back. Writes are refused here all the
                same.
        """
        armed, self._writable = self._writable, False
        if armed:
            self._remap(False)

    def close(self) -> None:
        """Unmap; twice is harmless. A worker that hangs is left behind, and keeps the claim."""
        if self._closed:
            return
        self._closed, self._writable = True, False
        try:
            self._agent.ask({"do": "close", "window": self.number})
        except KernelError:
            return  # with the agent its mappings are gone

    # --- for its agent ------------------------------------------------------------------------

    def refused(self) -> Revoked | None:
        """Why nothing is sent for it, or None."""
        return Revoked(f"the mapping of {self.name or '<unnamed>'} is gone") if self._closed else None

    def plan(self, transaction: Transaction) -> tuple[Plan, bytes | None]:
        """What the agent knows a transaction by, and the transaction where it does not know it yet."""
        known = self._plans.pop(id(transaction), None)
        if known is not None and known.transaction is transaction:
            # The one that was used longest ago is forgotten first.
            self._plans[id(transaction)] = known
            return known, None
        if len(self._plans) >= _KEPT_PLANS:
            number = self._plans.pop(next(iter(self._plans))).number
        else:
            number = next(self._numbers)
        plan = self._plans[id(transaction)] = Plan(transaction, number)
        return plan, encode(transaction)

    def forget(self) -> None:
        """It is not known what the agent has been told."""
        self._plans.clear()

    def outcome(
        self, plan: Plan, done: int, values: list[int], took: tuple[float, ...], told: dict[str, Any] | None
    ) -> Outcome:
        """What came of a transaction, from what the agent tells."""
        results = plan.results(done, values)
        if told is None:
            if done != len(plan.transaction):
                raise ValueError(f"{done} operations done, and no error")
            return Outcome(results, None, took)
        error = error_of(told, self._what, plan.transaction, done, self._stalled)
        if isinstance(error, TimedOut):
            self._stalled = error.place
        return Outcome(results, error, took)

    # --- inside -------------------------------------------------------------------------------

    def _run(self, operation: Read | ReadRun | Write) -> int | tuple[int, ...]:
        (outcome,) = self._agent.run([(self, (operation,))])
        if outcome.error is not None:
            raise outcome.error
        return outcome.results[0]

    def _remap(self, write: bool) -> None:
        if self._closed:
            raise Revoked(f"the mapping of {self.name or '<unnamed>'} is gone")
        answer = self._agent.ask({"do": "arm", "window": self.number, "write": write})
        if isinstance(answer.get("error"), dict):
            raise error_of(answer["error"], self._what, (), 0, self._stalled)
        if "errno" in answer:
            raise refusal(self._what, answer)
        self._writable = write


def refusal(what: Mappable, answer: dict[str, Any]) -> KernelError:
    """The error of a window that could not be opened or mapped."""
    number, why, step = whole(answer.get("errno")), str(answer.get("why", "")), str(answer.get("step", ""))
    if step in ("open", "mmap") and number != errno.ETIMEDOUT:
        return what.explain(OSError(number, why), step)
    place = Place(region=what.name, address=what.address)
    if number == errno.ETIMEDOUT:
        return TimedOut(f"mapping {what.name or '<unnamed>'} does not come back", place=place)
    if step == "fork" and number in (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE):
        return NoMemory(f"no process can be made to map {what.name or '<unnamed>'}: {why}", place=place)
    return NotPermitted(
        f"cannot map {what.name or '<unnamed>'}: {why or 'the agent refuses'}",
        errno_name=errno.errorcode.get(number, "EIO"),
        place=place,
    )


def _again(error: KernelError) -> KernelError:
    """An error of its own for each window: each carries its own results."""
    return type(error)(error.message, place=error.place) if not isinstance(error, NotPermitted) else error


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
