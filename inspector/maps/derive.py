"""Resolves ``like``: what is like another block, register or group becomes that with what it states itself.

The parts that come from the other are copies which know where they come from: what is wrong with them is
told at the other, and what is wrong only with the result where the result says what it is like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from inspector.maps.entries import merged_pairs
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.keys import LIKE, REGISTERS
from inspector.maps.merging import (
    BLOCK,
    ELEMENT,
    Form,
    Pairs,
    Spent,
    TooMuchError,
    mapping_like,
    merge_pairs,
    value_of,
    widened,
)
from inspector.maps.nodes import (
    DEEPEST,
    MOST_ALIASED,
    DerivedSource,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Source,
)


@dataclass(frozen=True, slots=True)
class BlockText:
    """A block as it is written.

    Attributes:
        name: Its name.
        node: What is stated of it.
        defaults: The defaults that hold for it, those of its own file; None for none.
        quiet: Whether it may stand in no region without a warning, since another file brings it.
    """

    name: ScalarNode
    node: Node
    defaults: Node | None = None
    quiet: bool = False


def derive(blocks: Mapping[str, BlockText], report: Report, spent: Spent) -> dict[str, BlockText]:
    """The blocks with every ``like`` resolved; one that cannot be is told, and stays as it is.

    Args:
        blocks: By name.
        report: Takes what is wrong.
        spent: What was taken so far; counted on.

    Raises:
        TooMuchError: The result is out of bounds.
    """
    if not any(_mentions_like(block.node) for block in blocks.values()):
        return dict(blocks)
    deriver = _Deriver(blocks, report, spent)
    try:
        return {name: deriver.block(name) for name in blocks}
    except RecursionError:
        # Each is within bounds, the way from one to the next and the groups on that way together are not.
        report.error(deriver.following, "too-deep", "what is like another leads on through too many groups")
        raise TooMuchError from None


def _mentions_like(node: Node) -> bool:
    """Whether a block, register or group, or a register in it, is like another."""
    for name, value in _plain_pairs(node):
        if name == LIKE.name or (name == REGISTERS.name and _any_mentions_like(value)):
            return True
    return False


def _any_mentions_like(registers: Node) -> bool:
    return any(_mentions_like(value) for _, value in _plain_pairs(registers))


def _plain_pairs(node: Node) -> Iterator[tuple[str, Node]]:
    """A mapping's entries, those of merged mappings among them, without looking for mistakes."""
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from _plain_pairs(item)
    elif isinstance(node, MappingNode):
        for i in range(0, len(node.items), 2):
            key = node.items[i]
            if isinstance(key, ScalarNode):
                if key.text == "<<":
                    yield from _plain_pairs(node.items[i + 1])
                else:
                    yield key.text, node.items[i + 1]


class _Scope:
    """The registers of a block or of a group in it, each resolved when it is asked for."""

    def __init__(
        self, deriver: _Deriver, label: str, registers: MappingNode, block: _Scope | None, depth: int
    ) -> None:
        self.label = label
        self.block = block or self
        self.node = registers
        self.depth = depth
        self.pairs = {key.text: (key, value) for key, value in merged_pairs(registers, deriver.report)}
        self._deriver = deriver
        self._shallow: dict[str, Node] = {}
        self._inner: dict[str, _Scope | None] = {}
        self._whole: dict[str, Node] = {}

    def shallow(self, name: str) -> Node:
        """A register or group with its own ``like`` resolved; those within it may not be."""
        if name not in self._shallow:
            _, node = self.pairs[name]
            like = like_of(node, self._deriver.report)
            self._shallow[name] = node if like is None else self._deriver.element(self, name, node, like)
        return self._shallow[name]

    def inner(self, name: str) -> _Scope | None:
        """The registers of a group; None where it is none."""
        if name not in self._inner:
            registers = _registers_of(self.shallow(name), self._deriver.report)
            self._inner[name] = None
            if registers is not None:
                label = f"{self.label}.{name}"
                self._inner[name] = _Scope(self._deriver, label, registers, self.block, self.depth + 2)
        return self._inner[name]

    def whole(self, name: str) -> Node:
        """A register or group with everything in it resolved."""
        if name not in self._whole:
            node, inner = self.shallow(name), self.inner(name)
            self._whole[name] = node if inner is None else _with_registers(node, inner, self._deriver.report)
        return self._whole[name]

    def resolved(self) -> MappingNode:
        """All of them; the mapping itself where nothing in it is like another."""
        values = {name: self.whole(name) for name in self.pairs}
        if all(values[name] is node for name, (_, node) in self.pairs.items()):
            return self.node
        return mapping_like(self.node, [(key, values[name]) for name, (key, _) in self.pairs.items()])

    def find(self, path: str) -> tuple[_Scope, str] | None:
        """Where a path leads from here."""
        *groups, name = path.split(".")
        scope: _Scope | None = self
        for group in groups:
            if scope is None or group not in scope.pairs:
                return None
            scope = scope.inner(group)
        return (scope, name) if scope is not None and name in scope.pairs else None


