"""IP-XACT's address blocks as a map's blocks; those of the same content are one."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.maps.findings import quote
from inspector.maps.identifiers import Names, identifier
from inspector.maps.importing import Here
from inspector.maps.ipxact.access import policy, read_effects
from inspector.maps.ipxact.arrays import read_array
from inspector.maps.ipxact.document import Document
from inspector.maps.ipxact.registers import Held, RegisterReader
from inspector.maps.keys import MOST_REGISTERS
from inspector.maps.kinds import BUS_WIDTHS, LAST_ADDRESS
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode
from inspector.maps.svd.access import Effects, access_keys
from inspector.maps.svd.arrays import Array
from inspector.maps.svd.budget import TooMuchError
from inspector.maps.svd.items import Item, registers_node
from inspector.maps.svd.layout import separate, settle
from inspector.maps.xml import Element
from inspector.model.access import OnRead

_KNOWN = frozenset(
    (
        *("name", "displayName", "shortDescription", "description", "isPresent", "baseAddress", "array"),
        *("range", "width", "usage", "volatile", "access", "accessPolicies", "register", "registerFile"),
        *("typeIdentifier", "misalignmentAllowed"),
    )
)


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a block lies in the rows of a bank whose blocks stand side by side.

    Attributes:
        row: Bytes of a row of the whole bank.
        start: Bytes before the block's part of each row.
        width: Bytes of that part.
    """

    row: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An address block in its memory map.

    Attributes:
        name: What it is called there.
        block: The map's block.
        address: The first byte of it, in the memory map.
        size: Bytes of it, all elements of an array included.
        line: Where it stands, counted from 0.
        array: Its array, or None; its stride in bytes.
    """

    name: str
    block: str
    address: int
    size: int
    line: int
    array: Array | None = None

    @property
    def end(self) -> int:
        """The first address after it."""
        return self.address + self.size


@dataclass(frozen=True, slots=True)
class _Content:
    """What is in an address block.

    Attributes:
        node: The map's block.
        size: Its size in bytes.
        alignment: Bytes that its address must be a multiple of.
    """

    node: Node
    size: int
    alignment: int


class BlockReader:
    """Reads address blocks.

    Attributes:
        blocks: The map's blocks, by name.
    """

    def __init__(self, document: Document) -> None:
        self.blocks: dict[str, Node] = {}
        self._document = document
        self._registers = RegisterReader(document)
        self._names = Names()
        self._contents: dict[object, str] = {}
        self._count = 0

    def read(self, element: Element, unit: int, base: int | None, lane: Lane | None = None) -> Placed | None:
        """A block that software can reach, placed; None, noted, where there is none.

        Args:
            element: The ``addressBlock``.
            unit: Bits of an address unit.
            base: Its address in bytes where its bank gives it; None where it states its own.
            lane: Its part of a bank's rows, or None.
        """
        document, line = self._document, element.line
        document.unknown(element, _KNOWN, "address blocks")
        name = document.text(element, "name")
        if (element.value("usage") or "") == "reserved":
            document.notes.drop("reserved address blocks", line, quote(name))
            return None
        address = self._bytes(element, "baseAddress", unit) if base is None else base
        extent = self._bytes(element, "range", unit)
        if address is None or not extent or address + extent > LAST_ADDRESS + 1:
            message = f"{quote(name)} has no place: its baseAddress, or its range, is none; it is left out"
            document.notes.repair("address blocks without a place", line, message)
            return None
        array = read_array(element, name, document.number(element, "range") or 1, document)
        if array is not None:
            array = Array(array.count, array.stride * unit // 8, array.names)
            if address + array.count * array.stride + extent > LAST_ADDRESS + 1:
                raise document.refusal(f"the elements of {quote(name)} have no places", line)
        content = self._content(element, unit, extent, address, lane)
        if content is None:
            return None
        size = max(extent * (lane.row // lane.width if lane else 1), content.size)
        if array is not None and array.count > 1:
            if array.stride < content.size or array.stride % content.alignment:
                message = f"the elements of {quote(name)} overlap, or are not aligned; only the first is kept"
                document.notes.repair("arrays of address blocks that cannot be", line, message)
                array = None
            else:
                size = max(size, (array.count - 1) * array.stride + content.size)
        if address + size > LAST_ADDRESS + 1:
            raise document.refusal(f"{quote(name)} ends beyond 64 bits of address", line)
        return Placed(identifier(name), self._filed(name, content.node), address, size, line, array)

    def _bytes(self, element: Element, tag: str, unit: int) -> int | None:
        units = self._document.number(element, tag)
        return None if units is None or units * unit % 8 else units * unit // 8

    def _content(
        self, element: Element, unit: int, extent: int, address: int, lane: Lane | None
    ) -> _Content | None:
        document, here = self._document, Here(self._document.tree, element.line)
        effects = read_effects(policy(element, document), Effects(), document)
        stated = document.number(element, "width") or 32
        width = max((each for each in BUS_WIDTHS if each <= stated), default=BUS_WIDTHS[0])
        volatile = bool(document.flag(element, "volatile"))
        items = self._registers.read(element.children, Held(unit, width, effects, volatile))
        if lane is not None:
            items = [spread for item in items if (spread := self._spread(item, lane, lane.start)) is not None]
        items = self._settled(items, address, element)
        if not items and lane is not None:
            document.notes.drop(
                "memory beside registers in banks whose blocks stand side by side", element.line
            )
            return None
        if not items:
            return self._window(element, extent, address, width, effects)
        reach = max(item.end for item in items)
        if reach > extent and lane is None:
            name = document.text(element, "name")
            message = f"the registers of {quote(name)} reach to {reach:#x}, past its range {extent:#x}"
            document.notes.repair("ranges that were too small", element.line, message)
        size = reach if lane is not None else max(extent, reach)
        pairs: list[tuple[str, Node]] = [("size", here.hexadecimal(size))]
        pairs += [("width", here.number(width))] if width != 32 else []
        if access_keys(effects) != access_keys(Effects()):
            pairs += [(key, here.text(word)) for key, word in access_keys(effects)]
        pairs += [("volatile", here.text("true"))] if volatile else []
        registers = registers_node(items, document.tree, element.line)
        node = here.mapping([*pairs, *document.described(element), ("registers", registers)])
        return _Content(node, size, max(item.alignment for item in items))

    def _settled(self, items: list[Item], address: int, element: Element) -> list[Item]:
        """The registers, those in one place as views of it."""
        document = self._document
        self._count += sum(item.registers for item in items)
        if self._count > MOST_REGISTERS:
            raise document.refusal(f"the file has more than {MOST_REGISTERS:,} registers", element.line)
        items = settle(items, address, document.notes)
        try:
            separate(items, document.notes)
        except TooMuchError as error:
            raise document.refusal(str(error), error.line) from None
        return items

    def _window(self, element: Element, extent: int, address: int, width: int, effects: Effects) -> _Content:
        """What holds no registers, as a memory window."""
        document, here = self._document, Here(self._document.tree, element.line)
        usage = element.value("usage") or ""
        if usage == "register":
            message = "address blocks of registers of which none is described: they are shown as words"
            document.notes.drop(message, element.line, quote(document.text(element, "name")))
        width = max(
            each for each in BUS_WIDTHS if each <= width and not extent * 8 % each and not address * 8 % each
        )
        if usage != "memory":
            effects = effects._replace(on_read=OnRead.UNKNOWN)
        words = [
            ("offset", here.hexadecimal(0)),
            ("kind", here.text("memory")),
            ("size", here.hexadecimal(extent)),
            ("width", here.number(width)),
            *((key, here.text(word)) for key, word in access_keys(effects)),
        ]
        registers = here.mapping([("words", here.mapping(words))])
        pairs = [("size", here.hexadecimal(extent)), *document.described(element), ("registers", registers)]
        return _Content(here.mapping(pairs), extent, width // 8)

    def _spread(self, item: Item, lane: Lane, start: int) -> Item | None:
        """A register as its block's part of each row has it; None, noted, where it lies across rows."""
        array = item.array
        steps = [array.stride if array is not None else 0, item.offset if item.children else 0]
        if (not item.children and item.size > lane.width) or any(step % lane.width for step in steps):
            message = "registers that lie across their part of a bank's rows"
            self._document.notes.drop(message, item.line, quote(item.name))
            return None
        item.offset = start + item.offset // lane.width * lane.row + item.offset % lane.width
        if array is not None:
            item.array = Array(array.count, array.stride // lane.width * lane.row, array.names)
        if item.children:
            children = [
                spread for child in item.children if (spread := self._spread(child, lane, 0)) is not None
            ]
            if not children:
                return None
            item.children = children
            item.size = max(child.end for child in children)
        return item

    def _filed(self, name: str, node: Node) -> str:
        content = _content_of(node)
        if content not in self._contents:
            self._contents[content] = self._names.take(identifier(name))
            self.blocks[self._contents[content]] = node
        return self._contents[content]


def _content_of(node: Node) -> object:
    """What a tree says, without its places."""
    if isinstance(node, ScalarNode):
        return node.text
    assert isinstance(node, MappingNode | SequenceNode), "there are no other nodes"
    return (type(node).__name__, *map(_content_of, node.items))
