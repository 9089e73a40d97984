"""A peripheral's registers and clusters, from their elements to things with a place."""

from __future__ import annotations

from inspector.maps.findings import quote
from inspector.maps.nodes import Node
from inspector.maps.svd.access import access_keys
from inspector.maps.svd.arrays import DIM_TAGS, read_array
from inspector.maps.svd.budget import DEFINITION, MOST_LEVELS, TooMuchError
from inspector.maps.svd.context import Context
from inspector.maps.svd.enums import Enums
from inspector.maps.svd.fields import FieldReader
from inspector.maps.svd.items import Item
from inspector.maps.svd.naming import Scope, array_name, identifier, numbered, once_named
from inspector.maps.svd.properties import (
    GROUP_TAGS,
    Properties,
    Stated,
    read_number,
    read_properties,
    read_stated,
)
from inspector.maps.svd.texts import desc_keys, text_of
from inspector.maps.tree import Tree
from inspector.maps.xml import Element
from inspector.model.bits import ones

_COMMON = frozenset(("name", "displayName", "description", "addressOffset")) | GROUP_TAGS | DIM_TAGS
_REGISTER_TAGS = _COMMON | {
    "alternateGroup",
    "alternateRegister",
    "dataType",
    "enumeratedValues",
    "field",
    "fields",
    "modifiedWriteValues",
    "readAction",
    "writeConstraint",
}
_CLUSTER_TAGS = _COMMON | {"alternateCluster", "cluster", "headerStructName", "register"}


def property_keys(
    own: Properties, held: Properties, bus_width: int, tree: Tree, line: int
) -> tuple[list[tuple[str, Node]], Properties]:
    """The keys for what differs from what the tree already says, and what it says with them.

    Args:
        own: What holds here.
        held: What the tree says one level above.
        bus_width: Of the widest access in bits.
        tree: Makes the nodes.
        line: Where they stand, counted from 0.
    """
    keys: list[tuple[str, Node]] = []
    if own.width != held.width:
        keys.append(("width", tree.scalar(str(own.width), line)))
        if own.width > bus_width:
            keys.append(("access_width", tree.scalar(str(bus_width), line)))
    access = access_keys(own.effects)
    if access != access_keys(held.effects):
        keys += [(key, tree.scalar(word, line)) for key, word in access]
    if own.reset is None:
        return keys, own
    limit = ones(own.width)
    reset, mask = own.reset & limit, limit if own.mask is None else own.mask & limit
    if not (
        held.reset is not None
        and held.reset <= limit
        and (held.reset, limit if held.mask is None else held.mask & limit) == (reset, mask)
    ):
        keys.append(("reset", tree.hexadecimal(reset, line)))
        if mask != limit:
            keys.append(("reset_mask", tree.hexadecimal(mask, line)))
        return keys, own._replace(reset=reset, mask=None if mask == limit else mask)
    return keys, own._replace(reset=held.reset, mask=held.mask)


