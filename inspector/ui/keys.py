"""What the last line shows in each situation: which commands, and what each does in a word."""

from __future__ import annotations

from typing import NamedTuple


class Hints(NamedTuple):
    """The keys that matter in a situation.

    Attributes:
        where: The situation as a heading.
        entries: The most useful first, the last one always shown. A command's id (or two, for a pair of
            keys) with what it does in a word; or, where a key is fixed, the key, the word, and the action
            that a click does.
    """

    where: str
    entries: tuple[tuple[str, str] | tuple[str, str, str], ...]

    @property
    def harmless(self) -> Hints:
        """The same without what a screen that only shows refuses."""
        return Hints(
            self.where, tuple(each for each in self.entries if each != _FLIP and each[0] not in _REFUSED)
        )


_REFUSED = frozenset({"edit", "enter", "arm", "undo", "switch", "release"})
"""Commands that a screen which only shows refuses."""

TABLE_KEYS = Hints(
    "In the table",
    (
        ("edit", "edit"),
        ("next-pane", "bits"),
        ("read", "read"),
        ("find", "find"),
        ("space", "pause"),
        ("arm", "arm"),
        ("region", "region"),
        ("quit", "quit"),
        ("undo", "undo"),
        ("switch", "exclusive"),
        ("release", "release"),
        ("fold", "fold"),
        ("journal", "journal"),
        ("documentation", "documentation"),
        ("source", "source"),
        ("format", "format"),
        ("mark", "mark"),
        ("differences", "differences"),
        ("snapshots", "snapshots"),
        ("columns", "columns"),
        ("pin", "watch"),
        ("plot", "plot"),
        ("filters", "filter"),
        ("copy-as", "copy"),
        ("palette", "commands"),
        ("help", "help"),
    ),
)

COMPARE_KEYS = Hints(
    "In the table, with another target beside",
    (
        ("only-differing", "only what differs"),
        ("next-board", "other target"),
        ("edit", "edit"),
        ("next-pane", "bits"),
        ("find", "find"),
        ("arm", "arm"),
        ("quit", "quit"),
        ("read", "read"),
        ("space", "pause"),
        ("region", "region"),
        ("fold", "fold"),
        ("documentation", "documentation"),
        ("pin", "watch"),
        ("filters", "filter"),
        ("snapshots", "snapshots"),
        ("palette", "commands"),
        ("help", "help"),
    ),
)

FOLDED_KEYS = Hints(
    "On what is folded",
    (
        ("fold", "unfold"),
        ("fold-all", "all"),
        ("region", "region"),
        ("switch", "exclusive"),
        ("release", "release"),
        ("arm", "arm"),
        ("find", "find"),
        ("quit", "quit"),
        ("help", "help"),
    ),
)

MEMORY_KEYS = Hints(
    "On a memory window",
    (
        ("find", "find"),
        ("space", "pause"),
        ("region", "region"),
        ("fold", "fold"),
        ("quit", "quit"),
        ("journal", "journal"),
        ("help", "help"),
    ),
)

CLOSED_KEYS = Hints(
    "On a region that is not open",
    (
        ("read", "try again"),
        ("release", "claim"),
        ("region", "region"),
        ("fold", "fold"),
        ("find", "find"),
        ("quit", "quit"),
        ("journal", "journal"),
        ("help", "help"),
    ),
)

_FLIP = ("space", "flip bit")

DETAIL_KEYS = Hints(
    "Among the bits and fields",
    (
        ("enter", "edit field"),
        _FLIP,
        ("higher-bit lower-bit", "bit"),
        ("previous-field next-field", "field"),
        ("documentation", "documentation"),
        ("read", "read"),
        ("source", "source"),
        ("leave", "table"),
        ("help", "help"),
    ),
)

SIDEBAR_KEYS = Hints(
    "In the list of regions",
    (
        ("previous-place next-place", "block"),
        ("to-table", "table"),
        ("pin", "watch"),
        ("help", "help"),
    ),
)

WATCH_KEYS = Hints(
    "Among what is watched",
    (
        ("previous-pin next-pin", "choose"),
        ("to-pin", "go there"),
        ("plot", "plot"),
        ("drop-pin", "let go"),
        ("pins-faster pins-slower", "sampling"),
        ("pin-up pin-down", "move"),
        ("leave", "table"),
        ("help", "help"),
    ),
)

EDIT_KEYS = Hints(
    "While a value is typed",
    (
        ("Enter", "writes", "screen.commit"),
        ("Tab", "next field", "screen.next_target"),
        ("Esc", "leaves without a write", "screen.escape"),
    ),
)

CHOICE_KEYS = Hints(
    "While a value is chosen",
    (
        ("Enter", "writes", "screen.commit"),
        ("↑ ↓", "choose", ""),
        ("Tab", "next field", "screen.next_target"),
        ("Esc", "leaves without a write", "screen.escape"),
    ),
)

FLIP_KEYS = Hints(
    "While bits are flipped",
    (
        ("Enter", "writes", "screen.commit"),
        ("Space", "flip", "screen.flip"),
        ("← →", "bit", ""),
        ("Tab", "type a value", "screen.next_target"),
        ("Esc", "leaves without a write", "screen.escape"),
    ),
)

GIVEN_KEYS = Hints(
    "Before a proposed write",
    (
        ("Enter", "writes", "screen.commit"),
        ("Esc", "leaves without a write", "screen.escape"),
    ),
)

REFUSED_KEYS = Hints(
    "While what is typed is refused",
    (
        ("Tab", "next field", "screen.next_target"),
        ("Esc", "leaves without a write", "screen.escape"),
    ),
)

OFFER_KEYS = Hints(
    "Where an edit is refused",
    (
        ("Enter", "edit the whole word instead", "screen.commit"),
        ("Tab", "next field", "screen.next_target"),
        ("Esc", "leaves without a write", "screen.escape"),
    ),
)

COPY_KEYS = Hints(
    "Copy as",
    (
        ("t", "text", "screen.copy_form('t')"),
        ("j", "JSON", "screen.copy_form('j')"),
        ("r", "read command", "screen.copy_form('r')"),
        ("w", "write command", "screen.copy_form('w')"),
        ("p", "path", "screen.copy_form('p')"),
        ("a", "address", "screen.copy_form('a')"),
        ("Esc", "back", "screen.escape"),
    ),
)

FIND_KEYS = Hints(
    "While a search is typed",
    (
        ("Enter", "stays there", "screen.commit"),
        ("↑ ↓", "previous, next", ""),
        ("Esc", "goes back", "screen.escape"),
    ),
)