class _Deriver:
    """Resolves the blocks of one map.

    Attributes:
        report: Takes what is wrong.
    """

    def __init__(self, blocks: Mapping[str, BlockText], report: Report, spent: Spent) -> None:
        self.report = report
        self._blocks = blocks
        self._shapes: dict[str, BlockText] = {}
        self._scopes: dict[str, _Scope | None] = {}
        self._resolved: dict[str, BlockText] = {}
        self._following: list[tuple[str, ScalarNode]] = []
        self._broken: set[Node] = set()
        self._spent = spent

    @property
    def following(self) -> ScalarNode:
        """The name that is being followed."""
        return self._following[-1][1]

    def block(self, name: str) -> BlockText:
        """A block with everything in it resolved."""
        if name not in self._resolved:
            shape = self._shape(name)
            scope = self._scope(name) if _mentions_like(shape.node) else None
            node = shape.node if scope is None else _with_registers(shape.node, scope, self.report)
            self._resolved[name] = shape if node is shape.node else replace(shape, node=node)
        return self._resolved[name]

    def _shape(self, name: str) -> BlockText:
        """A block with its own ``like`` resolved."""
        if name not in self._shapes:
            block = self._blocks[name]
            like = like_of(block.node, self.report)
            if like is None:
                self._shapes[name] = block
            else:
                base, node = self._block_like(name, block, like)
                self._shapes[name] = replace(block, node=node, defaults=(base or block).defaults)
        return self._shapes[name]

    def _block_like(self, name: str, block: BlockText, like: ScalarNode) -> tuple[BlockText | None, Node]:
        if like.text not in self._blocks:
            self.report.error(
                like, "like", f"no block {quote(like.text)}", did_you_mean(like.text, self._blocks)
            )
            return None, self._given_up(block.node, like)
        with self._follow(name, like) as free:
            base = self.block(like.text) if free else None
        if base is None or base.node in self._broken:
            return None, self._given_up(block.node, like)
        return base, self._derived(base.node, block.node, like, BLOCK, depth=2)

    def _scope(self, name: str) -> _Scope | None:
        if name not in self._scopes:
            registers = _registers_of(self._shape(name).node, self.report)
            self._scopes[name] = None if registers is None else _Scope(self, name, registers, None, depth=4)
        return self._scopes[name]

    def element(self, scope: _Scope, name: str, node: Node, like: ScalarNode) -> Node:
        """A register or group of ``scope`` that is like another."""
        with self._follow(f"{scope.label}.{name}", like) as free:
            found = self._find(like.text, scope, name) if free else None
            base = found[0].whole(found[1]) if found is not None else None
        if base is not None and base not in self._broken:
            return self._derived(widened(base, ELEMENT), node, like, ELEMENT, scope.depth)
        block = like.text.partition(".")[0]
        told = not free or base is not None or (block in self._shapes and self._is_broken(block))
        if not told:
            known = [*scope.pairs, *scope.block.pairs, *(f"{block}." for block in self._blocks)]
            self.report.error(
                like,
                "like",
                f"no register or group {quote(like.text)} to be like",
                did_you_mean(like.text, known)
                or "name one beside it, or by its path: GROUP.REGISTER, BLOCK.GROUP.REGISTER",
            )
        return self._given_up(node, like)

    def _is_broken(self, block: str) -> bool:
        return self._shapes[block].node in self._broken

    def _find(self, path: str, scope: _Scope, name: str) -> tuple[_Scope, str] | None:
        """What ``path`` means to the thing called ``name``: one beside it, else from the block's start."""
        if path in scope.pairs and path != name:
            return scope, path
        found = scope.block.find(path)
        if found is not None and found != (scope, name):
            return found
        block, _, rest = path.partition(".")
        other = self._scope(block) if rest and block in self._blocks else None
        return (other.find(rest) if other is not None else None) or found

    @contextmanager
    def _follow(self, label: str, like: ScalarNode) -> Iterator[bool]:
        """Whether what ``like`` names may be resolved: it leads neither in a circle nor too far."""
        names = [followed for followed, _ in self._following]
        if label in names:
            circle = " → ".join([*names[names.index(label) :], label])
            self.report.error(like, "like", f"what is like another is at last like itself: {circle}")
            yield False
        elif len(names) >= DEEPEST:
            self.report.error(like, "too-deep", f"more than {DEEPEST} things, each like the next")
            yield False
        else:
            self._following.append((label, like))
            yield True
            # Not after an exception: where it went is then asked for.
            self._following.pop()

    def _given_up(self, node: Node, like: ScalarNode) -> Node:
        """What is left of a thing whose ``like`` leads nowhere: enough to know that it was told."""
        for key, value in merged_pairs(node, self.report) if isinstance(node, MappingNode) else ():
            if value is like:
                node = mapping_like(node, [(key, value)])
        self._broken.add(node)
        return node

    def _derived(self, base: Node, own: Node, like: ScalarNode, form: Form, depth: int) -> Node:
        assert isinstance(own, MappingNode), "it states what it is like"
        stated: Pairs = [pair for pair in merged_pairs(own, self.report) if pair[1] is not like]
        copied = self._copy(base, _Sources(like), like, depth)
        if not isinstance(copied, MappingNode):
            return mapping_like(own, stated)
        merged = merge_pairs(merged_pairs(copied, self.report), stated, form, self.report, "like")
        return mapping_like(own, merged)

    def _copy(self, node: Node, sources: _Sources, like: ScalarNode, depth: int) -> Node:
        self._spent.copies += 1
        if self._spent.copies > MOST_ALIASED:
            self.report.error(
                like, "too-large", f"'like' stands for more than {MOST_ALIASED:,} values in all"
            )
            raise TooMuchError
        source = sources.of(node.source)
        if isinstance(node, ScalarNode):
            return ScalarNode(node.text, node.plain, node.start, node.end, source)
        assert isinstance(node, (MappingNode, SequenceNode)), "there are no other nodes"
        if depth >= DEEPEST:
            self.report.error(
                like, "too-deep", f"with what it is like, more than {DEEPEST} levels of nesting"
            )
            raise TooMuchError
        copied = type(node)(node.start, node.end, source)
        copied.items = [self._copy(item, sources, like, depth + 1) for item in node.items]
        return copied


