"""IP-XACT's registers and register files, from their elements to things with a place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from inspector.maps.findings import quote
from inspector.maps.identifiers import identifier
from inspector.maps.importing import Here, reset_pairs
from inspector.maps.ipxact.access import policy, read_effects
from inspector.maps.ipxact.arrays import read_array
from inspector.maps.ipxact.document import Document
from inspector.maps.ipxact.fields import FieldReader, read_reset
from inspector.maps.kinds import BUS_WIDTHS, LAST_ADDRESS, WIDEST
from inspector.maps.nodes import Node
from inspector.maps.svd.access import Effects, access_keys
from inspector.maps.svd.arrays import Array
from inspector.maps.svd.items import Item
from inspector.maps.svd.naming import Scope
from inspector.maps.xml import Element
from inspector.model.bits import ones

DEEPEST = 16
"""Register files within each other."""

_NAMES = ("name", "displayName", "shortDescription", "description", "isPresent")
_REGISTER = frozenset(
    (
        *_NAMES,
        *("dim", "array", "addressOffset", "size", "volatile", "access", "accessPolicies"),
        *("reset", "field", "alternateRegisters", "typeIdentifier"),
    )
)
_ALTERNATE = _REGISTER | {"alternateGroups", "modeRef"}
_FILE = frozenset((*_NAMES, *("dim", "array", "addressOffset", "range", "accessPolicies", "access")))
_FILE_CHILDREN = _FILE | {"register", "registerFile", "typeIdentifier"}


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for registers where they say nothing themselves.

    Attributes:
        unit: Bits of an address unit.
        width: Of the bus, in bits.
        effects: What reading and writing do.
        volatile: Whether hardware changes them.
        depth: How many register files they are in.
    """

    unit: int
    width: int
    effects: Effects
    volatile: bool
    depth: int = 0


