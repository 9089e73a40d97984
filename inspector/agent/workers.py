"""A worker as the supervisor knows it: its process, and what becomes of that."""

from __future__ import annotations

import os
import signal
import time

from . import shared, worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from . import locks

STARTING, IDLE, BUSY, HUNG, DEAD = range(5)
"""Of ``Worker.state``."""

_DYING = 0.1


class Claim:
    """A lock that is given back once nobody wants it any more and nobody can touch its range any more.

    Attributes:
        descriptor: The lock's; -1 where it holds in this process alone.
    """

    def __init__(self, held: locks.Held) -> None:
        self._held = held
        self._wanted = True
        self._workers: set[int] = set()
        self.descriptor = held.descriptor

    def enter(self, pid: int) -> None:
        """A worker has it too."""
        self._workers.add(pid)

    def leave(self, pid: int) -> None:
        """A worker is dead."""
        self._workers.discard(pid)
        self._settle()

    def give_up(self) -> None:
        """Nobody wants it any more; a worker that cannot die keeps it."""
        self._wanted = False
        self._settle()

    def _settle(self) -> None:
        if not self._wanted and not self._workers:
            self._held.release()


class Worker:
    """A process that touches one window.

    Attributes:
        state: What it is at.
        answers: Where its answers come from.
        plans: The numbers of the plans that it has.
        signal: What it died of; 0 where it was no signal.
        writable: Whether its mapping can be written.
    """

    def __init__(
        self,
        descriptor: int,
        place: worker.Place,
        memory: shared.Shared,
        claims: Sequence[Claim],
        *,
        writable: bool,
        again: bool,
    ) -> None:
        """Fork one. It maps the window, and answers when it has.

        Args:
            descriptor: The file, opened.
            place: What of it to map.
            memory: To share with it.
            claims: What lives as long as it does.
            writable: Whether the mapping can be written.
            again: Whether the window was mapped before.

        Raises:
            OSError: There are no more processes or open files.
        """
        memory.cells[shared.STATUS] = 0
        orders, self._orders = os.pipe()
        try:
            self.answers, answers = os.pipe()
        except OSError:
            os.close(orders)
            os.close(self._orders)
            raise
        try:
            self.pid = os.fork()
            if self.pid == 0:
                kept = [claim.descriptor for claim in claims]
                worker.serve(orders, answers, descriptor, kept, place, writable, again, memory)
        except OSError:
            os.close(self._orders)
            os.close(self.answers)
            raise
        finally:
            os.close(orders)
            os.close(answers)
        self.state = STARTING
        self.plans: set[int] = set()
        self.signal = 0
        self.writable = writable
        self._claims = claims
        self._number = 0
        for claim in claims:
            claim.enter(self.pid)

    def order(self, number: int, plan: int, size: int, start: int, element: int, how: int) -> None:
        """Give it an order; it must be idle."""
        self._number, self.state = number, BUSY
        try:
            os.write(self._orders, worker.ORDER.pack(number, plan, size, start, element, how))
        except OSError:
            return  # it has ended, and its other pipe tells in its turn
        self.plans.add(plan)

    def listen(self) -> None:
        """Take in what it says, or that it has ended. Called when ``answers`` can be read."""
        data = os.read(self.answers, worker.ANSWER.size)
        if len(data) != worker.ANSWER.size:
            self._bury()
        elif self.state == STARTING or worker.ANSWER.unpack(data)[0] == self._number:
            self.state = IDLE

    def kill(self) -> None:
        """Kill it. One that cannot die, since it waits in the kernel, is left to itself."""
        if self.state != DEAD:
            os.kill(self.pid, signal.SIGKILL)

    def _bury(self) -> None:
        """It has closed its pipes, so it has ended or is about to."""
        deadline = time.monotonic() + _DYING
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
                break
            if time.monotonic() > deadline:
                break
            time.sleep(0.0002)
        self.state = DEAD
        os.close(self._orders)
        os.close(self.answers)
        for claim in self._claims:
            claim.leave(self.pid)
