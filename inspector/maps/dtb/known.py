"""The devices that bundled maps describe, by what the device tree calls them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inspector.maps import files
from inspector.maps.loader import load_text
from inspector.model.registermap import Region


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """What a bundled map says of a device.

    Attributes:
        map_name: The map's.
        blocks: All of the map's blocks.
        instances: The names of what stands in the device's region, each with its block and its offset.
        size: Bytes of the region that they take, which may be rounded up to pages.
        reach: Bytes up to the end of the last register.
    """

    map_name: str
    blocks: tuple[str, ...]
    instances: tuple[tuple[str, str, int], ...]
    size: int
    reach: int


def known_devices(compatible: Iterable[str]) -> dict[str, KnownDevice]:
    """The devices among these that bundled maps describe; only the maps that name one are loaded."""
    wanted = set(compatible)
    found: dict[str, KnownDevice] = {}
    for name in files.names():
        path = files.directory() / f"{name}.yaml"
        text = files.read(path, path.name)
        if not any(word in text for word in wanted):
            continue
        register_map = load_text(text, path.name)
        blocks = tuple(block.name for block in register_map.blocks)
        for region in register_map.regions:
            if region.bind is not None and region.bind.compatible in wanted:
                found.setdefault(region.bind.compatible, _device(name, blocks, region))
    return found


def _device(name: str, blocks: tuple[str, ...], region: Region) -> KnownDevice:
    ends = [
        each.offset + offset + register.size
        for each in region.instances
        for _, offset, register in each.block.walk()
    ]
    return KnownDevice(
        map_name=name,
        blocks=blocks,
        instances=tuple((each.name, each.block.name, each.offset) for each in region.instances),
        size=max(each.offset + each.block.size for each in region.instances),
        reach=max(ends),
    )
