"""Finds what in a device tree has an address on the CPU's bus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from inspector.maps.dtb.blob import TreeNode
from inspector.maps.findings import quote
from inspector.maps.kinds import LAST_ADDRESS
from inspector.model.devicetree import Bus, NodeRange, UntranslatableError, is_enabled, strings

MOST_PLACES = 4096
"""Ranges of all nodes; a large system on chip has 500."""

MOST_WINDOWS = 256
"""Entries of the ``ranges`` of a bus."""


@dataclass(frozen=True, slots=True)
class Place:
    """One range of a node.

    Attributes:
        node: The node.
        index: Which of its ranges, from 0.
        range: Where it is.
    """

    node: TreeNode
    index: int
    range: NodeRange


@dataclass(slots=True)
class Found:
    """What was found.

    Attributes:
        places: In the tree's order.
        left_out: What has no place, and why.
        refusal: Why the whole has none; empty where it has.
    """

    places: list[Place] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    refusal: str = ""


def addressed(root: TreeNode) -> Found:
    """The ranges of the nodes that are enabled, memory left out."""
    found = Found()
    for node, bus, reason in _nodes(root):
        if "reg" not in node.properties:
            continue
        if reason:
            found.left_out.append(f"{quote_path(node)} is left out: {reason}")
        else:
            _add(node, bus, found)
        if len(found.places) > MOST_PLACES:
            found.refusal = f"more than {MOST_PLACES:,} ranges of addresses"
            return found
    if not found.places:
        overlay = any("__overlay__" in (child.name for child in node.children) for node in root.children)
        found.refusal = (
            "this is a device-tree overlay: its addresses are those of the tree that it is applied to"
            if overlay
            else "no enabled node has an address on the CPU's bus"
        )
    return found


def quote_path(node: TreeNode) -> str:
    """The node's path for a message, its last part whole."""
    return quote(node.path if len(node.path) <= 40 else f"…{node.path[-38:]}")


def _nodes(root: TreeNode) -> Iterator[tuple[TreeNode, Bus, str]]:
    """Every node below the root, with the bus that it is on and why it is left out; empty where it is not."""
    open_nodes = [(root, Bus.of("/", root.properties.get, None), "")]
    while open_nodes:
        parent, bus, reason = open_nodes.pop()
        below = []
        for node in parent.children:
            why = reason or _reason(node)
            yield node, bus, why
            if node.children:
                inner = Bus.of(node.path, node.properties.get, bus)
                if inner.windows is not None and len(inner.windows) > MOST_WINDOWS:
                    why = why or f"{node.path} has more than {MOST_WINDOWS} ranges"
                below.append((node, inner, _reason_below(node, why)))
        open_nodes += reversed(below)


def _reason(node: TreeNode) -> str:
    if not is_enabled(node.properties.get("status")):
        return "it is disabled"
    if strings(node.properties.get("device_type"))[:1] == ("memory",):
        return "it is the machine's memory"
    return ""


def _reason_below(node: TreeNode, why: str) -> str:
    """Why what is below a node is left out."""
    if why == "it is disabled":
        return f"{node.name} is disabled"
    if node.path == "/reserved-memory":
        return "it is the machine's memory"
    return why


def _add(node: TreeNode, bus: Bus, found: Found) -> None:
    try:
        ranges = list(bus.node_ranges(node.properties.get))
    except UntranslatableError as error:
        found.left_out.append(f"{quote_path(node)} is left out: {error}")
        return
    for index, place in enumerate(ranges):
        if not place.size:
            found.left_out.append(f"range {index} of {quote_path(node)} is left out: it has no size")
        elif place.start + place.size > LAST_ADDRESS + 1:
            found.left_out.append(f"range {index} of {quote_path(node)} is left out: it ends beyond 64 bits")
        else:
            found.places.append(Place(node, index, place))
