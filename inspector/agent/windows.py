"""A window as the supervisor knows it: an open file, whose device it is, and the worker that touches it."""

from __future__ import annotations

import errno
import os

from . import files, identity, shared, worker, workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


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
    """A mapped range of a file.

    Attributes:
        worker: Who touches it; None where it has no worker any more.
        memory: What it shares with its worker.
        plans: The transactions that were sent for it, by number.
        armed: Whether it may be written.
        epoch: Whether it still is of its device.
        revoked: Why it is not of its device any more; empty where it is.
        number: Of the last order.
    """

    def __init__(
        self,
        path: str,
        place: worker.Place,
        epoch: identity.Epoch,
        claims: Sequence[workers.Claim],
        devices_only: bool,
    ) -> None:
        """Open the file; ``replace`` maps it.

        Args:
            path: The file.
            place: What of it to map.
            epoch: Whose it is.
            claims: What lives as long as anyone can touch it.
            devices_only: Whether only nodes of devices are opened.

        Raises:
            Refused: The system refuses.
        """
        self._path = path
        self._place = place
        self._claims = claims
        self._devices_only = devices_only
        self._mapped = False
        self.worker: workers.Worker | None = None
        self.memory = shared.Shared()
        try:
            self._descriptor = self._open(os.O_RDONLY)
        except BaseException:
            self.memory.close()
            raise
        self.plans: dict[int, bytes] = {}
        self.armed = False
        self.epoch = epoch
        self.revoked = ""
        self.number = 0

    def _open(self, flags: int) -> int:
        try:
            return files.open_file(self._path, flags | os.O_SYNC, self._devices_only)
        except OSError as error:
            raise Refused(error.errno or errno.EIO, str(error.strerror), "open") from None

    def start(self, writable: bool) -> workers.Worker:
        """Fork a worker for it, that of the present one is no part.

        Raises:
            Refused: The system refuses.
        """
        descriptor = self._open(os.O_RDWR) if writable else self._descriptor
        try:
            if writable and not os.path.samestat(os.fstat(descriptor), os.fstat(self._descriptor)):
                raise Refused(errno.ENXIO, "the file is another one than was mapped", "open")
            return workers.Worker(
                descriptor, self._place, self.memory, self._claims, writable=writable, again=self._mapped
            )
        except OSError as error:
            raise Refused(error.errno or errno.EIO, str(error.strerror), "fork") from None
        finally:
            if writable:
                os.close(descriptor)

    def take(self, successor: workers.Worker) -> workers.Worker | None:
        """Have another worker touch it from now on, which has mapped it.

        Returns:
            The one before, still to be killed.
        """
        former, self.worker = self.worker, successor
        self._mapped = True
        return former

    @property
    def unmapped(self) -> bool:
        """Whether the worker that was started last could not map it."""
        return bool(self.memory.cells[shared.STATUS] == shared.UNMAPPED)

    def refusal(self) -> Refused:
        """Why the worker that was started last could not map it."""
        if not self.unmapped:
            return Refused(errno.EIO, "the process that was to map it has ended", "fork")
        refused = Refused(self.memory.cells[shared.DETAIL], self.memory.note, "mmap")
        # It says nothing of the one before, which may still be there.
        self.memory.cells[shared.STATUS] = shared.READY
        return refused

    def hindrance(self) -> dict[str, Any] | None:
        """Why nothing may be touched now; None where it may. A window of another device loses its worker."""
        if not self.revoked:
            self.revoked = self.epoch.changed()
        if self.revoked:
            self.abandon()
            return {"kind": "revoked", "why": self.revoked}
        sleep = self.epoch.sleeping()
        return {"kind": "asleep", "why": sleep} if sleep else None

    def put_plan(self, plan: int, packed: bytes) -> None:
        """Keep a transaction under a number, in the place of what was kept there."""
        self.plans[plan] = packed
        if self.worker is not None:
            self.worker.plans.discard(plan)

    def order(self, plan: int, start: int, element: int, how: int) -> None:
        """Give its worker, which must be idle, a transaction to run.

        Args:
            plan: The transaction's number.
            start: The operation to start at.
            element: The element of a run to start at.
            how: As in ``worker.ORDER``.
        """
        assert self.worker is not None
        size = worker.KNOWN
        if plan not in self.worker.plans:
            size = len(self.plans[plan])
            self.memory.put_operations(self.plans[plan])
        self.number += 1
        cells = self.memory.cells
        cells[shared.NUMBER], cells[shared.STATUS] = self.number, shared.BUSY
        cells[shared.DONE], cells[shared.ELEMENT] = start, element
        self.worker.order(self.number, plan, size, start, element, how)

    def leave_off(self) -> None:
        """Have the worker do nothing more of its order, once what it is at comes back."""
        self.memory.cells[shared.ABANDONED] = self.number

    def abandon(self) -> None:
        """Kill the worker; nobody waits for one that cannot die."""
        former, self.worker = self.worker, None
        if former is not None:
            former.kill()

    def close(self) -> None:
        """Kill the worker, and close the file."""
        self.abandon()
        os.close(self._descriptor)
        self.plans.clear()
        self.memory.close()
