"""What a write would do on the bus, before it does."""

from __future__ import annotations

from inspector.cli.output import escape
from inspector.cli.record import head, hexadecimal
from inspector.model.compose import Composition
from inspector.model.split import expand
from inspector.model.transaction import Operation, Read, Write


def preview_record(composition: Composition) -> dict[str, object]:
    """The operations as a JSON object: the single bus accesses, exactly as they will be made.

    A write puts ``(read & keep ^ flip) | value`` on the bus, ``read`` being the result of the operation
    number ``source``; a read that has a ``mask`` stops the rest unless its bits there are ``expected``
    (or, with ``differs``, if they are).
    """
    base = composition.node.address - composition.node.offset
    operations = [_describe(access, base) for access in expand(composition.transaction).accesses]
    record = head(composition.node) | {"operations": operations, "notes": list(composition.notes)}
    return record | {"dangers": list(composition.dangers)} if composition.dangers else record


def _describe(operation: Operation, base: int) -> dict[str, object]:
    place: dict[str, object] = {"address": base + operation.offset, "width": operation.width}
    if isinstance(operation, Write):
        described = {"operation": "write"} | place | {"value": operation.value}
        if operation.source is not None:
            described |= {"keep": operation.keep, "flip": operation.flip, "source": operation.source}
        return described
    described = {"operation": "read"} | place
    if isinstance(operation, Read) and operation.mask:
        described |= {"mask": operation.mask, "expected": operation.expected, "differs": operation.differs}
    return described


def print_preview(composition: Composition) -> None:
    """Print the operations for a person."""
    node = composition.node
    base = node.address - node.offset
    print(escape(node.path))
    expansion = expand(composition.transaction)
    for access, operation in enumerate(expansion.accesses):
        number = expansion.owner(access)
        place = f"{base + operation.offset:#010x}  {operation.width} bit"
        if isinstance(operation, Write):
            print(f"  write  {place}  {_word(operation)}{_purpose(composition, number)}")
            continue
        why = "and compare" if number == composition.readback else ""
        if isinstance(operation, Read) and operation.mask:
            why = f"and stop if {operation.why}"
        print(f"  read   {place}  {escape(why)}".rstrip())
    write = composition.result
    for field in composition.fields:
        mask = field.bits.mask & composition.touched
        if mask and field.access.writable:
            known = not mask & (write.keep | write.flip)
            new = field.bits.extract(write.value)
            name = field.choices.name_of(new) if field.choices else None
            text = (name or field.render(new)) if known else "depends on what is read"
            print(escape(f"  {field.name} := {text}"))
    for danger in composition.dangers:
        print(escape(f"  danger: {danger}"))
    for note in composition.notes:
        print(escape(f"  note: {note}"))


def _purpose(composition: Composition, number: int) -> str:
    """What a write is for that does not go to the register itself."""
    if composition.latch is not None and number > composition.write:
        return "  to let it take effect"
    if composition.alias is not None:
        return "  at its atomic alias"
    return ""


def _word(write: Write) -> str:
    """The word that goes out, as arithmetic on the word that was read."""
    value = hexadecimal(write.value, write.width)
    if write.source is None:
        return value
    word = f"read & {hexadecimal(write.keep, write.width)}"
    if write.flip:
        word = f"({word}) ^ {hexadecimal(write.flip, write.width)}"
    return f"({word}) | {value}" if write.value else word
