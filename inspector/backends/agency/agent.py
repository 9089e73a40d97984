"""An agent as a `Mapper`, and the windows that it maps."""

from __future__ import annotations

import errno
from array import array
from collections.abc import Sequence
from typing import Any

from inspector.agent import protocol
from inspector.backends.agency import launch
from inspector.backends.agency.connection import Connection
from inspector.backends.agency.encoding import encode, results_of
from inspector.backends.agency.keeper import AgentKeeper
from inspector.backends.agency.outcomes import error_of
from inspector.backends.claims import this_owner
from inspector.backends.mapping import Mappable
from inspector.errors import AccessFailed, KernelError, NoMemory, NotPermitted, Place, Revoked, TimedOut
from inspector.io import Outcome, RemoteWindow
from inspector.io.bounds import WIDTHS
from inspector.model.transaction import Read, ReadRun, Transaction, Write

_KEPT_PLANS = 32
"""Read plans that a window's worker remembers."""

_CLOSING = 0.5


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
        return self._connection.ask(question, self.timeout)[0]

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
        windows = [window for window, _ in work]
        assert all(isinstance(window, AgentWindow) for window in windows)
        try:
            items = [window._order(transaction) for window, transaction in work]  # type: ignore[attr-defined]
            header, values = self._connection.ask({"do": "run", "work": items}, self.timeout)
            words = protocol.words(values)
            replies = header["outcomes"]
            outcomes, at = [], 0
            for (window, transaction), reply in zip(work, replies, strict=True):
                end = at + reply["values"] + reply["done"]
                outcomes.append(window._outcome(transaction, reply, words[at:end]))  # type: ignore[attr-defined]
                at = end
            return outcomes
        except KernelError as error:
            return [Outcome((), _again(error)) for _ in work]
        except (protocol.ProtocolError, KeyError, TypeError, ValueError, IndexError) as error:
            self.close()
            return [
                Outcome((), AccessFailed(f"the agent's answer is not understood: {error!r}")) for _ in work
            ]

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


class AgentWindow:
    """A window that an agent has mapped: a ``RemoteWindow``."""

    def __init__(self, agent: Agent, what: Mappable, number: int, widths: frozenset[int]) -> None:
        self._agent = agent
        self._what = what
        self._number = number
        self._widths = widths
        self._writable = False
        self._closed = False
        self._plans: dict[int, tuple[Transaction, int]] = {}
        self._plan = 0
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
        result = self._run(Read(offset, width))
        assert isinstance(result, int)
        return result

    def write(self, value: int, offset: int, width: int) -> None:
        """Make one bus write, and no read."""
        self._run(Write(offset, width, value))

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        """Make ``count`` bus reads, one for each element, in order."""
        result = self._run(ReadRun(offset, width, count))
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
            self._agent.ask({"do": "close", "window": self._number})
        except KernelError:
            return  # with the agent its mappings are gone

    # --- inside -------------------------------------------------------------------------------

    def _run(self, operation: Read | ReadRun | Write) -> int | tuple[int, ...]:
        (outcome,) = self._agent.run([(self, (operation,))])
        if outcome.error is not None:
            raise outcome.error
        return outcome.results[0]

    def _remap(self, write: bool) -> None:
        answer = self._agent.ask({"do": "arm", "window": self._number, "write": write})
        if "outcome" in answer:
            raise error_of(answer["outcome"], self._what, (), 0, (), self._stalled)
        if "errno" in answer:
            raise refusal(self._what, answer)
        self._writable = write
        self._plans.clear()

    def _order(self, transaction: Transaction) -> list[Any]:
        """What to send for a transaction: a plan that the worker knows by its number alone."""
        known = self._plans.get(id(transaction))
        if known is not None and known[0] is transaction:
            return [self._number, known[1], None, True, []]
        self._plan += 1
        keep = bool(transaction) and not any(isinstance(operation, Write) for operation in transaction)
        forget = []
        if keep:
            if len(self._plans) >= _KEPT_PLANS:
                oldest = next(iter(self._plans))
                forget.append(self._plans.pop(oldest)[1])
            # The transaction is kept with it, so that its identity is not given to another.
            self._plans[id(transaction)] = (transaction, self._plan)
        return [self._number, self._plan, encode(transaction), keep, forget]

    def _outcome(self, transaction: Transaction, reply: dict[str, Any], words: array[int]) -> Outcome:
        done, stored = int(reply["done"]), int(reply["values"])
        results = results_of(transaction, done, words)
        took = tuple(nanoseconds * 1e-9 for nanoseconds in words[stored:])
        if reply["error"] is None:
            return Outcome(results, None, took)
        found = words[stored - 1] if stored else 0
        error = error_of(reply["error"], self._what, transaction, done, (found,), self._stalled)
        if isinstance(error, TimedOut):
            self._stalled = error.place
        if isinstance(error, Revoked):
            self._closed, self._writable = True, False
        return Outcome(results, error, took)


def refusal(what: Mappable, answer: dict[str, Any]) -> KernelError:
    """The error of a window that could not be opened or mapped."""
    number, why, step = int(answer.get("errno", 0)), str(answer.get("why", "")), str(answer.get("step", ""))
    if step in ("open", "mmap") and number != errno.ETIMEDOUT:
        return what.explain(OSError(number, why), step)
    place = Place(region=what.name, address=what.address)
    if number == errno.ETIMEDOUT:
        return TimedOut(f"mapping {what.name or '<unnamed>'} does not come back", place=place)
    if number == errno.EAGAIN or number == errno.ENOMEM:
        return NoMemory(f"no process can be made to map {what.name or '<unnamed>'}: {why}", place=place)
    return NotPermitted(
        f"cannot map {what.name or '<unnamed>'}: {why or 'the agent refuses'}",
        errno_name=errno.errorcode.get(number, "EIO"),
        place=place,
    )


def _again(error: KernelError) -> KernelError:
    """An error of its own for each window: each carries its own results."""
    return type(error)(error.message, place=error.place) if not isinstance(error, NotPermitted) else error
