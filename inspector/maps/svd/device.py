"""A CMSIS-SVD file as a map's tree."""

from __future__ import annotations

import re

from inspector.errors import Finding, MapError
from inspector.maps.collector import collector_paused
from inspector.maps.findings import quote
from inspector.maps.nodes import MappingNode, Node
from inspector.maps.svd.blocks import Block, Blocks
from inspector.maps.svd.budget import Budget, TooMuchError
from inspector.maps.svd.context import Context
from inspector.maps.svd.derive import Derivations
from inspector.maps.svd.enums import Enums
from inspector.maps.svd.naming import identifier
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.peripherals import read_peripheral
from inspector.maps.svd.properties import (
    GROUP_TAGS,
    Properties,
    Stated,
    read_number,
    read_properties,
    read_stated,
)
from inspector.maps.svd.regions import place, regions_node
from inspector.maps.svd.registers import RegisterReader, property_keys
from inspector.maps.svd.texts import text_of
from inspector.maps.tree import Imported, Tree
from inspector.maps.xml import Element, XmlFile, finding, read_xml

FORMAT = "CMSIS-SVD"

_TAGS = (
    frozenset(
        (
            "name",
            "vendor",
            "vendorID",
            "series",
            "version",
            "description",
            "licenseText",
            "cpu",
            "addressUnitBits",
            "width",
            "peripherals",
        )
    )
    | GROUP_TAGS
)


_DERIVED_ENUM = re.compile(r"enumeratedValues\s[^>]*derivedFrom")


def import_svd(data: bytes, name: str) -> Imported:
    """Read a CMSIS-SVD description.

    Args:
        data: The file's bytes.
        name: What to call it in messages.

    Raises:
        MapError: It is not XML that can be read, no description of a device, or has no registers.
    """
    with collector_paused():
        file = read_xml(data, name)
        return _Importer(file).run()


class _Importer:
    """Reads one device."""

    def __init__(self, file: XmlFile) -> None:
        self._file = file
        self._tree = Tree(file.source)
        self._notes = Notes(file.source)

    def run(self) -> Imported:
        device = self._file.root
        if device.tag != "device":
            raise self._refusal(
                f"this is no CMSIS-SVD file: its outermost element is {quote(device.tag)}",
                device.line,
                "a CMSIS-SVD file describes one <device>",
            )
        try:
            root = self._device(device)
        except TooMuchError as error:
            raise self._refusal(str(error), error.line, "a map has 1,000,000 registers at most") from None
        findings = sorted(
            [*self._file.repairs, *self._notes.findings()], key=lambda finding: finding.position.line
        )
        return Imported(root, tuple(findings), FORMAT)

    def _refusal(self, message: str, line: int, hint: str) -> MapError:
        return MapError([finding("error", message, self._file.source, line, "refused", hint)])

    def _no_registers(self, device: Element) -> Finding:
        message = "the description has no registers that could be read or written"
        return finding("error", message, self._file.source, device.line, "refused")

    def _device(self, device: Element) -> MappingNode:
        tree, notes = self._tree, self._notes
        stated = read_stated(device, notes)
        for tag in stated.keys() - _TAGS:
            notes.drop(f"{tag} of devices", stated[tag].line)
        elements = [
            child
            for part in device.children
            if part.tag == "peripherals"
            for child in part.children
            if child.tag == "peripheral"
        ]
        budget = Budget()
        derivations = Derivations(elements, budget, notes)
        context = Context(tree, derivations, budget, notes, self._bus_width(stated))
        enums = Enums(context)
        self._share(elements, enums)
        outer = read_properties(stated, Properties(), notes)
        defaults, held = self._defaults(stated, outer, context.bus_width)
        blocks = Blocks(context, RegisterReader(context, enums), held)
        peripherals = [
            peripheral
            for element in elements
            if (peripheral := read_peripheral(element, outer, context)) is not None
        ]
        placements = place(peripherals, blocks, notes)
        if not placements:
            raise MapError([self._no_registers(device), *notes.findings()])
        blocks.name()
        pairs = [("regmap", tree.scalar("1", device.line)), *self._about(stated), ("defaults", defaults)]
        if enums.named is not None:
            pairs.append(("enums", enums.named))
        used = {id(placement.block) for placement in placements}
        nodes = [(block.name, self._block(block)) for block in blocks.all if id(block) in used]
        pairs.append(("blocks", tree.mapping(nodes, device.line)))
        pairs.append(("regions", regions_node(placements, tree)))
        return tree.mapping(pairs, device.line)

    def _share(self, elements: list[Element], enums: Enums) -> None:
        """Find the enumerations that others derive from, where there are any."""
        if not _DERIVED_ENUM.search(self._file.source.text):
            return
        stack = list(elements)
        while stack:
            element = stack.pop()
            stack += element.children
            if element.tag == "enumeratedValues" and "derivedFrom" in element.attributes:
                enums.share(element)

    def _about(self, stated: Stated) -> list[tuple[str, Node]]:
        """What the map says of the device."""
        tree = self._tree
        pairs: list[tuple[str, Node]] = []
        name = text_of(stated, "name")
        if name:
            pairs.append(("name", tree.scalar(identifier(name), stated["name"].line)))
        for tag, key in (
            ("description", "desc"),
            ("vendor", "vendor"),
            ("version", "version"),
            ("licenseText", "license"),
            ("series", "x-svd-series"),
        ):
            text = text_of(stated, tag)
            if text and text != name:
                pairs.append((key, tree.scalar(text, stated[tag].line)))
        if "cpu" in stated:
            pairs += self._cpu(stated["cpu"])
        return pairs

    def _cpu(self, cpu: Element) -> list[tuple[str, Node]]:
        tree = self._tree
        words: dict[str, Node] = {}
        for child in cpu.children:
            if child.children:
                self._notes.drop(f"{child.tag} of the processor", child.line)
            elif child.text.strip():
                words[child.tag] = tree.scalar(" ".join(child.text.split()), child.line)
        return [("x-svd-cpu", tree.mapping(words.items(), cpu.line))] if words else []

    def _defaults(self, stated: Stated, outer: Properties, bus_width: int) -> tuple[Node, Properties]:
        """The map's ``defaults``, and what the tree says with them."""
        tree, notes = self._tree, self._notes
        bits = read_number(stated, "addressUnitBits", notes)
        if bits not in (None, 8):
            line = stated["addressUnitBits"].line
            message = f"addressUnitBits is {bits}; offsets are taken for bytes, as they are everywhere"
            notes.repair("units of address", line, message)
        line = stated["name"].line if "name" in stated else 0
        keys, held = property_keys(outer, Properties(), bus_width, tree, line)
        if outer.width > bus_width and outer.width == Properties().width:
            keys.insert(0, ("access_width", tree.scalar(str(bus_width), line)))
        if "cpu" in stated and stated["cpu"].value("endian") == "big":
            keys.append(("byte_order", tree.scalar("big", stated["cpu"].line)))
        # The format has no word for a read without effects, so what it does not say is not known.
        keys.append(("read_effects", tree.scalar("unknown", line)))
        return tree.mapping(keys, line), held

    def _bus_width(self, stated: Stated) -> int:
        """The widest access of the device's bus in bits: what it says, where that can be."""
        width = read_number(stated, "width", self._notes)
        return width if width in (8, 16, 32, 64) else 32

    def _block(self, block: Block) -> Node:
        tree = self._tree
        pairs: list[tuple[str, Node]] = []
        if block.desc and block.desc != block.users[0].name:
            pairs.append(("desc", tree.scalar(block.desc, block.line)))
        return tree.mapping(pairs + block.keys, block.line)
