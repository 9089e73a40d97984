"""The fields of an OpenTitan register."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from inspector.maps.findings import did_you_mean, quote
from inspector.maps.importing import Pairs
from inspector.maps.opentitan import mubi
from inspector.maps.opentitan.parameters import INDEX, Parameters, formula
from inspector.maps.opentitan.reading import Group, Lines, whole
from inspector.model.access import TOKENS, Access, OnRead, OnWrite
from inspector.model.bits import ones

ACCESSES = {
    "none": TOKENS["none"],
    "ro": TOKENS["ro"],
    "rc": TOKENS["rc"],
    "rw": TOKENS["rw"],
    "r0w1c": TOKENS["wo1c"],
    "rw1s": TOKENS["w1s"],
    "rw1c": TOKENS["w1c"],
    "rw0c": TOKENS["w0c"],
    "wo": TOKENS["wo"],
}
"""What ``swaccess`` means; what reads as 0 whatever it holds cannot be read."""

_HARDWARE_WRITES = ("hrw", "hwo")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

UNDEFINED = "x"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field as reggen understands it.

    Attributes:
        group: Where it is described.
        name: Its name.
        lsb: Its lowest bit.
        width: In bits.
        access: What reading and writing do.
        reset: None where it is not defined.
        volatile: Hardware may change it.
        values: Names of values.
        meanings: What the description says of them, a line each.
        truth: It is a multi-bit boolean.
    """

    group: Group
    name: str
    lsb: int
    width: int
    access: Access
    reset: int | None
    volatile: bool
    values: tuple[tuple[int, str], ...] = ()
    meanings: tuple[str, ...] = ()
    truth: bool = False

    @property
    def mask(self) -> int:
        """Its bits in the register."""
        return ones(self.width) << self.lsb

    def moved(self, bits: int) -> FieldSpec:
        """The same field that many bits higher."""
        return replace(self, lsb=self.lsb + bits)


@dataclass(frozen=True, slots=True)
class Outer:
    """What a field takes from its register.

    Attributes:
        register: The register's description.
        name: Its name.
        width: In bits.
        external: Its value is kept outside the generated logic.
        strobed: Hardware is told of each read.
        reset: Its reset; None where it states none.
    """

    register: Group
    name: str
    width: int
    external: bool
    strobed: bool
    reset: int | None


def read_fields(outer: Outer, parameters: Parameters, lines: Lines) -> list[FieldSpec]:
    """The fields of a register, or of a multireg's first element, the lowest first."""
    register = outer.register
    groups = register.groups("fields", "fields")
    if not groups:
        register.fail("missing-key", f"the register {quote(outer.name)} has no fields")
    fields = []
    for number, raw in enumerate(groups):
        default = f"field{number + 1}" if len(groups) > 1 else outer.name
        line = lines.find(raw["name"]) if raw.get("name") is not None else register.line
        group = Group(register.document, raw, line, f"field {quote(str(raw.get('name', default)))}")
        fields.append(_field(group, default, outer, parameters))
    fields.sort(key=lambda field: field.lsb)
    taken = 0
    for field in fields:
        if taken & field.mask:
            field.group.fail("overlap", f"the {field.group.what} shares bits with another")
        taken |= field.mask
    return fields


def _field(group: Group, default: str, outer: Outer, parameters: Parameters) -> FieldSpec:
    name = group.text("name", default)
    if not _NAME.fullmatch(name):
        group.fail("name", f"{quote(name)} is no name for a field")
    lsb, width = _bits(group, outer.width, parameters)
    truth = group.flag("mubi")
    if truth and width not in mubi.WIDTHS:
        group.fail("width", f"no multi-bit boolean has the {width} bits of the {group.what}")
    access = _access(group, outer, truth)
    hardware = group.text("hwaccess") or outer.register.text("hwaccess", "hro")
    values, meanings = _enum(group, width)
    group.lose(("hwqe", "auto_split"))
    return FieldSpec(
        group,
        name,
        lsb,
        width,
        access,
        _reset(group, outer, lsb, width, truth, 0),
        access.readable and (outer.external or hardware in _HARDWARE_WRITES),
        values,
        meanings,
        truth,
    )


