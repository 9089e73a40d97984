"""A register's fields as a map writes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable

from inspector.maps.writing import values
from inspector.maps.writing.accesses import Said, say
from inspector.maps.writing.emit import Value, Words
from inspector.maps.writing.enums import Enums
from inspector.maps.writing.runs import Run, find_runs
from inspector.maps.writing.scalars import hexadecimal, text, truth
from inspector.model.bits import Bits
from inspector.model.field import Constraint, Field
from inspector.model.format import HEX


def write_fields(fields: tuple[Field, ...], said: Said, volatile: bool, enums: Enums) -> dict[str, Value]:
    """The fields by name.

    Args:
        fields: In file order.
        said: What the register says of reading and writing.
        volatile: What it says of hardware's changes.
        enums: The map's enumerations.
    """
    written: dict[str, Value] = {}
    runs = find_runs(fields, lambda field: field.name, lambda field: field.bits.lsb, _content, elements=True)
    for run in runs:
        written[run.name] = _field(run, said, volatile, enums)
    return written


def _content(field: Field) -> Hashable:
    # The reset is cut from the register's, so that it may differ from one element to the next.
    lsb = field.bits.lsb
    return dataclasses.replace(field, name="", bits=field.bits.shifted(-lsb), reset=None)


def _field(run: Run[Field], said: Said, volatile: bool, enums: Enums) -> Value:
    field = run.things[0]
    # Offsets count upwards, from wherever the lowest element is.
    pairs: values.Pairs = {"bits": values.bits(field.bits.shifted(run.lowest))}
    if run.index:
        pairs |= _array(run, field.bits)
    keys, _ = say(field.access, said)
    pairs |= keys
    if field.alt:
        pairs["alt"] = text(field.alt)
    if field.when:
        pairs["when"] = values.guards(field.when)
    if field.volatile != volatile:
        pairs["volatile"] = truth(field.volatile)
    if field.enum is not None:
        pairs["enum"] = enums.write(field.enum)
    if field.enum_write is not None:
        pairs["enum_write"] = enums.write(field.enum_write)
    if field.format != HEX:
        pairs["format"] = values.format_(field.format)
    if field.unit:
        pairs["unit"] = text(field.unit)
    if field.constraint != Constraint():
        pairs["constraint"] = values.constraint(field.constraint)
    for name, value in (("write_value", field.write_value), ("expect", field.expect)):
        if value is not None:
            pairs[name] = hexadecimal(value)
    if field.reserved_write is not None:
        pairs["reserved_write"] = field.reserved_write.value
    if field.danger:
        pairs["danger"] = Words(field.danger)
    if field.title:
        pairs["title"] = Words(field.title)
    if field.desc:
        pairs["desc"] = Words(field.desc)
    if field.tags:
        pairs["tags"] = values.names(field.tags)
    if field.hidden:
        pairs["hidden"] = truth(True)
    if field.sim is not None:
        pairs["sim"] = values.behaviour(field.sim)
    return pairs["bits"] if len(pairs) == 1 else pairs


def _array(run: Run[Field], bits: Bits) -> values.Pairs:
    pairs: values.Pairs = {}
    span = bits.msb - bits.lsb + 1
    if run.numbered:
        pairs["count"] = str(len(run.index))
    else:
        pairs["index"] = values.names(run.index)
    if len(run.index) > 1 and run.stride is not None and run.stride > 0:
        if run.stride != span:
            pairs["stride"] = str(run.stride)
    elif len(run.index) > 1:
        pairs["offsets"] = [str(start - run.lowest) for start in run.starts]
    return pairs
