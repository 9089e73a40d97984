"""Merges what is stated of a part of a map into what is there already, as ``like`` and overlays do.

Mappings merge key by key and everything else is replaced; ``KEY: ~`` deletes. A shorthand (``EN: 0`` of a
field, ``DR: 0x18`` of a register) stands for the mapping with that one key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from inspector.maps.entries import merged_pairs
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.keys import LIKE
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode
from inspector.maps.rules import Rule
from inspector.model.numbers import NumberError, parse_number


class TooMuchError(Exception):
    """What a map derives is more than is worth holding; the report has told so."""


@dataclass(slots=True)
class Spent:
    """What deriving a map has taken so far, in all of its files.

    Attributes:
        copies: Nodes that ``like`` has copied.
        steps: Registers and fields that the paths of overlays were held against.
    """

    copies: int = 0
    steps: int = 0


Pairs = list[tuple[ScalarNode, Node]]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What a mapping of a map is made of, as far as merging minds.

    Attributes:
        keys: The forms of the values of some keys; the others' values are texts, numbers and plain mappings.
        each: The form of every value, where the keys are names.
        shorthand: The key that a single value stands for; empty where it stands for itself.
        numbers: Whether the keys are numbers, so that ``0x1`` and ``1`` are the same.
        whole: Whether it is replaced as one.
    """

    keys: dict[str, Form] = field(default_factory=dict)
    each: Form | None = None
    shorthand: str = ""
    numbers: bool = False
    whole: bool = False

    def within(self, key: str) -> Form:
        """The form of a key's value."""
        return self.each or self.keys.get(key, PLAIN)

    def identity(self, key: str) -> str:
        """What two keys have in common that mean the same."""
        if self.numbers:
            try:
                return str(parse_number(key))
            except NumberError:
                return key
        return key


PLAIN = Form()
_ENUM = Form(numbers=True)
FIELD = Form(keys={"enum": _ENUM, "enum_write": _ENUM}, shorthand="bits")
ELEMENT = Form(keys={"fields": Form(each=FIELD), "enum": _ENUM}, shorthand="offset")
"""A register, group or memory window."""
_REGISTERS = Form(each=ELEMENT)
ELEMENT.keys["registers"] = _REGISTERS
BLOCK = Form(keys={"registers": _REGISTERS})
_INSTANCE = Form(shorthand="block")
_REGION = Form(keys={"instances": Form(each=_INSTANCE), "source": Form(whole=True), "bind": Form(whole=True)})
PLACES = Form(each=_REGION)
"""The regions of a map."""
MACHINES = Form(each=Form(keys={"regions": PLACES}))
"""The devices of a map."""
ENUMERATIONS = Form(each=_ENUM)

_REPLACED = {
    # A nearer token replaces the effects that were stated beside the other one.
    "access": ("on_read", "on_write"),
    "bits": ("lsb", "width"),
    "lsb": ("bits",),
    "offsets": ("stride", "count"),
    "stride": ("offsets",),
    "count": ("offsets",),
}
"""Keys whose statement says anew what other keys said."""


def merge(base: Node, own: Node, form: Form, report: Report, rule: Rule) -> Node:
    """What ``base`` becomes with what is stated in ``own``; neither is changed.

    Args:
        base: What is there already.
        own: What is stated of it, not null.
        form: What both describe.
        report: Takes what cannot be deleted since it is not there.
        rule: Whose merge it is.
    """
    base, own = widened(base, form), widened(own, form)
    if form.whole or not isinstance(base, MappingNode) or not isinstance(own, MappingNode):
        return own
    stated = merged_pairs(own, report)
    if form in (ELEMENT, BLOCK) and any(key.text == LIKE.name for key, _ in stated):
        # What it is like is what it starts from.
        return own
    return mapping_like(own, merge_pairs(merged_pairs(base, report), stated, form, report, rule))


def with_own(base: Node | None, own: Node | None, form: Form, report: Report) -> Node | None:
    """What there is with what an overlay states itself; either may be missing."""
    if base is None or own is None:
        return base if own is None else own
    return merge(base, own, form, report, "overlay")


def merge_pairs(base: Pairs, stated: Pairs, form: Form, report: Report, rule: Rule) -> Pairs:
    """The pairs of ``base`` with those that are ``stated``: the former first, then the new ones."""
    merged = {form.identity(key.text): (key, value) for key, value in base}
    names = {form.identity(key.text) for key, _ in stated}
    for name in names & _REPLACED.keys() if form.each is None else ():
        for replaced in _REPLACED[name]:
            if replaced not in names:
                merged.pop(replaced, None)
    for key, value in stated:
        name = form.identity(key.text)
        if isinstance(value, ScalarNode) and value.is_null:
            if merged.pop(name, None) is None:
                report.error(
                    key,
                    rule,
                    f"there is no {quote(key.text)} to delete",
                    did_you_mean(key.text, (known.text for known, _ in base)),
                )
        elif name in merged:
            known, there = merged[name]
            merged[name] = known, merge(there, value, form.within(name), report, rule)
        else:
            merged[name] = key, value
    return list(merged.values())


def widened(node: Node, form: Form) -> Node:
    """The mapping that a shorthand stands for; any other node is itself."""
    if not form.shorthand or not isinstance(node, (ScalarNode, SequenceNode)):
        return node
    if isinstance(node, ScalarNode) and node.is_null:
        return node
    return mapping_like(node, [(key_like(node, form.shorthand), node)])


def mapping_like(node: Node, pairs: Iterable[tuple[Node, Node]]) -> MappingNode:
    """A mapping in the place of another node."""
    mapping = MappingNode(node.start, node.end, node.source)
    for pair in pairs:
        mapping.items += pair
    return mapping


def key_like(node: Node, name: str) -> ScalarNode:
    """A key that is not written, in the place of its value."""
    return ScalarNode(name, True, node.start, node.start, node.source)


def value_of(node: Node | None, key: str, report: Report) -> Node | None:
    """What a mapping states under a key; None where it does not, or is none."""
    if isinstance(node, MappingNode):
        for name, value in merged_pairs(node, report):
            if name.text == key:
                return value
    return None
