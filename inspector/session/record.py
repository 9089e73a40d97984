"""A register as a JSON object: what scripts and snapshots rely on."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.errors import InspectorError, NotPermitted
from inspector.model.decode import DecodedField
from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.registermap import RegisterNode
from inspector.session.sample import Sample


def hexadecimal(value: int, width: int) -> str:
    """``0x`` and width/4 lower-case digits."""
    return f"0x{value:0{max(1, width // 4)}x}"


def decode_fields(register: Register, word: int, fields: Sequence[Field] = ()) -> tuple[DecodedField, ...]:
    """Decode the readable fields of ``word``, or those of ``fields`` alone where any are given.

    A write-only register is decoded whole: its value comes from a log or a forced read.
    """
    decoded = []
    for field in fields or register.fields:
        if not field.access.readable and register.readable:
            continue
        value = field.bits.extract(word)
        # A write-only field's names are those of its writing.
        names = field.enum if field.access.readable else field.choices
        meaning = names.name_of(value) if names else None
        decoded.append(DecodedField(field, value, meaning, meaning or field.render(value)))
    return tuple(decoded)


def head(node: RegisterNode) -> dict[str, object]:
    """Which register it is."""
    return {"path": node.path, "address": node.address, "width": node.width}


def error_part(error: InspectorError) -> dict[str, object]:
    """Why there is no value."""
    advice = f": {error.advice}" if isinstance(error, NotPermitted) and error.advice else ""
    return {"error": {"errno": error.errno_name, "message": error.message + advice}}


def value_part(
    node: RegisterNode, value: int, time: float | None, fields: Sequence[Field] = ()
) -> dict[str, object]:
    """The value, decoded."""
    described: dict[str, object] = {}
    for decoded in decode_fields(node.register, value, fields):
        entry: dict[str, object] = {"value": decoded.value}
        if decoded.meaning is not None:
            entry["enum"] = decoded.meaning
        described[decoded.field.name] = entry
    return {"value": value, "hex": hexadecimal(value, node.width), "time": time, "fields": described}


def read_record(
    node: RegisterNode, sample: Sample, fields: Sequence[Field] = (), *, address: int | None = None
) -> dict[str, object]:
    """A register as it was read, or why it was not.

    Args:
        node: The register.
        sample: What is known of it.
        fields: The fields to tell, where not all.
        address: Where it is now, where its device may have moved; None for the map's.
    """
    record = head(node)
    if address is not None:
        record["address"] = address
    if sample.error is not None:
        return record | error_part(sample.error)
    if sample.skipped is not None and sample.skipped.skip is not None:
        return record | {"skipped": sample.skipped.skip.value, "reason": sample.skipped.reason}
    assert sample.value is not None
    return record | value_part(node, sample.value, sample.time, fields)
