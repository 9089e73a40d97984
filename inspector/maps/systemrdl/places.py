"""Where in which file something of SystemRDL stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.maps.importing import Here
from inspector.maps.nodes import Node, ScalarNode, Source, Spot
from inspector.maps.systemrdl.texts import Texts
from inspector.maps.tree import Tree

if TYPE_CHECKING:
    from systemrdl.node import Node as Component
    from systemrdl.source_ref import SourceRefBase


class Places:
    """Finds places by the compiler's references."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._trees: dict[Source, Tree] = {}

    def here(self, component: Component) -> Here:
        """Where a component is instantiated, else where its type is defined."""
        source, spot, _ = locate(component.inst_src_ref or component.def_src_ref, self._texts)
        tree = self._trees.get(source)
        if tree is None:
            tree = self._trees[source] = Tree(source)
        return Here(tree, spot.line, spot.column)

    def node(self, reference: SourceRefBase | None) -> Node:
        """Something to point a message at."""
        return pointer(reference, self._texts)


def pointer(reference: SourceRefBase | None, texts: Texts) -> Node:
    """A node at what a reference means, for a message."""
    source, start, length = locate(reference, texts)
    return ScalarNode("", True, start, Spot(start.line, start.column + length), source)


def locate(reference: SourceRefBase | None, texts: Texts) -> tuple[Source, Spot, int]:
    """The file, the place and how many characters a reference means; the main file's start without one."""
    from systemrdl.source_ref import DetailedFileSourceRef

    if not isinstance(reference, DetailedFileSourceRef):
        return texts.main, Spot(0), 1
    first, last = reference.line_selection
    return texts.source(reference.path), Spot(reference.line - 1, first), max(1, last - first + 1)
