"""Every command of the screen: its name, keys and meaning. Bindings, palette and help come from here."""

from __future__ import annotations

from enum import Enum

from inspector.ui.command import Command, Section
from inspector.ui.panecommands import DETAIL_COMMANDS, SIDEBAR_COMMANDS, TABLE_COMMANDS, WATCH_COMMANDS


class Place(Enum):
    """What must have the keys for a command's key to do it."""

    EVERYWHERE = ""
    TABLE = "in the table"
    BITS = "among the bits and fields"
    REGIONS = "in the list of regions"
    WATCH = "among what is watched"


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
