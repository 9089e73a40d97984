"""A region of the map, opened on a backend: its claim, its mapping, and whether it may be written."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from inspector.backends.backend import Backend
from inspector.errors import (
    Asleep,
    InspectorError,
    InvalidArgument,
    KernelError,
    NotPermitted,
    Place,
    Revoked,
    TimedOut,
)
from inspector.io import Claim, Device, Devres, ExclusiveIoMem, IoMem, Outcome, run_together
from inspector.model.registermap import OpenMode, Region
from inspector.model.transaction import Result, Transaction, Write

if TYPE_CHECKING:
    from inspector.model.place import Place as Instances
    from inspector.model.registermap import Nodes
    from inspector.session.surroundings import Surroundings

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
        state: Whether it can be accessed. REVOKED stays until it has been opened again.
        error: Why not, or None.
        since: When it was opened, on the monotonic clock; what was known before may be of another device.
        epoch: Counts how often it was opened: what was learnt in one epoch proves nothing in the next.
        stall: The access that does not come back, or None; everything else of the region waits for it.
        surroundings: Who else has it, as last seen; None where nobody looked in this epoch.
    """

    def __init__(self, region: Region, backend: Backend, mode: OpenMode) -> None:
        self.region = region
        self.backend = backend
        self.mode = mode
        self.state = RegionState.CLOSED
        self.error: InspectorError | None = None
        self.since = 0.0
        self.epoch = 0
        self.stall: TimedOut | None = None
        self.surroundings: Surroundings | None = None
        self._disarm_due = False
        self._device: Device | None = None
        self._memory: Devres[IoMem] | Devres[ExclusiveIoMem] | None = None

    def open(self, nodes: Nodes) -> None:
        """Request, claim and map the region, and check that every register of it can be accessed.

        Args:
            nodes: The map's registers; a width that the backend or the region lacks refuses it here.
        """
        lost = self.state is RegionState.REVOKED
        self.close()
        self.since = time.monotonic()
        self.epoch += 1
        self.surroundings = None
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
                self._check(memory, nodes)
            self.state, self.error = RegionState.OPEN, None
        except InspectorError as error:
            self.refuse(error)
            if lost or isinstance(error, Asleep):
                # A device that was lost may come back, and one that sleeps wake up: they are waited for.
                self.state = RegionState.REVOKED
        except BaseException:
            self.close()
            raise

    def _check(self, memory: IoMem | ExclusiveIoMem, nodes: Nodes) -> None:
        """Check that every register can be accessed; one by one only where that cannot be seen at a glance.

        Raises:
            InvalidArgument: One cannot; says which and why.
        """
        places = nodes.places_in(self.region)
        if not all(_fits(memory, place) for place in places):
            everything = (nodes[index] for place in places for index in place.indices)
            memory.bind(node for node in everything if node.register.readable or node.register.writable)

    def close(self) -> None:
        """Unmap and release; twice is harmless."""
        self.state, self.stall, self._disarm_due = RegionState.CLOSED, None, False
        memory, self._memory, self._device = self._memory, None, None
        if memory is not None:
            memory.close()
        self.backend.forget(self.region)

    def refuse(self, error: InspectorError) -> None:
        """Leave it closed, and say why."""
        self.close()
        self.state, self.error = RegionState.REFUSED, error

    def check_open(self) -> None:
        """Check that it can be accessed.

        Raises:
            KernelError: Why it cannot.
        """
        self._open_memory()

    def execute(self, transaction: Transaction) -> tuple[Result, ...]:
        """Run the operations in one go. A region that turns out to be revoked is unmapped and released.

        Raises:
            KernelError: An operation failed; ``completed`` holds the results before it.
        """
        (outcome,) = execute_together([(self, transaction)])
        if outcome.error is not None:
            outcome.error.completed = outcome.results
            raise outcome.error
        return outcome.results

    @property
    def armed(self) -> bool:
        """Whether it may be written."""
        held = self._memory
        if held is None or self.state is not RegionState.OPEN or self._disarm_due:
            return False
        try:
            with held.try_access() as memory:
                return memory.writable
        except KernelError:
            return False

    @property
    def address(self) -> int | None:
        """The absolute address at which it is mapped now; None where it is not, or none is known."""
        held = self._memory
        if held is None:
            return None
        try:
            with held.try_access() as memory:
                return memory.address
        except KernelError:
            return None

    @property
    def space(self) -> tuple[str, int] | None:
        """The address space of its claims and the first address there; None where it is not open."""
        device = self._device
        return None if device is None else (device.space, device.resources[0].start - device.origin)

    @property
    def holders(self) -> tuple[Claim, ...]:
        """The exclusive claims that overlap this shared region: allowed, and never silent."""
        device = self._device
        if device is None or self.mode is OpenMode.EXCLUSIVE:
            return ()
        return device.holders(device.resources[0])

    @property
    def driven(self) -> bool:
        """Whether a kernel driver may be at work on it: it is real, and none has been ruled out."""
        return self.backend.real and (self.surroundings is None or self.surroundings.driven)

    def look_around(self) -> None:
        """See who else has it; no hardware is touched."""
        if self._device is not None and self.backend.real:
            # Simulation has no need of it, and commands start without it.
            from inspector.session.surroundings import look

            self.surroundings = look(self._device)

    def arm(self) -> None:
        """Allow writes, which until now the kernel refused.

        Raises:
            KernelError: The system refuses, or the map says that the region is read-only.
        """
        self._access(lambda memory: memory.arm())
        self._disarm_due = False

    def disarm(self) -> None:
        """Let the kernel refuse writes again.

        Raises:
            KernelError: The system refuses; writes are refused here all the same.
        """
        self._access(lambda memory: memory.disarm())
        self._disarm_due = False

    def lose(self, error: KernelError) -> None:
        """Unmap and release it, because its device is gone or is not the same any more."""
        self.close()
        # One of its own: the results that the raised one carries are that access's alone.
        self.state, self.error = RegionState.REVOKED, Revoked(error.message, place=error.place)

    def _access(self, function: Callable[[IoMem], T]) -> T:
        try:
            with self._open_memory().try_access() as memory:
                return function(memory)
        except Revoked as error:
            self.lose(error)
            raise

    def _open_memory(self) -> Devres[IoMem] | Devres[ExclusiveIoMem]:
        if self._memory is None:
            if isinstance(self.error, KernelError):
                raise self.error.with_traceback(None)
            raise InvalidArgument(
                f"region {self.region.name} is not open", place=Place(region=self.region.name)
            )
        return self._memory

    def _prepare(self, transaction: Transaction) -> Devres[IoMem] | Devres[ExclusiveIoMem]:
        """What to run ``transaction`` on, with a disarming that is due made up for."""
        held = self._open_memory()
        if self._disarm_due:
            try:
                self.disarm()
            except TimedOut:
                if any(isinstance(operation, Write) for operation in transaction):
                    raise NotPermitted(
                        f"region {self.region.name} was disarmed when the bus did not answer",
                        errno_name="EACCES",
                        advice="arm it again once it answers",
                        place=Place(region=self.region.name),
                    ) from None
        return held

    def _settle(self, outcome: Outcome) -> None:
        """Take in what an outcome tells of the whole region."""
        match outcome.error:
            case Revoked() as error:
                self.lose(error)
            case TimedOut() as error:
                if self.stall is None and self.armed:
                    self._disarm_due = True
                self.stall = error
            case _:
                self.stall = None


