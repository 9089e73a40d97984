"""Where the regions of a map really are on this machine, and which device owns an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inspector.backends.devicetree import DeviceNode, compatible_nodes
from inspector.backends.driver import ranges_of
from inspector.backends.machine import Machine
from inspector.backends.pci import PciFunction, check_bar, find_function, functions
from inspector.backends.sysfs import children, driver_of
from inspector.backends.uio import find_device, find_map
from inspector.errors import Finding, InvalidArgument, KernelError, NoSuchDevice, Place, SourcePosition
from inspector.io.iomem import IomemEntry, overlapping
from inspector.model.devicetree import NodeRange
from inspector.model.registermap import Bind, Region, RegisterMap

_TREE = "devicetree/base"
_BUSES = ("amba", "platform")
"""The buses whose devices come from the device tree."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a resource is in physical memory.

    Attributes:
        start: The first address.
        size: In bytes.
        what: The device, for people.
        function: The PCI function that has it; None where it is another device.
    """

    start: int
    size: int
    what: str
    function: PciFunction | None = None


def locate(
    register_map: RegisterMap, words: Mapping[str, str], machine: Machine | None = None
) -> RegisterMap:
    """The map with each region's ``base`` where its resource really is on this machine.

    What ``bind`` finds wins over ``base``. Where it finds nothing the map's own base stays, with a warning
    among the map's; where there is none either, opening the region tells what was looked for. Nothing is
    touched, and no sleeping device is woken.

    Args:
        register_map: The map.
        words: The backend's word for each region's name; regions that are not in it stay as they are.
        machine: What to look at; this one where left out.
    """
    from inspector.backends.opening import open_backend

    regions, warnings = [], []
    for region in register_map.regions:
        word = words.get(region.name, "sim")
        kind, _, rest = word.partition(":")
        if kind in ("pci", "uio") or (kind == "devmem" and not rest):
            with open_backend(word, machine=machine) as backend:
                try:
                    address = backend.address_of(region)
                except KernelError as error:
                    address = region.base
                    warnings.append(_warning(register_map, region, error))
            if address != region.base:
                region = replace(region, base=address)
        regions.append(region)
    if not warnings and all(new is old for new, old in zip(regions, register_map.regions, strict=True)):
        return register_map
    return replace(register_map, regions=tuple(regions), warnings=(*register_map.warnings, *warnings))


def _warning(register_map: RegisterMap, region: Region, error: KernelError) -> Finding:
    believed = "" if region.base is None else f"; its base is {region.base:#x} as the map states it"
    position = SourcePosition(register_map.file or register_map.name, 1, 1)
    return Finding("warning", f"region {region.name}: {error.message}{believed}", position, "bind")


def find_spot(region: Region, machine: Machine) -> Spot | None:
    """Where a region is in physical memory, as its ``bind`` finds it; None where it is by address alone.

    Several devices that fit are no answer, unless the map's base is one of them.

    Raises:
        NoSuchDevice: There is no such device; says what was looked for, and what there is.
        InvalidArgument: Several fit, or the resource is too small.
    """
    bind = region.bind
    if bind is None:
        return None
    failures: list[KernelError] = []
    for find in (_pci_spots, _tree_spots, _uio_spots):
        try:
            spots = find(region, bind, machine)
        except KernelError as error:
            failures.append(error)
            continue
        if not spots:
            continue
        chosen = [spot for spot in spots if spot.start == region.base] if len(spots) > 1 else spots
        if not chosen:
            listed = "; ".join(f"{spot.what} at {spot.start:#x}" for spot in spots)
            raise InvalidArgument(
                f"several devices fit region {region.name}: {listed}; choose by 'index' or by 'base'",
                place=Place(region=region.name),
            )
        spot = chosen[0]
        needed = _needed(region)
        if needed > spot.size:
            raise InvalidArgument(
                f"the registers of region {region.name} reach {needed:#x} bytes far, and {spot.what} has "
                f"only {spot.size:#x}",
                place=Place(region=region.name, address=spot.start),
            )
        return spot
    for failure in failures:
        if not isinstance(failure, NoSuchDevice):
            raise failure
    raise failures[0]


def inhabitant(machine: Machine, start: int, end: int, entries: Sequence[IomemEntry] = ()) -> str:
    """Who is at an address, for people: the device, its driver, what the kernel lists; empty where unknown.

    Args:
        machine: What to look at.
        start: The first address.
        end: The last address, inclusive.
        entries: What /proc/iomem lists; empty where it does not tell.
    """
    words = []
    function = function_over(machine, start, end)
    device = None if function is not None else device_over(machine, start, end)
    if function is not None:
        bar = next(bar for bar in function.bars if bar.is_memory and bar.start <= end and start <= bar.end)
        words.append(f"BAR {bar.number} of {function}")
    elif device is not None:
        words.append(device.name)
    directory = function.directory if function is not None else device
    if directory is not None:
        driver = driver_of(directory)
        words.append(f"driver {driver}" if driver else "no driver")
    listed = [entry.label for entry in overlapping(entries, start, end)]
    if listed and (directory is None or directory.name not in listed):
        words.append(f"listed as {' and '.join(map(repr, dict.fromkeys(listed)))}")
    return ", ".join(words)


def function_over(machine: Machine, start: int, end: int) -> PciFunction | None:
    """The PCI function that has a BAR between ``start`` and ``end``, or None."""
    for function in functions(machine.sysfs):
        if any(bar.is_memory and bar.size and bar.start <= end and start <= bar.end for bar in function.bars):
            return function
    return None


def device_over(machine: Machine, start: int, end: int) -> Path | None:
    """The directory of the AMBA or platform device with a range between ``start`` and ``end``, or None."""
    for directory, _ in tree_devices(machine):
        if any(first <= end and start <= last for first, last in ranges_of(directory, machine.sysfs)):
            return directory
    return None


def tree_devices(machine: Machine) -> Iterator[tuple[Path, str]]:
    """The AMBA and platform devices, each with the path of its device-tree node; empty where it has none."""
    for bus in _BUSES:
        for directory in children(machine.sysfs / "bus" / bus / "devices"):
            try:
                target = str((directory / "of_node").readlink())
            except OSError:
                target = ""
            yield directory, target.partition(_TREE)[2]


# --- by what a map's bind says ----------------------------------------------------------------


def _pci_spots(region: Region, bind: Bind, machine: Machine) -> list[Spot]:
    if not bind.pci_id:
        return []
    found = [function for function in functions(machine.sysfs) if function.id == bind.pci_id]
    candidates = found if len(found) > 1 else [find_function(machine.sysfs, bind.pci_id)]
    spots = []
    for function in candidates:
        try:
            bar = check_bar(function, bind.pci_bar, region.name, 0)
        except NoSuchDevice as error:
            # The device is there, so a base that the map states for it cannot be right.
            raise InvalidArgument(error.message, place=error.place) from None
        spots.append(Spot(bar.start, bar.size, f"BAR {bar.number} of {function}", function))
    return spots


def _tree_spots(region: Region, bind: Bind, machine: Machine) -> list[Spot]:
    if not bind.compatible:
        return []
    root = machine.device_tree
    if not root.is_dir():
        raise NoSuchDevice(f"no node is '{bind.compatible}': this machine has no device tree")
    present = compatible_nodes(root, bind.compatible)
    usable = [node for node in present if node.enabled and node.ranges]
    if not usable:
        raise NoSuchDevice(f"no usable node of the device tree is '{bind.compatible}'{_unusable(present)}")
    if bind.index is not None:
        if bind.index >= len(usable):
            raise NoSuchDevice(
                f"no node number {bind.index} is '{bind.compatible}'; there is {_names(usable)}",
                known=[node.name for node in usable],
            )
        usable = [usable[bind.index]]
    spots = []
    for node in usable:
        found = _range_of(node, bind.reg_name)
        spots.append(Spot(found.start, found.size, f"{node.name} ({bind.compatible})"))
    return spots


def _uio_spots(region: Region, bind: Bind, machine: Machine) -> list[Spot]:
    if not bind.uio:
        return []
    device = find_device(machine.sysfs, bind.uio)
    found = find_map(device, bind.uio_map, region.name, 0)
    start = found.physical(wide=machine.wide)
    if start is None:
        raise NoSuchDevice(f"map {found.index} of {device} has no physical address; -b uio reaches it")
    return [Spot(start, found.length, f"map {found.index} of {device}")]


def _range_of(node: DeviceNode, name: str) -> NodeRange:
    if not name:
        return node.ranges[0]
    for found in node.ranges:
        if found.name == name:
            return found
    known = [found.name for found in node.ranges if found.name]
    raise NoSuchDevice(
        f"{node.name} has no range called '{name}'; its reg-names: {', '.join(known) or 'none'}", known=known
    )


def _unusable(present: list[DeviceNode]) -> str:
    for node in present:
        return f": {node.name} " + (
            "is disabled" if not node.enabled else f"has no address, since {node.problem}"
        )
    return ""


def _names(found: list[DeviceNode]) -> str:
    return ", ".join(f"{node.name} at {node.ranges[0].start:#x}" for node in found)


def _needed(region: Region) -> int:
    """How far the registers of a region reach: a map's extent may be rounded up to pages."""
    return max(
        (
            instance.offset + offset + register.width // 8
            for instance in region.instances
            for _, offset, register in instance.block.walk()
        ),
        default=0,
    )
