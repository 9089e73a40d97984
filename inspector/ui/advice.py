"""What may be typed, said where nothing is typed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.ui.lines import clean

if TYPE_CHECKING:
    from inspector.ui.editing import Editing


def what_to_type(editing: Editing) -> str:
    """What may be typed: for this field first, then everywhere."""
    # Not needed before an edit.
    from inspector.model.edit import quantity_of

    target, register = editing.target, editing.node.register
    if editing.line is None:
        return "← → choose a bit, Space flips it; Tab types a value"
    quantity = quantity_of(register, target)
    words = ["a value", "1<<5", "|N", "&~N", "^N", "~"]
    if editing.choices:
        words = ["a name or choose it with ↑ ↓", *words]
    elif quantity.physical:
        words = [f"a number in {clean(quantity.unit)}" if quantity.unit else "a number like 1.5", *words]
    else:
        words += ["clear", "set", "toggle", "pulse"]
    return f"type {', '.join(words)}"
