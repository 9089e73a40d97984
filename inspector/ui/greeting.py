"""What a person who has never been here is told: the keys that matter, until the first key."""

from __future__ import annotations

from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Line, Span

_KEYS = (
    ("up", "down", "choose"),
    ("edit", "", "edit"),
    ("find", "", "find"),
    ("help", "", "help"),
    ("quit", "", "quit"),
)


def greeting(keyboard: Keyboard) -> Line:
    """The keys that matter, in one line."""
    spans: list[Span] = [(" new here?  ", "good")]
    for first, second, word in _KEYS:
        label = " ".join(filter(None, (keyboard.label(first), keyboard.label(second) if second else "")))
        if label:
            spans += [(label, "key"), (f" {word}   ", "text")]
    return (*spans, ("any key takes this line away", "dim"))
