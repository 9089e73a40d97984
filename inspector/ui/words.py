"""The screen's words: ages, operations, results and errors as people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.errors import BusFault, InspectorError, Stopped
from inspector.model.numbers import address_text, group_hex, plural, span_words
from inspector.ui.lines import clean

__all__ = [
    "address_text",
    "change_text",
    "error_short",
    "error_text",
    "operation_texts",
    "operations_text",
    "place_text",
    "plural",
    "result_text",
    "size_text",
    "span_words",
    "stopped_text",
]

if TYPE_CHECKING:
    from inspector.model.compose import Composition, FieldChange
    from inspector.model.registermap import RegisterNode
    from inspector.model.windows import MemoryNode
    from inspector.session import WriteResult


def size_text(size: int) -> str:
    """A number of bytes in the largest unit that it is a whole number of."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def place_text(node: RegisterNode | MemoryNode, base: int | None) -> str:
    """Where something is: its address in a region at ``base``, or its offset where no address is known."""
    return f"offset {node.offset:#x}" if base is None else address_text(base + node.offset)


def error_text(error: InspectorError) -> str:
    """An error in words, its errno beside it."""
    return clean(str(error) or type(error).__name__)


def error_short(error: InspectorError) -> str:
    """An error for a table's cell: the errno first, so that a cut never loses it."""
    if isinstance(error, BusFault):
        return f"bus error ({error.errno_name})"
    text = clean(error.message)
    return f"{error.errno_name}: {text}" if error.errno_name else text


def operation_texts(composition: Composition, shown: int | None, base: int | None = None) -> list[str]:
    """The bus operations of an edit, one by one, exactly as they will run; see `telling.operation_texts`."""
    # Not needed before an edit.
    from inspector.session import telling

    return [clean(text) for text in telling.operation_texts(composition, shown, base)]


def operations_text(composition: Composition, shown: int | None, base: int | None = None) -> str:
    """The same in one line."""
    from inspector.session import telling

    return clean(telling.operations_text(composition, shown, base))


def stopped_text(error: Stopped, node: RegisterNode) -> str:
    """Why a write was not made: what was expected, and what was found."""
    every = error.mask == (1 << node.width) - 1
    bits = "" if every or not error.mask else f" in bits {error.mask:#x}"
    return clean(
        f"not written: {node.path} was {group_hex(error.expected, node.width)}{bits} when it was shown, "
        f"and reads {group_hex(error.found & error.mask, node.width)} now ({error.errno_name}). "
        "What you typed stands; Enter writes it over the new value."
    )


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
