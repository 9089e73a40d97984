"""Physical memory through ``/dev/mem``, and a regular file in its place."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from inspector.backends.backend import Backend, Guarantees, region_resource, region_widths
from inspector.backends.driver import bound_driver
from inspector.backends.machine import Machine
from inspector.backends.mapped import MappedWindow
from inspector.backends.refusals import (
    explain_file,
    explain_map,
    explain_open,
    lockdown_state,
)
from inspector.errors import Busy, InvalidArgument, KernelError, NotPermitted, Place
from inspector.io import Device, Resource, Window, read_iomem
from inspector.io.iomem import IomemEntry, overlapping
from inspector.model.registermap import Region

_LAST_MAPPABLE = 1 << 63


class PhysicalMemory(Backend):
    """The machine's physical memory: ``-b devmem``.

    On arm64 the kernel maps it Device-nGnRnE, whose writes are not posted; elsewhere nothing is promised.
    """

    def __init__(self, path: str = "/dev/mem", machine: Machine | None = None) -> None:
        """Say what holds; nothing is looked at until a device is asked for.

        Args:
            path: The device node.
            machine: What to judge by; this one where left out.
        """
        super().__init__()
        self._machine = machine or Machine.here()
        self._path = path
        self.word = "devmem"
        self.title = path
        self.real = True
        self.guarantees = Guarantees(
            widths=self._machine.widths,
            single_access=self._machine.single_access,
            posted="no" if self._machine.architecture == "aarch64" else "unknown",
        )

    def _open_region(self, region: Region) -> Device:
        if region.base is None:
            raise InvalidArgument(
                f"region {region.name} has no base, and {self._path} needs a physical address; "
                "give it a 'base:' in the map, or open it with -b sim",
                place=Place(region=region.name),
            )
        return self._make(region_resource(region, region.base), region_widths(region, self.guarantees.widths))

    def _open_address(self, address: int, size: int) -> Device:
        return self._make(Resource(address, size, f"{address:#x}"), self.guarantees.widths)

    def _make(self, resource: Resource, widths: frozenset[int]) -> Device:
        self._machine.require_linux()
        self._machine.require_single_access()
        if resource.start + resource.size > _LAST_MAPPABLE:
            raise InvalidArgument(
                f"{resource} is beyond what can be mapped", place=Place(resource.name, "", resource.start)
            )
        return _PhysicalDevice(resource, widths, self._path, can_nonposted=self.guarantees.posted == "no")


class _PhysicalDevice(Device):
    def __init__(self, resource: Resource, widths: frozenset[int], path: str, *, can_nonposted: bool):
        super().__init__(resource.label, (resource,), space="mem")
        self._widths = widths
        self._path = path
        self._can_nonposted = can_nonposted

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        def explain(error: OSError, step: str) -> KernelError:
            if step == "open":
                return explain_open(error, self._path, lockdown_state())
            return explain_map(error, resource.start, resource.size, resource.name, read_iomem())

        return MappedWindow(
            lambda flags: os.open(self._path, flags),
            resource.start,
            resource.size,
            address=resource.start,
            widths=self._widths,
            explain=explain,
        )

    def ioremap_np(self, resource: Resource, *, claimed: bool = False) -> Window:
        return self.ioremap(resource) if self._can_nonposted else super().ioremap_np(resource)

    def check_exclusive(self, resource: Resource) -> None:
        """Refuse what a kernel driver holds: by the mapping first, then by sysfs.

        /proc/iomem alone proves nothing, since it does not say what is busy; it only gives the name.
        """
        try:
            self.ioremap(resource).close()
        except NotPermitted as error:
            if error.errno_name != errno.errorcode[errno.EPERM] or error.place.address is None:
                raise
            raise Busy(
                f"cannot claim {resource}: {error.message}; {error.advice}",
                holder=_listed_holder(read_iomem(), resource),
                place=error.place,
            ) from error
        driver = bound_driver(resource.start, resource.end)
        if driver is not None:
            raise Busy(
                f"cannot claim {resource}: it is {driver}; unbind the driver, or map it shared",
                holder=driver,
                place=Place(resource.name, "", resource.start),
            )


def _listed_holder(entries: Sequence[IomemEntry], resource: Resource) -> str | None:
    inside = overlapping(entries, resource.start, resource.end)
    return f"listed by the kernel as '{inside[0].label}'" if inside else None


class FileMemory(Backend):
    """A regular file in place of physical memory: ``-b devmem:PATH[@ADDRESS]``.

    A missing file refuses the regions on it, each on its own, as ``/dev/mem`` does.
    """

    def __init__(self, word: str, path: str, origin: int = 0, machine: Machine | None = None) -> None:
        """Say what holds; the file is not looked at until a device is asked for.

        Args:
            word: As on the command line.
            path: The file.
            origin: The address at which its byte 0 stands.
            machine: What to judge by; this one where left out.
        """
        super().__init__()
        self._machine = machine or Machine.here()
        self._path = path
        self._origin = origin
        self.word = word
        self.title = f"file {path}" + (f" at {origin:#x}" if origin else "")
        self.real = True
        self.guarantees = Guarantees(
            widths=self._machine.widths,
            single_access=self._machine.single_access,
            posted="no",
            faults_seen=False,
        )

    def _stat(self) -> os.stat_result:
        try:
            status = Path(self._path).stat()
        except OSError as error:
            raise explain_file(error, self._path) from error
        if not stat.S_ISREG(status.st_mode):
            raise InvalidArgument(f"{self._path} is not a regular file; for /dev/mem write -b devmem")
        return status

    def _open_region(self, region: Region) -> Device:
        start = self._origin if region.base is None else region.base
        return self._make(region_resource(region, start), region_widths(region, self.guarantees.widths))

    def _open_address(self, address: int, size: int) -> Device:
        return self._make(Resource(address, size, f"{address:#x}"), self.guarantees.widths)

    def _make(self, resource: Resource, widths: frozenset[int]) -> Device:
        self._machine.require_unix()
        self._machine.require_single_access()
        status = self._stat()
        position = resource.start - self._origin
        if position < 0 or position + resource.size > status.st_size:
            extent = (
                f"has {status.st_size:#x} bytes, {self._origin:#x}-{self._origin + status.st_size - 1:#x}"
                if status.st_size
                else "has no bytes"
            )
            raise InvalidArgument(
                f"{resource} is not inside {self._path}, which {extent}",
                place=Place(resource.name, "", resource.start),
            )
        space = f"file:{status.st_dev}:{status.st_ino}"
        return _FileDevice(resource, widths, self._path, self._origin, space)


class _FileDevice(Device):
    def __init__(self, resource: Resource, widths: frozenset[int], path: str, origin: int, space: str):
        super().__init__(resource.label, (resource,), space=space, origin=origin)
        self._widths = widths
        self._path = path

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        return MappedWindow(
            lambda flags: os.open(self._path, flags),
            resource.start - self.origin,
            resource.size,
            address=resource.start,
            widths=self._widths,
            explain=lambda error, _: explain_file(error, self._path),
        )

    def ioremap_np(self, resource: Resource, *, claimed: bool = False) -> Window:
        return self.ioremap(resource)
