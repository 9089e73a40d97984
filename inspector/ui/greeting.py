"""What a person who has never been here is told: the keys that matter, until the first key."""

from __future__ import annotations

from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Line, Span, length

_KEYS = (
    ("up", "down", "choose"),
    ("edit", "", "edit"),
    ("find", "", "find"),
    ("help", "", "help"),
    ("quit", "", "quit"),
)


_AWAY: Span = ("any key takes this line away", "dim")


def greeting(keyboard: Keyboard, width: int) -> Line:
    """The keys that matter, in one line; how it goes away only where there is room for that."""
    spans: list[Span] = [(" new here?  ", "good")]
    for first, second, word in _KEYS:
        label = " ".join(filter(None, (keyboard.label(first), keyboard.label(second) if second else "")))
        if label:
            spans += [(label, "key"), (f" {word}   ", "text")]
    return (*spans, _AWAY) if length((*spans, _AWAY)) <= width else tuple(spans)
