"""IP-XACT's fields: their bits, what reading and writing them does, resets and constraints."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspector.maps.findings import quote
from inspector.maps.identifiers import identifier
from inspector.maps.ipxact.access import policy, read_effects
from inspector.maps.ipxact.arrays import read_array
from inspector.maps.ipxact.document import Document
from inspector.maps.ipxact.enums import enum_keys
from inspector.maps.nodes import Node
from inspector.maps.svd.access import Effects, access_keys
from inspector.maps.svd.arrays import Array
from inspector.maps.svd.items import array_keys
from inspector.maps.svd.naming import Scope
from inspector.maps.xml import Element
from inspector.model.bits import ones

_KNOWN = frozenset(
    (
        *("name", "displayName", "shortDescription", "description", "isPresent", "dim", "array"),
        *("bitOffset", "bitWidth", "volatile", "resets", "reset", "enumeratedValues", "values"),
        *("access", "modifiedWriteValue", "writeValueConstraint", "readAction", "testable", "reserved"),
        *("fieldAccessPolicies", "typeIdentifier", "modeRef"),
    )
)
_HARD = "HARD"
"""The reset type that the standard predefines."""


@dataclass(slots=True)
class Fields:
    """The fields of a register.

    Attributes:
        node: The map's ``fields``; None where there are none.
        direction: The register's bit for what only reads (1), only writes (2), or neither (4).
        volatile: Whether hardware changes all of them.
        reset: Of fields of which only some bits are defined after reset; the others state theirs.
        reset_mask: Those bits.
    """

    node: Node | None
    direction: int
    volatile: bool = False
    reset: int = 0
    reset_mask: int = 0


@dataclass(slots=True)
class _Field:
    """A field on its way into the tree."""

    name: str
    line: int
    lsb: int
    width: int
    array: Array | None
    effects: Effects
    volatile: bool
    reset: tuple[int, int] | None = None
    keys: list[tuple[str, Node]] = field(default_factory=list)
    alt: str = ""

    @property
    def places(self) -> range:
        """The lowest bits of its elements."""
        if self.array is None or self.array.count == 1:
            return range(self.lsb, self.lsb + 1)
        return range(self.lsb, self.lsb + self.array.count * self.array.stride, self.array.stride)

    @property
    def mask(self) -> int:
        """The bits of all its elements."""
        mask = 0
        for lsb in self.places:
            mask |= ones(self.width) << lsb
        return mask


class FieldReader:
    """Reads the fields of one register.

    Args:
        register: The register's name, for messages.
        width: The register's, in bits.
        effects: What the tree says of reading and writing at the register.
        volatile: What it says of hardware's changes there.
        document: The file.
    """

    def __init__(
        self, register: str, width: int, effects: Effects, volatile: bool, document: Document
    ) -> None:
        self._register = register
        self._width = width
        self._effects = effects
        self._volatile = volatile
        self._document = document
        self._scope = Scope(document.notes)

    def read(self, elements: list[Element], *, resets: bool) -> Fields:
        """The fields of these elements, or nothing where none has bits in the register.

        Args:
            elements: The ``field`` elements.
            resets: Whether they state their resets; else the register does.
        """
        items = [item for each in self._document.present(elements) if (item := self._field(each)) is not None]
        if not items:
            return Fields(None, self._effects.direction)
        self._view(items)
        readable = any(item.effects.readable for item in items)
        writable = any(item.effects.writable for item in items)
        moving = all(item.volatile for item in items)
        held = moving or self._volatile
        if not resets:
            for item in items:
                item.reset = None
        reset, mask = _partial_reset(items)
        tree = self._document.tree
        node = tree.mapping(((item.name, self._node(item, held)) for item in items), items[0].line)
        direction = 4 if readable is writable else 1 if readable else 2
        return Fields(node, direction, moving, reset, mask)

    def _field(self, element: Element) -> _Field | None:
        document = self._document
        document.count(1, element.line)
        document.unknown(element, _KNOWN, "fields")
        name = document.text(element, "name")
        place = self._place(element, name)
        if place is None:
            return None
        lsb, width, array = place
        said = policy(element, document)
        effects = read_effects(said, self._effects, document)
        volatile = document.flag(element, "volatile")
        item = _Field(
            name=self._scope.unique(identifier(name), None, element.line, "field"),
            line=element.line,
            lsb=lsb,
            width=width,
            array=array,
            effects=effects,
            volatile=self._volatile if volatile is None else volatile,
        )
        if access_keys(effects) != access_keys(self._effects):
            item.keys += [
                (key, document.tree.scalar(word, element.line)) for key, word in access_keys(effects)
            ]
        item.reset = self._reset(element, item)
        enums = enum_keys(element, width, document)
        item.keys += enums + self._constraint(said, item, bool(enums)) + self._others(said)
        item.keys += document.described(element)
        return item

    def _place(self, element: Element, name: str) -> tuple[int, int, Array | None] | None:
        """The lowest bit, how many there are, and the array, all within the register."""
        document, line = self._document, element.line
        lsb, width = document.number(element, "bitOffset"), document.number(element, "bitWidth")
        what = f"the field {quote(name)} of {quote(self._register)}"
        if lsb is None or not width:
            message = f"{what} has no bits that could be computed; it is left out"
            document.notes.repair("fields without bits", line, message)
            return None
        if lsb >= self._width:
            message = f"{what} begins at bit {lsb} of {self._width}; it is left out"
            document.notes.repair("fields outside their registers", line, message)
            return None
        if lsb + width > self._width:
            message = f"{what} has {width} bits from bit {lsb} on; it ends at bit {self._width - 1}"
            document.notes.repair("fields outside their registers", line, message)
            width = self._width - lsb
        array = read_array(element, name, width, document, stride_tag="bitStride")
        if array is None or array.count == 1:
            return lsb, width, array
        fit = (self._width - lsb - width) // array.stride + 1 if array.stride >= width else 1
        if fit < array.count:
            message = f"{what} has {array.count} elements, of which {fit} fit; the others are left out"
            document.notes.repair("fields outside their registers", line, message)
            array = Array(fit, array.stride, array.names[:fit])
        return lsb, width, array

    def _reset(self, element: Element, item: _Field) -> tuple[int, int] | None:
        """The field's reset and its defined bits; of several the one of the type ``HARD``, else the first."""
        document = self._document
        resets = element.child("resets")
        found = list(element.all("reset")) if resets is None else list(resets.all("reset"))
        if not found:
            return None
        hard = [each for each in found if each.attributes.get("resetTypeRef", _HARD) == _HARD]
        chosen = hard[0] if hard else found[0]
        if len(found) > 1:
            document.notes.drop("resets of further types", found[-1].line, quote(item.name))
        return read_reset(chosen, item.name, item.width, document)

    def _constraint(self, element: Element, item: _Field, named: bool) -> list[tuple[str, Node]]:
        stated, document = element.child("writeValueConstraint"), self._document
        if stated is None or not item.effects.writable:
            return []
        tree, line = document.tree, stated.line
        pairs: list[tuple[str, Node]] = []
        if document.flag(stated, "writeAsRead"):
            pairs = [("as_read", tree.scalar("true", line))]
        elif document.flag(stated, "useEnumeratedValues"):
            if named:
                pairs = [("enum_only", tree.scalar("true", line))]
            else:
                document.notes.drop("useEnumeratedValues of fields that have none", line)
        else:
            least, most = document.number(stated, "minimum"), document.number(stated, "maximum")
            limit = ones(item.width)
            if least is not None and least > min(limit if most is None else most, limit):
                document.notes.drop("ranges that no value is in, of writeValueConstraint", line)
            else:
                pairs += [("min", tree.hexadecimal(least, line))] if least else []
                pairs += [("max", tree.hexadecimal(most, line))] if most is not None and most < limit else []
        return [("constraint", tree.mapping(pairs, line))] if pairs else []

    def _others(self, element: Element) -> list[tuple[str, Node]]:
        tree, document = self._document.tree, self._document
        pairs: list[tuple[str, Node]] = []
        if document.flag(element, "reserved"):
            pairs.append(("hidden", tree.scalar("true", element.line)))
        testable = element.child("testable")
        if testable is not None:
            rule = testable.attributes.get("testConstraint", "unconstrained")
            word = "false" if document.flag(element, "testable") is False else rule
            if word != "unconstrained":
                pairs.append(("x-ipxact-testable", tree.scalar(word, testable.line)))
        return pairs

    def _node(self, item: _Field, held: bool) -> Node:
        tree, line, array = self._document.tree, item.line, item.array
        bits = str(item.lsb) if item.width == 1 else f"{item.lsb + item.width - 1}:{item.lsb}"
        pairs: list[tuple[str, Node]] = [("bits", tree.scalar(bits, line))]
        if array is not None:
            stride = 0 if array.stride == item.width else array.stride
            pairs += array_keys(Array(array.count, stride, array.names), tree, line)
        if item.alt:
            pairs.append(("alt", tree.scalar(item.alt, line)))
        if item.reset is not None:
            pairs.append(("reset", tree.hexadecimal(item.reset[0], line)))
        if item.volatile is not held:
            pairs.append(("volatile", tree.scalar(str(item.volatile).lower(), line)))
        pairs += item.keys
        return pairs[0][1] if len(pairs) == 1 else tree.mapping(pairs, line)

    def _view(self, items: list[_Field]) -> None:
        """Give fields on bits that another has a view, unless one only reads and the other only writes."""
        views: list[list[_Field]] = []
        for item in items:
            clash: _Field | None = None
            for number, view in enumerate(views):
                found = next((other for other in view if _meet(item, other)), None)
                if found is None:
                    view.append(item)
                    item.alt = f"view{number + 1}" if number else ""
                    break
                clash = clash or found
            else:
                views.append([item])
                item.alt = f"view{len(views)}" if len(views) > 1 else ""
            if clash is not None:
                message = f"{quote(item.name)} has bits of {quote(clash.name)} in {quote(self._register)}"
                self._document.notes.repair(
                    "fields that overlap", item.line, f"{message}; it is kept as a view of them"
                )


