"""Every key: what the help lists, and what the last line shows in each situation."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.ui.bars import Keys

TABLE_KEYS: Keys = (
    ("e", "edit", "screen.edit"),
    ("Tab", "bits", "app.focus_next"),
    ("r", "read", "screen.read_once"),
    ("/", "find", "screen.find"),
    ("Space", "pause", "screen.pause"),
    ("a", "arm", "screen.arm"),
    ("i", "region", "screen.region"),
    ("q", "quit", "app.quit"),
    ("u", "undo", "screen.undo"),
    ("x", "exclusive", "screen.switch"),
    ("c", "release", "screen.release"),
    ("z", "fold", "screen.fold"),
    ("J", "journal", "screen.journal"),
    ("f", "format", "screen.format"),
    ("p", "watch", "screen.pin"),
    ("?", "help", "screen.help"),
)

FOLDED_KEYS: Keys = (
    ("z", "unfold", "screen.fold"),
    ("Z", "all", "screen.fold_all"),
    ("i", "region", "screen.region"),
    ("x", "exclusive", "screen.switch"),
    ("c", "release", "screen.release"),
    ("a", "arm", "screen.arm"),
    ("/", "find", "screen.find"),
    ("q", "quit", "app.quit"),
    ("?", "help", "screen.help"),
)

MEMORY_KEYS: Keys = (
    ("/", "find", "screen.find"),
    ("Space", "pause", "screen.pause"),
    ("i", "region", "screen.region"),
    ("z", "fold", "screen.fold"),
    ("q", "quit", "app.quit"),
    ("J", "journal", "screen.journal"),
    ("?", "help", "screen.help"),
)

CLOSED_KEYS: Keys = (
    ("r", "try again", "screen.read_once"),
    ("c", "claim", "screen.release"),
    ("i", "region", "screen.region"),
    ("z", "fold", "screen.fold"),
    ("/", "find", "screen.find"),
    ("q", "quit", "app.quit"),
    ("J", "journal", "screen.journal"),
    ("?", "help", "screen.help"),
)

DETAIL_KEYS: Keys = (
    ("Enter", "edit field", "screen.edit_field"),
    ("Space", "flip bit", "screen.flip"),
    ("← →", "bit", ""),
    ("↑ ↓", "field", ""),
    ("r", "read", "screen.read_once"),
    ("Esc", "table", "screen.escape"),
    ("?", "help", "screen.help"),
)

SIDEBAR_KEYS: Keys = (
    ("↑ ↓", "block", ""),
    ("Enter", "table", "screen.escape"),
    ("p", "watch", "screen.pin"),
    ("?", "help", "screen.help"),
)

EDIT_KEYS: Keys = (
    ("Enter", "writes", "screen.commit"),
    ("Tab", "next field", "screen.next_target"),
    ("Esc", "leaves without a write", "screen.escape"),
)

CHOICE_KEYS: Keys = (
    ("Enter", "writes", "screen.commit"),
    ("↑ ↓", "choose", ""),
    ("Tab", "next field", "screen.next_target"),
    ("Esc", "leaves without a write", "screen.escape"),
)

FLIP_KEYS: Keys = (
    ("Enter", "writes", "screen.commit"),
    ("Space", "flip", "screen.flip"),
    ("← →", "bit", ""),
    ("Tab", "type a value", "screen.next_target"),
    ("Esc", "leaves without a write", "screen.escape"),
)

GIVEN_KEYS: Keys = (
    ("Enter", "writes", "screen.commit"),
    ("Esc", "leaves without a write", "screen.escape"),
)

OFFER_KEYS: Keys = (
    ("Enter", "edit the whole word instead", "screen.commit"),
    ("Tab", "next field", "screen.next_target"),
    ("Esc", "leaves without a write", "screen.escape"),
)

FIND_KEYS: Keys = (
    ("Enter", "stays there", "screen.commit"),
    ("↑ ↓", "previous, next", ""),
    ("Esc", "goes back", "screen.escape"),
)

HELP: Sequence[tuple[str, Sequence[tuple[str, str, str]]]] = (
    (
        "Moving",
        (
            ("↑ ↓  j k", "key", "previous, next register"),
            ("PgUp PgDn", "key", "a page"),
            ("g G  Home End", "key", "first, last register"),
            ("[ ]  Shift+↑ ↓", "key", "previous, next block"),
            ("Tab  Shift+Tab", "key", "from the table to the bits and fields, the regions, and back"),
            ("/", "key", "find by name, field or text; n and N go to the next and previous match"),
        ),
    ),
    (
        "Editing",
        (
            ("e  Enter", "key", "edit the value in its cell; in the fields, the selected field"),
            ("Space", "key", "among the bits: flip the one under the cursor; Enter writes"),
            ("Tab", "key", "while editing: the next field; all that was changed goes in one write"),
            ("Enter", "key", "write exactly what the line above the keys says"),
            ("Esc", "key", "leave without a write, always"),
            ("u", "key", "take the last write of this session back: shown as an edit, written by Enter"),
            ("J", "key", "the journal: what this session did, and what came of it"),
            ("values", "dim", "12  0x1f  0b101  4K  a value's name  clear set toggle pulse  |N  &~N  ^N"),
        ),
    ),
    (
        "Reading",
        (
            (
                "r",
                "key",
                "read once what is not read by itself; asks first where reading does something. "
                "On a refused region: try to open it again",
            ),
            ("Space", "key", "pause and go on"),
            ("+ -", "key", "faster, slower: 1 to 60 times a second"),
            ("f", "key", "values in hexadecimal, decimal or binary"),
            ("p", "key", "watch a register: it is read even out of sight, and listed at the left"),
            ("y", "key", "copy the value"),
        ),
    ),
    (
        "The hardware",
        (
            (
                "a",
                "key",
                "arm the selected register's region for writing, or disarm it. Real hardware opens "
                "read-only, held so by the kernel; simulation is always armed",
            ),
            ("i", "key", "all about the region: backend, address, claim, who else has it, warnings"),
            ("x", "key", "claim the region exclusively, or share it again; armed, it asks first"),
            ("c", "key", "release the region, or claim it again"),
            ("z  Z", "key", "fold the region, or all of them: nothing of a folded region is read"),
            ("q  Ctrl+Q", "key", "quit; at once, even while the bus does not answer"),
            ("Ctrl+P", "key", "all commands, and themes"),
        ),
    ),
    (
        "Marks",
        (
            ("◂", "changed", "changed; the colour fades over two seconds, and CHANGED says when"),
            ("✓  ≠", "good", "written by you, and read back the same; or read back otherwise"),
            ("⌁", "text", "reading it changes the hardware, so it is not read by itself"),
            ("✎", "text", "write-only"),
            ("÷", "text", "wider than the bus: read and written in several accesses, not atomic"),
            ("——————", "faint", "not read; beside it stands why"),
            ("!", "wrong", "the bus answered with an error, or not at all; not read again until you ask"),
            ("…", "changed", "an access does not come back; what waits for it keeps its last value"),
            ("✗", "wrong", "the region was refused; beside it stands why"),
            ("⊘", "wrong", "the device is gone or another one: last values, greyed, nothing is touched"),
            ("○", "dim", "the region is released: neither mapped nor claimed"),
            ("z", "fading", "left alone: it sleeps, lacks what it needs, or another block or view is there"),
            ("▸", "focus", "a folded region; nothing of it is read"),
            ("▲", "changed", "dangerous to write, or this machine itself needs the region"),
            (
                "12 s old",
                "dim",
                "the value is from then: paused, out of sight, gone, or the bus does not answer",
            ),
            ("constant", "dim", "read once: the map says it never changes"),
            ("•", "focus", "watched"),
            ("·  ?", "faint", "a bit that no field names and that is 0; a bit not known"),
        ),
    ),
    (
        "Access",
        (
            ("ro rw wo", "text", "read-only, read-write, write-only"),
            (
                "w1c w1s w1t",
                "text",
                "writing 1 clears, sets, toggles; 0 leaves alone (w0c …: the other way round)",
            ),
            ("rc rset", "text", "reading clears, sets"),
            ("rwclr rwset", "text", "any write clears, sets"),
            ("rw1p", "text", "writing 1 triggers, and it clears itself"),
            ("mixed", "text", "differs from field to field"),
        ),
    ),
)
"""What the help shows: for each section its marks, their looks and their meanings."""
