"""Makes a map's regions of the places in a device tree."""

from __future__ import annotations

from inspector.maps.dtb.blob import TreeNode
from inspector.maps.dtb.known import KnownDevice, known_devices
from inspector.maps.dtb.places import Place, quote_path
from inspector.maps.findings import quote
from inspector.maps.identifiers import Names, identifier
from inspector.maps.kinds import LAST_ADDRESS
from inspector.maps.nodes import MappingNode, Node
from inspector.maps.tree import Stated, Tree
from inspector.model.devicetree import NodeRange, strings

_WORD = 4
"""Bytes of a word of a window."""

_ALIGNMENT = 8
"""What the start of a device's registers is a multiple of, whatever their width."""


class RegionWriter:
    """Writes the map of one device tree.

    Attributes:
        notes: What the tree does not say.
    """

    def __init__(self, tree: Tree, root: TreeNode, places: list[Place]) -> None:
        self.notes: list[str] = []
        self._tree = tree
        self._root = root
        self._places = places
        self._known = known_devices(word for place in places for word in _compatible(place.node))
        self._included: set[str] = set()
        self._windows: dict[tuple[int, int], tuple[str, Node]] = {}
        self._block_names = Names()
        self._region_names = Names()
        self._instance_names = Names()
        for device in self._known.values():
            for block in device.blocks:
                self._block_names.take(block)

    def map(self) -> MappingNode:
        """The whole map."""
        regions = dict(self._region(place) for place in self._places)
        if self._windows:
            self.notes.append(
                "a device tree names no registers; what no bundled map describes is shown as words"
            )
        stated: dict[str, Stated] = {"regmap": "1"}
        if title := _first(self._root, "model"):
            stated["title"] = title
        if self._included:
            stated["include"] = sorted(self._included)
        if self._windows:
            stated["blocks"] = dict(self._windows.values())
        stated["regions"] = regions
        return self._tree.mapping(((key, self._tree.node(value, 0)) for key, value in stated.items()), 0)

    def _region(self, place: Place) -> tuple[str, Node]:
        name = self._region_names.take(_region_name(place))
        device = self._device(place)
        size = place.range.size if device is None else max(place.range.size, device.size)
        stated: dict[str, Stated] = {"base": place.range.start, "size": size}
        if bind := _bind(place):
            stated["bind"] = bind
        if title := _first(place.node, "label") or _first(place.node, "compatible"):
            stated["title"] = title
        if device is None:
            stated["instances"] = {self._instance_names.take(name): self._window(place.range)}
        else:
            self._included.add(device.map_name)
            stated["instances"] = self._instances(name, device)
        return name, self._tree.node(stated, 0)

    def _device(self, place: Place) -> KnownDevice | None:
        """What a bundled map says of the place; None where none does, or where it needs more than that."""
        if place.index:
            return None
        start, size = place.range.start, place.range.size
        for word in _compatible(place.node):
            device = self._known.get(word)
            if device is None:
                continue
            if device.reach <= size and not start % _ALIGNMENT and start + device.size <= LAST_ADDRESS + 1:
                return device
            self.notes.append(
                f"{quote_path(place.node)} is {quote(word)}, but has {size:#x} bytes at {start:#x}: "
                f"the map {quote(device.map_name)} reaches to {device.reach:#x}"
            )
        return None

    def _instances(self, name: str, device: KnownDevice) -> Stated:
        single = len(device.instances) == 1
        return {
            self._instance_names.take(name if single else f"{name}_{inner}"): {
                "block": block,
                "offset": offset,
            }
            for inner, block, offset in device.instances
        }

    def _window(self, extent: NodeRange) -> str:
        """The name of a block that is nothing but words; extents alike share one."""
        width = 32 if extent.start % _WORD == extent.size % _WORD == 0 else 8
        key = extent.size, width
        if key not in self._windows:
            name = self._block_names.take(f"{'words' if width > 8 else 'bytes'}_{extent.size:x}")
            # What is behind it are registers, and what accesses do to them is anybody's guess.
            words: Stated = {
                "offset": 0,
                "kind": "memory",
                "size": extent.size,
                "width": str(width),
                "access": "rw",
                "on_read": "unknown",
                "on_write": "unknown",
            }
            self._windows[key] = name, self._tree.node({"registers": {"words": words}}, 0)
        return self._windows[key][0]


def _region_name(place: Place) -> str:
    """``serial_9000000`` for ``serial@9000000``; ranges after the first add their names, or numbers."""
    name = identifier(place.node.name, "node")
    if not place.index:
        return name
    return f"{name}_{identifier(place.range.name, str(place.index)).strip('_')}"


def _bind(place: Place) -> Stated:
    """How a machine's own device tree finds the place again; nothing where it cannot be told apart."""
    compatible = _first(place.node, "compatible")
    if not compatible or (place.index and not place.range.name):
        return {}
    return {"compatible": compatible} | ({"name": place.range.name} if place.index else {})


def _compatible(node: TreeNode) -> tuple[str, ...]:
    return tuple(word for word in strings(node.properties.get("compatible")) if word)


def _first(node: TreeNode, name: str) -> str:
    return next(iter(strings(node.properties.get(name))), "").strip()
