"""Peripherals: where they are, and the elements that their registers are read from."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from inspector.maps.findings import quote
from inspector.maps.nodes import Node
from inspector.maps.svd.arrays import DIM_TAGS, Array, read_array
from inspector.maps.svd.context import Context
from inspector.maps.svd.naming import once_named
from inspector.maps.svd.notes import Notes
from inspector.maps.svd.numbers import parse_integer
from inspector.maps.svd.properties import (
    GROUP_TAGS,
    Properties,
    Stated,
    read_number,
    read_properties,
    read_stated,
)
from inspector.maps.svd.texts import text_of
from inspector.maps.tree import Tree
from inspector.maps.xml import Element

_TAGS = (
    frozenset(
        (
            "name",
            "version",
            "description",
            "alternatePeripheral",
            "groupName",
            "prependToName",
            "appendToName",
            "headerStructName",
            "baseAddress",
            "addressBlock",
            "interrupt",
            "registers",
        )
    )
    | GROUP_TAGS
    | DIM_TAGS
)


@dataclass(slots=True)
class Peripheral:
    """A peripheral as the description has it.

    Attributes:
        name: Its own; of an array with ``%s``.
        line: Where it stands, counted from 0.
        base: Its address; an array's first element's.
        array: Its array, or None.
        elements: Its registers and clusters.
        properties: What those inherit.
        affixes: What goes before and after its registers' names.
        desc: What it is for.
        group: The peripherals that it is of one kind with; empty for none.
        alternate: Whether it is said to stand in another's place.
        interrupts: The map's key for its interrupts, or nothing.
    """

    name: str
    line: int
    base: int
    array: Array | None
    elements: list[Element]
    properties: Properties
    affixes: tuple[str, str]
    desc: str
    group: str
    alternate: bool
    interrupts: list[tuple[str, Node]]

    @property
    def content(self) -> Hashable:
        """What makes its registers those of another peripheral."""
        return (tuple(map(id, self.elements)), self.properties, self.affixes)


def read_peripheral(element: Element, device: Properties, context: Context) -> Peripheral | None:
    """A peripheral, or None for one without a place or without registers, which is noted."""
    tree, notes = context.tree, context.notes
    resolved = context.derivations.resolve(element)
    stated = read_stated(resolved, notes)
    line = element.line
    if not stated.keys() <= _TAGS:
        for tag in stated.keys() - _TAGS:
            notes.drop(f"{tag} of peripherals", stated[tag].line)
    if "headerStructName" in stated:
        notes.drop("headerStructName: what a C header calls a structure", stated["headerStructName"].line)
    name = text_of(stated, "name")
    elements = [
        part
        for child in resolved.children
        if child.tag == "registers"
        for part in child.children
        if part.tag in ("register", "cluster")
    ]
    if not elements:
        notes.drop("peripherals without registers", line, quote(name))
        return None
    base = read_number(stated, "baseAddress", notes)
    if base is None:
        message = f"the peripheral {quote(name)} has no baseAddress; it is left out"
        notes.repair("peripherals without a place", line, message)
        return None
    array = read_array(stated, name, 0, notes)
    if array is None and "%s" in name:
        name = once_named(name, line, notes)
    return Peripheral(
        name=name,
        line=line,
        base=base,
        array=array,
        elements=elements,
        properties=read_properties(stated, device, notes),
        affixes=_affixes(stated, name),
        desc=text_of(stated, "description"),
        group=text_of(stated, "groupName"),
        alternate="alternatePeripheral" in stated,
        interrupts=_interrupts(element, tree, notes),
    )


def _affixes(stated: Stated, name: str) -> tuple[str, str]:
    """What is put to the registers' names, unless it repeats the peripheral's, which a path has anyway."""
    prefix, suffix = text_of(stated, "prependToName"), text_of(stated, "appendToName")
    return (
        "" if prefix.strip("_") in (name, text_of(stated, "groupName")) else prefix,
        "" if suffix.strip("_") == name else suffix,
    )


def _interrupts(element: Element, tree: Tree, notes: Notes) -> list[tuple[str, Node]]:
    """The interrupts that the peripheral itself states: those of its base are not its own."""
    numbers: dict[str, Node] = {}
    for interrupt in element.all("interrupt"):
        name, value = interrupt.value("name"), parse_integer(interrupt.value("value") or "")
        if name and value is not None:
            numbers[name] = tree.scalar(str(value), interrupt.line)
        if interrupt.value("description"):
            notes.drop("descriptions of interrupts", interrupt.line)
    return [("x-svd-interrupts", tree.mapping(numbers.items(), element.line))] if numbers else []
