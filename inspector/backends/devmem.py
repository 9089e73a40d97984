"""Physical memory through ``/dev/mem``, and a regular file in its place."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from inspector.backends.access import Access
from inspector.backends.backend import region_resource, region_widths
from inspector.backends.driver import DriverHolder, bound_driver
from inspector.backends.hardware import HardwareBackend, MappableDevice
from inspector.backends.locate import device_over, find_spot, function_over, inhabitant
from inspector.backends.machine import Machine
from inspector.backends.mapping import Identity, Mappable
from inspector.backends.pci import check_awake
from inspector.backends.refusals import explain_file, explain_map, explain_open, page_of
from inspector.backends.sysfs import identity_of
from inspector.errors import InvalidArgument, KernelError, NoSuchDevice, Place
from inspector.io import Device, Resource, parse_iomem
from inspector.model.registermap import Region

_LAST_MAPPABLE = 1 << 63


class PhysicalMemory(HardwareBackend):
    """The machine's physical memory: ``-b devmem``.

    What a map's ``bind`` finds wins over its ``base``; where nothing of it is there, the base is believed. On
    arm64 the kernel maps it Device-nGnRnE, whose writes are not posted; elsewhere nothing is promised.
    """

    def __init__(
        self, path: str | None = None, machine: Machine | None = None, access: Access | None = None
    ) -> None:
        """Say what holds; nothing is looked at until a device is asked for.

        Args:
            path: The device node; ``/dev/mem`` where left out.
            machine: What to judge by; this one where left out.
            access: How to touch it; agents of its own where left out.
        """
        machine = machine or Machine.here()
        self._path = path or str(machine.root / "dev" / "mem")
        super().__init__(
            "devmem",
            self._path,
            posted="no" if machine.architecture == "aarch64" else "unknown",
            machine=machine,
            access=access,
        )

    def address_of(self, region: Region) -> int | None:
        """Where a region's resource is on this machine, by ``bind``, else by base; nothing is touched.

        Raises:
            KernelError: What ``bind`` names is not here, or there are several.
        """
        spot = find_spot(region, self._machine)
        return region.base if spot is None else spot.start

    def lives_at(self, address: int, size: int) -> str:
        """The device that owns the range, its driver, and what the kernel lists there."""
        try:
            entries = parse_iomem(self._access.mapper("device", self._path).iomem())
        except KernelError:
            entries = ()
        return inhabitant(self._machine, address, address + size - 1, entries)

    def nodes(self, regions: Sequence[Region]) -> list[str]:
        """The device node."""
        return [self._path]

    def _open_region(self, region: Region) -> Device:
        self._require()
        try:
            start = self.address_of(region)
        except NoSuchDevice:
            if region.base is None:
                raise
            start = region.base
        if start is None:
            raise InvalidArgument(
                f"region {region.name} has no base, and {self._path} needs a physical address; "
                "give it a 'base:' or a 'bind:' in the map, or open it with -b sim",
                place=Place(region=region.name),
            )
        return self._make(region_resource(region, start), region_widths(region, self.guarantees.widths))

    def _open_address(self, address: int, size: int) -> Device:
        self._require()
        return self._make(Resource(address, size, f"{address:#x}"), self.guarantees.widths)

    def _require(self) -> None:
        self._machine.require_linux()
        self._machine.require_single_access()

    def _make(self, resource: Resource, widths: frozenset[int]) -> Device:
        if resource.start + resource.size > _LAST_MAPPABLE:
            raise InvalidArgument(
                f"{resource} is beyond what can be mapped", place=Place(resource.name, "", resource.start)
            )
        mapper = self._access.mapper("device", self._path)

        def driver(start: int = resource.start, end: int = resource.end) -> DriverHolder | None:
            return bound_driver(start, end, self._machine.sysfs)

        def describe(resource: Resource, claimed: bool) -> Mappable:
            def explain(error: OSError, step: str) -> KernelError:
                if step == "open":
                    return explain_open(error, self._path, self._machine.facts)
                return explain_map(
                    error,
                    resource,
                    parse_iomem(mapper.iomem()),
                    driver=driver(page_of(resource.start), page_of(resource.end) + mmap.PAGESIZE - 1),
                    claimed=claimed,
                    facts=self._machine.facts,
                )

            return Mappable(
                path=self._path,
                position=resource.start,
                size=resource.size,
                name=resource.name,
                address=resource.start,
                widths=widths,
                explain=explain,
                identity=self._identity(resource),
                space="mem",
                start=resource.start,
            )

        return MappableDevice(
            resource,
            mapper,
            describe,
            space="mem",
            can_nonposted=self.guarantees.posted == "no",
            driver=driver,
        )

    def _identity(self, resource: Resource) -> Identity:
        """What tells that the same device is at the address: of what owns it, and the kernel's list."""
        lines = (resource.start, resource.end)
        function = function_over(self._machine, *lines)
        if function is not None:
            check_awake(function, resource.name, resource.start)
            return function.identity(lines)
        device = device_over(self._machine, *lines)
        if device is None:
            return Identity(iomem=lines)
        texts = ("resource",) if (device / "resource").exists() else ()
        return identity_of(device, *texts, iomem=lines)


class FileMemory(HardwareBackend):
    """A regular file in place of physical memory: ``-b devmem:PATH[@ADDRESS]``.

    A missing file refuses the regions on it, each on its own, as ``/dev/mem`` does.
    """

    def __init__(
        self,
        word: str,
        path: str,
        origin: int = 0,
        machine: Machine | None = None,
        access: Access | None = None,
    ) -> None:
        """Say what holds; the file is not looked at until a device is asked for.

        Args:
            word: As on the command line.
            path: The file.
            origin: The address at which its byte 0 stands.
            machine: What to judge by; this one where left out.
            access: How to touch it; an agent of its own where left out.
        """
        title = f"file {path}" + (f" at {origin:#x}" if origin else "")
        super().__init__(word, title, posted="no", machine=machine or Machine.here(), access=access)
        self._path = path
        self._origin = origin

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

        def describe(resource: Resource, claimed: bool) -> Mappable:
            return Mappable(
                path=path,
                position=resource.start - self._origin,
                size=resource.size,
                name=resource.name,
                address=resource.start,
                widths=widths,
                explain=lambda error, _: explain_file(error, self._path),
                identity=Identity(inodes=(path,)),
                space=space,
                start=resource.start - self._origin,
            )

        # The agent is started once, wherever this process is then.
        path = str(Path(self._path).absolute())
        mapper = self._access.mapper("file", path)
        return MappableDevice(
            resource, mapper, describe, space=space, origin=self._origin, can_nonposted=True
        )
