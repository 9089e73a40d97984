"""What holds for the selected register beyond its bits: place, width, access, reset, what its value means."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from inspector.model.decode import NOTHING_KNOWN, Known, render_word
from inspector.model.format import FormatType
from inspector.model.numbers import group_hex
from inspector.model.register import NOT_ATOMIC, Register
from inspector.model.registermap import RegisterNode
from inspector.session import Sample
from inspector.session.identity import expectation
from inspector.ui.lines import Line, Span, clean
from inspector.ui.words import place_text

if TYPE_CHECKING:
    from inspector.ui.beside import Beside
    from inspector.ui.editing import Editing


class Shown(NamedTuple):
    """What the panel shows; equal ones draw the same lines.

    Attributes:
        node: The selected register.
        sample: What is known of it.
        ago: How long ago it changed, in words; empty where not lately.
        fade: How recently it changed.
        notices: What went wrong or must be known first, as text and look.
        edit: Counts the strokes of an edit; 0 where there is none.
        base: Where its region is; None where nobody knows.
        known: What is known of the conditions on other registers.
        marked: The bits that differ from what they were at the mark.
        shares: By the names of its bits, for what percentage of the last second each was 1, where known.
        beside: The same register on another target, where that is what it is compared with.
    """

    node: RegisterNode
    sample: Sample
    ago: str = ""
    fade: int = 0
    notices: tuple[Span, ...] = ()
    edit: int = 0
    base: int | None = None
    known: Known = NOTHING_KNOWN
    marked: int = 0
    shares: Mapping[str, int] = MappingProxyType({})
    beside: Beside | None = None


def register_facts(shown: Shown, editing: Editing | None) -> list[Line]:
    """The facts, each a line of its own; during an edit the value is what it becomes."""
    node, sample = shown.node, shown.sample
    register = node.register
    facts: list[Line] = [
        ((place_text(node, shown.base), "text"),),
        ((f"{node.width} bit" + (", big-endian" if register.byte_order == "big" else ""), "dim"),),
        *([((_split_words(register), "changed"),)] if register.words > 1 else []),
        ((_access_words(register), "dim"),),
    ]
    if register.reset is not None:
        reset = f"reset {group_hex(register.reset, node.width)}"
        if register.reset_mask not in (0, register.mask):
            reset += f" in bits {register.reset_mask:#_x}"
        facts.append(((reset, "dim"),))
    edited = None if editing is None else editing.word
    moves = edited is not None and edited != sample.value
    value = edited if moves else sample.value
    if value is not None:
        arrow = "→ " if moves else ""
        plain = register.format.type is FormatType.DEC and register.enum is None
        unit = f" {clean(register.unit)}" if plain and register.unit else ""
        facts.append(((f"{arrow}decimal {value:_}{unit}", "changed" if moves else "dim"),))
        if not plain and (register.enum or register.unit or register.format.type is not FormatType.HEX):
            meaning = clean(render_word(register, value))
            if meaning not in (str(value), group_hex(value, node.width)):
                facts.append(((f"{arrow}{meaning}", "changed" if moves else "strong"),))
    mask, expected = expectation(register) or (0, 0)
    if sample.value is not None and sample.value & mask != expected:
        bits = "" if mask == register.mask else f" in bits {mask:#_x}"
        text = f"! the map expects {group_hex(expected, node.width)}{bits}: this may be another device"
        facts.append(((text, "wrong"),))
    if sample.previous is not None:
        ago = f"changed {shown.ago} ago" if shown.ago else "changing"
        facts.append(((f"{ago}, was {group_hex(sample.previous, node.width)}", "fading"),))
    return facts


def _access_words(register: Register) -> str:
    accesses = list(dict.fromkeys(field.access for field in register.fields)) or [register.access]
    return accesses[0].describe() if len(accesses) == 1 else "access by field"


def _split_words(register: Register) -> str:
    """How a register that is wider than the bus is read and written."""
    first = "most significant word first, " if register.word_order == "big" else ""
    return f"{register.words} accesses of {register.access_width} bit, {first}{NOT_ATOMIC}"
