"""Builds a register's fields."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from inspector.maps.behaviours import field_behaviour
from inspector.maps.context import Context
from inspector.maps.entries import Entries, named_pairs, read_entries
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.inherit import Inherited, effective, nearer_access
from inspector.maps.keys import (
    ACCESS,
    ALT,
    BITS,
    CONSTRAINT_KEY,
    DANGER,
    DESC,
    ENUM,
    ENUM_WRITE,
    EXPECT,
    FIELD,
    FIELD_COUNT,
    FIELD_OFFSETS,
    FIELD_RESERVED_WRITE,
    FIELD_SIM_KEY,
    FIELD_STRIDE,
    FIELD_WIDTH,
    FORMAT_KEY,
    HIDDEN,
    INDEX,
    LSB,
    ON_READ,
    RESET,
    TAGS,
    TITLE,
    UNIT,
    VOLATILE,
    WHEN,
    WRITE_VALUE,
)
from inspector.maps.naming import Shape, check_elements, check_name, element_names, read_shape
from inspector.maps.nodes import Node, ScalarNode, SequenceNode
from inspector.maps.paths import PathUse
from inspector.maps.values import (
    CONSTRAINT,
    CONSTRAINT_AS_READ,
    CONSTRAINT_ENUM_ONLY,
    CONSTRAINT_MAX,
    CONSTRAINT_MIN,
)
from inspector.model.access import Access, OnWrite, ReservedWrite
from inspector.model.bits import Bits
from inspector.model.enumeration import Enumeration
from inspector.model.field import Constraint, Field
from inspector.model.guard import exclusive
from inspector.model.register import Dimension

MOST_NAMES_CHECKED = 1 << 16
"""Values of a field up to which a gap in its enumeration is worth a warning."""


@dataclass(slots=True)
class FieldScope:
    """What the fields take from their register, and what they add to it.

    Attributes:
        path: The register's, for messages.
        inherited: What holds at the register.
        width: The register's, in bits.
        reset: The register's reset value; fields that state their own add to it.
        reset_mask: Which bits of it are defined.
        reset_own: Whether the register itself states it, so that a field cannot say otherwise.
        read_stated: Whether the register, what it inherits from or a field says what reading does.
        formulas: The fields that formulas need, each with the place of the formula.
    """

    path: str
    inherited: Inherited
    width: int
    reset: int
    reset_mask: int
    reset_own: bool
    read_stated: bool
    formulas: list[tuple[Node, frozenset[str]]] = field(default_factory=list)

    def note_formula(self, entries: Entries) -> None:
        """Note the fields that the format's formula needs, if it has one."""
        spec = entries.get(FORMAT_KEY)
        if spec is not None and spec.format.expression is not None:
            self.formulas.append((entries.at(FORMAT_KEY), spec.format.expression.names))

    def check_formulas(self, fields: tuple[Field, ...], report: Report) -> None:
        """Report the names in formulas that are no readable fields of the register."""
        known = {item.name for item in fields if item.access.readable}
        for node, names in self.formulas:
            for name in sorted(names - known):
                report.error(
                    node,
                    "expression",
                    f"the register '{self.path}' has no field {quote(name)} that can be read",
                    did_you_mean(name, known) or "a formula has value and the names of the register's fields",
                )


def build_fields(node: Node, scope: FieldScope, context: Context) -> tuple[Field, ...]:
    """Build the fields of a register; those with errors in their bits are left out."""
    pairs = named_pairs(node, "fields", context.report)
    fields: list[Field] = []
    things: list[tuple[ScalarNode, Shape | Dimension | None]] = []
    owners: list[Node] = []
    for name, value in pairs or ():
        built = _build(name, value, scope, context)
        if built is None:
            context.broken.add(scope.path)
            continue
        shape, elements, place = built
        things.append((name, shape))
        fields += elements
        owners += [place] * len(elements)
    check_elements(things, "field", context.report)
    _check_overlaps(fields, owners, context)
    return tuple(fields)


