"""A region of the map, opened on a backend: its claim, its mapping, and whether it may be written."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from inspector.backends.backend import Backend
from inspector.errors import InspectorError, InvalidArgument, KernelError, Place, Revoked
from inspector.io import Claim, Device, Devres, ExclusiveIoMem, IoMem
from inspector.model.registermap import OpenMode, Region, RegisterNode
from inspector.model.transaction import Result, Transaction

T = TypeVar("T")


class RegionState(Enum):
    """Whether a region can be accessed."""

    CLOSED = "closed"
    OPEN = "open"
    REFUSED = "refused"
    REVOKED = "revoked"


class OpenRegion:
    """One region on its backend.

    A refusal does not raise: it is kept in ``error``, so that the other regions go on.

    Attributes:
        region: What the map says.
        backend: Where it lives.
        mode: How it is claimed.
        state: Whether it can be accessed.
        error: Why not, or None.
        armed: Whether it may be written.
        since: When it was opened, on the monotonic clock; what was known before may be of another device.
    """

    def __init__(self, region: Region, backend: Backend, mode: OpenMode) -> None:
        self.region = region
        self.backend = backend
        self.mode = mode
        self.state = RegionState.CLOSED
        self.error: InspectorError | None = None
        self.since = 0.0
        self._device: Device | None = None
        self._memory: Devres[IoMem] | Devres[ExclusiveIoMem] | None = None

    def open(self, nodes: tuple[RegisterNode, ...], *, arm: bool) -> None:
        """Request, claim and map the region, and check that every register of it can be accessed.

        Args:
            nodes: The region's registers; a width that the backend or the region lacks refuses it here.
            arm: Whether it may be written from the start.
        """
        self.close()
        self.since = time.monotonic()
        try:
            self._device = self.backend.device(self.region)
            request = self._device.io_request_by_index(0)
            mapped: Devres[IoMem] | Devres[ExclusiveIoMem]
            if self.mode is OpenMode.EXCLUSIVE:
                mapped = request.iomap_exclusive_sized(self.region.size)
            else:
                mapped = request.iomap_sized(self.region.size)
            self._memory = mapped
            with mapped.access(self._device) as memory:
                memory.bind(nodes)
                if arm:
                    memory.arm()
            self.state, self.error = RegionState.OPEN, None
        except InspectorError as error:
            self.close()
            self.state, self.error = RegionState.REFUSED, error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Unmap and release; twice is harmless."""
        self.state = RegionState.CLOSED
        memory, self._memory, self._device = self._memory, None, None
        if memory is not None:
            memory.close()

    def execute(self, transaction: Transaction) -> tuple[Result, ...]:
        """Run the operations in one go. A region that turns out to be revoked is unmapped and released.

        Raises:
            KernelError: An operation failed; ``completed`` holds the results before it.
        """
        return self._access(lambda memory: memory.execute(transaction))

    @property
    def armed(self) -> bool:
        """Whether it may be written."""
        held = self._memory
        if held is None or self.state is not RegionState.OPEN:
            return False
        try:
            with held.try_access() as memory:
                return memory.writable
        except KernelError:
            return False

    @property
    def holders(self) -> tuple[Claim, ...]:
        """The exclusive claims that overlap this shared region: allowed, and never silent."""
        device = self._device
        if device is None or self.mode is OpenMode.EXCLUSIVE:
            return ()
        return device.holders(device.resources[0])

    def arm(self) -> None:
        """Allow writes, which until now the kernel refused.

        Raises:
            KernelError: The system refuses, or the map says that the region is read-only.
        """
        self._access(lambda memory: memory.arm())

    def disarm(self) -> None:
        """Let the kernel refuse writes again.

        Raises:
            KernelError: The system refuses; writes are refused here all the same.
        """
        self._access(lambda memory: memory.disarm())

    def _access(self, function: Callable[[IoMem], T]) -> T:
        try:
            with self._open_memory().try_access() as memory:
                return function(memory)
        except Revoked as error:
            self.close()
            # One of its own: the results that the raised one carries are this access's alone.
            self.state, self.error = RegionState.REVOKED, Revoked(error.message, place=error.place)
            raise

    def _open_memory(self) -> Devres[IoMem] | Devres[ExclusiveIoMem]:
        if self._memory is None:
            if isinstance(self.error, KernelError):
                raise self.error.with_traceback(None)
            raise InvalidArgument(
                f"region {self.region.name} is not open", place=Place(region=self.region.name)
            )
        return self._memory
