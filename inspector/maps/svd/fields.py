"""A register's fields: their bits, what reading and writing them does, and what their values mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from inspector.maps.findings import quote
from inspector.maps.nodes import Node
from inspector.maps.svd.access import Effects, access_keys
from inspector.maps.svd.arrays import DIM_TAGS, Array, read_array
from inspector.maps.svd.budget import DEFINITION
from inspector.maps.svd.context import Context
from inspector.maps.svd.enums import Enums
from inspector.maps.svd.naming import Scope, array_name, identifier, numbered, once_named
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.positions import POSITION_TAGS, read_position
from inspector.maps.svd.properties import Stated, read_effects, read_number, read_stated
from inspector.maps.svd.texts import desc_keys
from inspector.maps.tree import Tree
from inspector.maps.xml import Element
from inspector.model.bits import ones

_TAGS = (
    frozenset(
        (
            "name",
            "description",
            "access",
            "modifiedWriteValues",
            "readAction",
            "writeConstraint",
            "enumeratedValues",
        )
    )
    | POSITION_TAGS
    | DIM_TAGS
)


@dataclass(slots=True)
class _Field:
    """A field on its way into the tree.

    Attributes:
        name: As the map has it.
        line: Where it stands, counted from 0.
        lsb: Its lowest bit, of the first element.
        width: In bits.
        array: Its array, or None.
        effects: What reading and writing do.
        keys: What the map says of it beside its bits.
        alt: The view it belongs to.
    """

    name: str
    line: int
    lsb: int
    width: int
    array: Array | None
    effects: Effects
    keys: list[tuple[str, Node]] = field(default_factory=list)
    alt: str = ""

    @property
    def mask(self) -> int:
        if self.array is None:
            return ones(self.width) << self.lsb
        mask = 0
        for i in range(self.array.count):
            mask |= ones(self.width) << self.lsb + i * self.array.stride
        return mask

    def elements(self) -> list[_Field]:
        """Its elements as fields of their own."""
        if self.array is None:
            return [self]
        name = self.name if "%s" in self.name else f"{self.name}_%s"
        return [
            replace(
                self,
                name=name.replace("%s", self.array.element(i)),
                lsb=self.lsb + i * self.array.stride,
                array=None,
            )
            for i in range(self.array.count)
        ]


class FieldReader:
    """Reads the fields of registers."""

    def __init__(self, context: Context, enums: Enums) -> None:
        self._tree = context.tree
        self._derivations = context.derivations
        self._budget = context.budget
        self._notes = context.notes
        self._enums = enums

    def read(
        self, containers: list[Element], register: str, width: int, outer: Effects
    ) -> tuple[Node | None, int]:
        """The map's ``fields`` of a register, and the register's direction as these make it.

        Args:
            containers: Its ``fields`` elements.
            register: What it is called, for messages.
            width: In bits.
            outer: What holds for a field that says nothing of reading and writing.
        """
        scope = Scope(self._notes)
        fields: list[_Field] = []
        taken = 0
        views = False
        for container in containers:
            self._budget.spend(DEFINITION * len(container.children), container.line)
            for element in container.children:
                if element.tag != "field":
                    continue
                for item in self._read(element, scope, register, width, outer):
                    mask = item.mask
                    views = views or bool(taken & mask)
                    taken |= mask
                    fields.append(item)
        if not fields:
            return None, outer.direction
        if views:
            _view(fields, register, self._notes)
        readable = any(item.effects.readable for item in fields)
        writable = any(item.effects.writable for item in fields)
        direction = 4 if readable is writable else 1 if readable else 2
        pairs = ((item.name, self._node(item)) for item in fields)
        return self._tree.mapping(pairs, containers[0].line), direction

    def _read(
        self, element: Element, scope: Scope, register: str, width: int, outer: Effects
    ) -> list[_Field]:
        """A field, its elements one by one where they cannot stay an array, or nothing."""
        resolved = self._derivations.resolve(element)
        stated = read_stated(resolved, self._notes)
        if not stated.keys() <= _TAGS:
            for tag in stated.keys() - _TAGS:
                self._notes.drop(f"{tag} of fields", stated[tag].line)
        name_element = stated.get("name")
        name = name_element.text.strip() if name_element is not None else ""
        position = self._position(stated, name, element, register, width)
        if position is None:
            return []
        lsb, bits = position
        effects = read_effects(stated, outer, self._notes)
        keys: list[tuple[str, Node]] = []
        if effects != outer:
            keys += _changed(effects, outer, self._tree, element.line)
        enums = [child for child in resolved.children if child.tag == "enumeratedValues"]
        if enums:
            keys += self._enums.keys(enums, bits)
        if "writeConstraint" in stated:
            keys += self._constraint(stated["writeConstraint"], bits, bool(enums), effects)
        keys += desc_keys(stated, name, self._tree)
        array = read_array(stated, name, bits, self._notes) if "dim" in stated else None
        item = _Field("", element.line, lsb, bits, array, effects, keys)
        if array is None:
            if "%s" in name:
                name = once_named(name, element.line, self._notes)
            item.name = scope.unique(identifier(name), None, element.line, "field")
            return [item]
        return self._array(item, array_name(name), scope, register, width)

    def _array(self, item: _Field, name: str, scope: Scope, register: str, width: int) -> list[_Field]:
        assert item.array is not None
        array = item.array
        name = numbered(name, array, item.line, self._notes)
        fit = (width - item.lsb - item.width) // array.stride + 1 if array.stride else 1
        if fit < array.count:
            message = f"{array.count - fit} elements of {quote(name)} lie outside {quote(register)}"
            self._notes.repair(
                "fields that lay outside their registers", item.line, f"{message}; they are left out"
            )
            array = Array(fit, array.stride, array.names[:fit])
        item.name, item.array = name, array
        even = array.stride >= item.width or array.count == 1
        if even and name.count("%s") <= 1 and scope.free(name, array):
            scope.take(name, array)
            return [item]
        parts = item.elements()
        for part in parts:
            part.name = scope.unique(part.name, None, part.line, "field")
        return parts

    def _position(
        self, stated: Stated, name: str, element: Element, register: str, width: int
    ) -> tuple[int, int] | None:
        """The lowest bit and the number of bits, within the register; None where no bit is in it."""
        position = read_position(stated)
        if position is None:
            message = f"{quote(name)} of {quote(register)} has no bits that could be read; it is left out"
            self._notes.repair("fields without bits", element.line, message)
            return None
        lsb, msb = position
        if lsb > msb:
            message = f"{quote(name)} of {quote(register)} has its msb {msb} below its lsb {lsb}"
            self._notes.repair("bit ranges that ran upwards", element.line, f"{message}; they are exchanged")
            lsb, msb = msb, lsb
        if msb >= width:
            done = "it is left out" if lsb >= width else f"it ends at bit {width - 1}"
            message = f"{quote(name)} of {quote(register)} has bits {msb}:{lsb} of {width}; {done}"
            self._notes.repair("fields that lay outside their registers", element.line, message)
            if lsb >= width:
                return None
            msb = width - 1
        return lsb, msb - lsb + 1

    def _constraint(
        self, element: Element, bits: int, named: bool, effects: Effects
    ) -> list[tuple[str, Node]]:
        tree, line = self._tree, element.line
        stated: Stated = {child.tag: child for child in element.children}
        pairs: list[tuple[str, Node]] = []
        if not effects.writable:
            return []
        if _is_true(stated, "writeAsRead"):
            pairs = [("as_read", tree.scalar("true", line))]
        elif _is_true(stated, "useEnumeratedValues"):
            if named:
                pairs = [("enum_only", tree.scalar("true", line))]
            else:
                self._notes.drop("useEnumeratedValues of fields that have none", line)
        elif "range" in stated:
            limits: Stated = {child.tag: child for child in stated["range"].children}
            least, most = (
                read_number(limits, "minimum", self._notes),
                read_number(limits, "maximum", self._notes),
            )
            if least is not None and most is not None and least > min(most, ones(bits)):
                self._notes.drop("writeConstraint ranges that no value is in", line)
            else:
                if least:
                    pairs.append(("min", tree.scalar(str(least), line)))
                if most is not None and most < ones(bits):
                    pairs.append(("max", tree.scalar(str(most), line)))
        return [("constraint", tree.mapping(pairs, line))] if pairs else []

    def _node(self, item: _Field) -> Node:
        tree, line = self._tree, item.line
        bits = str(item.lsb) if item.width == 1 else f"{item.lsb + item.width - 1}:{item.lsb}"
        node = tree.scalar(bits, line)
        if not item.keys and item.array is None and not item.alt:
            return node
        pairs: list[tuple[str, Node]] = [("bits", node)]
        array = item.array
        if array is not None:
            pairs.append(("count", tree.scalar(str(array.count), line)))
            if array.count > 1 and array.stride != item.width:
                pairs.append(("stride", tree.scalar(str(array.stride), line)))
            if array.names:
                pairs.append(
                    ("index", tree.sequence((tree.scalar(name, line) for name in array.names), line))
                )
        if item.alt:
            pairs.append(("alt", tree.scalar(item.alt, line)))
        return tree.mapping(pairs + item.keys, line)


def _is_true(stated: Stated, tag: str) -> bool:
    return tag in stated and stated[tag].text.strip().lower() in ("true", "1")


def _changed(effects: Effects, outer: Effects, tree: Tree, line: int) -> list[tuple[str, Node]]:
    keys = access_keys(effects)
    return [] if keys == access_keys(outer) else [(key, tree.scalar(word, line)) for key, word in keys]


def _view(fields: list[_Field], register: str, notes: Notes) -> None:
    """Give fields on bits that another has a view of their own, unless one only reads and one only writes."""
    views: list[list[_Field]] = []
    for item in fields:
        mask = item.mask
        clash: _Field | None = None
        for number, view in enumerate(views):
            found = next((other for other in view if other.mask & mask and not _apart(item, other)), None)
            clash = clash or found
            if found is None:
                view.append(item)
                item.alt = f"view{number + 1}" if number else ""
                break
        else:
            views.append([item])
            item.alt = f"view{len(views)}" if len(views) > 1 else ""
        if clash is not None:
            message = f"{quote(item.name)} has bits of {quote(clash.name)} in {quote(register)}"
            notes.repair("fields that overlap", item.line, f"{message}; it is kept as a view of them")


def _apart(one: _Field, other: _Field) -> bool:
    return {one.effects.direction, other.effects.direction} == {1, 2}