def _build(
    name: ScalarNode, value: Node, scope: FieldScope, context: Context
) -> tuple[Shape | None, list[Field], Node] | None:
    report = context.report
    if isinstance(value, (ScalarNode, SequenceNode)):
        entries = Entries(name)
        entries.put(BITS, value, report)
    else:
        read = read_entries(value, FIELD, report, name=name)
        if read is None:
            return None
        entries = read
    shape = read_shape(
        entries, name, report, count_key=FIELD_COUNT, stride_key=FIELD_STRIDE, offsets_key=FIELD_OFFSETS
    )
    check_name(name, "field", report, array=shape is not None or entries.wrong(FIELD_COUNT))
    shape_sound = not entries.wrong_any(FIELD_COUNT, FIELD_STRIDE, FIELD_OFFSETS)
    bits = _bits(name, entries, scope, context)
    stated = context.fitting(entries, RESET, None if bits is None else bits.width)
    # Elements of an array each have their own part of the register's reset.
    reset = stated if shape is not None or bits is None else _reset(stated, bits, entries, scope, context)
    prototype = _prototype(name, entries, bits, reset, scope, context)
    if bits is None or not shape_sound:
        return None
    owner = entries.at(BITS) if entries.stated(BITS) else entries.at(LSB)
    if shape is None:
        return None, [prototype], owner
    places = _places(bits, shape, entries, scope, context)
    if not places:
        return None
    fields = [
        replace(prototype, name=element, bits=place, reset=_reset(stated, place, entries, scope, context))
        for element, place in zip(element_names(name.text, shape), places, strict=True)
    ]
    return shape, fields, owner


def _bits(name: ScalarNode, entries: Entries, scope: FieldScope, context: Context) -> Bits | None:
    report = context.report
    if entries.stated(BITS):
        for key in (LSB, FIELD_WIDTH):
            if entries.stated(key):
                report.error(entries.at(key), "bits", f"'{key.name}' beside 'bits'", "state one or the other")
        bits, place = entries.get(BITS), entries.at(BITS)
    elif entries.stated(LSB) and entries.stated(FIELD_WIDTH):
        lsb, width = entries.get(LSB), entries.get(FIELD_WIDTH)
        bits = None if lsb is None or width is None else Bits(((lsb + width - 1, lsb),))
        place = entries.at(LSB)
    else:
        report.error(
            name,
            "missing-key",
            f"the field {quote(name.text)} has no 'bits'",
            "write NAME: 7:4 or NAME: {bits: 7:4}",
        )
        return None
    if bits is not None and bits.msb >= scope.width:
        report.error(
            place,
            "bits",
            f"bits {bits} lie outside the register '{scope.path}' of {scope.width} bits",
            f"its bits are {scope.width - 1}:0",
        )
        return None
    return bits


def _places(bits: Bits, shape: Shape, entries: Entries, scope: FieldScope, context: Context) -> list[Bits]:
    """Where the elements of a field array lie; empty with an error reported where they cannot."""
    span = bits.msb - bits.lsb + 1
    stride = span if shape.stride is None else shape.stride
    dimension = shape.dimension(stride)
    stated = [key for key in (FIELD_OFFSETS, FIELD_STRIDE, FIELD_COUNT, INDEX) if entries.stated(key)]
    place = entries.at(stated[0])
    if shape.offsets is None and shape.count > 1 and bits.mask & bits.mask << stride:
        context.report.error(
            place, "stride", f"a stride of {stride} bits is too small for a field of {span} bits"
        )
        return []
    last = bits.msb + max(dimension.starts)
    if last >= scope.width:
        context.report.error(
            place,
            "bits",
            f"the last of {shape.count} elements would end at bit {last}, "
            f"outside the register '{scope.path}' of {scope.width} bits",
        )
        return []
    places = [bits.shifted(dimension.at(i)) for i in range(shape.count)]
    if shape.offsets is not None and sum(part.mask for part in places) != _union(places):
        context.report.error(place, "overlap", "the elements overlap")
        return []
    return places


