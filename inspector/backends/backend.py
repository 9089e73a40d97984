"""What a backend is: it offers devices whose resources can be mapped, and says what it guarantees."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from inspector.errors import InvalidArgument
from inspector.io import Device, Flags, Resource
from inspector.model.registermap import Region


@dataclass(frozen=True, slots=True)
class Guarantees:
    """What holds for every access through a backend.

    Attributes:
        widths: The access widths, in bits, that are one bus access each.
        single_access: Whether one register access is one bus access: ``yes`` where it was measured for
            this Python on this machine, else ``unverified``.
        posted: Whether a write may return before it has arrived.
        read_stops_target: Whether reading halts the target meanwhile.
        faults_seen: Whether a bus error becomes an error message; else it ends the program.
        exclusive_by: Who keeps exclusive claims apart, in words.
    """

    widths: frozenset[int]
    single_access: Literal["yes", "unverified"]
    posted: Literal["yes", "no", "unknown"]
    read_stops_target: bool = False
    faults_seen: bool = False
    exclusive_by: str = "this process"

    def __str__(self) -> str:
        words = [
            "one access, one bus access"
            if self.single_access == "yes"
            else "one access, one bus access: unverified here",
            {"yes": "posted", "no": "not posted", "unknown": "posted unknown"}[self.posted],
        ]
        if self.read_stops_target:
            words.append("reading stops the target")
        return " · ".join(words)


class Backend(ABC):
    """Where registers live.

    Attributes:
        word: As on the command line after ``-b``.
        title: What the screen calls it.
        guarantees: What holds for every access.
        real: Whether it is hardware, or treated as such: it opens read-only until armed.
    """

    word: str
    title: str
    guarantees: Guarantees
    real: bool

    def __init__(self) -> None:
        self._devices: dict[str, Device] = {}
        self._others: list[Device] = []

    def device(self, region: Region) -> Device:
        """The device of a map's region: bound, with the region as resource 0.

        The same one each time, until it is unbound.

        Raises:
            KernelError: There is none, or it cannot be reached; says why and what to do.
        """
        device = self._devices.get(region.name)
        if device is None or not device.bound:
            device = self._devices[region.name] = self._open_region(region)
        return device

    def forget(self, region: Region) -> None:
        """Look for the device of ``region`` anew when it is next asked for: it may have gone or moved."""
        self._devices.pop(region.name, None)

    def device_at(self, address: int, size: int) -> Device:
        """A device with ``size`` bytes from ``address`` as resource 0, for work without a map.

        Raises:
            UsageError: This backend has no addresses of its own.
            KernelError: It cannot be reached; says why and what to do.
        """
        if address < 0 or size < 0:
            raise InvalidArgument(f"no device at {address} with {size} bytes: neither can be negative")
        device = self._open_address(address, size)
        self._others.append(device)
        return device

    def address_of(self, region: Region) -> int | None:
        """Where a region's resource is on this machine; None where no address is known. Nothing is touched.

        Raises:
            KernelError: It is not here, or there are several; says what there is.
        """
        return region.base

    def lives_at(self, address: int, size: int) -> str:
        """What is known to be there, for people: device, driver, the kernel's line; empty for nothing.

        Addresses are those of ``device_at``. Nothing is touched.
        """
        return ""

    def reach(self, address: int, size: int) -> tuple[Device, int]:
        """A device that has ``size`` bytes from ``address``, and where in its resource 0 they start.

        Raises:
            UsageError: This backend has no addresses of its own.
            KernelError: It cannot be reached; says why and what to do.
        """
        return self.device_at(address, size), 0

    def close(self) -> None:
        """Unbind every device: all mappings are gone afterwards; twice is harmless."""
        for device in [*self._devices.values(), *self._others]:
            device.unbind()
        self._devices.clear()
        self._others.clear()

    @abstractmethod
    def _open_region(self, region: Region) -> Device: ...

    @abstractmethod
    def _open_address(self, address: int, size: int) -> Device: ...

    def __enter__(self) -> Backend:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def region_resource(region: Region, start: int) -> Resource:
    """A region as a resource that starts at ``start``, with the flags that its map states."""
    flags = Flags.MEM
    if "nonposted" in region.flags:
        flags |= Flags.MEM_NONPOSTED
    if "readonly" in region.flags:
        flags |= Flags.READONLY
    return Resource(start, region.size, region.name, flags)


def region_widths(region: Region, widths: frozenset[int]) -> frozenset[int]:
    """The widths that both the backend and the region's bus take."""
    return widths if region.access_widths is None else widths & region.access_widths
