"""Every command of the screen: its name, keys and meaning. Bindings, palette and help come from here."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from textual.binding import Binding, BindingType

UNBOUND = "unbound"
"""Textual's keys of a command that has none: no terminal sends a key of that name."""


class Section(Enum):
    """Where a command stands in the help."""

    MOVING = "Moving"
    FINDING = "Finding"
    EDITING = "Editing"
    LOOKING = "Looking"
    WATCHING = "Watching and comparing"
    HARDWARE = "The hardware"
    PROGRAM = "The program"


class Place(Enum):
    """What must have the keys for a command's key to do it."""

    EVERYWHERE = ""
    TABLE = "in the table"
    BITS = "among the bits and fields"
    REGIONS = "in the list of regions"
    WATCH = "among what is watched"


class Command(NamedTuple):
    """Something that a person can have done.

    Attributes:
        id: Its name in a file of keys.
        keys: Textual's names of the keys that do it, parted by commas; empty where only the palette does.
        action: Textual's name of what is done.
        title: In a word or two, for the palette.
        text: In a sentence without a full stop, for the palette and the help.
        section: Where it stands in the help.
    """

    id: str
    keys: str
    action: str
    title: str
    text: str
    section: Section

    @property
    def keys_of_its_own(self) -> tuple[str, ...]:
        """Its keys where nobody wants others."""
        return tuple(self.keys.split(",")) if self.keys else ()

    @property
    def place(self) -> Place:
        """What must have the keys for its key to do it."""
        return PLACES[self.id]


