"""An edit under way: what is typed, what it would put on the bus, and why not where it is refused.

Nothing here touches a bus or draws anything: the table, the bit picture and the message line show it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from inspector.errors import InspectorError, RefusedError
from inspector.model.access import OnWrite
from inspector.model.compose import Composition
from inspector.model.decode import as_there, render_word
from inspector.model.edit import Edit, Operator, parse_value, value_text
from inspector.model.enumeration import EnumEntry
from inspector.model.field import Field
from inspector.model.numbers import NumberError, group_hex, parse_number
from inspector.model.registermap import RegisterNode
from inspector.ui.choosing import fitting
from inspector.ui.editline import EditLine
from inspector.ui.pasting import tidy

Composer = Callable[[RegisterNode, Sequence[Edit], int | None], Composition]
"""Composes edits of a register that shows a value, or raises RefusedError; touches nothing."""

WHOLE = ""
"""The name under which the whole register's text is kept."""

_VERBS = {
    OnWrite.W1C: "clear",
    OnWrite.W0C: "clear",
    OnWrite.WCLR: "clear",
    OnWrite.W1S: "set",
    OnWrite.W0S: "set",
    OnWrite.WSET: "set",
    OnWrite.W1T: "toggle",
    OnWrite.W0T: "toggle",
    OnWrite.PULSE: "pulse",
}
"""What a person means by editing a field that does not store."""


