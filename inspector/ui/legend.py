"""Every mark of the screen with its meaning, for the help."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.ui.keyboard import Keyboard

Marks = tuple[str, Sequence[tuple[str, str, str]]]
"""A section of the help: its title, and its marks with their looks and meanings."""

VALUES: Marks = (
    "What can be typed as a value",
    (
        ("12  0x1f  0b101  0o17  4K", "text", "a number; 0x1f_ff and 0x1f ff too"),
        ("a name", "text", "of a value that the map names: a part of it will do, ↑ and ↓ choose"),
        ("|0x10  &~1  ^3  ~", "text", "on the present value: set bits, clear bits, invert bits, invert all"),
        ("1<<5|1  ~0  (2+1)*8", "text", "calculations, as in C"),
        ("3.3 V  3300 mV  25.5", "text", "with its unit or a decimal point: the nearest raw value"),
        ("'A'  10.0.0.1  true", "text", "what the format shows"),
        ("clear set toggle pulse", "text", "what a flag does, whatever its access wants to see written"),
    ),
)


def legend(keyboard: Keyboard) -> Sequence[Marks]:
    """For each section its marks, their looks and their meanings."""
    folds = keyboard.clause("fold", "{} or ")
    return (
        (
            "Marks",
            (
                ("◂", "changed", "changed by the hardware; it fades over two seconds, and CHANGED says when"),
                ("✓  ≠  →", "good", "written by you, and read back the same; otherwise; not at all"),
                ("you, 3 s ago", "faint", "you wrote it last; the hardware has not changed it since"),
                (
                    "Δ",
                    "changed",
                    "a value or a bit differs from the mark or the snapshot, which stands beside",
                ),
                ("≈", "fading", "has changed since the mark, and is the same again"),
                ("*", "dim", "differs from its reset value"),
                ("≠  ~  =  ?", "changed", "beside another target: differs, volatile, equal, known on one"),
                ("⌁", "text", "reading it changes the hardware, so it is not read by itself"),
                ("✎", "text", "write-only"),
                ("÷", "text", "wider than the bus: read and written in several accesses, not atomic"),
                ("——————", "faint", "not read; beside it stands why"),
                ("!", "wrong", "the bus answered with an error, or not at all; not read again until you ask"),
                ("…", "changed", "an access does not come back; what waits for it keeps its last value"),
                ("✗", "wrong", "the region was refused; beside it stands why"),
                ("⊘", "wrong", "the device is gone or another one: last values, greyed, nothing is touched"),
                ("○", "dim", "the region is released: neither mapped nor claimed"),
                (
                    "z",
                    "fading",
                    "left alone: it sleeps, lacks what it needs, or another block or view is there",
                ),
                ("▸", "focus", "folded: nothing of a folded region is read"),
                ("▾", "faint", f"a block, an array or an element begins here: {folds}a click here folds it"),
                ("▲", "changed", "dangerous to write, or this machine itself needs the region"),
                (
                    "12 s old",
                    "dim",
                    "the value is from then: paused, out of sight, gone, or the bus does not answer",
                ),
                ("constant", "dim", "read once: the map says it never changes"),
                ("•", "focus", "watched"),
                ("⊂", "changed", "only some registers are shown: how many of how many, and for what reason"),
                ("●  ‖", "good", "read that many times a second; paused"),
                ("·  ?", "faint", "a bit that no field names and that is 0; a bit not known"),
            ),
        ),
        (
            "What is watched",
            (
                (
                    "▁▔█",
                    "even",
                    "a bit that was 0, that was 1, that was both; half a second each, now at the right",
                ),
                ("▁▂▅█", "even", "a number between the least and the greatest value of the last 20 seconds"),
                ("·", "even", "nothing was read: a gap"),
                ("12 %", "strong", "of the last second's samples a bit was 1, where it is sampled that fast"),
                (
                    "40/s  ×3  03:12:45",
                    "dim",
                    "changes in the last second; since the mark, or in all; the last one",
                ),
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