def _union(places: list[Bits]) -> int:
    mask = 0
    for part in places:
        mask |= part.mask
    return mask


def _prototype(
    name: ScalarNode,
    entries: Entries,
    bits: Bits | None,
    reset: int | None,
    scope: FieldScope,
    context: Context,
) -> Field:
    # Where the bits are wrong, the rest is still checked, but for what depends on their number.
    width = None if bits is None else bits.width
    said, read_said = nearer_access(entries, scope.inherited, context.report)
    access = effective(said, read_said, scope.inherited.read_unknown)
    scope.read_stated = (
        scope.read_stated or entries.stated(ON_READ) or (entries.stated(ACCESS) and access.on_read.acts)
    )
    enum = context.enumeration(entries, ENUM, width)
    volatile = entries.get(VOLATILE)
    return Field(
        name=name.text,
        bits=bits or Bits(()),
        access=access,
        volatile=scope.inherited.volatile if volatile is None else volatile,
        reset=reset,
        enum=enum,
        title=entries.get(TITLE) or "",
        desc=entries.get(DESC) or "",
        **(_rare(entries, access, width, enum, scope, context) if entries.stated_any(_RARE) else {}),
    )


_RARE = frozenset(FIELD.keys) - {key.name for key in (BITS, ACCESS, VOLATILE, RESET, ENUM, TITLE, DESC)}
"""The keys that most fields do not state: those are built without a look at them."""


def _rare(
    entries: Entries,
    access: Access,
    width: int | None,
    enum: Enumeration | None,
    scope: FieldScope,
    context: Context,
) -> dict[str, Any]:
    """What the rarer keys state, by the field's attributes."""
    scope.note_formula(entries)
    conditions = entries.get(WHEN) or ()
    for condition in conditions:
        context.uses.append(PathUse(condition.node, condition.path, "selector", scope.path, condition.value))
    spec = entries.get(FORMAT_KEY)
    sim = entries.get(FIELD_SIM_KEY)
    return {
        "alt": entries.get(ALT) or "",
        "when": tuple(dict.fromkeys(condition.guard for condition in conditions)),
        "enum_write": context.enumeration(entries, ENUM_WRITE, width),
        "format": context.format(entries, FORMAT_KEY, width),
        "unit": entries.get(UNIT) or (spec.unit if spec else ""),
        "constraint": _constraint(entries, width, enum, context),
        "write_value": context.fitting(entries, WRITE_VALUE, width),
        "expect": context.fitting(entries, EXPECT, width),
        "reserved_write": _reserved_write(entries, access, context),
        "danger": entries.get(DANGER) or "",
        "tags": entries.get(TAGS) or (),
        "hidden": entries.get(HIDDEN) or False,
        "sim": field_behaviour(sim, scope.path, context) if sim is not None else None,
    }


_RESERVABLE = {OnWrite.STORE, OnWrite.NONE, OnWrite.MODIFY, OnWrite.UNKNOWN}


def _reserved_write(entries: Entries, access: Access, context: Context) -> ReservedWrite | None:
    """What is written to a field that is named but reserved; what acts on writing says it by its access."""
    rule = entries.get(FIELD_RESERVED_WRITE)
    if rule is None:
        return None
    if (access.writable and access.on_write not in _RESERVABLE) or entries.stated(WRITE_VALUE):
        context.report.error(
            entries.at(FIELD_RESERVED_WRITE),
            "effect",
            "reserved_write where the access, or write_value, says already what leaves the field alone",
            "leave it out",
        )
        return None
    return rule