@dataclass(slots=True)
class Editing:
    """An edit of one register, of its whole value or of any of its fields, written in one go.

    Attributes:
        node: The register.
        shown: Its value on the screen, or None where none is known.
        compose: Composes the edits.
        target: The field whose text is being typed, None for the whole register.
        line: The text being typed; None while bits are flipped.
        drafts: What was typed for the others, by field name.
        composition: The operations that Enter would run; None where there are none.
        error: Why there are none, or None.
        chosen: Which of ``choices`` is marked.
        given: Operations that nobody typed, such as an undo: they are written as they are, or left.
    """

    node: RegisterNode
    shown: int | None
    compose: Composer
    target: Field | None = None
    line: EditLine | None = None
    drafts: dict[str, str] = field(default_factory=dict)
    composition: Composition | None = None
    error: InspectorError | None = None
    chosen: int = 0
    given: Composition | None = None
    _initial: str = ""
    _typed: str = ""

    # --- what is typed -----------------------------------------------------------------------

    def open(self, target: Field | None) -> None:
        """Type the value of ``target``; what was typed before stays drafted."""
        self._keep_draft()
        self.target = target
        name = target.name if target else WHOLE
        draft = self.drafts.pop(name, None)
        self._initial = self._proposal(target)
        self.line = EditLine.of(self._initial)
        if draft is not None:
            self.line = EditLine.of(draft)
        self._typed = ""
        self.chosen = self._choice_of(self.line.text)
        self.update()

    def key(self, key: str, character: str | None) -> bool:
        """Do what a key does to the text; whether it was the text's."""
        if self.line is None:
            return False
        if key in ("up", "down") and self.choices:
            self.chosen = (self.chosen + (1 if key == "down" else -1)) % len(self.choices)
            self.line = EditLine.of(self.choices[self.chosen].name)
        elif not self.line.key(key, character):
            return False
        else:
            self._filter()
        self.update()
        return True

    def paste(self, text: str) -> None:
        """Insert pasted text, its first line only."""
        if self.line is not None:
            self.line.insert(tidy(text))
            self._filter()
            self.update()

    def _filter(self) -> None:
        """Offer the names that fit what was typed, the best one marked."""
        assert self.line is not None
        self._typed = self.line.text.strip()
        self.chosen = self._choice_of(self._typed) if len(self.choices) > 1 else 0

    @property
    def choices(self) -> tuple[EnumEntry, ...]:
        """The names that fit what was typed, the best first: all of them until something is typed."""
        return fitting(self._typed, self._entries())

    def _entries(self) -> tuple[EnumEntry, ...]:
        named = self.target.choices if self.target else self.node.register.enum
        return named.choices if named else ()

    def _choice_of(self, text: str) -> int:
        """Which of the choices a text names, or is the number of; else the first."""
        for i, entry in enumerate(self.choices):
            if text.lower() in (entry.name.lower(), entry.text):
                return i
        return 0

    def _proposal(self, target: Field | None) -> str:
        """What stands there before anything is typed: the present value, or what a person means."""
        if target is None:
            return "" if self.shown is None else group_hex(self.shown, self.node.width)
        verb = _VERBS.get(target.access.on_write)
        if verb is not None and target.write_value is None:
            return verb
        if self.shown is None or not target.access.readable:
            return ""
        return value_text(target.bits.extract(self.shown), self.node.register, target)

    def _keep_draft(self) -> None:
        """Remember what was typed, where it says anything new."""
        if self.line is None:
            return
        text = self._meant()
        self.line = None
        if text == self._initial or not text:
            return
        if self.target is not None:
            self.drafts[self.target.name] = text
        elif not self._spread(text):
            self.drafts[WHOLE] = text

    def _spread(self, text: str) -> bool:
        """Turn a whole value into drafts of the fields that it changes, so that more can be added.

        Returns:
            Whether it is one, and what it does to the register is known.
        """
        register, shown = self.node.register, self.shown
        try:
            edit = parse_value(text, register)
        except InspectorError:
            return False
        word = None if shown is None else _worked_out(edit, shown)
        if word is None or shown is None or not register.fields:
            return False
        for each in as_there(register, word).fields:
            value = each.bits.extract(word)
            if each.access.stores and each.access.readable and value != each.bits.extract(shown):
                self.drafts[each.name] = value_text(value, register, each)
        unnamed = (word ^ shown) & ~register.named_mask
        if unnamed:
            self.drafts[WHOLE] = f"^{unnamed:#x}"
        return True

    def _meant(self) -> str:
        """The text, or the marked choice where the text is the start of its name."""
        assert self.line is not None
        text = self.line.text.strip()
        entries = self._entries()
        if text and entries and not any(entry.name == text for entry in entries):
            try:
                parse_value(text, self.node.register, self.target)
            except InspectorError:
                fits = self.choices
                if fits:
                    return fits[min(self.chosen, len(fits) - 1)].name
        return text

    @property
    def meaning(self) -> str:
        """What the text being typed stands for, as a raw value and as it is shown; empty where it says so."""
        if self.line is None:
            return ""
        register, target, text = self.node.register, self.target, self.line.text.strip()
        try:
            edit = parse_value(self._meant(), register, target)
        except InspectorError:
            return ""
        value: int | None = edit.value
        if edit.operator is not Operator.ASSIGN:
            value = (
                None if self.word is None else self.word if target is None else target.bits.extract(self.word)
            )
        if value is None:
            return ""
        what = target or register
        number = group_hex(value, what.width) if target is None else f"{value:#x}"
        shown = render_word(register, value) if target is None else target.render(value)
        try:
            says_number = parse_number(text) % (1 << what.width) == value
        except NumberError:
            says_number = shown.endswith(f" {number}")
        parts = [] if says_number else [number]
        if shown not in (text, number) and not (parts and shown == str(value)):
            parts.append(shown)
        return " = ".join(parts)

    # --- bits --------------------------------------------------------------------------------

    def rest(self) -> None:
        """Type nothing for now: what was typed stays drafted, and bits may be flipped."""
        self._keep_draft()
        self.target = None
        self.update()

    def flip(self, bit: int) -> None:
        """Invert a bit, or take that back; a flag that does not store gets its verb."""
        self._keep_draft()
        self.target = None
        owner = next(
            (each for each in self.fields if each.bits.mask >> bit & 1 and each.access.writable),
            None,
        ) or next((each for each in self.fields if each.bits.mask >> bit & 1), None)
        if owner is None:
            self._flip_unnamed(bit)
        elif owner.access.on_write in _VERBS:
            verb = _VERBS[owner.access.on_write]
            if owner.width == 1:
                self._draft(owner.name, None if self.drafts.get(owner.name) == verb else verb)
            else:
                value = self._drafted(owner, 0) ^ owner.bits.extract(1 << bit)
                self._draft(owner.name, f"{value:#x}" if value else None)
        else:
            base = 0 if self.shown is None else owner.bits.extract(self.shown)
            value = self._drafted(owner, base) ^ owner.bits.extract(1 << bit)
            self._draft(owner.name, None if value == base else value_text(value, self.node.register, owner))
        self.update()

    def _flip_unnamed(self, bit: int) -> None:
        """Invert a bit that no field names, in what is drafted of the whole register."""
        flipped = 0
        if WHOLE in self.drafts:
            try:
                edit = parse_value(self.drafts[WHOLE], self.node.register)
            except InspectorError:
                edit = Edit(None, Operator.XOR)
            word = None if self.shown is None else _worked_out(edit, self.shown)
            if edit.operator is Operator.ASSIGN:
                self._draft(WHOLE, group_hex(edit.value ^ 1 << bit, self.node.width))
                return
            flipped = edit.value if edit.operator is Operator.XOR else (word or 0) ^ (self.shown or 0)
        mask = flipped ^ 1 << bit
        self._draft(WHOLE, f"^{mask:#x}" if mask else None)

    def _drafted(self, owner: Field, base: int) -> int:
        text = self.drafts.get(owner.name)
        if text is None:
            return base
        try:
            return parse_value(text, self.node.register, owner).value
        except InspectorError:
            return base

    def _draft(self, name: str, text: str | None) -> None:
        if text is None:
            self.drafts.pop(name, None)
        else:
            self.drafts[name] = text

    # --- what it would do --------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Whether nothing is edited: every flip was taken back."""
        return self.line is None and not self.drafts and self.given is None

    def see(self, shown: int | None) -> bool:
        """Take a new value from the screen; whether it differs."""
        if shown == self.shown:
            return False
        self.shown = shown
        self.update()
        return True

    def update(self) -> None:
        """Compose again."""
        self.composition, self.error = self.given, None
        if self.given is not None:
            return
        try:
            edits = self._edits()
            if edits:
                self.composition = self.compose(self.node, edits, self.shown)
        except InspectorError as error:
            self.error = error

    def _edits(self) -> list[Edit]:
        register, name = self.node.register, self.node.name
        edits = []
        if WHOLE in self.drafts:
            edits.append(parse_value(self.drafts[WHOLE], register, called=name))
        edits += [
            parse_value(self.drafts[each.name], register, each)
            for each in register.fields
            if each is not self.target and each.name in self.drafts
        ]
        if self.line is not None:
            text = self._meant()
            # The present value as it was put there is no edit: written back to flags it would clear them.
            proposed = text == self._initial and (self.target is None or bool(self.drafts))
            if text and not proposed:
                edits.append(parse_value(text, register, self.target, called=name))
        return edits

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are there, or may be, as the edit leaves them."""
        word = self.shown if self.word is None else self.word
        return as_there(self.node.register, word).fields

    @property
    def word(self) -> int | None:
        """The word that would go out, or None where that is not known."""
        return self.composition.word(self.shown) if self.composition else None

    @property
    def offered(self) -> int | None:
        """The whole word that a refused edit offers instead, or None."""
        return self.error.word if isinstance(self.error, RefusedError) else None

    def take_offer(self) -> None:
        """Edit the whole register instead, with the offered word; writing it is another Enter."""
        word = self.offered
        if word is not None:
            self.drafts.clear()
            self.line = None
            self.open(None)
            assert self.line is not None
            self.line.put(group_hex(word, self.node.width))
            self.update()

    @property
    def targets(self) -> list[Field | None]:
        """What Tab goes through: the whole value, then the writable fields from the highest bit."""
        fields = [each for each in self.fields if each.access.writable]
        return [None, *sorted(fields, key=lambda each: -each.bits.msb)]

    def next_target(self, step: int) -> Field | None:
        """The one after the one being typed."""
        targets = self.targets
        at = next((i for i, each in enumerate(targets) if each is self.target), 0)
        return targets[(at + step) % len(targets)]


def _worked_out(edit: Edit, shown: int) -> int | None:
    """The word that an edit of a whole register makes of ``shown``; None for a verb."""
    match edit.operator:
        case Operator.ASSIGN:
            return edit.value
        case Operator.OR:
            return shown | edit.value
        case Operator.AND_NOT:
            return shown & ~edit.value
        case Operator.XOR:
            return shown ^ edit.value
    return None
