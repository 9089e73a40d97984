"""Memory windows on the screen: a row without a value, and a panel that says how to look into them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from inspector.model.register import Memory
from inspector.model.windows import MemoryNode
from inspector.ui.columns import Column, Columns
from inspector.ui.lines import Line, Span, clean, flow, titled, wrap
from inspector.ui.rowlines import named, place_words
from inspector.ui.words import place_text, size_text


def memory_row(node: MemoryNode, at: Columns, base: int | None, *, cursor: bool = False) -> Line:
    """Draw a window's row, which has no value: nothing of it is read unasked."""
    access = f"{node.memory.access.token}  " if at.cells(Column.ACCESS) else ""
    rest: Line = ((access, "dim"), (_text(node.memory), "dim"))
    name = node.local, "strong" if cursor else "text"
    return named(at, place_words(node, at, base), name, rest, (" ", "text"), cursor=cursor)


def memory_lines(
    node: MemoryNode, map_word: str, notices: Sequence[Span], base: int | None, width: int
) -> list[Line]:
    """What the panel says of a window: where it is, and how to look at a word of it.

    Args:
        node: Which.
        map_word: The map as the command line takes it.
        notices: What must be known of its region.
        base: Where that is; None where nobody knows.
        width: The panel's, in cells.
    """
    memory = node.memory
    facts: list[Line] = [
        ((place_text(node, base), "text"),),
        ((_text(memory), "dim"),),
        ((memory.access.describe(), "dim"),),
    ]
    command = clean(f"inspector read {shlex.quote(map_word)} {shlex.quote(f'{node.path}[0]')}")
    texts: list[Span] = [
        (memory.desc, "text"),
        (f"Words 0 to {memory.words - 1}: none of them is read by itself, nor by a pattern.", "text"),
        (f"{command} reads one; write, watch and decode take it too.", "text"),
        *notices,
    ]
    lines = [titled(clean(node.path), clean(memory.title), width)]
    lines += [(("  ", "text"), *line) for line in flow(facts, (" · ", "faint"), width - 3)]
    return lines + [((f"  {part}", look),) for text, look in texts for part in wrap(text, width - 3)]


def _text(memory: Memory) -> str:
    """``4 KiB of memory, 8-bit words``."""
    return f"{size_text(memory.size)} of memory, {memory.width}-bit words"
