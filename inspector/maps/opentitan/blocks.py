"""A whole OpenTitan description as a map: a block for each interface of registers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from inspector.maps.findings import did_you_mean, quote
from inspector.maps.identifiers import identifier
from inspector.maps.importing import Here, Pairs, access_pairs, common_access, reset_pairs
from inspector.maps.nodes import MappingNode, Node
from inspector.maps.opentitan import mubi
from inspector.maps.opentitan.fields import ACCESSES, FieldSpec, text_pairs
from inspector.maps.opentitan.interrupts import add_automatic
from inspector.maps.opentitan.parameters import Parameters
from inspector.maps.opentitan.reading import Document, Group, Lines
from inspector.maps.opentitan.registers import RegisterList, RegisterSpec, WindowSpec
from inspector.model.access import TOKENS, Access
from inspector.model.bits import ones

_LICENSE = re.compile(r"SPDX-License-Identifier:\s*([A-Za-z0-9.+-]+)")

WIDTHS = (8, 16, 32, 64)
"""Bits of a register that one bus access can have."""

DEFAULT_WIDTH = 32

_SAID = (
    *("name", "human_name", "one_line_desc", "one_paragraph_desc", "version", "revisions"),
    *("param_list", "registers", "regwidth", "interrupt_list", "alert_list", "bus_interfaces"),
    *("no_auto_intr_regs", "no_auto_alert_regs", "SPDX-License-Identifier"),
)
"""Top-level keys that the map says, or that its registers have been computed from."""


def map_tree(document: Document) -> MappingNode:
    """The map of a description.

    Raises:
        MapError: It does not describe registers, or against reggen's rules.
    """
    block = document.group()
    name = block.text("name")
    if "registers" not in block.keys or not name:
        block.fail(
            "type",
            "it is no description of a block: 'name' and 'registers' are needed",
            "reggen's input is a block's hjson, not that of a whole chip",
        )
    truths: set[int] = set()
    lists = _lists(block, name)
    blocks = [(title, _Block(registers, truths).node(block.here)) for title, registers in lists]
    pairs = _top(block, name)
    if truths:
        pairs.append(("enums", _enums(truths, block.here)))
    pairs.append(("blocks", block.here.mapping(blocks)))
    if isinstance(block.raw("registers"), Mapping):
        # Each interface has addresses of its own.
        pairs.append(("regions", block.here.mapping(_region(title, block.here) for title, _ in lists)))
    other = [key for key in block.keys if key not in _SAID]
    if other:
        listed = " ".join(quote(key) for key in other)
        block.note("not-carried", f"registers alone are carried over; no place in a map have {listed}")
    return block.here.mapping(pairs)


def _lists(block: Group, name: str) -> list[tuple[str, RegisterList]]:
    """The registers of each interface by the name of their block; empty ones are left out."""
    width = block.number("regwidth", DEFAULT_WIDTH)
    if width not in WIDTHS:
        block.fail("width", f"no bus accesses the {width} bits of 'regwidth' at once")
    stated = block.raw("registers")
    named = stated.items() if isinstance(stated, Mapping) else [("", stated)]
    parameters, lines = Parameters(block), Lines(block.document, "registers")
    found = []
    for number, (interface, raw) in enumerate(named):
        registers = RegisterList(width, parameters, lines)
        if number == 0:
            add_automatic(block, registers)
        for entry in block.as_groups(raw, "registers"):
            registers.add(block, entry)
        if registers.specs:
            title = f"{name}_{interface}" if interface else name
            found.append((identifier(title), registers))
    if not found:
        block.fail("empty", f"{quote(name)} has no registers")
    return found


def _top(block: Group, name: str) -> Pairs:
    here = block.here
    pairs: Pairs = [("regmap", here.number(1)), ("name", here.text(identifier(name)))]
    texts = {
        "title": block.text("human_name"),
        "desc": block.text("one_paragraph_desc") or block.text("one_line_desc"),
        "version": _version(block),
        "license": _license(block.document),
    }
    pairs += [(key, here.text(" ".join(text.split()))) for key, text in texts.items() if text.strip()]
    # swaccess says of every field what reading does.
    pairs.append(("defaults", here.mapping([("on_read", here.text("none"))])))
    return pairs


def _version(block: Group) -> str:
    revisions = block.groups("revisions", "revisions")
    return block.text("version") or (str(revisions[-1].get("version", "")) if revisions else "")


def _license(document: Document) -> str:
    found = _LICENSE.search(document.source.text)
    return found[1] if found else ""


def _enums(widths: set[int], here: Here) -> Node:
    def values(width: int) -> Node:
        pairs = ((mubi.encoded(truth, width), str(truth).lower()) for truth in (True, False))
        return here.mapping((f"{value:#x}", here.text(text)) for value, text in pairs)

    return here.mapping((mubi.enum_name(width), values(width)) for width in sorted(widths))


def _region(name: str, here: Here) -> tuple[str, Node]:
    return name, here.mapping([("instances", here.mapping([(name, here.text(name))]))])


class _Block:
    """Builds the nodes of one block.

    Args:
        registers: Its words.
        truths: Takes the widths of multi-bit booleans.
    """

    def __init__(self, registers: RegisterList, truths: set[int]) -> None:
        self._registers = registers
        self._truths = truths
        self._locks: dict[str, tuple[str, FieldSpec]] = {}
        self._check_names()
        for spec in registers.specs:
            if isinstance(spec, RegisterSpec) and not spec.packed:
                for name in spec.elements():
                    self._locks[name.lower()] = (name, spec.fields[0])

    def node(self, here: Here) -> Node:
        pairs: Pairs = []
        if self._registers.width != DEFAULT_WIDTH:
            pairs.append(("width", here.number(self._registers.width)))
        things = (
            (spec.name, self._window(spec) if isinstance(spec, WindowSpec) else self._register(spec))
            for spec in self._registers.specs
        )
        pairs.append(("registers", here.mapping(things)))
        return here.mapping(pairs)

    def _check_names(self) -> None:
        """Refuse a name that stands twice; reggen takes capitals and small letters for the same."""
        seen: set[str] = set()
        for spec in self._registers.specs:
            for name in [spec.name] if isinstance(spec, WindowSpec) else spec.elements():
                if name.lower() in seen:
                    spec.group.fail("duplicate-name", f"{quote(name)} is there twice")
                seen.add(name.lower())

    def _register(self, spec: RegisterSpec) -> Node:
        here = spec.group.here
        common = common_access([field.access for field in spec.fields])
        moving = all(field.volatile for field in spec.fields)
        pairs: Pairs = [("offset", here.hexadecimal(spec.offset))]
        if spec.array:
            pairs.append(("count", here.number(spec.count)))
        if common != TOKENS["rw"]:
            pairs += access_pairs(common, here)
        undefined = sum(field.mask for field in spec.fields if field.reset is None)
        if any(field.reset is not None for field in spec.fields):
            value = sum((field.reset or 0) << field.lsb for field in spec.fields)
            pairs += reset_pairs(value, ones(spec.width) & ~undefined, ones(spec.width), here)
        if moving:
            pairs.append(("volatile", here.text("true")))
        if spec.shadowed:
            pairs.append(("write_twice", here.text("true")))
            message = "a read makes a shadowed register forget the first of two writes; a map cannot say so"
            spec.group.note("not-carried", message)
        if condition := self._condition(spec):
            pairs.append(("locked_by", here.text(condition)))
        pairs += text_pairs(spec.group)
        pairs.append(("fields", here.mapping(self._fields(spec, common, moving))))
        return here.mapping(pairs)

    def _fields(self, spec: RegisterSpec, common: Access, moving: bool) -> Pairs:
        if not spec.packed:
            names = {field.name for field in spec.fields}
            if len(names) < len(spec.fields):
                spec.group.fail("duplicate-name", f"two fields of {quote(spec.name)} are called the same")
            return [(field.name, self._field(field, common, moving, [])) for field in spec.fields]
        field, here = spec.fields[0], spec.group.here
        if len(spec.packed) == 1:
            return [(f"{field.name}_{spec.packed.start}", self._field(field, common, moving, []))]
        if spec.packed.start:
            shape: Pairs = [("index", here.sequence(map(str, spec.packed)))]
        else:
            shape = [("count", here.number(len(spec.packed)))]
        if spec.pitch != field.width:
            shape.append(("stride", here.number(spec.pitch)))
        return [(f"{field.name}_%s", self._field(field, common, moving, shape))]

    def _field(self, field: FieldSpec, common: Access, moving: bool, shape: Pairs) -> Node:
        here = field.group.here
        top = field.lsb + field.width - 1
        pairs: Pairs = [("bits", here.text(str(top) if field.width == 1 else f"{top}:{field.lsb}"))]
        pairs += shape
        if field.access != common:
            pairs += access_pairs(field.access, here)
        if field.volatile and not moving:
            pairs.append(("volatile", here.text("true")))
        if field.truth:
            self._truths.add(field.width)
            pairs.append(("enum", here.text(mubi.enum_name(field.width))))
        elif field.values:
            values = ((_value(value), here.text(name)) for value, name in field.values)
            pairs.append(("enum", here.mapping(values)))
        pairs += text_pairs(field.group, field.meanings)
        # A field of which there is nothing but its bits to say takes the short form.
        return pairs[0][1] if len(pairs) == 1 else here.mapping(pairs)

    def _condition(self, spec: RegisterSpec) -> str:
        """While what holds writes are ignored: a lock enables them while it is 1, or true."""
        if not spec.lock:
            return ""
        name, field = self._locks.get(spec.lock.lower(), ("", None))
        if field is None:
            message = f"there is no register {quote(spec.lock)}, which is said to lock this one"
            spec.group.note("not-carried", message)
            return ""
        if field.truth:
            message = "other values of a multi-bit lock than true and false lock too; a map cannot say so"
            spec.group.note("not-carried", message)
            return f"{name}.{field.name} == {mubi.encoded(False, field.width):#x}"
        return f"{name}.{field.name} == 0"

    def _window(self, spec: WindowSpec) -> Node:
        here = spec.group.here
        word = spec.group.text("swaccess", "none")
        access = ACCESSES.get(word)
        if access is None:
            spec.group.fail(
                "unknown-word",
                f"swaccess {quote(word)} of the {spec.group.what} is not known",
                did_you_mean(word, ACCESSES),
            )
        pairs: Pairs = [
            ("offset", here.hexadecimal(spec.offset)),
            ("kind", here.text("memory")),
            ("size", here.hexadecimal(spec.size)),
        ]
        if access != TOKENS["rw"]:
            pairs += access_pairs(access, here)
        return here.mapping(pairs + text_pairs(spec.group))


def _value(value: int) -> str:
    return f"{value:#x}" if value > 9 else str(value)
