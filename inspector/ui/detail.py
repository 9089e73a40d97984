"""The selected register: where it is, its bits as a picture, its fields with their meaning, its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from inspector.model.decode import NOTHING_KNOWN, Known, as_there
from inspector.model.field import Field
from inspector.model.register import NOT_ATOMIC, Register
from inspector.model.registermap import Region, RegisterNode
from inspector.session import Sample
from inspector.ui.bitpicture import Geometry, Picture, geometry
from inspector.ui.command import bindings
from inspector.ui.fieldlist import FieldList, fields_of
from inspector.ui.foldlines import fold_panel
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Line, LineView, Span, clean, cut, flow, join, ruled, titled, width_of, wrap
from inspector.ui.markdown import rendered
from inspector.ui.measures import register_access
from inspector.ui.memory import memory_lines
from inspector.ui.panecommands import DETAIL_COMMANDS
from inspector.ui.registerfacts import Shown, register_facts
from inspector.ui.rowstate import fade_of
from inspector.ui.words import place_text, span_words

if TYPE_CHECKING:
    from inspector.model.windows import MemoryNode
    from inspector.ui.beside import Beside
    from inspector.ui.editing import Editing
    from inspector.ui.folds import Fold


_LEAST = 2
"""How many lines at least are left to scroll below those that stay."""


class Detail(LineView, can_focus=True):
    """The register in hand.

    In a low panel its name, what must be known of it and its bits stay in sight while its fields are
    scrolled, as far as that leaves room for them.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(DETAIL_COMMANDS)

    class Moved(Message):
        """Another field or bit is selected."""

    class Picked(Message):
        """A bit or a field was clicked."""

        def __init__(self, bit: int | None, field: Field | None) -> None:
            super().__init__()
            self.bit = bit
            self.field = field

    class FlipAsked(Message):
        """The bit under the cursor was double-clicked."""

    class EditAsked(Message):
        """The selected field was double-clicked."""

    def __init__(self, keyboard: Keyboard, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keyboard = keyboard
        self.bit: int | None = None
        self.field: Field | None = None
        self.editing: Editing | None = None
        self._shown: Shown | None = None
        self._digit_rows: dict[int, int] = {}
        self._field_rows: dict[int, Field] = {}
        self._geometry: Geometry = geometry(32, 80)
        self._row_of_field = self._end_of_field = 0
        self._stays = 0

    # --- what is shown -----------------------------------------------------------------------

    def present(
        self,
        node: RegisterNode | None,
        sample: Sample,
        now: float,
        notices: Sequence[Span] = (),
        editing: Editing | None = None,
        strokes: int = 0,
        base: int | None = None,
        known: Known = NOTHING_KNOWN,
        marked: int = 0,
        shares: Mapping[str, int] | None = None,
        beside: Beside | None = None,
    ) -> None:
        """Show a register; nothing is painted where nothing differs."""
        if node is None:
            self.show([])
            return
        if self._shown is None or self._shown.node is not node:
            self.field, self.bit = None, None
            self.scroll_to(y=0, animate=False)
        ago = ""
        if sample.changed is not None and now - sample.changed >= 1:
            ago = span_words(now - sample.changed)
        kept = Sample(sample.value, sample.previous, error=sample.error, skipped=sample.skipped)
        fade, said = fade_of(sample, now), tuple(notices)
        shown = Shown(node, kept, ago, fade, said, strokes, base, known, marked, shares or {}, beside)
        if shown != self._shown:
            self._shown, self.editing = shown, editing
            self.lay_out()

    def present_region(self, region: Region, notices: Sequence[Span]) -> None:
        """Show a folded region, of which no register is selected."""
        self._forget()
        width = self.room
        lines = [titled(clean(region.name), clean(region.title), width)]
        ways = self._keyboard.clauses(
            " {}.", ("fold", "{} unfolds it"), ("region", "{} shows all about it"), between="; "
        )
        for text, look in ((f"Folded: nothing of it is read.{ways}", "text"), *notices):
            lines += [((f"  {part}", look),) for part in wrap(text, width - 3)]
        self.show(lines)

    def present_fold(self, fold: Fold, nodes: Sequence[RegisterNode], base: int | None) -> None:
        """Show what is folded away, of a region at ``base``."""
        self._forget()
        first, last = nodes[fold.first], nodes[fold.end - 1]
        self.show(fold_panel(fold, first, last, base, self._keyboard, self.room))

    def present_nothing(self) -> None:
        """Show that nothing is selected."""
        self._forget()
        self.show(())

    def present_memory(
        self, node: MemoryNode, map_word: str, notices: Sequence[Span], base: int | None
    ) -> None:
        """Show a memory window: where it is, and how to look at a word of it.

        Args:
            node: Which.
            map_word: The map as the command line takes it.
            notices: What must be known of its region.
            base: Where that is; None where nobody knows.
        """
        self._forget()
        self.show(memory_lines(node, map_word, notices, base, self.room))

    def _forget(self) -> None:
        """Let go of the register that was shown."""
        self._shown = self.editing = self.field = self.bit = None
        self._digit_rows, self._field_rows = {}, {}
        self._stays = 0

    def line_at(self, y: int) -> int:
        """The number of the line that stands in row ``y``; the first ones stay there."""
        return y if y < self._stays else super().line_at(y)

    def lay_out(self) -> None:
        """Build the lines again."""
        if self._shown is None or not self.room:
            return
        shown, width, height = self._shown, self.room, self.size.height
        node, register = shown.node, shown.node.register
        tall, roomy = height >= 14, height >= 20
        facts = [
            (("  ", "text"), *line)
            for line in flow(register_facts(shown, self.editing), (" · ", "faint"), width - 3)
        ]
        text: list[Line] = [(("  ", "text"), *line) for line in self._description(node, width)]
        lines: list[Line] = [self._title(shown, width)]
        if tall:
            lines += facts if self.editing is not None else [*facts, *text]
        for notice, look in shown.notices:
            # What is wrong, and what goes out, is said in full: the rest can be scrolled to.
            most = None if look in ("wrong", "text") else 6 if tall else 3
            lines += [((f"  {part}", look),) for part in wrap(notice, width - 3)[:most]]
        if roomy:
            lines.append(())
        self._digit_rows = {}
        # In a low panel the operations of a value that is typed take the place of the bits.
        typing = self.editing is not None and self.editing.line is not None
        if tall or not typing or not any(look == "text" for _, look in shown.notices):
            lines += self._picture(shown, width, len(lines))
        # Names to choose from want the room.
        choosing = self.editing is not None and bool(self.editing.choices)
        self._stays = 0 if tall or choosing or len(lines) + _LEAST > height else len(lines)
        if roomy and register.fields:
            lines.append(())
        lines += self._fields(shown, width, len(lines))
        if not tall:
            lines += [*facts, *text]
        elif self.editing is not None:
            # What the edit does takes its place meanwhile.
            lines += text
        chosen = self._row_of_field if self.field and self.has_focus else None
        self.show(lines, {} if chosen is None else {chosen: "focus-row"})
        if typing and self.editing is not None and self.editing.target is self.field:
            self._reveal_field()

    def _title(self, shown: Shown, width: int) -> Line:
        node = shown.node
        title = clean(node.register.title)
        parts: list[Line] = [((title, "text"),)] if title else []
        if self.size.height < 14:
            parts += [
                ((place_text(node, shown.base), "dim"),),
                ((register_access(node.register), "dim"),),
                *([((NOT_ATOMIC, "changed"),)] if node.register.words > 1 else []),
            ]
        return ruled(clean(node.path), join(parts, (" · ", "faint")), width)

    def _description(self, node: RegisterNode, width: int) -> list[Line]:
        tall = self.size.height >= 14
        lines = list(rendered(node.register.desc, min(width - 4, 110), "text" if tall else "dim"))
        most = max(2, self.size.height // 5) if tall else 20
        if len(lines) > most:
            lines = lines[:most]
            more: Span = (f" …{self._keyboard.clause('documentation', ' {} shows all')}", "faint")
            lines[-1] = (*cut(lines[-1], width - 4 - width_of(more[0])), more)
        return lines

    # --- the bits and the fields -------------------------------------------------------------

    def _picture(self, shown: Shown, width: int, first: int) -> list[Line]:
        node, sample, editing = shown.node, shown.sample, self.editing
        value, edited, changed = sample.value, 0, 0
        if editing is not None and editing.composition is not None and editing.word is not None:
            value = editing.word
            edited = editing.composition.touched
            if editing.shown is not None:
                edited &= value ^ editing.shown
            elif node.register.fields:
                # Where nobody knows what was there, at least the bits without a meaning are not marked.
                edited &= node.register.named_mask
        elif shown.fade and sample.previous is not None and sample.value is not None:
            changed = sample.value ^ sample.previous
        at = self._geometry = geometry(node.width, width - 1)
        beside = shown.beside if editing is None else None
        # The names below the bits take what the list of fields leaves.
        rows = node.width // at.per_row
        spare = self.size.height - first - (2 if beside is None else 3) * rows - len(self.fields)
        picture = Picture(
            self._register,
            value,
            changed=changed,
            marked=0 if editing is not None else shown.marked,
            edited=edited,
            cursor=self.bit if self.has_focus or editing is not None else None,
            field=self.field,
            label_rows=max(1, min(spare // rows, 6)),
            beside=beside,
        )
        drawn = picture.lines(at, width)
        self._digit_rows = {first + i: row for i, (_, row) in enumerate(drawn) if row is not None}
        return [cut(line, width) for line, _ in drawn]

    def _fields(self, shown: Shown, width: int, first: int) -> list[Line]:
        listed = FieldList(
            self._register,
            shown.sample.value,
            self.field,
            self.editing,
            width,
            self.size.height - first,
            unfold=self.has_focus,
            known=shown.known,
            shares=shown.shares,
            beside=shown.beside if self.editing is None else None,
        ).lines()
        self._field_rows = {first + i: field for i, (_, field) in enumerate(listed) if field is not None}
        rows = [*self._field_rows, first + len(listed)]
        self._row_of_field, self._end_of_field = next(
            ((row, end - 1) for row, end in pairwise(rows) if self._field_rows[row] is self.field), (0, 0)
        )
        return [line for line, _ in listed]

    @property
    def fields(self) -> list[Field]:
        """The selected register's fields, from the highest bit."""
        return fields_of(self._register) if self._shown is not None else []

    @property
    def _register(self) -> Register:
        """The selected register with the fields that are there, during an edit as that leaves them."""
        assert self._shown is not None
        shown, editing = self._shown, self.editing
        word = shown.sample.value
        if editing is not None and editing.word is not None:
            word = editing.word
        return as_there(shown.node.register, word, shown.known)

    @property
    def has_keys(self) -> bool:
        """Whether keys come here: at once, where `has_focus` is told by an event that keys can overtake."""
        return self.screen.focused is self

    @property
    def field_in_hand(self) -> Field | None:
        """The field that keys are about: the selected, else the first one; None where keys go elsewhere."""
        if not self.has_keys:
            return None
        return self.fields[0] if self.field is None and self.bit is None and self.fields else self.field

    # --- moving ------------------------------------------------------------------------------

    def action_field(self, step: int) -> None:
        """Select the next field."""
        fields = self.fields
        if not fields:
            self.scroll_to(y=self.scroll_offset.y + step, animate=False)
            return
        at = fields.index(self.field) + step if self.field in fields else 0 if step > 0 else len(fields) - 1
        self.choose(fields[max(0, min(at, len(fields) - 1))])

    def action_edge(self, direction: int) -> None:
        """Select the first or last field."""
        if self.fields:
            self.choose(self.fields[0 if direction < 0 else -1])

    def action_turn(self, direction: int) -> None:
        """Scroll a page."""
        self.scroll_to(y=self.scroll_offset.y + direction * max(self.size.height - 2, 1), animate=False)

    def action_bit(self, step: int) -> None:
        """Move along the bits."""
        if self._shown is None:
            return
        width = self._shown.node.width
        self.choose_bit(width - 1 if self.bit is None else max(0, min(self.bit + step, width - 1)))

    def choose(self, field: Field | None) -> None:
        """Select a field, and its highest bit."""
        self.field = field
        if field is not None and (self.bit is None or not field.bits.mask >> self.bit & 1):
            self.bit = field.bits.msb
        self.lay_out()
        if field is not None:
            self._reveal_field()
        self.post_message(self.Moved())

    def _reveal_field(self) -> None:
        """Have all in sight that is said of the selected field, if that fits, and how it begins anyway."""
        self.reveal(self._end_of_field)
        self.reveal(self._row_of_field)

    def choose_bit(self, bit: int) -> None:
        """Select a bit, and the field that it is in."""
        self.bit = bit
        self.field = next((field for field in self.fields if field.bits.mask >> bit & 1), None)
        self.lay_out()
        self.reveal_bits()
        self.post_message(self.Moved())

    def reveal_bits(self) -> None:
        """Scroll no further than needed to have the bit under the cursor in sight."""
        if self._shown is None or self.bit is None:
            return
        row = (self._shown.node.width - 1 - self.bit) // self._geometry.per_row
        line = next((line for line, at in self._digit_rows.items() if at == row), None)
        if line is not None:
            self.reveal(line)
            self.reveal(max(line - 1, 0))

    def reveal(self, row: int) -> None:
        """Scroll no further than needed to have a line in sight."""
        top, height, stays = self.scroll_offset.y, self.size.height, self._stays
        if height < 1 or row < stays:
            return
        if row < top + stays:
            self.scroll_to(y=row - stays, animate=False)
        elif row > top + height - 1:
            self.scroll_to(y=row - height + 1, animate=False)

    # --- events ------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new width."""
        self.lay_out()

    def on_focus(self) -> None:
        """Start with the first field."""
        if self.field is None and self.bit is None and self.fields:
            self.choose(self.fields[0])
        # Only once this is handled does the widget itself know that it has the keys.
        self.call_later(self.lay_out)

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.call_later(self.lay_out)

    def on_click(self, event: events.Click) -> None:
        """Select a bit or a field; a double click edits it."""
        if self._shown is None:
            return
        row = self.line_at(event.y)
        if row in self._digit_rows:
            bit = self._geometry.bit_at(event.x, self._digit_rows[row], self._shown.node.width)
            if bit is not None:
                self.choose_bit(bit)
                self.post_message(self.Picked(bit, None))
                if event.chain == 2:
                    self.post_message(self.FlipAsked())
        elif row in self._field_rows:
            # Choosing it moves the rows: what is told of it is shown.
            field = self._field_rows[row]
            self.choose(field)
            self.post_message(self.Picked(None, field))
            if event.chain == 2:
                self.post_message(self.EditAsked())