def _meet(one: _Field, other: _Field) -> bool:
    apart = {one.effects.direction, other.effects.direction} == {1, 2}
    return bool(one.mask & other.mask) and not apart


def _partial_reset(items: list[_Field]) -> tuple[int, int]:
    """The reset and its bits that the register must state, since not all bits of some field have one.

    The fields then state none, so that nothing is said twice.
    """
    if all(item.reset is None or item.reset[1] == ones(item.width) for item in items):
        return 0, 0
    reset, defined = 0, 0
    for item in items:
        if item.reset is None:
            continue
        value, mask = item.reset
        for lsb in item.places:
            free = mask << lsb & ~defined
            reset |= value << lsb & free
            defined |= free
        item.reset = None
    return reset, defined


def read_reset(element: Element, name: str, width: int, document: Document) -> tuple[int, int] | None:
    """The value and the defined bits of a ``reset`` of so many bits; None where no bit is defined."""
    value, mask = document.number(element, "value"), document.number(element, "mask")
    limit = ones(width)
    mask = limit if mask is None else mask & limit
    if value is None or not mask:
        return None
    if value > limit:
        message = (
            f"the reset {value:#x} of {quote(name)} does not fit in {width} bits; {value & limit:#x} is taken"
        )
        document.notes.repair("resets that were too wide", element.line, message)
    return value & limit, mask