class RegisterReader:
    """Reads the registers of peripherals."""

    def __init__(self, context: Context, enums: Enums) -> None:
        self._tree = context.tree
        self._derivations = context.derivations
        self._budget = context.budget
        self._notes = context.notes
        self._bus_width = context.bus_width
        self._enums = enums
        self._fields = FieldReader(context, enums)
        self._within: list[Element] = []

    def read(
        self, elements: list[Element], outer: Properties, held: Properties, affixes: tuple[str, str]
    ) -> list[Item]:
        """The registers and clusters that stand beside each other.

        Args:
            elements: Theirs, among others.
            outer: What they inherit.
            held: What the tree says at their parent.
            affixes: What goes before and after registers' names.
        """
        scope = Scope(self._notes)
        items: list[Item] = []
        for element in elements:
            self._budget.spend(DEFINITION, element.line)
            if element.tag == "register":
                items += self._register(element, outer, held, scope, affixes)
            elif element.tag == "cluster":
                items += self._cluster(element, outer, held, scope, affixes)
        return items

    def _register(
        self, element: Element, outer: Properties, held: Properties, scope: Scope, affixes: tuple[str, str]
    ) -> list[Item]:
        notes, tree, line = self._notes, self._tree, element.line
        resolved = self._derivations.resolve(element)
        stated = read_stated(resolved, notes)
        self._note_others(stated, _REGISTER_TAGS, "registers")
        name = text_of(stated, "name")
        offset = self._offset(stated, name, "register", line)
        if offset is None:
            return []
        own = read_properties(stated, outer, notes)
        if "resetValue" in stated and own.reset is not None and own.reset > ones(own.width):
            message = f"the reset {own.reset:#x} of {quote(name)} does not fit in {own.width} bits"
            notes.repair(
                "resets that were too wide",
                stated["resetValue"].line,
                f"{message}; {own.reset & ones(own.width):#x} is taken",
            )
        keys, _ = property_keys(own, held, self._bus_width, tree, line)
        if "dataType" in stated:
            keys += self._format(stated["dataType"])
        if "writeConstraint" in stated:
            notes.drop("writeConstraint of whole registers", stated["writeConstraint"].line)
        if "enumeratedValues" in stated:
            parts = [child for child in resolved.children if child.tag == "enumeratedValues"]
            keys += self._enums.keys(parts, own.width)[:1]
        keys += desc_keys(stated, name, tree)
        # Some files have fields beside the registers' properties, without an element around them.
        containers = [child for child in resolved.children if child.tag == "fields"]
        containers += [resolved] if "field" in stated else []
        fields, direction = self._fields.read(containers, name, own.width, own.effects)
        group = text_of(stated, "alternateGroup")
        item = Item(
            name=affixes[0] + name + affixes[1],
            line=line,
            offset=offset,
            size=own.width // 8,
            alignment=min(own.width, self._bus_width) // 8,
            array=read_array(stated, name, own.width // 8, notes),
            keys=keys,
            fields=fields,
            direction=direction,
            alt=group,
            declared="alternateRegister" in stated or bool(group),
        )
        item.registers = item.array.count if item.array else 1
        return self._filed(item, scope, "register", identifier(group) if group else "")

    def _cluster(
        self, element: Element, outer: Properties, held: Properties, scope: Scope, affixes: tuple[str, str]
    ) -> list[Item]:
        notes, tree, line = self._notes, self._tree, element.line
        resolved = self._derivations.resolve(element)
        stated = read_stated(resolved, notes)
        self._note_others(stated, _CLUSTER_TAGS, "clusters")
        if "headerStructName" in stated:
            notes.drop("headerStructName: what a C header calls a structure", stated["headerStructName"].line)
        name = text_of(stated, "name")
        offset = self._offset(stated, name, "cluster", line)
        if offset is None:
            return []
        own = read_properties(stated, outer, notes)
        keys, inner = property_keys(own, held, self._bus_width, tree, line)
        children = self._inside(element, resolved.children, own, inner, affixes)
        if not children:
            notes.drop("clusters without registers", line)
            return []
        size = max(child.end for child in children)
        array = read_array(stated, name, size, notes)
        item = Item(
            name=name,
            line=line,
            offset=offset,
            size=size,
            alignment=max(child.alignment for child in children),
            array=array,
            keys=keys + desc_keys(stated, name, tree),
            children=children,
            declared="alternateCluster" in stated,
            registers=sum(child.registers for child in children) * (array.count if array else 1),
        )
        return self._filed(item, scope, "cluster", "")

    def _inside(
        self,
        cluster: Element,
        elements: list[Element],
        outer: Properties,
        held: Properties,
        affixes: tuple[str, str],
    ) -> list[Item]:
        """What is in a cluster; nothing for one that derivation has put into itself."""
        if any(other is cluster for other in self._within):
            message = f"the cluster {quote(cluster.value('name') or '')} derives from what it stands in"
            self._notes.repair("derivedFrom without a base", cluster.line, f"{message}; it is left out there")
            return []
        if len(self._within) >= MOST_LEVELS:
            raise TooMuchError(f"more than {MOST_LEVELS} clusters in each other", cluster.line)
        self._within.append(cluster)
        try:
            return self.read(elements, outer, held, affixes)
        finally:
            self._within.pop()

    def _note_others(self, stated: Stated, known: frozenset[str], what: str) -> None:
        if not stated.keys() <= known:
            for tag in stated.keys() - known:
                self._notes.drop(f"{tag} of {what}", stated[tag].line)

    def _offset(self, stated: Stated, name: str, what: str, line: int) -> int | None:
        offset = read_number(stated, "addressOffset", self._notes)
        if offset is None:
            message = f"the {what} {quote(name)} has no addressOffset; it is left out"
            self._notes.repair("registers without a place", line, message)
        return offset

    def _format(self, element: Element) -> list[tuple[str, Node]]:
        """How a register of that C type is shown, where hexadecimal would not do."""
        kind = element.text.strip()
        if kind.endswith("*"):
            return [("format", self._tree.scalar("addr", element.line))]
        if kind.startswith("int"):
            return [("format", self._tree.scalar("signed", element.line))]
        return []

    def _filed(self, item: Item, scope: Scope, what: str, suffix: str) -> list[Item]:
        """The thing under a free name; elements one by one where their array has none."""
        notes, array = self._notes, item.array
        if array is None:
            if "%s" in item.name:
                item.name = once_named(item.name, item.line, notes)
            item.name = scope.unique(identifier(item.name), None, item.line, what, suffix)
            return [item]
        if "%s" not in item.name and array.count > 1:
            message = f"{quote(item.name)} has dim and no %s in its name"
            notes.repair(
                "arrays without %s", item.line, f"{message}; its elements are {quote(item.name + '[0]')} …"
            )
        name = numbered(array_name(item.name), array, item.line, notes)
        item.name = name
        # A map's array has one place for the index in its name, and one name in its scope.
        several = name.count("%s") > 1
        if several or ("%s" in name and name in scope.keys):
            parts = list(item.elements())
            if several or all(scope.free(part.name, None) for part in parts):
                for part in parts:
                    part.name = scope.unique(part.name, None, part.line, what, suffix)
                return parts
        item.name = scope.unique(name, array, item.line, what, suffix)
        return [item]
