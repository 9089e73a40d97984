"""Where a map's regions place blocks, as its trees say it before anything is built."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inspector.maps.entries import merged_pairs
from inspector.maps.findings import Report
from inspector.maps.keys import BLOCK_NAME, COUNT, DEVICE_REGIONS, INDEX, INSTANCES, OFFSETS
from inspector.maps.merging import mapping_like, value_of
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode
from inspector.maps.parts import Parts
from inspector.model.numbers import NumberError, parse_number

MOST_ELEMENTS = 1 << 16
"""Elements of an array whose names are worth holding against a pattern."""


@dataclass(frozen=True, slots=True)
class Placement:
    """An entry of a region: one instance of a block, or an array of them.

    Attributes:
        device: The device whose region it is in; empty for none.
        region: The region.
        name: Its name as written, ``%s`` included.
        block: The block's name.
        elements: Its elements' names; empty where it is no array.
    """

    device: str
    region: str
    name: str
    block: str
    elements: tuple[str, ...] = ()

    @property
    def regions(self) -> tuple[str, ...]:
        """What its region may be called."""
        return (self.region, f"{self.device}.{self.region}") if self.device else (self.region,)

    @property
    def stem(self) -> str:
        """Its name without a place for an index."""
        return re.sub(r"[^A-Za-z0-9_-]", "", self.name.replace("%s", ""))


def placements(parts: Parts, report: Report) -> list[Placement]:
    """Every entry of every region, those of devices included; what is wrong with one is told later."""
    places: list[Placement] = []
    for device, regions in [("", parts.regions), *_regions_of_devices(parts, report)]:
        for region, described in _pairs(regions, report):
            for name, value in _pairs(value_of(described, INSTANCES.name, report), report):
                block = value if isinstance(value, ScalarNode) else value_of(value, BLOCK_NAME.name, report)
                if isinstance(block, ScalarNode):
                    elements = element_names(name, value, report)
                    places.append(Placement(device, region, name, block.text, elements))
    return places


def move(parts: Parts, blocks: Mapping[Placement, str], report: Report) -> None:
    """Give instances other blocks.

    Args:
        parts: The map, whose regions and devices are replaced.
        blocks: The blocks' names.
        report: Takes nothing that is not told already.
    """
    for place, block in blocks.items():
        path: tuple[str, ...] = (place.region, INSTANCES.name, place.name)
        if place.device:
            assert parts.devices is not None, "the place is in one"
            path = (place.device, DEVICE_REGIONS.name, *path)
            parts.devices = _with_block(parts.devices, path, block, report)
        else:
            assert parts.regions is not None, "the place is in one"
            parts.regions = _with_block(parts.regions, path, block, report)


def element_names(name: str, node: Node, report: Report) -> tuple[str, ...]:
    """The names of an array's elements; empty where it is none, or too large to look at each."""
    index = value_of(node, INDEX.name, report)
    offsets = value_of(node, OFFSETS.name, report)
    if isinstance(index, SequenceNode):
        words = [item.text for item in index.items if isinstance(item, ScalarNode)]
    elif isinstance(offsets, SequenceNode):
        words = list(map(str, range(len(offsets.items))))
    else:
        words = list(map(str, range(_number(value_of(node, COUNT.name, report)))))
    return tuple(name.replace("%s", word) if "%s" in name else f"{name}[{word}]" for word in words)


def _number(node: Node | None) -> int:
    if isinstance(node, ScalarNode):
        try:
            count = parse_number(node.text)
        except NumberError:
            return 0
        return count if count <= MOST_ELEMENTS else 0
    return 0


def _regions_of_devices(parts: Parts, report: Report) -> Iterator[tuple[str, Node | None]]:
    for device, described in _pairs(parts.devices, report):
        yield device, value_of(described, DEVICE_REGIONS.name, report)


def _pairs(node: Node | None, report: Report) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        for key, value in merged_pairs(node, report):
            yield key.text, value


def _with_block(node: Node, path: tuple[str, ...], block: str, report: Report) -> Node:
    if isinstance(node, ScalarNode):
        return ScalarNode(block, True, node.start, node.end, node.source)
    assert isinstance(node, MappingNode), "the place was found in it"
    step, *rest = path or (BLOCK_NAME.name,)
    return mapping_like(
        node,
        [
            (key, _with_block(value, tuple(rest), block, report) if key.text == step else value)
            for key, value in merged_pairs(node, report)
        ],
    )
