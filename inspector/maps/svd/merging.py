"""Puts together what an element states itself and what the one that it derives from states."""

from __future__ import annotations

from inspector.maps.svd.arrays import DIM_TAGS
from inspector.maps.svd.positions import POSITION_TAGS, read_position
from inspector.maps.xml import Element

_CONTAINERS = {"registers", "fields"}
_NAMED = {"register", "cluster", "enumeratedValue"}
_MERGED = _CONTAINERS | _NAMED
"""What a derived element has beside its base's, each by name."""


def without_reference(element: Element) -> Element:
    """The element with what it states itself alone."""
    copy = Element(element.tag, {}, element.line)
    copy.text, copy.children = element.text, element.children
    return copy


def merge(base: Element, own: Element) -> Element:
    """An element with what it states itself, and what its base states beyond that.

    Things inside are kept by their names; an array stays one only under a name that can name its elements.
    """
    merged = without_reference(own)
    stated = {child.tag for child in own.children}
    left_out = {tag for tag in stated if tag not in _MERGED}
    if "dim" in stated or "%s" not in (own.value("name") or ""):
        left_out |= DIM_TAGS
    children: list[Element] = []
    if own.tag == "field" and stated & POSITION_TAGS:
        left_out |= POSITION_TAGS
        if stated & POSITION_TAGS == {"bitOffset"}:
            children += _width(base)
    names = {
        part.value("name")
        for child in own.children
        if child.tag in _MERGED
        for part in ([child] if child.tag in _NAMED else child.children)
    }
    for child in base.children:
        if child.tag in left_out or (child.tag in _NAMED and child.value("name") in names):
            continue
        if child.tag in _CONTAINERS and child.tag in stated:
            kept = Element(child.tag, {}, child.line)
            kept.children = [part for part in child.children if part.value("name") not in names]
            child = kept
        children.append(child)
    merged.children = children + own.children
    return merged


def _width(base: Element) -> list[Element]:
    """The width of a field, for one that derives from it and states its lowest bit alone."""
    position = read_position({child.tag: child for child in base.children})
    if position is None:
        return []
    width = Element("bitWidth", {}, base.line)
    width.text = str(abs(position[1] - position[0]) + 1)
    return [width]
