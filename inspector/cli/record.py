"""A register as a JSON object: what scripts rely on."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.model.decode import NOTHING_KNOWN, Known
from inspector.model.field import Field
from inspector.session import WriteResult
from inspector.session.record import decode_fields, error_part, head, hexadecimal, read_record, value_part

__all__ = [
    "NOT_READ_BACK",
    "decode_fields",
    "error_part",
    "head",
    "hexadecimal",
    "read_record",
    "value_part",
    "write_record",
]


def write_record(
    result: WriteResult, time: float | None, fields: Sequence[Field] = (), known: Known = NOTHING_KNOWN
) -> dict[str, object]:
    """A register as it was written."""
    node = result.composition.node
    record = head(node) | {"old": result.old, "written": result.written}
    if result.error is not None:
        return record | error_part(result.error)
    if result.value is None:
        return record | NOT_READ_BACK
    return record | value_part(node, result.value, time, fields, known)


NOT_READ_BACK: dict[str, object] = {"value": None, "hex": None, "time": None, "fields": {}}
"""In place of a value where a write is not followed by a read."""
