"""Random trees of resources, printed as the kernel prints them, come back as they were."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from inspector.io.iomem import Iomem, IomemEntry

NAMES = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="\n") | st.sampled_from(" :"), max_size=8
)


@dataclass
class Node:
    """A ``struct resource``: inside its parent, and apart from its siblings."""

    start: int
    end: int
    name: str | None
    children: list[Node] = field(default_factory=list)


def print_tree(nodes: list[Node], cap: int, level: int = 0) -> str:
    """As ``r_show`` of kernel/resource.c: eight digits or more, and indented at most ``cap`` times."""
    text = ""
    for node in nodes:
        name = "<BAD>" if node.name is None else node.name
        text += f"{'  ' * min(level, cap)}{node.start:08x}-{node.end:08x} : {name}\n"
        text += print_tree(node.children, cap, level + 1)
    return text


@st.composite
def resources(draw: st.DrawFn, start: int = 0, end: int = (1 << 44) - 1, levels: int = 11) -> list[Node]:
    """Disjoint resources between two addresses; now and then one as large as its parent."""
    if levels == 0:
        return []
    if draw(st.booleans()):
        ranges = [(start, end)]
    else:
        cuts = sorted(draw(st.sets(st.integers(start, end), max_size=6)))
        ranges = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [
        Node(
            first,
            last,
            draw(st.none() | NAMES),
            draw(resources(first, last, levels - 1)) if draw(st.booleans()) else [],
        )
        for first, last in ranges
    ]


def shape(entries: list[IomemEntry]) -> list[object]:
    return [(entry.start, entry.end, entry.name, shape(entry.children)) for entry in entries]


def expected(nodes: list[Node]) -> list[object]:
    return [
        (node.start, node.end, "<BAD>" if node.name is None else node.name, expected(node.children))
        for node in nodes
    ]


@given(resources(), st.sampled_from([5, 8]))
def test_a_tree_survives_being_printed(nodes: list[Node], cap: int) -> None:
    iomem = Iomem.parse(print_tree(nodes, cap))
    known = any(node.end for node in nodes)
    assert shape(list(iomem.top())) == (expected(nodes) if known else [])
    assert iomem.hidden == (bool(nodes) and not known)


@given(resources(), st.integers(0, 1 << 44), st.integers(0, 1 << 44))
def test_the_innermost_lines_are_those_that_hold_no_other(nodes: list[Node], one: int, other: int) -> None:
    iomem = Iomem.parse(print_tree(nodes, 8))
    start, end = sorted((one, other))
    lines = iomem.lines(start, end)
    holding = {id(entry.parent) for entry in lines}
    assert list(iomem.innermost(start, end)) == [entry for entry in lines if id(entry) not in holding]
