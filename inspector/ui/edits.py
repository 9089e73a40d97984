"""Edits on the screen: where keys go while a value is typed, what is shown of it, and the write."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from inspector.errors import InspectorError, Stopped, UsageError
from inspector.model.field import Field
from inspector.model.numbers import group_hex
from inspector.ui.advice import what_to_type
from inspector.ui.condition import VITAL, condition
from inspector.ui.keys import (
    CHOICE_KEYS,
    EDIT_KEYS,
    FLIP_KEYS,
    GIVEN_KEYS,
    OFFER_KEYS,
    REFUSED_KEYS,
    Hints,
)
from inspector.ui.lines import Line, Span, clean, cut, length
from inspector.ui.words import (
    change_text,
    error_text,
    operation_texts,
    operations_text,
    result_text,
    stopped_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.model.compose import Composition
    from inspector.model.edit import Edit
    from inspector.model.registermap import RegisterNode
    from inspector.session import Sample, Session, WriteResult
    from inspector.ui.editing import Editing
    from inspector.ui.screen import MainScreen


class Edits:
    """At most one edit at a time.

    Attributes:
        editing: The edit under way, or None.
        strokes: Counts everything that changed about it, so that what shows it knows.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.editing: Editing | None = None
        self.strokes = 0
        self._stopped = ""
        self._consented: set[tuple[str, int]] = set()

    # --- beginning and leaving ---------------------------------------------------------------

    def begin(self, target: Field | None) -> None:
        """Edit the selected register's value, or one of its fields."""
        editing = self._start()
        if editing is None:
            return
        if target is not None and not target.access.writable:
            self._screen.say(f"{target.name} is {target.access.describe()}")
            return
        self.editing = editing
        editing.open(target)
        self._changed()

    def flip(self) -> None:
        """Flip the bit under the cursor."""
        screen = self._screen
        bit = screen.detail.bit
        if bit is None:
            moves = screen.keyboard.clauses(
                ", with {}", ("higher-bit", "{}"), ("lower-bit", "{}"), between=" and "
            )
            screen.say(f"move to a bit first{moves}")
            return
        editing = self.editing or self._start()
        if editing is None:
            return
        field = next((each for each in editing.fields if each.bits.mask >> bit & 1), None)
        if field is not None and not field.access.writable:
            screen.say(f"{field.name} is {field.access.describe()}")
            return
        self.editing = editing
        editing.flip(bit)
        screen.detail.reveal_bits()
        if editing.empty:
            self.leave()
        self._changed()

    def pick(self, bit: int | None, field: Field | None) -> None:
        """Go on with the bit or field that was clicked, if there is an edit of its register."""
        editing = self.editing
        if editing is None or editing.given is not None:
            return
        if bit is not None:
            editing.rest()
        elif field is not None and field.access.writable:
            editing.open(field)
        self._changed()

    def give(self, composition: Composition) -> None:
        """Show operations that nobody typed, to be written as they are or left."""
        if self._screen.barred():
            return
        from inspector.ui.editing import Editing

        screen, node = self._screen, composition.node
        screen.notices.unsay()
        self.editing = Editing(node, screen.live.sample(node).value, self._compose, given=composition)
        self.editing.update()
        self._changed()

    def _start(self) -> Editing | None:
        screen = self._screen
        node = screen.table.selected
        if node is None:
            return None
        if self.editing is not None and self.editing.node is node:
            return self.editing
        if not node.register.writable:
            screen.say(f"{node.path} is read-only")
            return None
        if screen.barred():
            return None
        if screen.live.session is None or condition(screen.live, node.region.name).closed:
            screen.say(f"region {node.region.name} is not open: there is nothing to write to", "wrong")
            return None
        from inspector.ui.editing import Editing

        screen.notices.unsay()
        return Editing(node, screen.live.sample(node).value, self._compose)

    def _compose(self, node: RegisterNode, edits: Sequence[Edit], shown: int | None) -> Composition:
        session = self._screen.live.session
        if session is None:
            raise UsageError("nothing is open")
        return session.compose(node, edits, shown=shown)

    def leave(self, words: str = "") -> None:
        """End the edit without a write."""
        if self.editing is not None:
            self.editing, self._stopped = None, ""
            self._changed()
            if words:
                self._screen.say(words)

    def leave_if_elsewhere(self) -> None:
        """End the edit where another register was selected."""
        if self.editing is not None and self._screen.table.selected is not self.editing.node:
            self.leave(f"left {self.editing.node.path} without a write")

    def follow(self) -> None:
        """Compose again where the value on the screen has changed meanwhile."""
        editing = self.editing
        if editing is not None and editing.see(self._screen.live.sample(editing.node).value):
            self.strokes += 1

    def _changed(self) -> None:
        self.strokes += 1
        screen, editing = self._screen, self.editing
        if editing is None:
            if not screen.detail.has_focus:
                screen.table.focus()
        elif editing.given is not None:
            screen.table.focus()
        elif editing.line is None or editing.target is not None:
            screen.detail.focus()
            if editing.target is not None and screen.detail.field is not editing.target:
                screen.detail.choose(editing.target)
        else:
            screen.table.focus()
            screen.table.show_row(screen.table.row)
        screen.repaint()

    # --- keys --------------------------------------------------------------------------------

    def key(self, key: str, character: str | None) -> bool:
        """Do what a key does during an edit; whether there is one that wants it."""
        editing = self.editing
        if editing is None:
            return False
        if key != "enter":
            self._stopped = ""
        if key == "escape":
            self.leave("left without a write")
        elif key == "enter":
            self.commit()
        elif editing.given is not None:
            return True
        elif key in ("tab", "shift+tab"):
            editing.open(editing.next_target(1 if key == "tab" else -1))
            self._changed()
        elif editing.line is None:
            # Bits are being flipped: the cursor moves among them, and everything else waits.
            if key == "space":
                self.flip()
            return key not in ("left", "right", "up", "down", "h", "j", "k", "l", "pageup", "pagedown")
        else:
            editing.key(key, character)
            self.strokes += 1
        return True

    def paste(self, text: str) -> bool:
        """Paste into the text; whether there is an edit."""
        if self.editing is None:
            return False
        self.editing.paste(text)
        self.strokes += 1
        return True

    # --- the write ---------------------------------------------------------------------------

    def commit(self) -> None:
        """Write exactly what the preview says."""
        editing, screen = self.editing, self._screen
        if editing is None:
            return
        if editing.offered is not None:
            editing.take_offer()
            self._changed()
            return
        composition = editing.composition
        if composition is None:
            if editing.error is None:
                self.leave("nothing was changed")
            return
        if screen.live.armed(editing.node.region.name):
            self._ask_or_send(editing, composition)

    def _ask_or_send(self, editing: Editing, composition: Composition) -> None:
        """Send it, after a question where it is dangerous or where this machine needs the region."""
        screen, region = self._screen, composition.node.region.name
        status = screen.live.regions[region]
        place = region, status.epoch

        def answered(yes: bool | None) -> None:
            if not yes:
                self.leave("left without a write")
            elif self.editing is editing:
                self._consented.add(place)
                self._send(editing, composition)

        warned = [f"{VITAL} {text}" for text in status.vital] if place not in self._consented else []
        texts = operation_texts(composition, editing.shown, self._screen.live.base(editing.node.region.name))
        if composition.dangers:
            from inspector.ui.ask import Confirm

            name = composition.node.path.rpartition(".")[2]
            screen.app.push_screen(Confirm(name, composition.dangers, warned, texts), answered)
        elif warned:
            from inspector.ui.ask import Ask

            title = f"Write {composition.node.path}, in a region that this machine needs?"
            screen.app.push_screen(
                Ask(title, [*warned, *texts], "write it", "leave without a write"), answered
            )
        else:
            self._send(editing, composition)

    def _send(self, editing: Editing, composition: Composition) -> None:
        screen, node = self._screen, editing.node

        def job(session: Session) -> tuple[WriteResult, Sample]:
            return session.write(composition), session.sample(node)

        def done(outcome: tuple[WriteResult, Sample] | InspectorError) -> None:
            if isinstance(outcome, InspectorError):
                screen.say(f"{node.path}: {error_text(outcome)}", "wrong", node)
                return
            result, sample = outcome
            screen.live.keep({node.index: sample})
            if isinstance(result.error, Stopped) and not result.went_out:
                self._stop(editing, result)
            else:
                self._written(node, result)

        self.editing, self._stopped = None, ""
        self._changed()
        screen.say(f"writing {node.path} …", "dim", node)
        screen.live.submit(job, done)

    def _written(self, node: RegisterNode, result: WriteResult) -> None:
        screen = self._screen
        good = result.written is not None and result.error is None and not result.mismatch
        if result.written is not None:
            mark = "≠" if result.mismatch else "→" if result.value is None else "✓"
            screen.table.mark_written(node, mark, time.monotonic())
        screen.say(result_text(result), "good" if good else "wrong", node)

    def _stop(self, editing: Editing, result: WriteResult) -> None:
        """Say why it was stopped before the write, and go on with the edit: nothing typed is lost."""
        screen, node = self._screen, editing.node
        assert isinstance(result.error, Stopped)
        # A lock that holds, or a need that does not, stops it as well; the register itself has not moved.
        moved = result.old_is_fresh
        text = stopped_text(result.error, node) if moved else f"not written: {error_text(result.error)}"
        if self.editing is not None or screen.table.selected is not node or editing.given is not None:
            screen.say(text, "wrong", node)
            return
        screen.notices.unsay()
        editing.see(screen.live.sample(node).value)
        self.editing, self._stopped = editing, text
        self._changed()

    # --- what is shown -----------------------------------------------------------------------

    def tail(self, width: int) -> Line | None:
        """What stands after the value in the register's row: the text being typed and what it changes."""
        editing = self.editing
        if editing is None:
            return None
        changes = self._changes(editing)
        if editing.line is not None and editing.target is None:
            room = max(min(len(editing.line.text) + 1, width - 6), 4)
            typed: Line = editing.line.spans(room)
            if editing.meaning:
                typed = (*typed, (" = ", "faint"), (editing.meaning, "text"))
        else:
            word = editing.word
            typed = (("?" if word is None else group_hex(word, editing.node.width), "edit"),)
        return cut(((" → ", "focus"), *typed, ("   ", "text"), (changes, "changed")), width)

    @staticmethod
    def _changes(editing: Editing) -> str:
        if editing.composition is None:
            return ""
        changes = editing.composition.changes(editing.shown)
        moving = [change for change in changes if change.old is None or change.old != change.new]
        words = [change_text(change) for change in moving if change.new != 0 or change.old is not None]
        word = editing.word
        if word is not None and editing.shown is not None:
            unnamed = (word ^ editing.shown) & ~editing.node.register.named_mask
            if unnamed & editing.composition.touched and editing.node.register.fields:
                words.append(f"unnamed bits {unnamed & editing.composition.touched:#x}")
        return " · ".join(words)

    def message(self) -> Line | None:
        """The bus operations that Enter would run, or why there are none."""
        editing = self.editing
        if editing is None:
            return None
        if self._stopped:
            return ((" ! ", "wrong"), (self._stopped, "wrong"))
        if editing.error is not None:
            return ((" ! ", "wrong"), (error_text(editing.error), "wrong"))
        composition = editing.composition
        if composition is None:
            return ((f" {what_to_type(editing)}", "dim"),)
        # What must be known first comes first: the panel has the operations where the line is too short.
        region = editing.node.region.name
        line: list[Span] = [(" ", "text")]
        if not self._screen.live.armed(region):
            arms = self._screen.keyboard.clause("arm", ": Esc, then {} arms it")
            line.append((f"! {clean(region)} is read-only{arms}   ", "wrong"))
        elif why := self._foreseen(composition):
            line.append((f"! would stop now: {clean(why)}   ", "wrong"))
        elif composition.dangers:
            line.append((f"{VITAL} Enter asks first: ", "changed"))
        if editing.given is not None:
            line.append(("undo: ", "text"))
        return (
            *line,
            (
                operations_text(composition, editing.shown, self._screen.live.base(editing.node.region.name)),
                "strong",
            ),
        )

    def _foreseen(self, composition: Composition) -> str:
        """Why a check before the write would stop it, as far as live values tell; empty where none would."""
        live, nodes, region = self._screen.live, self._screen.map.nodes, composition.node.region
        for check in composition.checks:
            for node in (nodes[index] for index in nodes.over(region, check.offset, check.offset + 1)):
                value = live.value_now(node)
                same = (node.offset, node.width) == (check.offset, check.width)
                if same and value is not None and not check.holds(value):
                    return check.why
        return ""

    def notices(self) -> tuple[Span, ...]:
        """What the panel says of the edit: the refusal in full, or the operations and what may surprise."""
        editing = self.editing
        if editing is None:
            return ()
        notices: list[Span] = [(f"! {self._stopped}", "wrong")] if self._stopped else []
        if editing.error is not None:
            notices.append((f"! {error_text(editing.error)}", "wrong"))
        if editing.composition is None:
            return tuple(notices)
        notices += [(f"{VITAL} {clean(danger)}", "changed") for danger in editing.composition.dangers]
        notices += self._listing(editing, editing.composition)
        return (*notices, *((clean(note), "fading") for note in editing.composition.notes))

    def _listing(self, editing: Editing, composition: Composition) -> list[Span]:
        """The operations one by one, where there is room, or where the message line has no room for them."""
        screen = self._screen
        texts = operation_texts(composition, editing.shown, self._screen.live.base(editing.node.region.name))
        if screen.detail.size.height >= 14:
            return [(f"{number} {text}", "text") for number, text in enumerate(texts, 1)]
        message = self.message()
        fits = message is not None and not self._stopped and length(message) <= screen.size.width
        # What is looked at elsewhere first, such as a lock, has its reason in the list alone.
        if fits and not composition.checks:
            return []
        return [(" · ".join(texts), "text")]

    def keys(self) -> Hints:
        """The keys of the edit."""
        editing = self.editing
        if editing is not None and editing.given is not None:
            return GIVEN_KEYS
        if editing is None or editing.line is None:
            return FLIP_KEYS
        if editing.offered is not None:
            return OFFER_KEYS
        if editing.error is not None and not editing.choices:
            return REFUSED_KEYS
        return CHOICE_KEYS if editing.choices else EDIT_KEYS
