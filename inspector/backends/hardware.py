"""What the hardware backends share: a device whose resource is mapped from a file, by an agent or here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from inspector.backends.access import Access
from inspector.backends.backend import Backend, Guarantees
from inspector.backends.machine import Machine
from inspector.backends.mapping import Mappable, Mapper
from inspector.errors import Busy, Holder, Place
from inspector.io import Device, Resource, Window
from inspector.model.registermap import Region

Describe = Callable[[Resource, bool], Mappable]
"""Says what to map for a resource; the second argument says whether it is claimed."""


class MappableDevice(Device):
    """A device with one resource, of which a backend says what to map."""

    def __init__(
        self,
        resource: Resource,
        mapper: Mapper,
        describe: Describe,
        *,
        space: str,
        origin: int = 0,
        can_nonposted: bool = False,
        driver: Callable[[], Holder | None] = lambda: None,
    ) -> None:
        """Describe the device; nothing is opened until its resource is mapped.

        Args:
            resource: What it owns.
            mapper: Who maps it and keeps its claims.
            describe: Says what to map.
            space: The address space of its claims.
            origin: The address that stands at 0 in that space.
            can_nonposted: Whether the mapping's writes are not posted.
            driver: Looks for the kernel driver that holds the range, where the kernel tells.
        """
        super().__init__(resource.label, (resource,), space=space, origin=origin, keeper=mapper.keeper)
        self._mapper = mapper
        self._describe = describe
        self._can_nonposted = can_nonposted
        self._driver = driver

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        """Map ``resource``.

        Raises:
            Busy: It is claimed here, and a kernel driver is known to hold it.
            KernelError: The system refuses.
        """
        # The mapping itself is the first evidence of who owns a range, the driver's link the second.
        window = self._mapper.map(self._describe(resource, claimed), claimed)
        driver = self._driver() if claimed else None
        if driver is not None:
            window.close()
            raise Busy(
                f"cannot claim {resource}: it is {driver}; unbind the driver, or map it shared",
                holder=driver,
                place=Place(resource.name, "", resource.start),
            )
        return window

    def ioremap_np(self, resource: Resource, *, claimed: bool = False) -> Window:
        """Map ``resource`` such that writes are not posted.

        Raises:
            NoMemory: The mapping would be posted, or nothing is promised.
            KernelError: As ``ioremap``.
        """
        if not self._can_nonposted:
            return super().ioremap_np(resource, claimed=claimed)
        return self.ioremap(resource, claimed=claimed)

    def iomem(self) -> str:
        """The text of /proc/iomem as the mapper may read it."""
        return self._mapper.iomem() if self.space == "mem" else ""


class HardwareBackend(Backend):
    """A backend whose registers are mapped from files of this machine."""

    def __init__(
        self,
        word: str,
        title: str,
        *,
        posted: Literal["yes", "no", "unknown"],
        machine: Machine,
        access: Access | None,
    ) -> None:
        """Say what holds; nothing is looked at until a device is asked for.

        Args:
            word: As on the command line.
            title: What the screen calls it.
            posted: Whether a write may return before it has arrived.
            machine: What to judge by.
            access: How to touch it; None for agents of its own, which end with the backend.
        """
        super().__init__()
        self.word = word
        self.title = title
        self.real = True
        self._machine = machine
        self._access = access or Access()
        self._owns_access = access is None
        self.guarantees = Guarantees(
            widths=machine.widths,
            single_access=machine.single_access,
            posted=posted,
            faults_seen=not self._access.in_process,
            exclusive_by="the inspectors of this machine",
        )

    def nodes(self, regions: Sequence[Region]) -> list[str]:
        """The device nodes that opening these regions opens; those that cannot be told are left out."""
        return []

    def close(self) -> None:
        """Unbind every device, and end the agents that are this backend's own."""
        super().close()
        if self._owns_access:
            self._access.close()
