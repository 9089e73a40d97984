"""Registers as rows of text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inspector.cli.record import decode_fields, hexadecimal
from inspector.cli.table import Row
from inspector.model.decode import NOTHING_KNOWN, DecodedField, Known, summarise
from inspector.model.field import Field
from inspector.model.registermap import RegisterNode
from inspector.session import Sample

NO_VALUE = "-"


def register_rows(
    node: RegisterNode, sample: Sample, fields: Sequence[Field] = (), known: Known = NOTHING_KNOWN
) -> list[Row]:
    """A register with its fields below it, a row each."""
    row = register_row(node, sample, fields, known)
    if row.kind != "value" or sample.value is None:
        return [row]
    below = list(_field_rows(node, sample.value, fields, known))
    # The fields say it better than their summary.
    return [Row((*row.cells[:3], ""), row.kind), *below] if below else [row]


def register_row(
    node: RegisterNode, sample: Sample, fields: Sequence[Field] = (), known: Known = NOTHING_KNOWN
) -> Row:
    """A register in one row: path, address, value, and what it means.

    Args:
        node: The register.
        sample: What is known of it.
        fields: The fields to tell, where not all.
        known: What is known of the conditions on other registers.
    """
    lead = (node.path, f"{node.address:#010x}")
    if sample.error is not None:
        return Row((*lead, NO_VALUE, f"error: {sample.error}"), "error")
    if sample.skipped is not None and sample.skipped.skip is not None:
        return Row((*lead, NO_VALUE, f"skipped: {sample.skipped.reason}"), "skipped")
    assert sample.value is not None
    if fields:
        decoded = decode_fields(node.register, sample.value, fields, known)
        meaning = " · ".join(f"{item.field.name} {item.text}{_where(item)}" for item in decoded)
    else:
        meaning = summarise(node.register, sample.value, known)
    value = hexadecimal(sample.value, node.width)
    return Row((*lead, value, "" if meaning.replace("_", "") == value else meaning), "value")


def _field_rows(
    node: RegisterNode, word: int, fields: Sequence[Field] = (), known: Known = NOTHING_KNOWN
) -> Iterator[Row]:
    """A register's fields, a row each: name, bits, value, and what it means."""
    for decoded in decode_fields(node.register, word, fields, known):
        field = decoded.field
        value = f"{decoded.value:#x}"
        said = decoded.text == value or (field.width == 1 and decoded.text == str(decoded.value))
        meaning = ("" if said else decoded.text) + _where(decoded)
        yield Row((f"  {field.name}", f"[{field.bits}]", value, meaning), "field")


def _where(decoded: DecodedField) -> str:
    """What must hold for a field of which nobody knows whether it is there."""
    return f" (where {decoded.unsure})" if decoded.unsure else ""
