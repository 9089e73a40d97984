"""What is folded, on the screen: its row, and what the panel says of it."""

from __future__ import annotations

from inspector.model.registermap import RegisterNode
from inspector.ui.columns import Columns
from inspector.ui.condition import FOLDED
from inspector.ui.folds import Fold
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Line, Span, clean, titled, wrap
from inspector.ui.rowlines import named, place_words
from inspector.ui.words import address_text, plural


def fold_line(
    fold: Fold, first: RegisterNode, at: Columns, base: int | None, *, cursor: bool = False
) -> Line:
    """Draw the row of registers that are folded away, of which ``first`` is the first."""
    name = fold.name or clean(first.instance.name)
    look = "strong" if cursor else "text"
    rest: Line = ((count_words(fold), "dim"),)
    return named(at, place_words(first, at, base), (name, look), rest, (FOLDED, "focus"), cursor=cursor)


def fold_panel(
    fold: Fold, first: RegisterNode, last: RegisterNode, base: int | None, keyboard: Keyboard, width: int
) -> list[Line]:
    """What the panel says of registers that are folded away."""
    ways = keyboard.clauses(
        " {}.",
        ("fold unfold enter", "{} unfolds them"),
        ("fold-outwards", "{} folds what is around them"),
        between="; ",
    )
    start = (base or 0) + first.offset
    end = (base or 0) + last.offset + last.register.size - 1
    group = first.instance.block
    title = group.title if not fold.name else ""
    texts: list[Span] = [
        (f"{count_words(fold)}, from {address_text(start)} to {address_text(end)}.", "text"),
        (f"None is read unless it is watched.{ways}", "text"),
    ]
    if not fold.name and group.desc:
        texts.append((group.desc, "dim"))
    lines = [titled(clean(fold.path.rstrip(".")), clean(title), width)]
    return lines + [((f"  {part}", look),) for text, look in texts for part in wrap(text, width - 3)]


def count_words(fold: Fold) -> str:
    """How many registers are folded away."""
    return f"{plural(fold.count, 'register')} folded"