def _constraint(
    entries: Entries, width: int | None, enum: Enumeration | None, context: Context
) -> Constraint:
    report = context.report
    node = entries.get(CONSTRAINT_KEY)
    stated = read_entries(node, CONSTRAINT, report) if node is not None else None
    if stated is None:
        return Constraint()
    minimum = context.fitting(stated, CONSTRAINT_MIN, width)
    maximum = context.fitting(stated, CONSTRAINT_MAX, width)
    if minimum is not None and maximum is not None and minimum > maximum:
        report.error(stated.at(CONSTRAINT_MIN), "constraint", f"min {minimum} is more than max {maximum}")
    as_read = stated.get(CONSTRAINT_AS_READ) or False
    if as_read and len([key for key in CONSTRAINT.keys.values() if stated.stated(key)]) > 1:
        report.error(
            stated.at(CONSTRAINT_AS_READ), "constraint", "as_read beside another constraint", "it says all"
        )
    enum_only = stated.get(CONSTRAINT_ENUM_ONLY) or False
    if enum_only:
        place = stated.at(CONSTRAINT_ENUM_ONLY)
        if not entries.stated(ENUM) and not entries.stated(ENUM_WRITE):
            report.error(place, "constraint", "enum_only without an enum", "state enum beside it")
        elif enum is not None and width is not None and not entries.stated(ENUM_WRITE):
            _check_holes(enum, width, place, context)
    return Constraint(minimum, maximum, enum_only, as_read)


def _check_holes(enum: Enumeration, width: int, place: Node, context: Context) -> None:
    """Warn of values that hardware may hold and software may not write back."""
    holes = (1 << width) - sum(map(len, enum.entries))
    if enum.default is None and holes and 1 << width <= MOST_NAMES_CHECKED:
        context.report.warning(
            place,
            "enum-hole",
            f"{holes} of the {1 << width} values have no name, so they cannot be written back",
            "name them as ranges, such as 4..7: reserved, or give the enum a default",
        )


def _reset(
    stated: int | None, bits: Bits, entries: Entries, scope: FieldScope, context: Context
) -> int | None:
    """The field's part of the register's reset; what the field itself states goes into that."""
    mask = bits.mask
    if stated is None:
        defined = scope.reset_mask & mask == mask and not entries.stated(RESET)
        return bits.extract(scope.reset) if defined else None
    value = bits.place(stated)
    if scope.reset_own and (value ^ scope.reset) & scope.reset_mask & mask:
        context.report.error(
            entries.at(RESET),
            "reset",
            f"the field's reset {stated:#x} contradicts the register's {scope.reset:#x}, "
            f"which has {bits.extract(scope.reset):#x} there",
        )
        return stated
    scope.reset = scope.reset & ~mask | value
    scope.reset_mask |= mask
    return stated


def _check_overlaps(fields: list[Field], places: list[Node], context: Context) -> None:
    """Report fields on bits that another has.

    Unless they belong to different views, or one is only read and the other only written.
    """
    seen: list[Field] = []
    for item, place in zip(fields, places, strict=True):
        for other in seen:
            common = item.bits.mask & other.bits.mask
            if common and not (
                _apart(item.access, other.access) or item.alt != other.alt or exclusive(item.when, other.when)
            ):
                bit = common.bit_length() - 1
                context.report.error(
                    place,
                    "overlap",
                    f"the field '{item.name}' overlaps '{other.name}' at bit {bit}",
                    f"'{other.name}' has bits {other.bits}",
                )
                break
        else:
            seen.append(item)


def _apart(one: Access, other: Access) -> bool:
    """Whether one is only read and the other only written."""
    return any(
        first.readable and not first.writable and second.writable and not second.readable
        for first, second in ((one, other), (other, one))
    )


def write_only_values(fields: tuple[Field, ...]) -> list[Field]:
    """The fields that store what cannot be read back: editing one needs the others' last value."""
    return [
        field
        for field in fields
        if not field.access.readable and field.access.writable and field.access.on_write is OnWrite.STORE
    ]