class _Sources:
    """The texts of a derived thing's nodes."""

    def __init__(self, like: ScalarNode) -> None:
        self._like = like
        self._derived: dict[Source, DerivedSource] = {}

    def of(self, origin: Source) -> DerivedSource:
        """The text of the copies of a text's nodes."""
        if origin not in self._derived:
            self._derived[origin] = DerivedSource(origin, self._like)
        return self._derived[origin]


def like_of(node: Node, report: Report) -> ScalarNode | None:
    """What a block, register or group says that it is like; None where it does not, or says no name."""
    value = value_of(node, LIKE.name, report)
    # Of another value than a text it is told where all keys are read.
    if not isinstance(value, ScalarNode) or value.text.strip():
        return value if isinstance(value, ScalarNode) else None
    report.error(value, "empty", "the name of what it is like is needed here")
    return None


def _registers_of(node: Node, report: Report) -> MappingNode | None:
    registers = value_of(node, REGISTERS.name, report)
    return registers if isinstance(registers, MappingNode) else None


def _with_registers(node: Node, scope: _Scope, report: Report) -> Node:
    """A block or group with its registers resolved; itself where nothing in it was to be."""
    registers = scope.resolved()
    if registers is scope.node:
        return node
    assert isinstance(node, MappingNode), "it has registers"
    pairs = [
        (key, registers if key.text == REGISTERS.name else value) for key, value in merged_pairs(node, report)
    ]
    return mapping_like(node, pairs)