class RegisterReader:
    """Reads registers and register files."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def read(self, elements: list[Element], held: Held) -> list[Item]:
        """The registers and register files among an element's children."""
        scope = Scope(self._document.notes)
        items: list[Item] = []
        for element in self._document.present(
            [each for each in elements if each.tag in ("register", "registerFile")]
        ):
            self._document.count(1, element.line)
            if element.tag == "register":
                items += self._register(element, held, scope)
            else:
                items += self._file(element, held, scope)
        return items

    # --- register files ---------------------------------------------------------------------------

    def _file(self, element: Element, held: Held, scope: Scope) -> list[Item]:
        document, line = self._document, element.line
        document.unknown(element, _FILE_CHILDREN, "register files")
        name = document.text(element, "name")
        offset = self._offset(element, name, held)
        if held.depth >= DEEPEST:
            raise document.refusal(f"more than {DEEPEST} register files within each other", line)
        effects = read_effects(policy(element, document), held.effects, document)
        children = self.read(element.children, replace(held, effects=effects, depth=held.depth + 1))
        if offset is None or not children:
            if not children:
                document.notes.drop("register files without registers", line, quote(name))
            return []
        size = max(child.end for child in children)
        extent = document.number(element, "range")
        if extent is not None and extent * held.unit // 8 < size:
            message = f"the registers of {quote(name)} reach to {size:#x}, past its range {extent:#x}"
            document.notes.repair("ranges that were too small", line, message)
        units = extent or -(-size * 8 // held.unit)
        item = Item(
            name=identifier(name),
            line=line,
            offset=offset,
            size=size,
            alignment=max(child.alignment for child in children),
            array=self._array(element, name, units, held),
            keys=document.described(element) + _access(effects, held.effects, Here(document.tree, line)),
            children=children,
        )
        return [self._filed(item, "register file", scope)]

    # --- registers --------------------------------------------------------------------------------

    def _register(self, element: Element, held: Held, scope: Scope) -> list[Item]:
        document = self._document
        document.unknown(element, _REGISTER, "registers")
        name = document.text(element, "name")
        offset = self._offset(element, name, held)
        if offset is None:
            return []
        width = self._width(element, name, held)
        array = self._array(element, name, -(-width // held.unit), held)
        item = self._built(element, name, width, offset, array, held)
        items = [self._filed(item, "register", scope)]
        alternates = element.child("alternateRegisters")
        for each in document.present([] if alternates is None else alternates.children):
            document.count(1, each.line)
            document.unknown(each, _ALTERNATE, "alternate registers")
            other = self._built(each, document.text(each, "name"), width, offset, array, held)
            other.alt, other.declared = self._alternate(each), True
            items.append(self._filed(other, "register", scope))
        return items

    def _alternate(self, element: Element) -> str:
        """The view of an alternate register: its group, else the mode in which it is there, else its name."""
        document = self._document
        groups = element.child("alternateGroups")
        said = [each.text for each in (() if groups is None else groups.all("alternateGroup"))]
        said += [each.text for each in element.all("modeRef")]
        if len(said) > 1:
            document.notes.drop("alternate registers of several groups: the first is taken", element.line)
        return identifier(said[0] if said else document.text(element, "name"))

    def _built(
        self, element: Element, name: str, width: int, offset: int, array: Array | None, held: Held
    ) -> Item:
        document, line = self._document, element.line
        here = Here(document.tree, line)
        effects = read_effects(policy(element, document), held.effects, document)
        stated = document.flag(element, "volatile")
        volatile = held.volatile if stated is None else stated
        bus = _bus_width(width, held.width, offset, array)
        if width in BUS_WIDTHS and bus < min(width, held.width):
            message = f"{quote(name)} of {width} bits is not aligned; {bus} bits are accessed at once"
            document.notes.repair("registers that are not aligned", line, message)
        if width > WIDEST:
            return self._words(element, name, width, offset, array, effects, replace(held, width=bus))
        reset = element.child("reset")
        own = None if reset is None else read_reset(reset, name, width, document)
        reader = FieldReader(name, width, effects, volatile, document)
        fields = reader.read(list(element.all("field")), resets=own is None)
        keys = _width(width, bus, held, here) + _access(effects, held.effects, here)
        keys += reset_pairs(*(own or (fields.reset, fields.reset_mask)), ones(width), here)
        if (volatile or fields.volatile) is not held.volatile:
            keys.append(("volatile", here.text(str(volatile or fields.volatile).lower())))
        return Item(
            name=identifier(name),
            line=line,
            offset=offset,
            size=width // 8,
            alignment=bus // 8,
            array=array,
            keys=keys + document.described(element),
            fields=fields.node,
            direction=fields.direction,
            registers=array.count if array else 1,
        )

    def _words(
        self,
        element: Element,
        name: str,
        width: int,
        offset: int,
        array: Array | None,
        effects: Effects,
        held: Held,
    ) -> Item:
        """A register wider than any of a map's, as the words that the bus sees of it."""
        document, line, word = self._document, element.line, held.width
        document.notes.drop(
            f"fields of registers of more than {WIDEST} bits, which are shown as words", line, quote(name)
        )
        here, count = Here(document.tree, line), width // word
        words = Item(
            name="WORD",
            line=line,
            offset=0,
            size=word // 8,
            alignment=word // 8,
            array=Array(count, word // 8),
            keys=[("width", here.number(word)), *_access(effects, held.effects, here)],
            registers=count,
        )
        return Item(
            name=identifier(name),
            line=line,
            offset=offset,
            size=width // 8,
            alignment=word // 8,
            array=array,
            keys=document.described(element),
            children=[words],
            registers=count * (array.count if array else 1),
        )

    # --- places -----------------------------------------------------------------------------------

    def _offset(self, element: Element, name: str, held: Held) -> int | None:
        """Bytes from the parent's start; None, noted, where no byte is there."""
        units, document = self._document.number(element, "addressOffset"), self._document
        if units is None or units * held.unit % 8 or units * held.unit // 8 > LAST_ADDRESS >> 1:
            message = f"{quote(name)} has no addressOffset that a byte has; it is left out"
            document.notes.repair("registers without a place", element.line, message)
            return None
        return units * held.unit // 8

    def _width(self, element: Element, name: str, held: Held) -> int:
        """A register's size in bits, as a width that registers have."""
        document = self._document
        size = document.number(element, "size")
        if size and not size % 8 and size <= MOST_BITS:
            return size
        width = min(-(-size // 8) * 8, MOST_BITS) if size else held.width
        message = f"{quote(name)} has the size {size}" if size is not None else f"{quote(name)} has no size"
        document.notes.repair(
            "sizes that no register has", element.line, f"{message}; {width} bits are taken"
        )
        return width

    def _array(self, element: Element, name: str, units: int, held: Held) -> Array | None:
        """The element's array, its stride in bytes."""
        array = read_array(element, name, units, self._document)
        if array is None:
            return None
        stride = array.stride * held.unit // 8
        if array.stride * held.unit % 8 or stride * array.count > LAST_ADDRESS >> 1:
            raise self._document.refusal(f"the elements of {quote(name)} have no places", element.line)
        return Array(array.count, stride, array.names)

    def _filed(self, item: Item, what: str, scope: Scope) -> Item:
        item.name = scope.unique(item.name, item.array, item.line, what, item.alt)
        if item.children:
            count = item.array.count if item.array else 1
            item.registers = sum(child.registers for child in item.children) * count
        return item


MOST_BITS = 1 << 16
"""Bits of a register, beyond which it is a memory."""


def _bus_width(width: int, bus: int, offset: int, array: Array | None) -> int:
    """Bits of each access to a register: no more than the bus has, and aligned for it."""
    places = [offset, array.stride if array is not None and array.count > 1 else 0]
    return max(
        each
        for each in BUS_WIDTHS
        if each == BUS_WIDTHS[0]
        or (each <= bus and not width % each and not any(place % (each // 8) for place in places))
    )


def _width(width: int, bus: int, held: Held, here: Here) -> list[tuple[str, Node]]:
    pairs = [("width", here.number(width))] if width != held.width else []
    return pairs + ([("access_width", here.number(bus))] if bus < width else [])


def _access(effects: Effects, held: Effects, here: Here) -> list[tuple[str, Node]]:
    keys = access_keys(effects)
    return [] if keys == access_keys(held) else [(key, here.text(word)) for key, word in keys]
