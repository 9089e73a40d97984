"""Mapped I/O memory: ``IoMem`` and ``ExclusiveIoMem`` of the kernel's rust/kernel/io/mem.rs."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

from inspector.errors import InvalidArgument, KernelError, NotPermitted, Place, Revoked
from inspector.io.accessors import Accessors
from inspector.io.bounds import check_access
from inspector.io.claims import Claim, Region
from inspector.io.execute import (
    check_transaction,
    check_value,
    in_order,
    not_armed,
    perform,
    regroup,
)
from inspector.io.interrupt import uninterrupted
from inspector.io.register import IoRegister
from inspector.io.resource import Flags, Resource
from inspector.io.window import Bus, Outcome, RemoteWindow, Window
from inspector.model.register import ByteOrder, Register
from inspector.model.registermap import RegisterNode
from inspector.model.split import Expansion
from inspector.model.transaction import Result, Transaction, Write

if TYPE_CHECKING:
    from inspector.io.device import Device


class IoMem(Accessors):
    """A mapped resource, not claimed: others may map the same range, claimed or not.

    A lock of its own makes each access and each transaction happen with no other of this mapping
    in between.

    Attributes:
        resource: What is mapped.
        known_size: The size in bytes that was known before the mapping; 0 where none was.
    """

    def __init__(self, device: Device, resource: Resource, known_size: int = 0) -> None:
        """Map ``resource``, as ``IoMem::ioremap``.

        Raises:
            InvalidArgument: The resource has no bytes, or fewer than ``known_size``.
            NoMemory: The mapping failed.
            KernelError: Whatever else the device's ``ioremap`` raises.
        """
        self.resource = resource
        self.known_size = known_size
        self._lock = threading.Lock()
        self._window: Window | None = None
        self._checked: Expansion | None = None
        if resource.size == 0:
            raise InvalidArgument(f"cannot map {resource}", place=self._place())
        window = self._remap(device)
        if window.size < known_size:
            window.close()
            raise InvalidArgument(
                f"cannot map {known_size:#x} bytes of {resource}: it has {window.size:#x}",
                place=self._place(),
            )
        try:
            if Flags.READONLY in resource.flags:
                window.disarm()
        except BaseException:
            window.close()
            raise
        self._window = window
        self._size = window.size
        self._address = window.address
        self._widths = window.widths

    def _remap(self, device: Device) -> Window:
        claimed = self.claim is not None
        if Flags.MEM_NONPOSTED in self.resource.flags:
            return device.ioremap_np(self.resource, claimed=claimed)
        return device.ioremap(self.resource, claimed=claimed)

    def _place(self, offset: int | None = None, width: int | None = None) -> Place:
        base = self.resource.start if offset is None else self._address
        return Place(
            region=self.resource.name,
            address=None if base is None else base + (offset or 0),
            width=width,
        )

    # --- what it is ---------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """The mapping's real size in bytes."""
        return self._size

    @property
    def address(self) -> int | None:
        """The absolute address of offset 0, or None where none is known."""
        return self._address

    @property
    def widths(self) -> frozenset[int]:
        """The access widths, in bits, that are one bus access each."""
        return self._widths

    @property
    def claim(self) -> Claim | None:
        """The exclusive claim behind this mapping; None for a shared one."""
        return None

    @property
    def closed(self) -> bool:
        """Whether it is unmapped."""
        return self._window is None

    def _live(self) -> Window:
        if self._window is None:
            raise Revoked(f"the mapping of {self.resource} is gone", place=self._place())
        return self._window

    # --- checks -------------------------------------------------------------------------------

    def check(self, offset: int, width: int) -> None:
        """Check an access against the real size, as every ``try_`` accessor does.

        Args:
            offset: Bytes from the start.
            width: In bits.

        Raises:
            InvalidArgument: Out of range, overflowing, misaligned, or of a width that is not there; the
                message says which.
        """
        check_access(
            offset,
            width,
            size=self._size,
            address=self._address,
            widths=self._widths,
            region=self.resource.name,
        )

    def check_known(self, offset: int, width: int, words: int = 1) -> None:
        """Check an access against the size that was known ahead: the kernel's ``build_assert``.

        Args:
            offset: Bytes from the start.
            width: In bits.
            words: How many such accesses there are, at consecutive addresses.

        Raises:
            InvalidArgument: As ``check``, or no size was known ahead.
        """
        if not self.known_size:
            raise InvalidArgument(
                f"{self.resource.label}: its size is not known ahead, so only the try_ accessors "
                "work; map it with iomap_sized() for the others",
                place=self._place(),
            )
        check_access(
            offset,
            width,
            size=self.known_size,
            address=self._address,
            widths=self._widths,
            region=self.resource.name,
            words=words,
        )

    def takes(self, start: int, end: int, widths: Collection[int]) -> bool:
        """Whether accesses of these widths surely fit, each at a multiple of its width from ``start``.

        Args:
            start: Bytes from the mapping's start to the first access.
            end: To behind the last.
            widths: In bits.
        """
        size = max(widths, default=8) // 8
        address = self._address or 0
        return (
            self._widths.issuperset(widths)
            and 0 <= start <= end <= self.known_size
            and not start % size
            and not address % size
            and address + self.known_size <= 1 << 64
        )

    def register(
        self,
        offset: int,
        width: int,
        byte_order: ByteOrder = "little",
        access_width: int | None = None,
        word_order: ByteOrder = "little",
    ) -> IoRegister:
        """Hand out a register's accessor, checked here and never again.

        Args:
            offset: Bytes from the start.
            width: In bits.
            byte_order: Of each bus access.
            access_width: Of each bus access, in bits, where the register takes several; None for one.
            word_order: Which of several has the lowest address: ``little`` for the least significant.

        Raises:
            InvalidArgument: As ``check_known``.
        """
        single = access_width or width
        self.check_known(offset, single, width // single)
        return IoRegister(self, offset, width, byte_order, single, word_order)

    def bind(self, nodes: Iterable[RegisterNode]) -> Sequence[IoRegister]:
        """Check every register of a map's region, and hand out their accessors in the same order.

        Raises:
            InvalidArgument: A register does not fit, or is of a width that the mapping lacks; ``place``
                names it.
        """
        registers = []
        for node in nodes:
            register = node.register
            try:
                accessor = self.register(
                    node.offset, node.width, register.byte_order, register.access_width, register.word_order
                )
            except InvalidArgument as error:
                place = Place(node.region.name, node.path, node.address, node.width)
                message = f"{node.path}: {error.message}{self._narrower(register)}"
                raise InvalidArgument(message, place=place) from None
            registers.append(accessor)
        return registers

    def _narrower(self, register: Register) -> str:
        """The way to access a register that is too wide for the bus, where there is one; else nothing."""
        fitting = [width for width in self._widths if register.width % width == 0]
        if register.access_width in self._widths or max(fitting, default=register.width) >= register.width:
            return ""
        return f"; where the device takes it in parts, 'access_width: {max(fitting)}' in the map says so"

    # --- accesses -----------------------------------------------------------------------------

    def _read_at(self, offset: int, width: int, byte_order: ByteOrder = "little") -> int:
        with self._lock:
            return in_order(self._live().read(offset, width), width, byte_order)

    def _write_at(self, value: int, offset: int, width: int, byte_order: ByteOrder = "little") -> None:
        check_value(value, width, self._place(offset, width))
        with self._lock:
            window = self._live()
            if not self.writable:
                raise not_armed(self.resource.name, self._place(offset, width))
            window.write(in_order(value, width, byte_order), offset, width)

    def execute(self, transaction: Transaction) -> tuple[Result, ...]:
        """Run a transaction in one go, with no other access of this mapping in between.

        Offsets are checked against the real size, all of them before the first access.

        An interrupt from the keyboard waits until a transaction that writes is through.

        Raises:
            KernelError: As ``inspector.io.execute``; its ``completed`` holds the results until then.
        """
        (outcome,) = run_together([(self, transaction)])
        if outcome.error is not None:
            outcome.error.completed = outcome.results
            raise outcome.error
        return outcome.results

    # --- writing allowed or not ---------------------------------------------------------------

    @property
    def writable(self) -> bool:
        """Whether writes go out."""
        window = self._window
        return window is not None and window.writable

    def arm(self) -> None:
        """Let writes go out.

        Raises:
            NotPermitted: The resource is read-only, or the system refuses.
            Revoked: The mapping is gone.
        """
        if Flags.READONLY in self.resource.flags:
            raise NotPermitted(
                f"{self.resource.label} is marked read-only in its map",
                errno_name="EPERM",
                advice="remove 'readonly' from the region's flags if it may be written",
                place=self._place(),
            )
        with self._lock:
            self._live().arm()

    def disarm(self) -> None:
        """Have writes refused again.

        Raises:
            Revoked: The mapping is gone.
        """
        with self._lock:
            self._live().disarm()

    def close(self) -> None:
        """Unmap; waits for the access in flight; twice is harmless."""
        with self._lock:
            window, self._window = self._window, None
            if window is not None:
                window.close()

    def __enter__(self) -> IoMem:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def run_together(work: Sequence[tuple[IoMem, Transaction]]) -> list[Outcome]:
    """Run one transaction on each of several mappings, with no other access of these in between.

    Those whose accesses are made in another process go there in one exchange. Offsets are checked
    against the real sizes, all of a transaction before its first access. An interrupt from the keyboard
    waits until transactions that write are through.

    Args:
        work: Mappings, each at most once, with what to do.

    Returns:
        What came of each, in the same order; what fails is in it, and keeps none of the others from going on.
    """
    outcomes: dict[int, Outcome] = {}
    expansions: dict[int, tuple[Window, Expansion]] = {}
    away: dict[int, tuple[Bus, list[int], list[tuple[RemoteWindow, Transaction]]]] = {}
    writes = any(isinstance(operation, Write) for _, transaction in work for operation in transaction)
    with ExitStack() as held:
        if writes:
            held.enter_context(uninterrupted())
        # Always in the same order, so that two threads cannot wait for each other.
        for memory in sorted((memory for memory, _ in work), key=id):
            held.enter_context(memory._lock)
        for number, (memory, transaction) in enumerate(work):
            try:
                window = memory._live()
                expansion = memory._checked
                if expansion is None or transaction is not expansion.whole:
                    expansion = check_transaction(window, transaction, memory.resource.name)
                    # A plan that only reads is as good the next time; a write asks whether it is armed.
                    memory._checked = None if writes else expansion
            except KernelError as error:
                outcomes[number] = Outcome((), error)
                continue
            bus: Bus | None = getattr(window, "bus", None)
            expansions[number] = window, expansion
            if bus is None:
                outcomes[number] = perform(window, expansion.accesses, memory.resource.name)
            else:
                _, numbers, items = away.setdefault(id(bus), (bus, [], []))
                numbers.append(number)
                items.append((cast(RemoteWindow, window), expansion.accesses))
        for bus, numbers, items in away.values():
            outcomes.update(zip(numbers, bus.run(items), strict=True))
    for number, (window, expansion) in expansions.items():
        outcomes[number] = regroup(window, expansion, outcomes[number], work[number][0].resource.name)
    return [outcomes[number] for number in range(len(work))]


class ExclusiveIoMem(IoMem):
    """A mapped resource whose range is claimed for as long as it is mapped.

    Only other exclusive claims are kept away: a shared mapping may still overlap.
    """

    def __init__(self, device: Device, resource: Resource, known_size: int = 0) -> None:
        """Claim ``resource``, then map it, as ``ExclusiveIoMem::ioremap``.

        Raises:
            Busy: A part of the range is claimed, the resource has no bytes, or the kernel is known to
                hold it for a driver; ``holder`` names the claim.
            InvalidArgument: The resource has fewer than ``known_size`` bytes.
            NoMemory: The mapping failed.
        """
        start = resource.start - device.origin
        claim = device.keeper.request_region(device.space, start, resource.size, resource.name)
        self._region = Region(device.keeper, claim)
        try:
            super().__init__(device, resource, known_size)
        except BaseException:
            self._region.close()
            raise

    @property
    def claim(self) -> Claim | None:
        """The claim behind this mapping."""
        return self._region.claim

    def close(self) -> None:
        """Unmap, then release the claim: nobody is granted a range that is still mapped here."""
        super().close()
        self._region.close()
