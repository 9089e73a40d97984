"""A window as the supervisor knows it: its worker, and what becomes of that."""

from __future__ import annotations

import os
import select
import signal
import socket
import stat
import time
from contextlib import suppress
from typing import Any

from . import identity, locks, protocol, worker

DEVICES = ("/dev/mem", "/dev/uio", "/sys/devices/")
"""What an agent that was given more rights opens, by the real path's beginning."""


class Refused(Exception):
    """The system, or a rule, refuses a window.

    Attributes:
        number: The errno.
        step: ``open`` or ``mmap``.
    """

    def __init__(self, number: int, why: str, step: str) -> None:
        super().__init__(why)
        self.number = number
        self.step = step


class Window:
    """A mapped range and the process that touches it.

    Attributes:
        plans: The transactions that are kept, by number.
        writable: Whether it may be written.
        connection: To the worker; None where there is none.
        revoked: Why it is not of its device any more; empty where it is.
        answer: What the worker said last to an order; None while it is at it.
        since: When its present order was given, on the monotonic clock; 0 where there is none.
        hung: Whether its order took too long: it may still come back.
    """

    def __init__(
        self, message: dict[str, Any], claim: locks.Held | None, elevated: bool, deadline: float
    ) -> None:
        self._path = str(message["path"])
        self._elevated = elevated
        self._place = worker.Place(message["position"], message["size"], message["widths"])
        self._identity = message["identity"]
        self._facts = identity.facts(self._identity)
        self._claim = claim
        self._shared: locks.Held | None = None
        self._scratch = worker.Scratch()
        self._frames = protocol.Frames()
        self._pid = 0
        self._known: set[int] = set()
        self.plans: dict[int, Any] = {}
        self.writable = False
        self.connection: socket.socket | None = None
        self.answer: str | None = None
        self.since = 0.0
        self.hung = False
        self.revoked = ""
        self._start(writable=False, deadline=deadline)
        if claim is None:
            owner = message["owner"]
            try:
                self._shared = locks.share(
                    message["space"],
                    message["start"],
                    message["size"],
                    name=message["name"],
                    owner=locks.Owner(*owner),
                )
            except (ValueError, OSError):
                self._shared = None  # only others' knowledge of it is lost

    # --- the worker ---------------------------------------------------------------------------

    def _open(self, writable: bool) -> int:
        if self._elevated and not os.path.realpath(self._path).startswith(DEVICES):
            raise Refused(1, f"{self._path} is no device node", "open")
        flags = (os.O_RDWR if writable else os.O_RDONLY) | os.O_SYNC | os.O_CLOEXEC
        try:
            descriptor = os.open(self._path, flags)
        except OSError as error:
            raise Refused(error.errno or 0, str(error.strerror), "open") from None
        if not self._elevated and stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Refused(22, "a pipe cannot be mapped", "open")
        return descriptor

    def _start(self, *, writable: bool, deadline: float) -> None:
        """Fork a worker that maps the window, and wait until it has.

        Raises:
            Refused: It may not be opened or mapped.
        """
        descriptor = self._open(writable)
        ours, theirs = socket.socketpair()
        claim = -1 if self._claim is None else self._claim.descriptor
        pid = os.fork()
        if pid == 0:
            worker.serve(theirs.fileno(), descriptor, claim, self._place, writable, self._scratch)
        theirs.close()
        os.close(descriptor)
        self._pid, self.connection, self.writable = pid, ours, writable
        self._frames, self._known = protocol.Frames(), set()
        self.hung, self.since, self.answer = False, 0.0, None
        greeting = self._wait(deadline)
        if greeting is None or greeting.get("errno") != 0:
            self.kill()
            number = 110 if greeting is None else int(greeting.get("errno", 5))
            raise Refused(number, "" if greeting is None else str(greeting.get("why", "")), "mmap")

    def _wait(self, deadline: float) -> dict[str, Any] | None:
        """The next frame of the worker; None where it ends, or says nothing until the deadline."""
        assert self.connection is not None
        while True:
            frame = self._frames.next()
            if frame is not None:
                return frame[0]
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.connection], [], [], left)[0]:
                return None
            data = self.connection.recv(1 << 16)
            if not data:
                return None
            self._frames.feed(data)

    def kill(self) -> int:
        """End the worker; the signal that had ended it before, or 0.

        One that cannot die (it waits in the kernel for a page or a bus) is left behind: it keeps the claim.
        """
        pid, self._pid = self._pid, 0
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        self.since, self.hung = 0.0, False
        if not pid:
            return 0
        for attempt in range(50):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            if attempt == 1:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.001 if attempt else 0.0005)
        ORPHANS.append(pid)
        return 0

    def abandon(self) -> None:
        """Kill the worker, and wait for nothing."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)

    def close(self) -> None:
        """End the worker and tell others that the range is not mapped any more."""
        self.kill()
        if self._shared is not None:
            self._shared.release()
            self._shared = None

    # --- transactions -------------------------------------------------------------------------

    def hindrance(self) -> dict[str, Any] | None:
        """Why nothing may be touched now, as an outcome's error; None where it may."""
        if not self.revoked:
            self.revoked = identity.change(self._facts, identity.facts(self._identity)) or ""
            if self.revoked:
                self.close()
        if self.revoked:
            return {"kind": "revoked", "why": self.revoked}
        sleep = identity.asleep(self._identity)
        return None if sleep is None else {"kind": "asleep", "why": sleep}

    def begin(self, plan: int, transaction: Any, keep: bool, forget: list[int], deadline: float) -> None:
        """Give the worker a transaction; a dead one is replaced first.

        Raises:
            Refused: It cannot be mapped again.
        """
        if self.connection is None or not self._pid:
            self._start(writable=self.writable, deadline=deadline)
        for number in forget:
            self.plans.pop(number, None)
        if transaction is None:
            transaction = self.plans[plan]
        elif keep:
            self.plans[plan] = transaction
        order: dict[str, Any] = {"plan": plan, "keep": keep, "forget": forget}
        if plan not in self._known:
            order["operations"] = transaction
        self._known.difference_update(forget)
        if keep:
            self._known.add(plan)
        self._order(order)

    def begin_singly(self, operation: Any, deadline: float) -> None:
        """Have a run repeated one register at a time by a new worker.

        Raises:
            Refused: It cannot be mapped again.
        """
        self._start(writable=self.writable, deadline=deadline)
        self._order({"singly": operation})

    def _order(self, order: dict[str, Any]) -> None:
        assert self.connection is not None
        cells = self._scratch.cells
        for cell in range(worker.CELLS):
            cells[cell] = 0
        self.answer, self.since = None, time.monotonic()
        # Where it has ended, its socket tells in its turn.
        with suppress(OSError):
            self.connection.sendall(protocol.pack(order))

    def listen(self) -> bool:
        """Take in what the worker said; False where it has ended. Called when its socket is readable."""
        assert self.connection is not None
        try:
            data = self.connection.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            return False
        self._frames.feed(data)
        frame = self._frames.next()
        if frame is not None:
            self.answer = str(frame[0].get("end", ""))
            self.since, self.hung = 0.0, False
        return True

    @property
    def in_flight(self) -> int:
        """The number of the operation that the worker is at, or died of."""
        return int(self._scratch.cells[worker.INDEX])

    @property
    def element(self) -> int:
        """The element of a run that a worker which reads singly is at, or died of."""
        return int(self._scratch.cells[worker.ELEMENT])

    def found(self) -> tuple[int, bytes, bytes]:
        """How many operations are done, the values and the times until then."""
        cells = self._scratch.cells
        done, stored = int(cells[worker.DONE]), int(cells[worker.STORED])
        return done, self._scratch.values(stored), self._scratch.times(done)

    def arm(self, writable: bool, deadline: float) -> None:
        """Map again, with or without permission to write.

        Raises:
            Refused: The system refuses; the window stays as it was.
        """
        if writable == self.writable and self.connection is not None:
            return
        os.close(self._open(writable))
        self.kill()
        self._start(writable=writable, deadline=deadline)


ORPHANS: list[int] = []
"""Workers that were killed and could not die at once."""


def reap() -> None:
    """Forget the orphans that have died."""
    for pid in ORPHANS[:]:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                ORPHANS.remove(pid)
        except ChildProcessError:
            ORPHANS.remove(pid)