def element(fields: list[FieldSpec], outer: Outer, index: int) -> list[FieldSpec]:
    """The fields of a multireg's element: the same list where no reset depends on the element."""
    if not any(INDEX in str(field.group.raw("resval")) for field in fields):
        return fields
    return [
        replace(field, reset=_reset(field.group, outer, field.lsb, field.width, field.truth, index))
        for field in fields
    ]


def _bits(group: Group, register_width: int, parameters: Parameters) -> tuple[int, int]:
    """The lowest bit and the width."""
    text = group.text("bits")
    high, colon, low = text.partition(":")
    if not text:
        group.fail("missing-key", f"the {group.what} has no 'bits'")
    msb = parameters.expand(high, group, "bits")
    lsb = parameters.expand(low, group, "bits") if colon else msb
    if not 0 <= lsb <= msb < register_width:
        group.fail("bits", f"the bits {quote(text)} of the {group.what} are none of {register_width - 1}:0")
    return lsb, msb - lsb + 1


def _access(group: Group, outer: Outer, truth: bool) -> Access:
    word = group.text("swaccess") or outer.register.text("swaccess", "none")
    access = ACCESSES.get(word)
    if access is None:
        group.fail(
            "unknown-word",
            f"swaccess {quote(word)} of the {group.what} is not known",
            did_you_mean(word, ACCESSES) or f"it is one of {' '.join(ACCESSES)}",
        )
    if truth and access.on_write not in (OnWrite.STORE, OnWrite.NONE):
        # What sets and clears such a value is a logic of whole values, and not of bits.
        access = access.with_effects(on_write=OnWrite.MODIFY)
    if outer.strobed and access.readable and access.on_read is OnRead.NONE:
        access = access.with_effects(on_read=OnRead.EXTERNAL)
    return access


def _reset(group: Group, outer: Outer, lsb: int, width: int, truth: bool, index: int) -> int | None:
    """The value after reset: the field's own, else its part of the register's, else 0.

    It is not defined where ``x`` says so, and of a register kept outside that states none.
    """
    raw = group.raw("resval")
    silent = raw is None or raw == UNDEFINED
    if silent:
        if outer.reset is not None:
            return outer.reset >> lsb & ones(width)
        return None if outer.external or raw == UNDEFINED else 0
    value = _number(raw, index)
    if value is None:
        group.note("not-carried", "a reset that is no number and no plain formula is not carried over")
        return None
    if truth:
        if value not in (0, 1):
            group.fail("reset", f"the reset of the {group.what} is {value}, neither true nor false")
        value = mubi.encoded(bool(value), width)
    if not 0 <= value <= ones(width):
        group.fail("too-wide", f"the reset {value:#x} of the {group.what} does not fit in {width} bits")
    return value


def _number(raw: object, index: int) -> int | None:
    if isinstance(raw, bool) or str(raw).lower() in ("true", "false"):
        return int(str(raw).lower() == "true")
    value = whole(raw)
    return formula(raw, index) if value is None and isinstance(raw, str) else value


def _enum(group: Group, width: int) -> tuple[tuple[tuple[int, str], ...], tuple[str, ...]]:
    values: dict[int, str] = {}
    meanings = []
    for raw in group.groups("enum", "values"):
        entry = Group(group.document, raw, group.line, f"value of the {group.what}")
        value, name = entry.number("value", -1), entry.text("name")
        if not name or not 0 <= value <= ones(width):
            entry.note("repaired", "values without a name, or too large for their field, are left out")
            continue
        values.setdefault(value, name)
        if text := _line(entry.text("desc")):
            meanings.append(f"{name}: {text}")
    return tuple(values.items()), tuple(meanings)


def _line(text: str) -> str:
    return " ".join(text.split())


def text_pairs(group: Group, more: Iterable[str] = ()) -> Pairs:
    """A thing's description, and its tags."""
    here = group.here
    pairs: Pairs = []
    lines = [text for text in (group.text("desc").strip(), *more) if text]
    if lines:
        pairs.append(("desc", here.text("\n".join(lines))))
    tags = group.raw("tags")
    if isinstance(tags, list) and tags:
        pairs.append(("tags", here.sequence(map(str, tags))))
    return pairs
