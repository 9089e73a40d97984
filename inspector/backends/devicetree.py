"""The device tree as the kernel shows it: which node is where on the CPU's bus."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inspector.model.devicetree import Bus, NodeRange, UntranslatableError, is_enabled, strings


@dataclass(frozen=True, slots=True)
class DeviceNode:
    """A node with a ``reg``.

    Attributes:
        path: From the root, such as ``/soc/serial@7e201000``.
        directory: Where its properties are.
        compatible: What it is, most specific first.
        enabled: Whether its ``status`` lets it be used.
        ranges: Where its registers are; empty where ``problem`` says why.
        problem: Why its addresses are not the CPU's; empty where they are.
    """

    path: str
    directory: Path
    compatible: tuple[str, ...]
    enabled: bool
    ranges: tuple[NodeRange, ...]
    problem: str = ""

    @property
    def name(self) -> str:
        """The last part of the path, such as ``serial@7e201000``."""
        return self.path.rpartition("/")[2]


def nodes(root: Path) -> Iterator[DeviceNode]:
    """Every node with a ``reg``, in the order of the tree's names; none where there is no device tree."""
    if root.is_dir():
        yield from _children(root, "", _bus(root, "/", None))


def node_at(root: Path, path: str) -> DeviceNode | None:
    """The node at a path such as ``/soc/serial@7e201000``; None where there is none with a ``reg``."""
    directory, bus, walked = root, _bus(root, "/", None), ""
    *above, last = path.strip("/").split("/")
    for name in above:
        directory, walked = directory / name, f"{walked}/{name}"
        bus = _bus(directory, walked, bus)
    if _property(directory / last, "reg") is None:
        return None
    return _node(directory / last, f"{walked}/{last}", bus)


def compatible_nodes(root: Path, compatible: str) -> list[DeviceNode]:
    """The nodes that are compatible, by address; those that are disabled or have no address come last."""

    def order(node: DeviceNode) -> tuple[bool, bool, int]:
        return not node.enabled, not node.ranges, node.ranges[0].start if node.ranges else 0

    return sorted((node for node in nodes(root) if compatible in node.compatible), key=order)


def _children(directory: Path, path: str, bus: Bus) -> Iterator[DeviceNode]:
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if not entry.is_dir(follow_symlinks=False):
            continue
        child, child_path = Path(entry.path), f"{path}/{entry.name}"
        if _property(child, "reg") is not None:
            yield _node(child, child_path, bus)
        yield from _children(child, child_path, _bus(child, child_path, bus))


def _node(directory: Path, path: str, bus: Bus) -> DeviceNode:
    properties = partial(_property, directory)
    ranges: tuple[NodeRange, ...] = ()
    problem = ""
    try:
        ranges = tuple(bus.node_ranges(properties))
    except UntranslatableError as error:
        problem = str(error)
    return DeviceNode(
        path=path,
        directory=directory,
        compatible=strings(properties("compatible")),
        enabled=is_enabled(properties("status")),
        ranges=ranges,
        problem=problem,
    )


def _bus(directory: Path, path: str, parent: Bus | None) -> Bus:
    return Bus.of(path, partial(_property, directory), parent)


def _property(directory: Path, name: str) -> bytes | None:
    try:
        return (directory / name).read_bytes()
    except OSError:
        return None
