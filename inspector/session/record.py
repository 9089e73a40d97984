"""A register as a JSON object: what scripts and snapshots rely on."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.errors import InspectorError, NotPermitted
from inspector.model.decode import NOTHING_KNOWN, DecodedField, Known, fields_there
from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.registermap import RegisterNode
from inspector.session.sample import Sample


def hexadecimal(value: int, width: int) -> str:
    """``0x`` and width/4 lower-case digits."""
    return f"0x{value:0{max(1, width // 4)}x}"


def decode_fields(
    register: Register, word: int, fields: Sequence[Field] = (), known: Known = NOTHING_KNOWN
) -> tuple[DecodedField, ...]:
    """Decode the readable fields of ``word`` that are there, or those of ``fields`` alone if any are given.

    A write-only register is decoded whole: its value comes from a log or a forced read.

    Args:
        register: The register.
        word: Its value.
        fields: The fields to decode, where not all.
        known: What is known of the conditions on other registers.
    """
    there = {field.name: unsure for field, unsure in fields_there(register, word, known)}
    decoded = []
    for field in fields or register.fields:
        if field.name not in there or (not field.access.readable and register.readable):
            continue
        value = field.bits.extract(word)
        # A write-only field's names are those of its writing.
        names = field.enum if field.access.readable else field.choices
        meaning = names.name_of(value) if names else None
        text = meaning or field.render(value)
        decoded.append(DecodedField(field, value, meaning, text, there[field.name]))
    return tuple(decoded)


def head(node: RegisterNode) -> dict[str, object]:
    """Which register it is."""
    return {"path": node.path, "address": node.address, "width": node.width}


def error_part(error: InspectorError) -> dict[str, object]:
    """Why there is no value."""
    advice = f": {error.advice}" if isinstance(error, NotPermitted) and error.advice else ""
    return {"error": {"errno": error.errno_name, "message": error.message + advice}}


def value_part(
    node: RegisterNode,
    value: int,
    time: float | None,
    fields: Sequence[Field] = (),
    known: Known = NOTHING_KNOWN,
) -> dict[str, object]:
    """The value, decoded; a field that may not be there says in ``when`` what must hold for it."""
    described: dict[str, object] = {}
    for decoded in decode_fields(node.register, value, fields, known):
        entry: dict[str, object] = {"value": decoded.value}
        if decoded.meaning is not None:
            entry["enum"] = decoded.meaning
        if decoded.unsure:
            entry["when"] = decoded.unsure
        described[decoded.field.name] = entry
    return {"value": value, "hex": hexadecimal(value, node.width), "time": time, "fields": described}


def read_record(
    node: RegisterNode,
    sample: Sample,
    fields: Sequence[Field] = (),
    *,
    address: int | None = None,
    known: Known = NOTHING_KNOWN,
) -> dict[str, object]:
    """A register as it was read, or why it was not.

    Args:
        node: The register.
        sample: What is known of it.
        fields: The fields to tell, where not all.
        address: Where it is now, where its device may have moved; None for the map's.
        known: What is known of the conditions on other registers.
    """
    record = head(node)
    if address is not None:
        record["address"] = address
    if sample.error is not None:
        return record | error_part(sample.error)
    if sample.skipped is not None and sample.skipped.skip is not None:
        return record | {"skipped": sample.skipped.skip.value, "reason": sample.skipped.reason}
    assert sample.value is not None
    return record | value_part(node, sample.value, sample.time, fields, known)
