"""The commands of each pane, which their keys do while it has the keys."""

from __future__ import annotations

from inspector.ui.command import Command, Section

TABLE_COMMANDS: tuple[Command, ...] = (
    Command(
        "fold-outwards",
        "left,h",
        "screen.fold_outwards",
        "Fold outwards",
        "fold what is around: the element, the array, the block, the region",
        Section.LOOKING,
    ),
    Command("unfold", "right,l", "screen.unfold", "Unfold", "what is folded here", Section.LOOKING),
    Command("down", "down,j", "move(1)", "Down", "the next row", Section.MOVING),
    Command("up", "up,k", "move(-1)", "Up", "the previous row", Section.MOVING),
    Command("page-down", "pagedown,ctrl+f", "page(1)", "Page down", "a page further", Section.MOVING),
    Command("page-up", "pageup,ctrl+b", "page(-1)", "Page up", "a page back", Section.MOVING),
    Command("first", "home,g", "edge(-1)", "First", "the first row", Section.MOVING),
    Command("last", "end,G", "edge(1)", "Last", "the last row", Section.MOVING),
    Command(
        "next-block",
        "right_square_bracket,shift+down",
        "block(1)",
        "Next block",
        "the next block",
        Section.MOVING,
    ),
    Command(
        "previous-block",
        "left_square_bracket,shift+up",
        "block(-1)",
        "Previous block",
        "the previous block",
        Section.MOVING,
    ),
)
"""What works while the table has the keys."""

DETAIL_COMMANDS: tuple[Command, ...] = (
    Command("next-field", "down,j", "field(1)", "Next field", "the next field", Section.MOVING),
    Command(
        "previous-field",
        "up,k",
        "field(-1)",
        "Previous field",
        "the previous field",
        Section.MOVING,
    ),
    Command("lower-bit", "right,l", "bit(-1)", "Lower bit", "the one to the right", Section.MOVING),
    Command("higher-bit", "left,h", "bit(1)", "Higher bit", "the one to the left", Section.MOVING),
    Command("first-field", "home,g", "edge(-1)", "First field", "the first field", Section.MOVING),
    Command("last-field", "end,G", "edge(1)", "Last field", "the last field", Section.MOVING),
    Command("text-down", "pagedown", "turn(1)", "Text down", "a page further", Section.MOVING),
    Command("text-up", "pageup", "turn(-1)", "Text up", "a page back", Section.MOVING),
)
"""What works while the bits and fields have the keys."""

SIDEBAR_COMMANDS: tuple[Command, ...] = (
    Command("next-place", "down,j", "move(1)", "Next region or block", "the next", Section.MOVING),
    Command(
        "previous-place",
        "up,k",
        "move(-1)",
        "Previous region or block",
        "the previous",
        Section.MOVING,
    ),
    Command("to-table", "enter", "leave", "To the table", "back to the table", Section.MOVING),
)
"""What works while the list of regions has the keys."""

WATCH_COMMANDS: tuple[Command, ...] = (
    Command("next-pin", "down,j", "move(1)", "Next watched", "the next one", Section.WATCHING),
    Command("previous-pin", "up,k", "move(-1)", "Previous watched", "the one before", Section.WATCHING),
    Command("to-pin", "enter", "choose", "Go to it", "select what is watched in the table", Section.WATCHING),
    Command("drop-pin", "p,delete", "drop", "Let go", "watch it no longer", Section.WATCHING),
    Command("pin-down", "shift+down", "shift(1)", "Move down", "below the next one", Section.WATCHING),
    Command("pin-up", "shift+up", "shift(-1)", "Move up", "above the one before", Section.WATCHING),
    Command(
        "pins-faster",
        "plus,equals_sign",
        "sample(1)",
        "Sample faster",
        "read what is watched more often, up to 1,000 times a second and within 1 % of the bus's time",
        Section.WATCHING,
    ),
    Command(
        "pins-slower",
        "minus",
        "sample(-1)",
        "Sample slower",
        "read what is watched less often, down to the rate of all that is in sight",
        Section.WATCHING,
    ),
)
"""What works while the watch pane has the keys."""