COMMANDS: tuple[Command, ...] = (
    # --- moving ---
    Command(
        "next-pane",
        "tab",
        "app.focus_next",
        "Next pane",
        "from the table to the bits and fields, the regions, and back",
        Section.MOVING,
    ),
    Command(
        "previous-pane", "shift+tab", "app.focus_previous", "Previous pane", "the other way", Section.MOVING
    ),
    # --- finding ---
    Command(
        "find",
        "slash",
        "screen.find",
        "Find",
        "a register, by name, field or text",
        Section.FINDING,
    ),
    Command("next-match", "n", "screen.next_match(1)", "Next match", "go to the next match", Section.FINDING),
    Command(
        "previous-match",
        "N",
        "screen.next_match(-1)",
        "Previous match",
        "go to the previous match",
        Section.FINDING,
    ),
    Command(
        "go",
        "ctrl+g,colon",
        "app.go",
        "Go to register …",
        "by a part of its name, or by its address",
        Section.FINDING,
    ),
    # --- editing ---
    Command(
        "edit",
        "e",
        "screen.edit",
        "Edit",
        "edit the value in its cell; in the fields, the selected field",
        Section.EDITING,
    ),
    Command(
        "enter",
        "enter",
        "screen.enter",
        "Edit or confirm",
        "edit what is selected; confirm a read that was asked about; unfold",
        Section.EDITING,
    ),
    Command(
        "undo",
        "u",
        "screen.undo",
        "Undo",
        "take the last write of this session back: shown as an edit, written by Enter",
        Section.EDITING,
    ),
    Command(
        "journal",
        "J",
        "screen.journal",
        "Journal",
        "what this session did to the hardware, and what came of it",
        Section.EDITING,
    ),
    Command(
        "next-board", "right_curly_bracket", "app.board(1)", "Next board", "the next tab", Section.MOVING
    ),
    Command(
        "previous-board",
        "left_curly_bracket",
        "app.board(-1)",
        "Previous board",
        "the previous tab",
        Section.MOVING,
    ),
    Command(
        "open-map",
        "",
        "app.open_map",
        "Open a map …",
        "another one, in a tab of its own",
        Section.PROGRAM,
    ),
    Command(
        "close-board",
        "",
        "app.close_board",
        "Close this tab",
        "with all that is open of its board",
        Section.PROGRAM,
    ),
    # --- looking ---
    Command(
        "read",
        "r",
        "screen.read_once",
        "Read once",
        "read once what is not read by itself; asks first where reading does something. On a refused region: "
        "try to open it again",
        Section.LOOKING,
    ),
    Command(
        "space",
        "space",
        "screen.space",
        "Pause or flip",
        "pause and go on; among the bits: flip the one under the cursor",
        Section.LOOKING,
    ),
    Command(
        "faster",
        "plus,equals_sign",
        "screen.rate(1)",
        "Faster",
        "refresh more often, up to 60 times a second",
        Section.LOOKING,
    ),
    Command(
        "slower",
        "minus",
        "screen.rate(-1)",
        "Slower",
        "refresh less often, down to once a second",
        Section.LOOKING,
    ),
    Command(
        "format",
        "f",
        "screen.format",
        "Value format",
        "values as the map says, in hexadecimal, decimal or binary",
        Section.LOOKING,
    ),
    Command(
        "columns",
        "C",
        "screen.columns",
        "Columns",
        "show, hide, move and size them; the mouse drags a column's edge or name",
        Section.LOOKING,
    ),
    Command(
        "addresses",
        "o",
        "screen.addresses",
        "Offsets or addresses",
        "tell where registers are by one or the other",
        Section.LOOKING,
    ),
    Command(
        "documentation",
        "d",
        "screen.documentation",
        "Documentation",
        "all that the map says of the register, its fields and their values, its block and region",
        Section.LOOKING,
    ),
    Command(
        "source",
        "s",
        "screen.source",
        "Source",
        "the lines of the map's files that define the register or field; from there, your editor",
        Section.LOOKING,
    ),
    Command("fold", "z", "screen.fold", "Fold or unfold", "what the cursor is in", Section.LOOKING),
    Command(
        "fold-all",
        "Z",
        "screen.fold_all",
        "Fold or unfold all",
        "every region: nothing of a folded region is read",
        Section.LOOKING,
    ),
    Command(
        "filters",
        "F",
        "screen.filters",
        "Filters",
        "show only registers that changed, differ from reset, failed, can be written, are watched …",
        Section.FINDING,
    ),
    Command(
        "only-differing",
        "D",
        "screen.only_differing",
        "Only what differs",
        "from the mark, or from the other target: both are read first, as far as that is safe",
        Section.FINDING,
    ),
    Command(
        "jump-back",
        "ctrl+o,alt+left",
        "screen.jump(-1)",
        "Jump back",
        "to where one came from",
        Section.FINDING,
    ),
    Command(
        "jump-forth", "alt+right", "screen.jump(1)", "Jump forth", "to where one was before", Section.FINDING
    ),
    Command(
        "jumps", "apostrophe", "screen.jumps", "Jump list", "where one came from, as a list", Section.FINDING
    ),
    # --- watching ---
    Command(
        "pin",
        "p,w",
        "screen.pin",
        "Watch",
        "the selected register, or in the fields the field, or no longer: it is read even out of sight",
        Section.WATCHING,
    ),
    Command(
        "watch-pane",
        "W",
        "screen.watch_pane",
        "To what is watched",
        "give the watch pane the keys, or take them back",
        Section.WATCHING,
    ),
    Command(
        "plot",
        "P",
        "screen.plot",
        "Plot",
        "the selected register or field over time, and when it changed; it is watched from then on",
        Section.WATCHING,
    ),
    Command(
        "mark",
        "m",
        "screen.mark",
        "Mark",
        "remember what is known now: what differs from it is marked from then on",
        Section.WATCHING,
    ),
    Command(
        "differences",
        "M",
        "screen.differences",
        "Differences",
        "what differs between a mark or a snapshot and now, or between two of them",
        Section.WATCHING,
    ),
    Command(
        "snapshots",
        "v",
        "screen.snapshots",
        "Snapshots",
        "save what there is now, load a snapshot beside the live values, go back to an earlier mark",
        Section.WATCHING,
    ),
    # --- hardware ---
    Command(
        "arm",
        "a",
        "screen.arm",
        "Arm or disarm",
        "the selected register's region. Real hardware opens read-only, held so by the kernel; simulation is "
        "always armed",
        Section.HARDWARE,
    ),
    Command(
        "region",
        "i",
        "screen.region",
        "All about the region",
        "backend, address, claim, who else has it, warnings",
        Section.HARDWARE,
    ),
    Command(
        "switch",
        "x",
        "screen.switch",
        "Shared or exclusive",
        "claim the region exclusively, or share it again; armed, it asks first",
        Section.HARDWARE,
    ),
    Command(
        "release",
        "c",
        "screen.release",
        "Release or claim",
        "release the region, or claim it again",
        Section.HARDWARE,
    ),
    # --- the program ---
    Command("copy", "y", "screen.copy", "Copy", "the selected register's value", Section.PROGRAM),
    Command(
        "copy-as",
        "Y",
        "screen.copy_as",
        "Copy as …",
        "text, JSON, a command, the path or the address",
        Section.PROGRAM,
    ),
    Command(
        "palette",
        "ctrl+p",
        "app.command_palette",
        "All commands",
        "find a command and do it",
        Section.PROGRAM,
    ),
    Command("theme", "T", "app.next_theme", "Next theme", "dark, light, high contrast …", Section.PROGRAM),
    Command(
        "messages", "L", "screen.messages", "Messages", "all that was said, newest first", Section.PROGRAM
    ),
    Command(
        "screenshot", "", "app.take_picture", "Screenshot", "the screen as a picture (SVG)", Section.PROGRAM
    ),
    Command(
        "help",
        "question_mark,f1",
        "screen.help",
        "Help",
        "the keys of where one is, then every key and mark",
        Section.PROGRAM,
    ),
    Command(
        "leave",
        "escape",
        "screen.escape",
        "Leave",
        "leave what is under way, always without a write",
        Section.PROGRAM,
    ),
    Command("quit", "q", "quit", "Quit", "at once, even while the bus does not answer", Section.PROGRAM),
)
"""What works wherever nothing stands over the main screen."""

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

GROUPS: dict[Place, tuple[Command, ...]] = {
    Place.EVERYWHERE: COMMANDS,
    Place.TABLE: TABLE_COMMANDS,
    Place.BITS: DETAIL_COMMANDS,
    Place.REGIONS: SIDEBAR_COMMANDS,
    Place.WATCH: WATCH_COMMANDS,
}
"""Every command by what must have the keys for its key to do it."""

ALL: dict[str, Command] = {each.id: each for group in GROUPS.values() for each in group}
"""Every command by its id."""

PLACES: dict[str, Place] = {each.id: place for place, group in GROUPS.items() for each in group}
"""By a command's id, what must have the keys."""


def bindings(commands: tuple[Command, ...]) -> list[BindingType]:
    """The bindings of ``commands``; their ids are what a file of keys calls them by."""
    return [
        Binding(each.keys or UNBOUND, each.action, each.title, id=each.id, show=False) for each in commands
    ]