def execute_together(work: Sequence[tuple[OpenRegion, Transaction]]) -> list[Outcome]:
    """Run one transaction on each of several regions, in one exchange with whoever touches them.

    A region that turns out to be revoked is unmapped and released; one whose bus does not answer is
    disarmed.

    Args:
        work: Regions, each at most once, with what to do.

    Returns:
        What came of each, in the same order; errors are in it.
    """
    outcomes: dict[int, Outcome] = {}
    running: list[tuple[int, IoMem, Transaction]] = []
    with ExitStack() as guards:
        for number, (opened, transaction) in enumerate(work):
            try:
                memory = guards.enter_context(opened._prepare(transaction).try_access())
            except KernelError as error:
                outcomes[number] = Outcome((), error)
            else:
                running.append((number, memory, transaction))
        results = run_together([(memory, transaction) for _, memory, transaction in running])
        outcomes.update(zip((number for number, _, _ in running), results, strict=True))
    for number, (opened, _) in enumerate(work):
        if opened.state is RegionState.OPEN:
            opened._settle(outcomes[number])
    return [outcomes[number] for number in range(len(work))]


def _fits(memory: IoMem | ExclusiveIoMem, place: Instances) -> bool:
    """Whether all of an instance can surely be accessed, by its extent and its widths."""
    layout, offset = place.layout, place.instance.offset
    return layout.aligned and memory.takes(offset, offset + layout.extent.end, layout.access_widths)
