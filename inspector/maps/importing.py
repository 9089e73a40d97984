"""What importers have in common: nodes at a place, the keys of an access, and what they must tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inspector.maps.findings import Report
from inspector.maps.nodes import MappingNode, Node
from inspector.maps.rules import Rule
from inspector.maps.tree import Tree
from inspector.model.access import TOKENS, Access

Pairs = list[tuple[str, Node]]
"""A mapping's keys and values."""

MOST_LINES = 12
"""Lines that one note lists."""


class Here:
    """Makes the nodes of one place.

    Args:
        tree: The file's.
        line: Counted from 0.
        column: Counted from 0.
    """

    def __init__(self, tree: Tree, line: int, column: int = 0) -> None:
        self._tree = tree
        self._line = line
        self._column = column

    def text(self, text: str) -> Node:
        """A single value."""
        return self._tree.scalar(text, self._line, self._column)

    def number(self, value: int) -> Node:
        """A number as people count."""
        return self.text(str(value))

    def hexadecimal(self, value: int) -> Node:
        """An address, a size, or a register's value."""
        return self._tree.hexadecimal(value, self._line, self._column)

    def sequence(self, items: Iterable[str]) -> Node:
        """A list of single values."""
        return self._tree.sequence(map(self.text, items), self._line, self._column)

    def mapping(self, pairs: Iterable[tuple[str, Node]]) -> MappingNode:
        """A mapping."""
        return self._tree.mapping(pairs, self._line, self._column)


class Notes:
    """Collects what was put right or is lost: each once, with the lines of all its places."""

    def __init__(self) -> None:
        self._found: dict[tuple[Rule, str], dict[tuple[str, int], Node]] = {}

    def add(self, at: Node, rule: Rule, message: str) -> None:
        """Note something; what was said already gains a line."""
        places = self._found.setdefault((rule, message), {})
        places.setdefault((at.source.name, at.start.line), at)

    def tell(self, report: Report) -> None:
        """Report all of it as warnings."""
        for (rule, message), places in self._found.items():
            first, *others = places.values()
            report.warning(first, rule, message + _also(others, first))


def _also(others: list[Node], first: Node) -> str:
    if not others:
        return ""
    places = [
        f"{'' if node.source is first.source else f'{node.source.name}:'}{node.start.line + 1}"
        for node in others[:MOST_LINES]
    ]
    more = f" and {len(others) - MOST_LINES:,} more" if len(others) > MOST_LINES else ""
    return f"; also in line{'s' if len(others) > 1 else ''} {', '.join(places)}{more}"


def common_access(accesses: Sequence[Access]) -> Access:
    """What a register says of all its fields: their access where it is one, else what they allow together."""
    if not accesses:
        return TOKENS["none"]
    first = accesses[0]
    if all(access == first for access in accesses):
        return first
    readable = any(access.readable for access in accesses)
    writable = any(access.writable for access in accesses)
    plain = {(True, True): "rw", (True, False): "ro", (False, True): "wo"}
    return TOKENS[plain.get((readable, writable), "none")]


def access_pairs(access: Access, here: Here) -> Pairs:
    """The keys that say an access: its token, and the effects that the token does not say."""
    token = access.token
    pairs = [("access", here.text(token))]
    if TOKENS[token].on_read is not access.on_read:
        pairs.append(("on_read", here.text(access.on_read.value)))
    if TOKENS[token].on_write is not access.on_write:
        pairs.append(("on_write", here.text(access.on_write.value)))
    return pairs


def reset_pairs(value: int, mask: int, all_bits: int, here: Here) -> Pairs:
    """The keys that say a reset; none where no bit of it is defined."""
    if not mask:
        return []
    pairs = [("reset", here.hexadecimal(value))]
    if mask != all_bits:
        pairs.append(("reset_mask", here.hexadecimal(mask)))
    return pairs
