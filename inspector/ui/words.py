"""The screen's words: ages, operations, results and errors as people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.errors import BusFault, InspectorError
from inspector.model.numbers import group_hex
from inspector.model.transaction import Read, Write
from inspector.ui.lines import clean

if TYPE_CHECKING:
    from inspector.model.compose import Composition, FieldChange
    from inspector.model.registermap import RegisterNode
    from inspector.session import WriteResult


def span_words(seconds: float) -> str:
    """A span of time, coarsely: a text that changes at most once a second."""
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds / 60)} min"
    return f"{int(seconds / 3600)} h" if seconds < 48 * 3600 else f"{int(seconds / 86400)} d"


def address_text(address: int) -> str:
    """An address in groups of four digits, 32 bits wide unless it needs more."""
    return group_hex(address, 32 if address < 1 << 32 else 64)


def place_text(node: RegisterNode) -> str:
    """Where a register is: its address, or its offset where no address is known."""
    if node.region.base is None:
        return f"offset {node.offset:#x}"
    return address_text(node.address)


def error_text(error: InspectorError) -> str:
    """An error in words, its errno beside it."""
    return clean(str(error) or type(error).__name__)


def error_short(error: InspectorError) -> str:
    """An error for a table's cell: the errno first, so that a cut never loses it."""
    if isinstance(error, BusFault):
        return f"bus error ({error.errno_name})"
    text = clean(error.message)
    return f"{error.errno_name}: {text}" if error.errno_name else text


def operations_text(composition: Composition, shown: int | None) -> str:
    """The exact bus operations of an edit, before they happen."""
    node = composition.node
    words = []
    writes = sum(isinstance(operation, Write) for operation in composition.transaction)
    for i, operation in enumerate(composition.transaction):
        address = operation.offset if node.region.base is None else node.region.base + operation.offset
        if isinstance(operation, Write):
            if i != composition.write:
                continue
            word = composition.word(shown)
            value = "the word just read, changed" if word is None else group_hex(word, node.width)
            if composition.read is None:
                words.append(f"write {value} to {address_text(address)}")
            else:
                words.append(f"write {value}")
            if writes > 1:
                words[-1] += " twice"
        elif i == composition.readback:
            words.append("read back")
        elif i == composition.read:
            words.append(f"read {address_text(address)}")
        elif isinstance(operation, Read):
            words.append(f"check the lock at {address_text(address)}")
    return " · ".join(words)


def change_text(change: FieldChange) -> str:
    """What an edit does to one field: ``UARTEN 1 → 0``."""

    def show(value: int | None) -> str:
        return "?" if value is None else change.field.render(value)

    if change.old is None:
        return clean(f"{change.field.name} → {show(change.new)}")
    if change.old == change.new:
        return clean(f"{change.field.name} {show(change.new)}")
    return clean(f"{change.field.name} {show(change.old)} → {show(change.new)}")


def result_text(result: WriteResult) -> str:
    """What a write did: ``old := written → readback``."""
    node = result.composition.node
    width = node.width
    if result.written is None:
        reason = error_text(result.error) if result.error else "nothing was written"
        return f"{clean(node.path)}: {reason}"
    text = f"{group_hex(result.written, width)}"
    if result.old is not None:
        seen = "" if result.old_is_fresh else " (last seen)"
        text = f"{group_hex(result.old, width)}{seen} := {text}"
    else:
        text = f":= {text}"
    if result.value is not None:
        text += f" → {group_hex(result.value, width)}"
        text += f" ≠ in bits {group_hex(result.mismatch, width)}" if result.mismatch else " ✓"
    elif result.error is not None:
        text += f", not read back: {error_text(result.error)}"
    else:
        text += " (not read back)"
    return f"{clean(node.path)}  {text}"
