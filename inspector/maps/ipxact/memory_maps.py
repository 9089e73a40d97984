"""IP-XACT's memory maps, with the banks in them, as a map's regions."""

from __future__ import annotations

from inspector.maps.findings import quote
from inspector.maps.identifiers import Names, identifier
from inspector.maps.importing import Here
from inspector.maps.ipxact.blocks import BlockReader, Lane, Placed
from inspector.maps.ipxact.document import Document
from inspector.maps.kinds import LAST_ADDRESS
from inspector.maps.nodes import MappingNode, Node
from inspector.maps.svd.items import array_keys
from inspector.maps.xml import Element

FARTHEST = 1 << 20
"""Bytes between blocks that are still one region."""

DEEPEST = 16
"""Banks within each other."""

WIDEST_LANE = 128
"""Bytes of a block's part of a row, where blocks stand side by side."""

_MAP = frozenset(
    (
        *("name", "displayName", "shortDescription", "description", "isPresent"),
        *("addressBlock", "bank", "addressUnitBits", "shared"),
    )
)
_BANK = frozenset(
    (
        *("name", "displayName", "shortDescription", "description", "isPresent", "baseAddress"),
        *("addressBlock", "bank", "usage"),
    )
)


class MapReader:
    """Makes the map of one component."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._blocks = BlockReader(document)
        self._region_names = Names()
        self._instance_names = Names()
        self._regions: list[tuple[str, Node]] = []

    def tree(self) -> MappingNode:
        """The whole map.

        Raises:
            MapError: The file holds no component, or one without anything that software can reach.
        """
        document, root = self._document, self._document.root
        if root.tag != "component":
            hint = (
                "a component has memory maps" if root.tag != "typeDefinitions" else "open what refers to it"
            )
            raise document.refusal(f"this is the {quote(root.tag)} of IP-XACT: {hint}", root.line)
        for element in document.present(_memory_maps(root)):
            self._memory_map(element)
        if not self._regions:
            raise document.refusal("the component has no registers and no memory", root.line)
        here = Here(document.tree, root.line)
        pairs: list[tuple[str, Node]] = [
            ("regmap", here.number(1)),
            ("name", here.text(identifier(document.text(root, "name")))),
            *document.described(root),
            *((tag, here.text(text)) for tag in ("vendor", "version") if (text := document.text(root, tag))),
            ("defaults", here.mapping([("read_effects", here.text("unknown"))])),
            ("blocks", here.mapping(self._blocks.blocks.items())),
            ("regions", here.mapping(self._regions)),
        ]
        return here.mapping(pairs)

    def _memory_map(self, element: Element) -> None:
        document = self._document
        document.unknown(element, _MAP, "memory maps")
        name = document.text(element, "name")
        unit = document.number(element, "addressUnitBits") or 8
        if unit > 64 or (unit % 8 and 8 % unit):
            message = f"{quote(name)} has address units of {unit} bits; they are taken for bytes"
            document.notes.repair("address units that no bus has", element.line, message)
            unit = 8
        placed = [each for each in self._children(element, unit, None, 0) if each is not None]
        area: list[Placed] = []
        for each in sorted(placed, key=lambda each: each.address):
            if area and each.address - max(other.end for other in area) > FARTHEST:
                self._region(element, name, area)
                area = []
            area.append(each)
        if area:
            self._region(element, name, area)

    # --- banks ------------------------------------------------------------------------------------

    def _children(self, element: Element, unit: int, base: int | None, depth: int) -> list[Placed]:
        """The blocks of a memory map, or of a bank that places them one after the other from ``base`` on."""
        document = self._document
        found: list[Placed] = []
        tags = ("addressBlock", "bank") if base is None else ("addressBlock", "bank", "subspaceMap")
        for part in document.present([child for child in element.children if child.tag in tags]):
            if part.tag == "subspaceMap":
                document.notes.drop("what follows a subspaceMap in a bank, since that has no size", part.line)
                break
            if part.tag == "bank":
                inner = self._bank(part, unit, base, depth + 1)
            else:
                one = self._blocks.read(part, unit, base)
                inner = [] if one is None else [one]
            found += inner
            if base is not None:
                base = max([base + self._extent(part, unit, depth), *(each.end for each in inner)])
        return found

    def _extent(self, element: Element, unit: int, depth: int) -> int:
        """Bytes that a block or bank takes, whether or not software can reach anything in it."""
        if element.tag == "addressBlock":
            return (self._document.number(element, "range") or 0) * unit // 8
        if depth > DEEPEST:
            return 0
        parts = [child for child in element.children if child.tag in ("addressBlock", "bank")]
        return sum(self._extent(part, unit, depth + 1) for part in self._document.present(parts))

    def _bank(self, element: Element, unit: int, base: int | None, depth: int) -> list[Placed]:
        document = self._document
        name = document.text(element, "name")
        if depth > DEEPEST:
            raise document.refusal(f"more than {DEEPEST} banks within each other", element.line)
        document.unknown(element, _BANK, "banks")
        if (element.value("usage") or "") == "reserved":
            document.notes.drop("reserved banks", element.line, quote(name))
            return []
        if base is None:
            units = document.number(element, "baseAddress")
            if units is None or units * unit // 8 > LAST_ADDRESS:
                message = f"the bank {quote(name)} has no baseAddress; it is left out"
                document.notes.repair("banks without a place", element.line, message)
                return []
            base = units * unit // 8
        if element.attributes.get("bankAlignment", "serial") == "serial":
            return self._children(element, unit, base, depth)
        return self._parallel(element, name, unit, base)

    def _parallel(self, element: Element, name: str, unit: int, base: int) -> list[Placed]:
        """The blocks of a bank that stand side by side: each has a part of every row."""
        document = self._document
        blocks = list(document.present(list(element.all("addressBlock"))))
        widths = [(document.number(block, "width") or 0) // 8 for block in blocks]
        if not all(0 < width <= WIDEST_LANE for width in widths) or element.child("bank") is not None:
            message = "banks whose parts stand side by side and are banks themselves, or have no widths"
            document.notes.drop(message, element.line, quote(name))
            return []
        if not any(block.child("register") or block.child("registerFile") for block in blocks):
            memory = self._blocks.read(_together(element, blocks, document), unit, base)
            return [] if memory is None else [memory]
        found, start = [], 0
        for block, width in zip(blocks, widths, strict=True):
            one = self._blocks.read(block, unit, base, Lane(sum(widths), start, width))
            found += [] if one is None else [one]
            start += width
        return found

    # --- regions ----------------------------------------------------------------------------------

    def _region(self, element: Element, name: str, area: list[Placed]) -> None:
        """A region of blocks that lie close together; those that overlap are views of each other."""
        document = self._document
        here = Here(document.tree, element.line)
        base = area[0].address
        instances: list[tuple[str, Node]] = []
        views: list[int] = []
        for each in area:
            view = next((i for i, end in enumerate(views) if end <= each.address), len(views))
            views[view : view + 1] = [each.end]
            instances.append(self._instance(each, base, view))
        pairs: list[tuple[str, Node]] = [("base", here.hexadecimal(base))] if base else []
        pairs += [
            ("size", here.hexadecimal(max(views) - base)),
            *document.described(element),
            ("instances", here.mapping(instances)),
        ]
        self._regions.append((self._region_names.take(identifier(name)), here.mapping(pairs)))

    def _instance(self, placed: Placed, base: int, view: int) -> tuple[str, Node]:
        here = Here(self._document.tree, placed.line)
        name = self._instance_names.take(placed.name)
        pairs: list[tuple[str, Node]] = [
            ("block", here.text(placed.block)),
            ("offset", here.hexadecimal(placed.address - base)),
        ]
        if view:
            pairs.append(("alt", here.text(f"view{view + 1}")))
        pairs += array_keys(placed.array, self._document.tree, placed.line)
        return name, here.mapping(pairs)


def _together(bank: Element, blocks: list[Element], document: Document) -> Element:
    """The address block that memories side by side are to software."""
    block = Element("addressBlock", {}, bank.line)
    totals = {tag: sum(document.number(each, tag) or 0 for each in blocks) for tag in ("range", "width")}
    texts = {"name": document.text(bank, "name"), "usage": "memory"} | {
        tag: str(total) for tag, total in totals.items()
    }
    for tag, text in texts.items():
        child = Element(tag, {}, bank.line)
        child.text = text
        block.children.append(child)
    block.children += [child for child in blocks[0].children if child.tag in ("access", "accessPolicies")]
    return block


def _memory_maps(root: Element) -> list[Element]:
    """The component's memory maps, those of its address spaces included."""
    found: list[Element] = []
    if (maps := root.child("memoryMaps")) is not None:
        found += maps.all("memoryMap")
    if (spaces := root.child("addressSpaces")) is not None:
        for space in spaces.all("addressSpace"):
            found += space.all("localMemoryMap")
    return found
